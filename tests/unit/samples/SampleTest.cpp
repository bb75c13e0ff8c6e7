#include "server/samples/Sample.h"

#include <boost/test/unit_test.hpp>
#include <functional>

using touchstone::Date;
using touchstone::Decimal;
using touchstone::ErrorCode;
namespace catalogue = touchstone::catalogue;
namespace samples = touchstone::samples;

namespace {

Date day(const char* text) { return touchstone::parseDate(text).value(); }
const Date kToday = day("2026-11-22");

samples::NewSample good() {
    samples::NewSample s;
    s.product = "ASP-TAB";
    s.batchNo = "20260901";
    s.voucherNo = "V-1";
    s.sampledOn = day("2026-11-20");
    s.quantity = Decimal::of("120");
    s.regionCode = "9901";
    return s;
}

/// What is wrong with a good sample after one change: "field code", or "".
std::string wrong(const std::function<void(samples::NewSample&)>& change) {
    samples::NewSample s = good();
    change(s);
    const auto errors = samples::checkRows({s}, kToday);
    BOOST_TEST(errors.size() <= 1U);
    return errors.empty() ? "" : errors[0].field + " " + std::string(touchstone::name(errors[0].code));
}

catalogue::Product mask() {
    catalogue::Product p;
    p.standard = "YY 0469";
    p.editions = {{catalogue::EditionId{1}, "YY 0469-2011", day("2013-06-01"), day("2026-11-30"), false, "示例"},
                  {catalogue::EditionId{2}, "YY 0469-2023", day("2026-12-01"), std::nullopt, false, "示例"}};
    return p;
}

samples::Particulars import() { return {"示例国", "示例口岸", "", "TZ-1", "", "", "", "", ""}; }
samples::Particulars retest() { return {"", "", "", "", "B-1", "示例省检验院", "2026-10-20", "示例药业", "2026-10-25"}; }

/// What is wrong with particulars: "field code, field code".
std::string faults(const samples::Particulars& said, const std::string& business, const std::string& kind = "drug") {
    std::string out;
    for (const auto& fault : samples::checkParticulars(said, business, kind, kToday)) {
        out += (out.empty() ? "" : ", ") + fault.field + " " + std::string(touchstone::name(fault.code));
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(SampleTest)

BOOST_AUTO_TEST_CASE(anImportedDrugNamesCountryPortAndNotice) {
    BOOST_TEST(faults(import(), "import").empty());
    BOOST_TEST(faults({}, "import") == "import_country required, import_port required, import_notice_no required");
    BOOST_TEST(faults({}, "import", "cosmetic").empty());   // whose paper prints none of them
    BOOST_TEST(faults(import(), "import", "cosmetic").empty());
    BOOST_TEST(faults(import(), "supervision") ==
               "import_country not_asked, import_port not_asked, import_notice_no not_asked");
}

BOOST_AUTO_TEST_CASE(aRetestNamesTheOriginalReportAndWhoAskedWhen) {
    BOOST_TEST(faults(retest(), "retest").empty());
    BOOST_TEST(faults({}, "retest") == "retest_number required, retest_applicant required, retest_asked_on required");
    BOOST_TEST(faults({}, "supervision").empty());
    BOOST_TEST(faults({"", "", "", "", "B-1", "", "", "", ""}, "commission") == "retest_number not_asked");
    const auto with = [](std::string samples::Particulars::*field, const char* text) {
        samples::Particulars said = retest();
        said.*field = text;
        return faults(said, "retest");
    };
    BOOST_TEST(with(&samples::Particulars::retestIssuedOn, "") == "retest_issued_on required");
    BOOST_TEST(with(&samples::Particulars::retestLaboratory, "") == "retest_issued_on not_asked");   // the day is known here
    BOOST_TEST(with(&samples::Particulars::retestIssuedOn, "2026-11-23") == "retest_issued_on out_of_range, retest_asked_on out_of_range");
    BOOST_TEST(with(&samples::Particulars::retestAskedOn, "2026-10-19") == "retest_asked_on out_of_range");
    BOOST_TEST(with(&samples::Particulars::retestAskedOn, "2026-10-20").empty());
    BOOST_TEST(with(&samples::Particulars::retestAskedOn, "2026-11-23") == "retest_asked_on out_of_range");
    BOOST_TEST(with(&samples::Particulars::retestAskedOn, "gestern") == "retest_asked_on not_a_date");
}

BOOST_AUTO_TEST_CASE(anOwnReportIsLookedUp) {
    samples::Particulars said = retest();
    BOOST_TEST(!samples::namesOwnReport(said));
    said.retestLaboratory = said.retestIssuedOn = "";
    BOOST_TEST(samples::namesOwnReport(said));
    const samples::Original original{"B-1", "ASP-TAB", "20260901", day("2026-10-20")};
    const auto wrong = [&](const std::string& product, const std::string& batch, const samples::Original* one) {
        const auto found = samples::checkOriginal(said, product, batch, one, kToday);
        return found.empty() ? "" : found.at(0).field + " " + std::string(touchstone::name(found.at(0).code));
    };
    BOOST_TEST(wrong("ASP-TAB", "20260901", &original).empty());
    BOOST_TEST(wrong("ASP-TAB", "20260901", nullptr) == "retest_number not_known");
    BOOST_TEST(wrong("CREAM", "20260901", &original) == "retest_number other_original");
    BOOST_TEST(wrong("ASP-TAB", "20260902", &original) == "retest_number other_original");
    said.retestAskedOn = "2026-10-19";
    BOOST_TEST(wrong("ASP-TAB", "20260901", &original) == "retest_asked_on out_of_range");
}

BOOST_AUTO_TEST_CASE(aRetestIsOfTheItemsThatItIsAskedFor) {
    std::vector<catalogue::TestItem> basis(3);
    basis[0].analyte = "SA", basis[1].analyte = "DISSO", basis[2].analyte = "ASA";
    const auto chosen = [&](const char* business, std::vector<std::string> wanted) {
        samples::NewSample s = good();
        s.businessKind = business;
        s.retestItems = std::move(wanted);
        const auto found = samples::chooseItems(s, basis);
        std::string out = std::to_string(found.items.size());
        for (const auto& error : found.errors) out += " " + error.field + " " + std::string(touchstone::name(error.code));
        return out;
    };
    BOOST_TEST(chosen("supervision", {}) == "3");
    BOOST_TEST(chosen("retest", {"ASA", "SA"}) == "2");
    BOOST_TEST(chosen("retest", {}) == "0 rows.0.retest_items required");
    BOOST_TEST(chosen("import", {"ASA"}) == "0 rows.0.retest_items not_asked");
    BOOST_TEST(chosen("retest", {"ASA", "PB"}) == "1 rows.0.retest_items.1 not_known");
    BOOST_TEST(chosen("retest", {"ASA", "ASA"}) == "1 rows.0.retest_items.1 duplicate");
}

BOOST_AUTO_TEST_CASE(daysMustBeAbleToBe) {
    BOOST_TEST(wrong([](auto&) {}).empty());
    BOOST_TEST(wrong([](auto& s) { s.sampledOn = kToday; }).empty());
    BOOST_TEST(wrong([](auto& s) { s.sampledOn = day("2026-11-23"); }) == "rows.0.sampled_on out_of_range");
    BOOST_TEST(wrong([](auto& s) { s.producedOn = day("2026-11-20"); }).empty());
    BOOST_TEST(wrong([](auto& s) { s.producedOn = day("2026-11-21"); }) == "rows.0.produced_on out_of_range");
    BOOST_TEST(wrong([](auto& s) { s.producedOn = day("2026-09-01"), s.expiresOn = day("2026-09-02"); }).empty());
    BOOST_TEST(wrong([](auto& s) { s.producedOn = day("2026-09-01"), s.expiresOn = day("2026-09-01"); }) ==
               "rows.0.expires_on out_of_range");
}

BOOST_AUTO_TEST_CASE(aQuantityIsPositiveAndARegionIsACode) {
    BOOST_TEST(wrong([](auto& s) { s.quantity = Decimal::of("0.5"); }).empty());
    BOOST_TEST(wrong([](auto& s) { s.quantity = Decimal::of("0.0"); }) == "rows.0.quantity wrong_type");
    BOOST_TEST(wrong([](auto& s) { s.quantity = Decimal::of("-1"); }) == "rows.0.quantity wrong_type");
    BOOST_TEST(wrong([](auto& s) { s.regionCode = "990102"; }).empty());
    for (const char* code : {"", "9", "990", "99010", "9901021", "99-1"}) {
        BOOST_TEST(wrong([&](auto& s) { s.regionCode = code; }) == "rows.0.region_code wrong_type");
    }
}

BOOST_AUTO_TEST_CASE(aRowThatStandsTwiceIsNamedByItsOwnIndex) {
    samples::NewSample second = good();
    second.row = 7;
    samples::NewSample otherVoucher = good();
    otherVoucher.row = 8;
    otherVoucher.voucherNo = "V-2";
    const auto errors = samples::checkRows({good(), second, otherVoucher}, kToday);
    BOOST_REQUIRE(errors.size() == 1U);
    BOOST_TEST(errors[0].field == "rows.7.batch_no");
    BOOST_TEST((errors[0].code == ErrorCode::Duplicate));
    BOOST_TEST(errors[0].row.value() == 7U);
}

BOOST_AUTO_TEST_CASE(theEditionIsTheOneInForceToday) {
    const catalogue::Product product = mask();
    samples::NewSample s = good();
    BOOST_TEST(samples::chooseEdition(s, &product, day("2026-11-30")).edition->edition == "YY 0469-2011");
    BOOST_TEST(samples::chooseEdition(s, &product, day("2026-12-01")).edition->edition == "YY 0469-2023");
    BOOST_TEST((samples::chooseEdition(s, &product, day("2010-01-01")).error->code == ErrorCode::NotInForce));
    BOOST_TEST((samples::chooseEdition(s, nullptr, kToday).error->code == ErrorCode::NotKnown));
    s.edition = "YY 0469-2023";
    BOOST_TEST(samples::chooseEdition(s, &product, kToday).error->field == "rows.0.edition");
    BOOST_TEST((samples::chooseEdition(s, &product, kToday).error->code == ErrorCode::NotInForce));
    s.edition = "YY 0469-1999";
    BOOST_TEST((samples::chooseEdition(s, &product, kToday).error->code == ErrorCode::NotKnown));
}

BOOST_AUTO_TEST_CASE(theReportIsDueByTheRuleOfItsBusiness) {
    const touchstone::Calendar calendar({day("2026-11-24")}, {});
    const std::vector<catalogue::DeadlineRule> rules{{"supervision", "drug", 2, touchstone::DayCount::WorkingDays}};
    BOOST_TEST((samples::dueOn(rules, calendar, "supervision", "drug", kToday) == day("2026-11-25")));
    BOOST_TEST(!samples::dueOn(rules, calendar, "supervision", "device", kToday).has_value());
    BOOST_TEST(!samples::dueOn(rules, calendar, "import", "drug", kToday).has_value());
}

BOOST_AUTO_TEST_CASE(numbersHaveTheirDayAndFiveDigits) {
    BOOST_TEST(samples::numberOf(samples::seriesOf(kToday), 1) == "JP2026112200001");
    BOOST_TEST(samples::numberOf(samples::seriesOf(kToday), 99999) == "JP2026112299999");
}

BOOST_AUTO_TEST_CASE(anAnswerIsReadBackAsItWasKept) {
    samples::Registered answer;
    answer.accepted = {{0, "JP2026112200001", "YY 0469-2011", day("2026-12-01"), 7}, {2, "JP2026112200002", "版", std::nullopt, 6}};
    answer.refused = {samples::rowError(1, "product", ErrorCode::NotKnown, {"X \"1\""})};
    const samples::Registered back = samples::registeredFromJson(samples::toJson(answer));
    BOOST_REQUIRE(back.accepted.size() == 2U);
    BOOST_TEST((back.accepted[0].dueOn == day("2026-12-01")));
    BOOST_TEST(!back.accepted[1].dueOn.has_value());
    BOOST_TEST(back.accepted[1].row == 2U);
    BOOST_TEST(back.accepted[0].tests == 7);
    BOOST_TEST((back.refused.at(0).code == ErrorCode::NotKnown));
    BOOST_TEST(back.refused.at(0).arguments.at(0) == "X \"1\"");
    BOOST_TEST(samples::toJson(back) == samples::toJson(answer));
}

BOOST_AUTO_TEST_SUITE_END()
