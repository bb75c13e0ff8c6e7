#include "instruments/formats/Xml.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>

namespace xml = touchstone::xml;

namespace {

/// The line at which a document is refused; empty when it is taken.
std::string refusedAt(const std::string& text, const std::optional<std::string>& schema = std::nullopt) {
    try {
        static_cast<void>(xml::parse(text, schema));
        return "";
    } catch (const xml::Fault& e) {
        return std::to_string(e.line());
    }
}

std::string nested(int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "<a>";
    for (int i = 0; i < depth; ++i) text += "</a>";
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(XmlTest)

BOOST_AUTO_TEST_CASE(aDocumentBecomesATree) {
    const xml::Element root = xml::parse("<r a='1' b='铅'>\n  <c>阿司匹林 &lt;片&gt; 𠮷</c>\n  <d/>\n</r>");
    BOOST_TEST(root.name == "r");
    BOOST_TEST(root.at("b") == "铅");
    BOOST_TEST(!root.find("z").has_value());
    BOOST_TEST(root.text.empty());
    BOOST_TEST(root.child("c").text == "阿司匹林 <片> 𠮷");
    BOOST_TEST(root.child("c").line == 2U);
    BOOST_TEST(root.child("d").line == 3U);
    BOOST_TEST(root.children.size() == 2U);
}

BOOST_AUTO_TEST_CASE(whatIsNotWellFormedIsRefusedWithItsLine) {
    BOOST_TEST(refusedAt("<r>\n<c>\n</r>") == "3");
    BOOST_TEST(refusedAt("<r a='1' a='2'/>") == "1");
    BOOST_TEST(!refusedAt("").empty());
    BOOST_TEST(!refusedAt("<r>\xFF</r>").empty());
    BOOST_TEST(!refusedAt("<r/>x").empty());
}

BOOST_AUTO_TEST_CASE(aDocumentTypeIsRefusedSoThatNothingIsExpandedOrFetched) {
    BOOST_TEST(!refusedAt("<!DOCTYPE r [<!ELEMENT r ANY>]><r/>").empty());
    BOOST_TEST(!refusedAt("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><r>&x;</r>").empty());
    BOOST_TEST(!refusedAt("<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><r>&b;</r>").empty());
    BOOST_TEST(!refusedAt("<!DOCTYPE r SYSTEM 'http://localhost/r.dtd'><r/>").empty());
}

BOOST_AUTO_TEST_CASE(depthIsLimited) {
    BOOST_TEST(refusedAt(nested(60)).empty());
    BOOST_TEST(!refusedAt(nested(70)).empty());
}

BOOST_AUTO_TEST_CASE(aSchemaIsKeptAndTheDocumentCannotNameAnother) {
    const std::string schema = TOUCHSTONE_SOURCE "/schema/institute.xsd";
    BOOST_TEST(refusedAt("<institute/>", schema).empty());
    BOOST_TEST(refusedAt("<institute>\n<analyte code='PB'/>\n</institute>", schema) == "2");
    BOOST_TEST(refusedAt("<other/>", schema) == "1");
    BOOST_TEST(refusedAt("<institute xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
                         "xsi:noNamespaceSchemaLocation='file:///other.xsd'>\n<wrong/>\n</institute>",
                         schema) == "2");
}

BOOST_AUTO_TEST_CASE(aStreamTellsWhereItStandsInTheBytes) {
    struct Ends final : xml::Handler {
        std::vector<std::string> said;
        void start(const xml::Tag& tag) override { said.push_back("<" + tag.name() + " " + std::to_string(tag.offset())); }
        void end(const std::string& name, std::string text, std::size_t offset) override {
            said.push_back(name + " " + text + " " + std::to_string(offset));
        }
    } ends;
    xml::read("<r><c>铅</c></r>", ends);
    const std::vector<std::string> expected{"<r 3", "<c 6", "c 铅 13", "r  17"};
    BOOST_TEST(ends.said == expected, boost::test_tools::per_element());

    const std::vector<std::string> marked{"<r 6", "r  10"};
    ends.said.clear();
    xml::read("\xEF\xBB\xBF<r></r>", ends);
    BOOST_TEST(ends.said == marked, boost::test_tools::per_element());

    const std::vector<std::string> wide{"<r 8", "r  16"};
    for (const std::string_view document : {std::string_view("\xFF\xFE<\0r\0>\0<\0/\0r\0>\0", 16),
                                            std::string_view("\xFE\xFF\0<\0r\0>\0<\0/\0r\0>", 16)}) {
        ends.said.clear();
        xml::read(document, ends);
        BOOST_TEST(ends.said == wide, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()
