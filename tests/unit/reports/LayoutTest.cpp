#include <boost/test/unit_test.hpp>

#include "tests/unit/reports/Judge.h"
#include "tests/unit/reports/SampleData.h"

using namespace touchstone::reports;

namespace {

std::string layoutOf(const std::string& body, const std::string& before = "", const std::string& page = "<page/>") {
    return "<layout xmlns=\"urn:touchstone:layout\" title=\"t\">\n" + page + "\n" + before + "\n<body>\n" + body +
           "\n</body>\n</layout>";
}

// What reading says, as line:column, and whether it says why in these words.
std::string place(const std::string& xml, const std::string& words) {
    try {
        (void)Layout::read(xml);
    } catch (const LayoutError& error) {
        if (std::string(error.what()).find(words) == std::string::npos) return error.what();
        return std::to_string(error.line()) + ":" + std::to_string(error.column());
    }
    return "was read";
}

std::string printedText(const std::string& xml, const Data& data) {
    const judge::Folder folder;
    folder.write("one.pdf", sample::previewed(data, Layout::read(xml)));
    const judge::Answer syntax = folder.run("qpdf --check one.pdf");
    BOOST_CHECK_MESSAGE(syntax.status == 0, syntax.text);
    return folder.run("pdftotext -raw -nopgbrk one.pdf -").text;
}

std::string refusedDrawing(const std::string& xml, const Data& data) {
    try {
        (void)sample::previewed(data, Layout::read(xml));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "was drawn";
}

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

const Data data = Data::Record{{"a", "x"},
                               {"empty", ""},
                               {"code", "two"},
                               {"day", "2026-01-09T10:00:00Z"},
                               {"names", Data::List{"甲", "乙"}},
                               {"rows", Data::List{Data::Record{{"n", "1"}}, Data::Record{{"n", "2"}}}},
                               {"record", Data::Record{{"inner", "y"}}}};

// 2 × 2 pixels, without and with transparency, and a head that promises 60000 × 60000 of them.
const std::string opaque = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP4z8DAAMIM////ZwAAHu8E/KPItPcAAAAASUVORK5CYII=";
const std::string transparent = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAFUlEQVR4nGP4z8DQwPAfCBlAJBABADvdB3reHIOEAAAAAElFTkSuQmCC";
const std::string promising = "iVBORw0KGgoAAAANSUhEUgAA6mAAAOpgCAYAAACA0nVCAAAACUlEQVR4nDMAAAAxADF/mEFyAAAAAElFTkSuQmCC";

}  // namespace

BOOST_AUTO_TEST_SUITE(Layouts)

BOOST_AUTO_TEST_CASE(values_are_printed_where_their_paths_stand) {
    BOOST_TEST(printedText(layoutOf("<p>{a}-{record.inner}-{empty|/}-{absent|none}-{{a}}</p>"), data) == "x-y-/-none-{a}\n");
    BOOST_TEST(printedText(layoutOf("<p>{names}</p>"), data) == "甲、乙\n");
    BOOST_TEST(printedText(layoutOf("<each list=\"rows\" as=\"r\"><p>{#r}={r.n}</p></each>"), data) == "1=1\n2=2\n");
    BOOST_TEST(printedText(layoutOf("<p>\n  one\n  two  \n</p>"), data) == "one\ntwo\n");
}

BOOST_AUTO_TEST_CASE(codes_and_days_become_words) {
    const std::string formats =
        "<words name=\"w\"><word code=\"two\">Zwei</word></words><words name=\"k\" other=\"keep\"><word code=\"q\"/></words>"
        "<words name=\"m\"><word code=\"01\">January</word></words><date name=\"d\">{d} {month:m} {year}</date>";
    BOOST_TEST(printedText(layoutOf("<p>{code:w} {code:k} {day:d} {empty:w}{empty:d}.</p>", formats), data) ==
               "Zwei two 9 January 2026 .\n");
    BOOST_TEST(says(refusedDrawing(layoutOf("<p>{a:w}</p>", formats), data), "no <word> has the code \"x\""));
    BOOST_TEST(says(refusedDrawing(layoutOf("<p>{a:d}</p>", formats), data), "is no date: x"));
}

BOOST_AUTO_TEST_CASE(parts_depend_on_conditions) {
    const auto when = [](const std::string& condition) {
        return printedText(layoutOf("<when " + condition + "><p>yes</p></when><p>end</p>"), data);
    };
    for (const char* holds : {"path=\"a\"", "path=\"a\" is=\"x\"", "path=\"a\" is-not=\"y\"", "path=\"empty\" present=\"false\"",
                              "path=\"absent\" present=\"false\"", "path=\"absent\" is-not=\"y\"", "path=\"rows\""})
        BOOST_CHECK_MESSAGE(when(holds) == "yes\nend\n", holds);
    for (const char* not_ : {"path=\"absent\"", "path=\"empty\"", "path=\"a\" is=\"y\"", "path=\"a\" present=\"false\"",
                             "path=\"record\" is=\"x\""})
        BOOST_CHECK_MESSAGE(when(not_) == "end\n", not_);
    BOOST_TEST(printedText(layoutOf("<when path=\"a\"><when path=\"empty\"><p>no</p></when><p>in</p></when>"), data) == "in\n");
}

BOOST_AUTO_TEST_CASE(drawing_names_the_path_that_does_not_fit) {
    const auto said = [](const std::string& body) { return refusedDrawing(layoutOf(body), data); };
    BOOST_TEST(says(said("<p>{absent}</p>"), "there is no \"absent\""));
    BOOST_TEST(says(said("<p>{record}</p>"), "\"record\" is a record"));
    BOOST_TEST(says(said("<p>{rows}</p>"), "\"rows\" is a list of records"));
    BOOST_TEST(says(said("<table list=\"a\"><column head=\"h\" share=\"1\"/></table>"), "\"a\" is no list"));
    try {
        (void)sample::previewed(data, Layout::read(layoutOf("<p>ok</p>\n<p>{absent}</p>")));
        BOOST_ERROR("was drawn");
    } catch (const LayoutError& error) {
        BOOST_TEST(error.line() == 6U);
    }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_place) {
    BOOST_TEST(place(layoutOf("<p>{a</p>"), "a { without its }") == "5:4");
    BOOST_TEST(place(layoutOf("<p>a}</p>"), "a } without its {") == "5:4");
    BOOST_TEST(place(layoutOf("\n<p>{}</p>"), "is no path") == "6:4");
    BOOST_TEST(place(layoutOf("<p>{a..b}</p>"), "is no path") == "5:4");
    BOOST_TEST(place(layoutOf("<p>{a:nothing}</p>"), "is named \"nothing\"") == "5:4");
    BOOST_TEST(place(layoutOf("<p>{#row}</p>"), "no list of this name") == "5:4");
    BOOST_TEST(place(layoutOf("<p style=\"none\"/>"), "no <style>") == "5:18");
    BOOST_TEST(place(layoutOf("<image picture=\"none\" width=\"5\"/>"), "no <picture>") == "5:34");
    BOOST_TEST(place(layoutOf("<q/>"), "q") == "5:5");
    BOOST_TEST(place(layoutOf("<p colour=\"red\"/>"), "red") == "5:18");
    BOOST_TEST(place(layoutOf("<p>a</q>"), "") == "5:7");
    BOOST_TEST(place("", "").substr(0, 2) == "1:");
    BOOST_TEST(place("<p/>", "").substr(0, 2) == "1:");
    BOOST_TEST(place("<layout title=\"t\"><page/><body/></layout>", "layout").substr(0, 2) == "1:");
}

BOOST_AUTO_TEST_CASE(what_has_no_room_is_refused) {
    const auto wide = "no room";
    BOOST_TEST(place(layoutOf("", "", "<page width=\"40\"/>"), wide) == "2:19");
    BOOST_TEST(place(layoutOf("", "", "<page height=\"50\"/>"), wide) == "2:20");
    BOOST_TEST(place(layoutOf("", "", "<page foot=\"30\"/>"), "foot begins above") == "2:18");
    BOOST_TEST(place(layoutOf("<qr side=\"171\">x</qr>"), "wider than its place (171 mm of 170 mm)") == "5:16");
    BOOST_TEST(place(layoutOf("<columns><column width=\"100\"/><column width=\"71\"/></columns>"), "wider than the room") == "5:10");
    BOOST_TEST(place(layoutOf("<box padding=\"90\"><p/></box>"), wide) == "5:19");
    BOOST_TEST(place(layoutOf("<fields columns=\"4\" label-width=\"50\"/>"), "label-width") == "5:39");
    BOOST_TEST(place(layoutOf("<labels list=\"l\" columns=\"4\" rows=\"2\" width=\"70\" height=\"37\"/>"), "wider") != "was read");
    BOOST_TEST(place(layoutOf("<labels list=\"l\" columns=\"1\" rows=\"40\" width=\"70\" height=\"37\"/>"), "higher") != "was read");
    const std::string columns = std::string("<table list=\"l\"><column head=\"a\" share=\"100\"/><column head=\"b\" share=\"1\"/></table>");
    BOOST_TEST(place(layoutOf(columns), "too narrow") == "5:17");
    BOOST_TEST(place(layoutOf("<box><table list=\"l\"><column head=\"a\" share=\"1\"/></table></box>"), "stands in the body") == "5:22");
    BOOST_TEST(place(layoutOf("<columns><column><seal text=\"a\"/></column></columns>"), "stands in the body") == "5:34");
}

BOOST_AUTO_TEST_CASE(sizes_and_counts_are_bounded) {
    for (const char* body : {"<p size=\"1000\"/>", "<p size=\"0\"/>", "<p size=\"-5\"/>", "<p size=\"1e9\"/>", "<p size=\"NaN\"/>",
                             "<space height=\"99999\"/>", "<fields columns=\"1000\"/>", "<p spread=\"100\"/>",
                             "<labels list=\"l\" columns=\"99999999999999999999\" rows=\"1\" width=\"5\" height=\"5\"/>",
                             "<rule width=\"50\"/>", "<p>&#0;</p>"})
        BOOST_CHECK_MESSAGE(place(layoutOf(body), "").starts_with("5:"), body << " " << place(layoutOf(body), ""));
    BOOST_TEST(place(layoutOf("", "", "<page width=\"10000\"/>"), "").starts_with("2:"));
}

BOOST_AUTO_TEST_CASE(hostile_xml_is_refused_and_reads_no_file) {
    const std::string head = "<!DOCTYPE layout [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>";
    BOOST_TEST(place(head + layoutOf("<p>&e;</p>"), "document type").starts_with("1:"));
    BOOST_TEST(place("<!DOCTYPE layout [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>" + layoutOf("<p>&b;</p>"), "document type").starts_with("1:"));
    BOOST_TEST(place("<!DOCTYPE layout SYSTEM \"http://localhost:1/x.dtd\">" + layoutOf(""), "document type").starts_with("1:"));
    BOOST_TEST(place(layoutOf("<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"/etc/hostname\"/>"), "include").starts_with("5:"));
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += "<together>";
    BOOST_TEST(place(layoutOf(deep), "nested too deep") != "was read");
    std::string wide;
    for (int i = 0; i < 6000; ++i) wide += "<p/>";
    BOOST_TEST(place(layoutOf(wide), "too many elements") != "was read");
    BOOST_TEST(place(layoutOf("<p>" + std::string(Layout::mostBytes, 'a') + "</p>"), "larger than").starts_with("1:"));
    std::string references;
    for (int i = 0; i < 1000; ++i) references += "{a}";
    BOOST_TEST(place(layoutOf("<p>" + references + "</p>"), "too many values") == "5:4");
}

BOOST_AUTO_TEST_CASE(every_cut_and_every_changed_byte_of_a_layout_does_no_harm) {
    const std::string xml = layoutOf("<table list=\"rows\"><column head=\"a\" share=\"1\">{row.n}</column></table>"
                                     "<seal text=\"{a}\" radius=\"15\"><p>b</p></seal>");
    for (std::size_t length = 0; length < xml.size(); ++length) BOOST_TEST(place(xml.substr(0, length), "") != "was read");
    for (std::size_t i = 0; i < xml.size(); ++i)
        for (const char c : {'<', '&', '{', '\0', '9', '\xFF'}) {
            std::string changed = xml;
            changed[i] = c;
            try {
                (void)sample::previewed(data, Layout::read(changed));
            } catch (const std::runtime_error&) {
                continue;  // refused, as most are
            }
        }
}

// Loops inside of loops multiply; heads may leave no room; both end with a word instead of never.
BOOST_AUTO_TEST_CASE(a_layout_that_would_never_end_is_refused) {
    Data::List many(100, Data::Record{{"n", "1"}});
    const Data big = Data::Record{{"l", many}};
    std::string open, close;
    for (int i = 0; i < 8; ++i) {
        open += "<each list=\"l\" as=\"r" + std::to_string(i) + "\">";
        close += "</each>";
    }
    BOOST_TEST(says(refusedDrawing(layoutOf(open + "<p>x</p>" + close), big), "more than one paper ever holds"));
    BOOST_TEST(says(refusedDrawing(layoutOf(open + "<when path=\"none\"/>" + close), big), "more than one paper ever holds"));
    BOOST_TEST(says(refusedDrawing(layoutOf("<p>a</p>", "<head><space height=\"300\"/></head>"), data), "leave no room"));
    BOOST_TEST(says(refusedDrawing(layoutOf("<each list=\"l\" as=\"a\"><each list=\"l\" as=\"b\"><p>x</p><new-page/></each></each>"), big), "2000 pages"));
}

BOOST_AUTO_TEST_CASE(pictures_are_drawn_and_corrupt_ones_refused) {
    const auto withPicture = [](const std::string& base64) {
        return layoutOf("<image picture=\"p\" width=\"20\"/>", "<picture name=\"p\">" + base64 + "</picture>");
    };
    BOOST_TEST(place(withPicture("not base64!"), "no base64").starts_with("3:"));
    BOOST_TEST(place(withPicture("AAAA"), "no PNG").starts_with("3:"));
    BOOST_TEST(place(withPicture(promising), "pixels").starts_with("3:"));
    const judge::Folder folder;
    for (const std::string& good : {opaque, transparent}) {
        folder.write("one.pdf", sample::previewed(data, Layout::read(withPicture(good))));
        BOOST_TEST(folder.run("qpdf --check one.pdf").status == 0);
        const judge::Answer images = folder.run("pdfimages -list one.pdf");
        BOOST_TEST(images.says("image"));
        BOOST_TEST(images.says("smask") == (good == transparent));
        std::size_t refused = 0;
        for (std::size_t length = 4; length < good.size(); length += 4)
            refused += place(withPicture(good.substr(0, length)), "").starts_with("3:") ? 1 : 0;
        BOOST_TEST(refused >= good.size() / 4 - 8);  // a lost end mark does no harm to the pixels
    }
}

BOOST_AUTO_TEST_SUITE_END()
