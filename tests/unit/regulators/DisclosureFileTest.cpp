#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "server/regulators/DisclosureFile.h"

using touchstone::regulators::csvCell;
using touchstone::regulators::csvOf;
using touchstone::regulators::Disclosure;
using touchstone::regulators::DisclosureRow;
using touchstone::regulators::xlsxOf;

namespace {

DisclosureRow row(const std::string& batch, const std::string& status = "issued") {
    DisclosureRow out;
    out.seq = 1;
    out.number = "BG2026000001";
    out.productName = "示例片";
    out.batchNo = batch;
    out.maker = "某厂";
    out.verdict = "fails";
    out.issuedOn = "2026-11-22";
    out.failing = {{"水分", "不得过0.3%", "0.4", "%"}};
    out.status = status;
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(disclosureFile)

BOOST_AUTO_TEST_CASE(aCellThatWouldBeAFormulaIsText) {
    for (const char* formula :
         {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=HYPERLINK(\"http://x\",\"y\")", "＝1", "＋1"}) {
        const std::string cell = csvCell(formula);
        BOOST_TEST((cell.starts_with("'") || cell.starts_with("\"'")), cell);
    }
    BOOST_TEST(csvCell("1=1") == "1=1");
    BOOST_TEST(csvCell("某厂") == "某厂");
    BOOST_TEST(csvCell("") == "");
}

BOOST_AUTO_TEST_CASE(quotesCommasAndLineEndsAreQuoted) {
    BOOST_TEST(csvCell("a,b") == "\"a,b\"");
    BOOST_TEST(csvCell("a\"b") == "\"a\"\"b\"");
    BOOST_TEST(csvCell("a\nb") == "\"a\nb\"");
}

BOOST_AUTO_TEST_CASE(theFileBeginsWithAByteOrderMarkAndHasALineARow) {
    const std::string file = csvOf({row("B1"), row("=cmd|' /C calc'!A0")});
    BOOST_TEST(file.starts_with("\xEF\xBB\xBF"));
    BOOST_TEST(file.find(",B1,") != std::string::npos);
    BOOST_TEST(file.find(",=") == std::string::npos);
    BOOST_TEST(std::count(file.begin(), file.end(), '\n') == 3);
    BOOST_TEST(file.find("水分:0.4%(标准规定:不得过0.3%)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(whatBecameOfACertificateStandsInItsRow) {
    DisclosureRow corrected = row("B1", "superseded");
    corrected.replacement = "BG2026000009";
    const std::string file = csvOf({corrected, row("B2", "withdrawn")});
    BOOST_TEST(file.find("已更正 Corrected:BG2026000009") != std::string::npos);
    BOOST_TEST(file.find("已撤回 Withdrawn") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(theSheetIsAZipOfTheSameRows) {
    Disclosure issue{};
    issue.title = "示例通告";
    const std::string file = xlsxOf(issue, {row("=1+1")});
    BOOST_TEST(file.starts_with("PK\x03\x04"));
    BOOST_TEST(file.size() > 4000U);
}

BOOST_AUTO_TEST_SUITE_END()
