#include "server/regulators/Directory.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

using touchstone::CertificateId;
using touchstone::parseDate;
using touchstone::regulators::ChangeKind;
using touchstone::regulators::Directory;
using touchstone::regulators::folded;
using touchstone::regulators::PortalSearch;
using touchstone::regulators::Published;

namespace {

Published line(std::int64_t position, const std::string& region = "150102") {
    const std::string n = std::to_string(position);
    return {position, position, ChangeKind::issued, {position}, "BG202600000" + n, "JP202611220000" + n, "B-" + n,
            "阿司匹林片", "示例制药有限公司", region, "supervision", "conforms", *parseDate("2026-11-22")};
}

struct Filled {
    Filled() {
        std::vector<Published> lines{line(1), line(2, "1502"), line(3, "1501"), line(4, "15")};
        lines[0].verdict = "fails";
        lines[2].product = "一次性使用口罩";
        lines[2].maker = "另一家";
        lines[2].businessKind = "import";
        lines[2].batchNo = "批Ａ7";
        lines[3].day = *parseDate("2026-11-23");
        directory.add(lines);
    }
    /// Ids of what is found, newest first.
    std::string found(const PortalSearch& wanted, const std::string& region = "15") {
        std::string out;
        for (const CertificateId id : directory.search(region, wanted).certificates) out += std::to_string(id.value);
        return out;
    }
    Directory directory;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(directory, Filled)

BOOST_AUTO_TEST_CASE(aRegionSeesItselfAndWhatIsBelowAndNeverANeighbour) {
    BOOST_TEST(found({}, "15") == "4321");
    BOOST_TEST(found({}, "1501") == "31");
    BOOST_TEST(found({}, "150102") == "1");
    BOOST_TEST(found({}, "150103") == "");
    BOOST_TEST(found({.region = "15"}, "1502") == "2");
    BOOST_TEST(found({.region = "1501"}, "1502") == "");
}

BOOST_AUTO_TEST_CASE(everyFilterNarrows) {
    BOOST_TEST(found({.product = "口罩"}) == "3");
    BOOST_TEST(found({.maker = "制药"}) == "421");
    BOOST_TEST(found({.batchNo = "b-2"}) == "2");
    BOOST_TEST(found({.verdict = "fails"}) == "1");
    BOOST_TEST(found({.status = "withdrawn"}) == "");
    BOOST_TEST(found({.businessKind = "import"}) == "3");
    BOOST_TEST(found({.from = parseDate("2026-11-23")}) == "4");
    BOOST_TEST(found({.to = parseDate("2026-11-22")}) == "321");
    BOOST_TEST(found({.verdict = "no such word"}) == "");
    BOOST_TEST(found({.among = std::set<CertificateId>{{2}, {4}}}) == "42");
}

BOOST_AUTO_TEST_CASE(everyWordMustStandSomewhere) {
    BOOST_TEST(found({.q = "匹林"}) == "421");
    BOOST_TEST(found({.q = "匹林 b-4"}) == "4");
    BOOST_TEST(found({.q = "匹林 口罩"}) == "");
    BOOST_TEST(found({.q = "jp2026112200002"}) == "2");
    BOOST_TEST(found({.q = "BG2026000001"}) == "1");
    BOOST_TEST(found({.q = "bg2026000000"}) == "");
    BOOST_TEST(found({.q = "000003"}) == "3");
}

BOOST_AUTO_TEST_CASE(caseAndWidthDoNotMatter) {
    BOOST_TEST(found({.batchNo = "批a7"}) == "3");
    BOOST_TEST(found({.q = "ｂ－２"}) == "2");
    BOOST_TEST(folded("ＢＧ２０２６ Ab") == "bg2026 ab");
}

BOOST_AUTO_TEST_CASE(aWordDoesNotReachFromOneFieldIntoTheNext) {
    BOOST_TEST(found({.q = "1\njp"}) == "4321");  // two words, which a line end parts as a space does
    BOOST_TEST(found({.q = "1jp"}) == "");
    BOOST_TEST(found({.batchNo = "JP"}) == "");
}

BOOST_AUTO_TEST_CASE(aCertificateHasTheStateOfItsLastLine) {
    Published withdrawn = line(5);
    withdrawn.first = 2;
    withdrawn.certificate = {2};
    withdrawn.kind = ChangeKind::withdrawn;
    directory.add({withdrawn});
    BOOST_TEST(found({.status = "withdrawn"}) == "2");
    BOOST_TEST(found({.status = "issued"}) == "431");
    BOOST_TEST(directory.changes("1502", {}, 0, 10).positions == (std::vector<std::int64_t>{2, 5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(pagesFollowEachOther) {
    const auto first = directory.search("15", {.limit = 3});
    BOOST_TEST(first.certificates.size() == 3U);
    BOOST_REQUIRE(first.next);
    BOOST_TEST(found({.after = first.next, .limit = 3}) == "1");
    BOOST_CHECK(!directory.search("15", {.after = first.next, .limit = 1}).next);
}

BOOST_AUTO_TEST_CASE(theFeedGoesOnPastWhatOtherRegionsHad) {
    const auto changes = directory.changes("1502", {}, 2, 10);
    BOOST_TEST(changes.positions.empty());
    BOOST_TEST(changes.reached == 4);
    const auto one = directory.changes("15", {}, 0, 1);
    BOOST_TEST(one.positions.size() == 1U);
    BOOST_TEST(one.reached == 1);
    BOOST_TEST(directory.changes("15", {}, 99, 10).reached == 99);
    BOOST_TEST(directory.newest("1501", 1).positions == (std::vector<std::int64_t>{3}), boost::test_tools::per_element());
    BOOST_TEST(directory.newest("1501", 9).positions == (std::vector<std::int64_t>{1, 3}), boost::test_tools::per_element());
    BOOST_TEST(directory.newest("1501", 9).reached == 4);
}

BOOST_AUTO_TEST_CASE(aGapInTheFeedIsRefused) {
    BOOST_CHECK_THROW(directory.add({line(6)}), std::logic_error);
    BOOST_CHECK_THROW(directory.add({line(4)}), std::logic_error);
}

// Over more lines than one block has, against the plain way of looking at each.
BOOST_AUTO_TEST_CASE(whatIsFoundIsWhatEachLineSays) {
    std::minstd_rand chance(7);
    Directory many;
    std::vector<Published> lines;
    const std::vector<std::string> regions{"15", "1501", "150102", "1502"};
    const std::vector<std::string> makers{"甲制药", "乙制药", "丙器械"};
    for (std::int64_t i = 1; i <= 10'000; ++i) {
        lines.push_back(line(i, regions[chance() % regions.size()]));
        lines.back().maker = makers[chance() % makers.size()];
        lines.back().batchNo = std::to_string(chance() % 1000);
        lines.back().verdict = chance() % 50 == 0 ? "fails" : "conforms";
    }
    many.add(lines);
    for (const auto& [wanted, batch] : std::vector<std::pair<PortalSearch, std::string>>{
             {{.batchNo = "77", .limit = 20'000}, "77"}, {{.batchNo = "1", .verdict = "fails", .limit = 20'000}, "1"}}) {
        std::vector<std::int64_t> expected;
        for (auto each = lines.rbegin(); each != lines.rend(); ++each) {
            if (each->regionCode.starts_with("1501") && each->batchNo.find(batch) != std::string::npos &&
                (!wanted.verdict || each->verdict == *wanted.verdict)) {
                expected.push_back(each->certificate.value);
            }
        }
        std::vector<std::int64_t> got;
        for (const CertificateId id : many.search("1501", wanted).certificates) got.push_back(id.value);
        BOOST_TEST(got == expected, boost::test_tools::per_element());
        BOOST_TEST(!got.empty());
        std::vector<std::int64_t> feed = many.changes("1501", wanted, 0, 20'000).positions;
        std::reverse(feed.begin(), feed.end());
        BOOST_TEST(feed == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()
