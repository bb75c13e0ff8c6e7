#include "server/catalogue/Institute.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "server/catalogue/CatalogueService.h"
#include "server/catalogue/CatalogueStore.h"
#include "server/core/Error.h"
#include "server/people/Accounts.h"
#include "tests/support/TestDatabase.h"

using touchstone::Actor;
using touchstone::Date;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::TestDatabase;
namespace catalogue = touchstone::catalogue;
namespace db = touchstone::db;

namespace {

constexpr const char* kSchema = TOUCHSTONE_SOURCE "/schema/institute.xsd";

std::string demonstration() {
    std::ifstream file(TOUCHSTONE_SOURCE "/templates/institute.xml");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

Date day(const char* text) { return touchstone::parseDate(text).value(); }

struct Catalogue : TestDatabase {
    touchstone::SystemClock clock;
    touchstone::audit::Trail trail{std::string(32, 'k'), clock};
    Actor actor = touchstone::people::systemActor("cli");
    catalogue::CatalogueService service{application()};

    catalogue::Imported load(const std::string& xml) {
        return catalogue::importInstitute(application(), trail, actor, xml, kSchema);
    }

    ErrorCode refusal(const std::string& xml) {
        try {
            static_cast<void>(load(xml));
        } catch (const Error& e) {
            return e.code();
        }
        return ErrorCode::Internal;
    }

    std::size_t trailRows() {
        return application()
            .read([](db::ReadTransaction& tx) { return touchstone::audit::Trail::list(tx, {{}, {}, {}, 500}); })
            .size();
    }
    std::string said(const std::string& query) {
        std::string out;
        owner().runAlone([&](const auto& run) { out = run(query).at(0).text(0); });
        return out;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(InstituteTest)

BOOST_FIXTURE_TEST_CASE(whatIsEnglishMayChangeWhereTheItemMayNot, Catalogue) {
    static_cast<void>(load(demonstration()));
    BOOST_TEST(said("SELECT name_en FROM product WHERE code = 'ASP-TAB'") == "Aspirin Tablets");
    const std::string words = "SELECT g.words FROM test_item_english g JOIN test_item i ON i.id = g.item_id JOIN product p ON p.id = i.product_id "
                              "WHERE p.code = 'ASP-TAB' AND i.seq = 1";
    BOOST_TEST(said(words) == R"({"白色片":"White tablets","非白色片":"Not white tablets"})");
    const auto again = load(with(demonstration(), "name_en=\"Free salicylic acid\"", "name_en=\"Salicylic acid, free\""));
    BOOST_TEST(again.added == 0U);
    BOOST_TEST(again.changed == 1U);
    BOOST_TEST(said("SELECT name FROM test_item_english WHERE name LIKE 'Salicylic%'") == "Salicylic acid, free");
}

BOOST_FIXTURE_TEST_CASE(theDemonstrationIsLoadedAndLoadingItAgainChangesNothing, Catalogue) {
    const catalogue::Imported first = load(demonstration());
    BOOST_TEST(first.added > 60U);
    BOOST_TEST(first.changed == 0U);
    BOOST_TEST(trailRows() == first.added);

    const catalogue::Imported second = load(demonstration());
    BOOST_TEST(second.added == 0U);
    BOOST_TEST(second.changed == 0U);
    BOOST_TEST(trailRows() == first.added);
}

BOOST_FIXTURE_TEST_CASE(aProductComesWithItsEditionsAndTheirItems, Catalogue) {
    static_cast<void>(load(demonstration()));
    const catalogue::ProductDetail mask = service.get(actor, "MASK-SURG");
    BOOST_TEST(mask.product.kind == "device");
    BOOST_REQUIRE(mask.product.editions.size() == 2U);
    BOOST_TEST(mask.product.editionInForce(day("2026-11-30"))->edition == "YY 0469-2011");
    BOOST_TEST(mask.product.editionInForce(day("2026-12-01"))->edition == "YY 0469-2023");
    BOOST_TEST(mask.product.editionInForce(day("2010-01-01")) == nullptr);
    for (const catalogue::Edition& edition : mask.product.editions) {
        BOOST_TEST(mask.items.at({mask.product.id, edition.id}).size() == 7U);
        BOOST_TEST(!edition.verified);
    }

    const catalogue::ProductDetail tablet = service.get(actor, "ASP-TAB");
    const auto& items = tablet.items.begin()->second;
    BOOST_REQUIRE(items.size() == 6U);
    const catalogue::Limit& assay = items.back().limit;
    BOOST_TEST(assay.lower->text == "95.0");
    BOOST_TEST((assay.comparison == catalogue::ComparisonRule::Rounded));
    BOOST_TEST((catalogue::judge(assay, "94.95")->verdict == catalogue::Verdict::Conforms));
    BOOST_TEST((catalogue::judge(items.front().limit, "非白色片")->verdict == catalogue::Verdict::Fails));

    const auto byId = application().read([&](db::ReadTransaction& tx) {
        return catalogue::itemsById(tx, {items.front().id, items.back().id, touchstone::TestItemId{999999}});
    });
    BOOST_TEST(byId.size() == 2U);
    BOOST_TEST(byId.at(items.back().id).analyte == "ASA");
}

BOOST_FIXTURE_TEST_CASE(productsAreFoundByPartOfCodeOrName, Catalogue) {
    static_cast<void>(load(demonstration()));
    BOOST_TEST(service.list(actor, std::nullopt).size() == 4U);
    BOOST_TEST(service.list(actor, "mask").size() == 1U);
    BOOST_TEST(service.list(actor, "片").size() == 1U);
    BOOST_TEST(service.list(actor, "%").empty());
    BOOST_CHECK_EXCEPTION(static_cast<void>(service.get(actor, "NONE")), Error,
                          [](const Error& e) { return e.code() == ErrorCode::NotFound; });
}

BOOST_FIXTURE_TEST_CASE(aChangeIsWrittenAndStandsInTheTrailWithWhatWasBefore, Catalogue) {
    static_cast<void>(load(demonstration()));
    const catalogue::Imported done =
        load(with(with(demonstration(), "name=\"保湿霜\"", "name=\"保湿乳\""), "code=\"75As\"", "code=\"75As+\""));
    BOOST_TEST(done.added == 0U);
    BOOST_TEST(done.changed == 2U);
    const auto newest =
        application().read([](db::ReadTransaction& tx) { return touchstone::audit::Trail::list(tx, {{"product"}, {"CREAM"}, {}, 1}); });
    BOOST_TEST(newest.at(0).before->find("保湿霜") != std::string::npos);
    BOOST_TEST(newest.at(0).after->find("保湿乳") != std::string::npos);
    // The code that only the other file named stays.
    BOOST_TEST(load(demonstration()).changed == 1U);
}

BOOST_FIXTURE_TEST_CASE(aMappingOfTheFileIsAVersionAndWhatPeopleMadeOfItStays, Catalogue) {
    static_cast<void>(load(demonstration()));
    const auto versions = [&] {
        std::string out;
        owner().runAlone([&](const auto& run) {
            out = run("SELECT GROUP_CONCAT(CONCAT(version, IF(mapping = '{}', ' theirs', ' of the file')) ORDER BY version) FROM instrument_mapping").at(0).text(0);
        });
        return out;
    };
    BOOST_TEST(versions() == "1 of the file");
    owner().runAlone([](const auto& run) {
        run("INSERT INTO organisation (id, code, name, kind, region_code) VALUES (901, 'X', 'X', 'laboratory', '15')");
        run("INSERT INTO person (id, login, name, organisation_id, created_at) VALUES (901, 'x', 'x', 901, NOW(6))");
        run("INSERT INTO instrument_mapping (instrument_id, version, mapping, person_id, reason) SELECT instrument_id, 2, '{}', 901, 'x' FROM instrument_mapping");
    });
    BOOST_TEST(load(demonstration()).changed == 0U);
    BOOST_TEST(versions() == "1 of the file,2 theirs");
    BOOST_TEST(load(with(demonstration(), "\"header_row\":1", "\"header_row\":2")).changed == 1U);
    BOOST_TEST(versions() == "1 of the file,2 theirs,3 of the file");
    BOOST_TEST((refusal(with(demonstration(), "protocol=\"csv\"", "protocol=\"telepathy\"")) == ErrorCode::Invalid));
}

BOOST_FIXTURE_TEST_CASE(aTestItemInUseCannotChangeAndNothingElseOfTheFileIsKept, Catalogue) {
    static_cast<void>(load(demonstration()));
    const std::size_t rows = trailRows();
    BOOST_TEST((refusal(with(with(demonstration(), "name=\"保湿霜\"", "name=\"保湿乳\""), "upper=\"0.3\"", "upper=\"0.30\"")) ==
                ErrorCode::BadDocument));
    BOOST_TEST(trailRows() == rows);
    BOOST_TEST(service.get(actor, "CREAM").product.name == "保湿霜");
}

BOOST_FIXTURE_TEST_CASE(whatIsWrongIsRefusedBeforeAnythingIsWritten, Catalogue) {
    const std::string good = demonstration();
    BOOST_TEST((refusal("<institute>") == ErrorCode::BadDocument));
    BOOST_TEST((refusal(with(good, "upper=\"0.3\"", "upper=\"0,3\"")) == ErrorCode::BadDocument));
    BOOST_TEST((refusal(with(good, "analyte=\"SA\"", "analyte=\"NONE\"")) == ErrorCode::BadDocument));
    BOOST_TEST((refusal(with(good, "edition=\"YY 0469-2011\"", "edition=\"YY 0469-1999\"")) == ErrorCode::BadDocument));
    BOOST_TEST((refusal(with(good, "to=\"2026-11-30\"", "to=\"2012-11-30\"")) == ErrorCode::Invalid));
    BOOST_TEST((refusal(with(good, "lower=\"95.0\" upper=\"105.0\"", "lower=\"105.1\" upper=\"105.0\"")) == ErrorCode::Invalid));
    BOOST_TEST((refusal(with(good, "<range upper=\"0.3\"/>", "<range/>")) == ErrorCode::Invalid));
    BOOST_TEST((refusal(with(good, ">非白色片</fails>", ">白色片</fails>")) == ErrorCode::Invalid));
    BOOST_TEST((refusal(with(good, "<mapping>{", "<mapping>[{")) == ErrorCode::Invalid));
    BOOST_TEST((refusal(with(good, "edition=\"YY 0469-2011\"", "edition=\"中国药典2025年版二部\"")) == ErrorCode::Invalid));
    BOOST_TEST(trailRows() == 0U);
}

BOOST_FIXTURE_TEST_CASE(onlyAnAdministratorLoads, Catalogue) {
    actor.roles = {touchstone::Role::technician};
    BOOST_TEST((refusal(demonstration()) == ErrorCode::NoRight));
}

BOOST_FIXTURE_TEST_CASE(daysAndDeadlinesAreDatedRows, Catalogue) {
    static_cast<void>(load(with(demonstration(), "<deadline ",
                                "<day date=\"2026-11-23\" kind=\"holiday\" source=\"示例\"/>"
                                "<day date=\"2026-11-28\" kind=\"workday\" source=\"示例\"/><deadline ")));
    application().read([](db::ReadTransaction& tx) {
        const touchstone::Calendar calendar = catalogue::readCalendar(tx);
        BOOST_TEST(!calendar.isWorkingDay(day("2026-11-23")));
        BOOST_TEST(calendar.isWorkingDay(day("2026-11-28")));
        BOOST_TEST(catalogue::deadlineRules(tx, day("2019-12-31")).empty());
        const auto rules = catalogue::deadlineRules(tx, day("2026-11-22"));
        BOOST_TEST(rules.size() == 9U);
        BOOST_TEST(std::ranges::count(rules, "risk_report", &catalogue::DeadlineRule::businessKind) == 3);
    });
}

BOOST_FIXTURE_TEST_CASE(accreditationsMarksAndRetentionAreDatedRowsOfNobodysChecking, Catalogue) {
    static_cast<void>(load(demonstration()));
    BOOST_TEST(said("SELECT GROUP_CONCAT(body ORDER BY body) FROM accreditation WHERE NOT verified") == "CNAS,CMA");
    BOOST_TEST(said("SELECT COUNT(DISTINCT accreditation_id) FROM accreditation_scope") == "2");
    BOOST_TEST(said("SELECT GROUP_CONCAT(body ORDER BY body) FROM mark_rule WHERE NOT verified") == "CNAS,CMA");
    BOOST_TEST(said("SELECT COUNT(*) FROM retention_rule WHERE years = 6 AND NOT verified") == "3");
    BOOST_TEST(said("SELECT GROUP_CONCAT(product_kind, ' ', share ORDER BY product_kind) FROM near_limit_rule WHERE NOT verified") ==
               "drug 0.1,device 0.1,cosmetic 0.1");
    static_cast<void>(load(demonstration()));  // again: nothing is there twice
    BOOST_TEST(said("SELECT COUNT(*) FROM accreditation") == "2");
    BOOST_TEST(said("SELECT COUNT(*) FROM retention_rule") == "3");
    BOOST_TEST(said("SELECT COUNT(*) FROM near_limit_rule") == "3");
}

BOOST_AUTO_TEST_SUITE_END()
