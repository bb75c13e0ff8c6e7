#include "server/samples/SampleService.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <future>
#include <set>
#include <sstream>

#include "server/catalogue/Institute.h"
#include "server/http/Router.h"
#include "server/people/Accounts.h"
#include "server/samples/Numbering.h"
#include "server/samples/SampleRoutes.h"
#include "tests/support/TestDatabase.h"

using touchstone::Actor;
using touchstone::Date;
using touchstone::Decimal;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::Role;
using touchstone::tests::TestDatabase;
namespace db = touchstone::db;
namespace http = touchstone::http;
namespace samples = touchstone::samples;

namespace {

constexpr db::Statement kCount{"count", "SELECT (SELECT COUNT(*) FROM sample), (SELECT COUNT(*) FROM test), "
                                        "(SELECT COUNT(*) FROM trail WHERE action = 'sample.register'), "
                                        "(SELECT COUNT(*) FROM registration)"};
constexpr db::Statement kPerson{"person", "INSERT INTO person (id, login, name, organisation_id, created_at) "
                                          "SELECT 7, 'li', '李', MIN(id), NOW(6) FROM organisation"};
constexpr db::Statement kFail{"fail", "UPDATE test SET verdict = 'fails' WHERE id = ?"};

std::string fileText(const std::string& name) {
    std::ifstream file(name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Date day(const char* text) { return touchstone::parseDate(text).value(); }

/// A laboratory with the demonstration catalogue, at 22 November 2026, 14:00 of its zone.
struct Laboratory : TestDatabase {
    touchstone::ManualClock clock{day("2026-11-22") + std::chrono::hours(6)};
    touchstone::audit::Trail trail{std::string(32, 'k'), clock};
    samples::SampleService service{application(), trail, clock,
                                   {"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", [](touchstone::Date) { return touchstone::reports::Layout::load(TOUCHSTONE_SOURCE "/templates/layouts/label.xml"); }}};
    Actor technician{{7}, "li", "李", {Role::technician}, "DEMO-LAB", "9901", "test"};

    Laboratory() {
        static_cast<void>(touchstone::catalogue::importInstitute(
            application(), trail, touchstone::people::systemActor("cli"),
            fileText(TOUCHSTONE_SOURCE "/templates/institute.xml"), TOUCHSTONE_SOURCE "/schema/institute.xsd"));
        application().write([](db::WriteTransaction& tx) { tx.execute(kPerson); });
    }

    /// "samples tests entries registrations"
    std::string counts() {
        return application().read([](db::ReadTransaction& tx) {
            const db::Row row = tx.query(kCount).at(0);
            return row.text(0) + " " + row.text(1) + " " + row.text(2) + " " + row.text(3);
        });
    }

    http::Response call(const std::string& verb, const std::string& path, const std::string& body = "",
                        const std::map<std::string, std::string>& parameters = {}) {
        http::Router router;
        router.add(samples::sampleRoutes(service));
        const http::Router::Match match = router.find(verb, path);
        http::Request request;
        request.path = match.path;
        request.parameters = parameters;
        request.body = body;
        request.caller = technician;
        return match.route->handle(request);
    }
};

samples::Registration batch(std::size_t count, bool each = false) {
    const char* products[] = {"ASP-TAB", "MASK-SURG", "CREAM"};
    samples::Registration out;
    out.each = each;
    for (std::size_t i = 0; i < count; ++i) {
        samples::NewSample s;
        s.row = i;
        s.product = products[i % 3];
        s.specification = "0.3g";
        s.batchNo = "B" + std::to_string(i);
        s.maker = "示例药业有限公司";
        s.client = "示例市市场监督管理局";
        s.businessKind = "supervision";
        s.voucherNo = "V-1";
        s.sampledOn = day("2026-11-20");
        s.sealState = "intact";
        s.quantity = Decimal::of("120");
        s.quantityUnit = "片";
        s.regionCode = "9901";
        out.rows.push_back(s);
    }
    return out;
}

template <class F>
Error errorOf(F&& act) {
    try {
        act();
    } catch (const Error& e) {
        return e;
    }
    return Error(ErrorCode::Internal);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(SampleServiceTest)

BOOST_FIXTURE_TEST_CASE(twelveSamplesAreRegisteredWithTheirTests, Laboratory) {
    const samples::Registered done = service.registerSamples(technician, batch(12));
    BOOST_REQUIRE(done.accepted.size() == 12U);
    BOOST_TEST(done.refused.empty());
    BOOST_TEST(done.accepted.front().number == "JP2026112200001");
    BOOST_TEST(done.accepted.back().number == "JP2026112200012");
    BOOST_TEST(done.accepted[1].edition == "YY 0469-2011");
    BOOST_TEST(done.accepted[1].tests == 7);
    BOOST_TEST((done.accepted[0].dueOn == day("2026-12-25")));   // 25 working days, none of them a holiday
    BOOST_TEST(counts() == "12 76 12 1");

    const samples::SampleDetail detail = service.get(technician, "JP2026112200003");
    BOOST_TEST(detail.sample.summary.product == "CREAM");
    BOOST_TEST(detail.sample.quantity == "120");
    BOOST_REQUIRE(detail.tests.size() == 6U);
    BOOST_TEST(detail.tests[0].item == "铅");
    BOOST_TEST(detail.tests[0].status == "waiting");
    BOOST_TEST(!detail.tests[0].value.has_value());
    BOOST_TEST(detail.certificates.empty());
}

BOOST_FIXTURE_TEST_CASE(oneWrongRowRefusesAllOrOnlyItself, Laboratory) {
    samples::Registration registration = batch(3);
    registration.rows[1].product = "NONE";
    registration.rows[2].sampledOn = day("2026-11-23");
    const Error error = errorOf([&] { static_cast<void>(service.registerSamples(technician, registration)); });
    BOOST_TEST((error.code() == ErrorCode::Invalid));
    BOOST_TEST(error.fields().size() == 2U);
    BOOST_TEST(counts() == "0 0 0 0");

    registration.each = true;
    const samples::Registered done = service.registerSamples(technician, registration);
    BOOST_REQUIRE(done.accepted.size() == 1U);
    BOOST_TEST(done.accepted[0].number == "JP2026112200001");   // the refused batch used no number
    BOOST_TEST(done.refused.size() == 2U);
    BOOST_TEST(counts() == "1 6 1 1");
}

BOOST_FIXTURE_TEST_CASE(aGivenEditionMustBeInForceToday, Laboratory) {
    samples::Registration registration = batch(2, true);
    registration.rows[1].edition = "YY 0469-2023";
    const samples::Registered done = service.registerSamples(technician, registration);
    BOOST_REQUIRE(done.refused.size() == 1U);
    BOOST_TEST(done.refused[0].field == "rows.1.edition");
    BOOST_TEST((done.refused[0].code == ErrorCode::NotInForce));
    clock.advance(std::chrono::hours(24 * 9));
    registration.rows.erase(registration.rows.begin());
    BOOST_TEST(service.registerSamples(technician, registration).accepted.at(0).edition == "YY 0469-2023");
}

BOOST_FIXTURE_TEST_CASE(theSameRequestKeyAnswersTheSameAndRegistersNothing, Laboratory) {
    samples::Registration registration = batch(3, true);
    registration.rows[2].product = "NONE";
    registration.requestKey = "monday-1";
    const samples::Registered first = service.registerSamples(technician, registration);
    const samples::Registered second = service.registerSamples(technician, registration);
    BOOST_TEST(samples::toJson(first) == samples::toJson(second));
    BOOST_TEST(counts() == "2 13 2 1");
}

BOOST_FIXTURE_TEST_CASE(theSameRequestKeyFromManyThreadsRegistersOnce, Laboratory) {
    samples::Registration registration = batch(5);
    registration.requestKey = "all-at-once";
    std::vector<std::future<std::string>> answers;
    for (int i = 0; i < 8; ++i) {
        answers.push_back(std::async(std::launch::async, [&] { return samples::toJson(service.registerSamples(technician, registration)); }));
    }
    std::set<std::string> different;
    for (auto& answer : answers) different.insert(answer.get());
    BOOST_TEST(different.size() == 1U);
    BOOST_TEST(counts().starts_with("5 "));
}

BOOST_FIXTURE_TEST_CASE(numbersHaveNoGapsUnderConcurrentRegistrations, Laboratory) {
    const auto work = [&](int rounds) {
        std::vector<std::string> numbers;
        for (int i = 0; i < rounds; ++i) {
            for (const auto& each : service.registerSamples(technician, batch(3)).accepted) numbers.push_back(each.number);
            samples::Registration wrong = batch(2);
            wrong.rows[0].product = "NONE";
            BOOST_CHECK_THROW(static_cast<void>(service.registerSamples(technician, wrong)), Error);
        }
        return numbers;
    };
    auto one = std::async(std::launch::async, work, 10);
    auto other = std::async(std::launch::async, work, 10);
    std::set<std::string> all;
    for (const std::string& number : one.get()) all.insert(number);
    for (const std::string& number : other.get()) all.insert(number);
    BOOST_TEST(all.size() == 60U);
    BOOST_TEST(*all.begin() == "JP2026112200001");
    BOOST_TEST(*all.rbegin() == "JP2026112200060");
}

BOOST_FIXTURE_TEST_CASE(aRollbackGivesNumbersBack, Laboratory) {
    const auto take = [&](bool fail) {
        return application().write([&](db::WriteTransaction& tx) {
            const std::int64_t first = samples::takeNumbers(tx, "BG2026", 3);
            if (fail) throw Error(ErrorCode::Internal);
            return first;
        });
    };
    BOOST_TEST(take(false) == 1);
    BOOST_CHECK_THROW(static_cast<void>(take(true)), Error);
    BOOST_TEST(take(false) == 4);
}

BOOST_FIXTURE_TEST_CASE(listsGoOnWhereThePageBeforeEnded, Laboratory) {
    static_cast<void>(service.registerSamples(technician, batch(5)));
    samples::SampleFilter filter;
    filter.limit = 2;
    std::vector<std::string> numbers;
    do {
        const samples::SamplePage page = service.list(technician, filter);
        BOOST_TEST(page.counts.at("testing") == 5);
        for (const auto& sample : page.items) numbers.push_back(sample.number);
        filter.after = page.next;
    } while (filter.after);
    BOOST_REQUIRE(numbers.size() == 5U);
    BOOST_TEST(numbers.front() == "JP2026112200005");
    BOOST_TEST(numbers.back() == "JP2026112200001");
}

BOOST_FIXTURE_TEST_CASE(listsAreFilteredByStatusPartAndOverdue, Laboratory) {
    static_cast<void>(service.registerSamples(technician, batch(5)));
    const auto found = [&](samples::SampleFilter filter) { return service.list(technician, filter).items.size(); };
    BOOST_TEST(found({.status = "testing"}) == 5U);
    BOOST_TEST(found({.status = "released"}) == 0U);
    BOOST_TEST(found({.part = "口罩"}) == 2U);
    BOOST_TEST(found({.part = "b4"}) == 1U);
    BOOST_TEST(found({.part = "00003"}) == 1U);
    BOOST_TEST(found({.overdue = true}) == 0U);
    clock.advance(std::chrono::hours(24 * 34));   // 26 December: drugs were due on the 25th
    BOOST_TEST(found({.overdue = true}) == 2U);

    const auto tests = service.get(technician, "JP2026112200001").tests;
    application().write([&](db::WriteTransaction& tx) { tx.execute(kFail, {tests.at(0).id.value}); });
    BOOST_TEST(service.get(technician, "JP2026112200001").sample.summary.failing == 1);
}

BOOST_FIXTURE_TEST_CASE(testsAreListedUnderFilters, Laboratory) {
    static_cast<void>(service.registerSamples(technician, batch(3)));
    application().read([](db::ReadTransaction& tx) {
        BOOST_TEST(samples::listTests(tx, {.limit = 500}).size() == 19U);
        BOOST_TEST(samples::listTests(tx, {.sample = "JP2026112200002"}).size() == 7U);
        BOOST_TEST(samples::listTests(tx, {.product = "CREAM", .limit = 4}).size() == 4U);
        BOOST_TEST(samples::listTests(tx, {.verdict = "fails"}).empty());
        BOOST_TEST(samples::countTests(tx, {.product = "ASP-TAB"}).at("waiting") == 6);
        const auto blood = samples::listTests(tx, {.sample = "JP2026112200002"}).at(3);
        BOOST_TEST(blood.limitKind == "list");
        BOOST_TEST(blood.accepted.at(0) == "无渗透");
        BOOST_TEST(blood.edition == "YY 0469-2011");
        BOOST_TEST(samples::testById(tx, blood.id)->item == "合成血液穿透");
        BOOST_TEST(!samples::testById(tx, touchstone::TestId{999999}).has_value());
    });
}

BOOST_FIXTURE_TEST_CASE(theRoutesSpeakTheDocumentsForm, Laboratory) {
    const std::string row =
        R"({"product":"ASP-TAB","specification":"0.3g","batch_no":"1","maker":"m","client":"c","business_kind":"supervision",)"
        R"("voucher_no":"v","sampled_on":"2026-11-20","seal_state":"intact","quantity":"120","quantity_unit":"片","region_code":"9901"})";
    const http::Response done = call("POST", "/samples", R"({"mode":"each","rows":[)" + row + R"(,{"product":"ASP-TAB"}]})");
    BOOST_TEST(done.status == 201);
    BOOST_TEST(done.body.starts_with(R"({"accepted":[{"row":0,"number":"JP2026112200001","edition":"中国药典2025年版二部",)"
                                     R"("due_on":"2026-12-25","tests":6}],"refused":[{"row":1,"errors":[)"));
    BOOST_TEST(call("GET", "/samples/JP2026112200001").body.find(R"("requirement":"不得过0.3%")") != std::string::npos);
    BOOST_TEST(call("GET", "/samples/JP2026112200001/timeline").body.find(R"("action":"sample.register")") != std::string::npos);
    BOOST_TEST(call("GET", "/samples", "", {{"q", "jp2026"}}).body.find(R"("counts":{"testing":1})") != std::string::npos);
    BOOST_TEST(call("GET", "/labels", "", {{"numbers", "JP2026112200001"}}).body.starts_with("%PDF"));

    const auto code = [&](const std::string& verb, const std::string& path, const std::string& body,
                          const std::map<std::string, std::string>& parameters = {}) {
        return errorOf([&] { static_cast<void>(call(verb, path, body, parameters)); }).code();
    };
    BOOST_TEST((code("POST", "/samples", R"({"rows":[)" + row + "," + row + "]}") == ErrorCode::Invalid));
    BOOST_TEST((code("POST", "/samples", R"({"rows":[]})") == ErrorCode::Invalid));
    BOOST_TEST((code("POST", "/samples", R"({"rows":[3]})") == ErrorCode::Invalid));
    BOOST_TEST((code("GET", "/samples/NONE", "") == ErrorCode::NotFound));
    BOOST_TEST((code("GET", "/samples/NONE/timeline", "") == ErrorCode::NotFound));
    BOOST_TEST((code("GET", "/labels", "", {{"numbers", "NONE"}}) == ErrorCode::NotFound));
    BOOST_TEST((code("GET", "/labels", "", {{"numbers", ","}}) == ErrorCode::Invalid));
}

BOOST_FIXTURE_TEST_CASE(particularsOfImportsAndRetestsAreKept, Laboratory) {
    samples::Registration registration = batch(1);
    registration.rows[0].businessKind = "import";
    registration.rows[0].particulars = {"示例国", "示例口岸", "HT-1", "TZ-1", "", "", "", "", ""};
    registration.rows.push_back(batch(1).rows[0]);
    registration.rows[1].row = 1;
    registration.rows[1].batchNo = "B9";
    registration.rows[1].businessKind = "retest";
    registration.rows[1].particulars = {"", "", "", "", "B-7", "示例省检验院", "2026-10-20", "示例药业", "2026-10-25"};
    registration.rows[1].retestItems = {"DISSO", "ASA"};
    const auto done = service.registerSamples(technician, registration);
    BOOST_TEST(done.accepted.at(0).tests == 6);
    BOOST_TEST(done.accepted.at(1).tests == 2);   // those that were asked for
    const auto retest = service.get(technician, done.accepted[1].number);
    BOOST_TEST(retest.sample.particulars.retestLaboratory == "示例省检验院");
    BOOST_TEST(retest.sample.particulars.retestIssuedOn == "2026-10-20");
    BOOST_TEST(retest.tests.at(0).item == "溶出度");
    const auto body = call("GET", "/samples/" + done.accepted[0].number).body;
    BOOST_TEST(body.find(R"("import_country":"示例国","import_port":"示例口岸","import_contract_no":"HT-1","import_notice_no":"TZ-1","retest_number":null)") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(wrongParticularsAreNamedByRowAndField, Laboratory) {
    samples::Registration registration = batch(2, true);
    registration.rows[0].particulars.importPort = "示例口岸";
    registration.rows[1].businessKind = "retest";
    registration.rows[1].particulars = {"", "", "", "", "BG2026000001", "", "", "示例企业", "2026-11-21"};
    registration.rows[1].retestItems = {"BFE", "PB"};
    std::vector<std::string> found;
    for (const auto& error : service.registerSamples(technician, registration).refused) {
        found.push_back(error.field + " " + std::string(touchstone::name(error.code)));
    }
    const std::vector<std::string> expected{"rows.1.retest_items.1 not_known", "rows.0.import_port not_asked", "rows.1.retest_number not_known"};
    BOOST_TEST(found == expected, boost::test_tools::per_element());
    BOOST_TEST(counts() == "0 0 0 0");
}

BOOST_FIXTURE_TEST_CASE(theSchemaHoldsParticularsToTheirKind, Laboratory) {
    static_cast<void>(service.registerSamples(technician, batch(1)));
    const db::Statement wrong{"wrong", "UPDATE sample SET import_port = 'x'"};
    BOOST_CHECK_THROW(application().write([&](db::WriteTransaction& tx) { tx.execute(wrong); }), std::exception);
}

BOOST_FIXTURE_TEST_CASE(aHeadIsPutRightUntilItsCertificate, Laboratory) {
    const std::string number = service.registerSamples(technician, batch(1)).accepted.at(0).number;
    const auto fields = [&](const std::vector<samples::HeadChange>& changes) {
        std::string out;
        const Error refusal = errorOf([&] { service.correct(technician, number, changes, "抄录有误"); });
        for (const auto& error : refusal.fields()) {
            out += error.field + " " + std::string(touchstone::name(error.code)) + ";";
        }
        return out;
    };
    BOOST_TEST(fields({{"maker", {}, "示例药业有限公司"}}) == "changes.0.new nothing_to_do;");
    BOOST_TEST(fields({{"maker", {}, "另一家"}, {"import_port", {}, "示例口岸"}}) == "changes.1.new not_asked;");
    BOOST_TEST((errorOf([&] { service.correct(technician, "NONE", {{"maker", {}, "x"}}, "抄录有误"); }).code() == ErrorCode::NotFound));

    service.correct(technician, number, {{"maker", {}, "另一家"}, {"product_name", {}, "阿司匹林肠溶片"}}, "抄录有误");
    const auto after = service.get(technician, number);
    BOOST_TEST(after.sample.summary.maker == "另一家");
    const auto entry = service.timeline(technician, number).back();
    BOOST_TEST(entry.action == "sample.correct");
    BOOST_TEST(entry.after.value() == R"({"maker":"另一家","product_name":"阿司匹林肠溶片"})");
    Actor analyst = technician;
    analyst.roles = {Role::analyst};
    BOOST_TEST((errorOf([&] { service.correct(analyst, number, {{"maker", {}, "x"}}, "抄录有误"); }).code() == ErrorCode::NoRight));
}

BOOST_FIXTURE_TEST_CASE(theLanguageOfTheReportIsChosenAndPutRight, Laboratory) {
    samples::Registration registration = batch(2, true);
    registration.rows[0].language = "en";
    registration.rows[0].english = {{"maker_en", "Example Pharma"}};
    registration.rows[1].english = {{"maker_en", "示例"}, {"import_port_en", "Example Port"}};
    const auto done = service.registerSamples(technician, registration);
    BOOST_REQUIRE_EQUAL(done.accepted.size(), 1U);
    BOOST_REQUIRE_EQUAL(done.refused.size(), 2U);
    BOOST_TEST(done.refused[0].field == "rows.1.import_port_en");
    BOOST_TEST((done.refused[0].code == ErrorCode::NotAsked));
    BOOST_TEST((done.refused[1].code == ErrorCode::WrongCharacters));
    const std::string number = done.accepted[0].number;
    service.correct(technician, number, {{"client_en", {}, "Example Bureau"}, {"language", {}, "zh"}}, "客户改要中文");
    const auto sample = service.get(technician, number).sample;
    BOOST_TEST(sample.language == "zh");
    BOOST_TEST(sample.english.at("maker_en") == "Example Pharma");
    BOOST_TEST(sample.english.at("client_en") == "Example Bureau");
}

BOOST_FIXTURE_TEST_CASE(rightsAreHeld, Laboratory) {
    technician.roles = {Role::analyst};
    BOOST_TEST((errorOf([&] { static_cast<void>(service.registerSamples(technician, batch(1))); }).code() == ErrorCode::NoRight));
    BOOST_TEST(service.list(technician, {}).items.empty());
    technician.roles = {Role::regulator};
    BOOST_TEST((errorOf([&] { static_cast<void>(service.list(technician, {})); }).code() == ErrorCode::NoRight));
}

BOOST_AUTO_TEST_SUITE_END()
