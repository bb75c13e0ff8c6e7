#include <boost/test/unit_test.hpp>
#include <sstream>

#include "server/core/Error.h"
#include "server/core/Json.h"
#include "server/regulators/BundleService.h"
#include "tests/db/certificates/Laboratory.h"

using touchstone::Actor;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::regulators::Bundle;
using touchstone::tests::Laboratory;
using touchstone::tests::Press;

namespace json = touchstone::json;

namespace {

struct Bundled : Laboratory {
    Bundled() {
        release({checkedSample(1, "150102"), checkedSample(2, "1502"), checkedSample(3, "1501")});
    }
    std::string bytes(std::int64_t id, std::uint64_t from, std::uint64_t to) {
        std::ostringstream out;
        bundles.open(actor("regulator"), id)->write(out, from, to);
        return out.str();
    }
    std::string manifest() { return text("SELECT manifest FROM bundle"); }

    touchstone::regulators::BundleService bundles{application(), trail, clock, feed, issuing.signer(), 1};
};

auto refusedAs(ErrorCode code, const std::string& field = "") {
    return [code, field](const Error& error) {
        BOOST_TEST_MESSAGE(error.what());
        return error.code() == code && (field.empty() || error.fields().at(0).field == field);
    };
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(bundles, Bundled)

BOOST_AUTO_TEST_CASE(whatIsFoundIsFrozenWithItsManifestAndWrittenIntoTheLedger) {
    const Bundle made = bundles.make(actor("regulator"), {}, {});
    BOOST_TEST(made.certificates == 2);
    const json::Value content = json::parse(manifest());
    const auto& files = content.find("certificates")->items();
    BOOST_REQUIRE_EQUAL(files.size(), 2U);
    BOOST_TEST(files[0].find("number")->text() == "BG2026000001");
    BOOST_TEST(files[1].find("number")->text() == "BG2026000003");
    BOOST_TEST(files[0].find("sha256")->text() ==
               touchstone::toHex(touchstone::sha256(portal.download(actor("regulator"), "BG2026000001").pdf)));
    BOOST_TEST(number("SELECT COUNT(*) FROM download WHERE bundle_id = " + std::to_string(made.id)) == 2);
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action = 'bundle.make' AND actor = 'regulator'") == 1);
}

BOOST_AUTO_TEST_CASE(anyPartIsSentAgainByteForByteWhateverHappensMeanwhile) {
    const Bundle made = bundles.make(actor("regulator"), {}, {});
    const std::string whole = bytes(made.id, 0, made.bytes);
    BOOST_TEST(whole.size() == made.bytes);
    sql("UPDATE certificate SET status = 'withdrawn'");
    clock.advance(std::chrono::hours(24));
    for (std::uint64_t from = 0; from < made.bytes; from += made.bytes / 7) {
        BOOST_CHECK(bytes(made.id, from, made.bytes) == whole.substr(from));
    }
}

BOOST_AUTO_TEST_CASE(numbersChooseWithinTheFilterAndUnknownOnesAreNamed) {
    BOOST_TEST(bundles.make(actor("regulator"), {"BG2026000003"}, {}).certificates == 1);
    BOOST_CHECK_EXCEPTION(static_cast<void>(bundles.make(actor("regulator"), {"BG2026000003", "BG2026000002"}, {})), Error,
                          refusedAs(ErrorCode::Invalid, "numbers.1"));
    BOOST_CHECK_EXCEPTION(
        static_cast<void>(bundles.make(actor("regulator"), {"BG2026000003"}, {.verdict = "fails"})), Error,
        refusedAs(ErrorCode::Invalid, "numbers"));
    BOOST_TEST(number("SELECT COUNT(*) FROM bundle") == 1);
}

BOOST_AUTO_TEST_CASE(aBundleIsItsMakersOwn) {
    const Bundle made = bundles.make(actor("regulator"), {}, {});
    Actor another = actor("regulator");
    another.id = actor("analyst").id;
    BOOST_CHECK_EXCEPTION(static_cast<void>(bundles.open(another, made.id)), Error, refusedAs(ErrorCode::NotFound));
    BOOST_TEST(bundles.list(another, INT64_MAX, 10).empty());
    BOOST_TEST(bundles.list(actor("regulator"), INT64_MAX, 10).size() == 1U);
    BOOST_CHECK_EXCEPTION(static_cast<void>(bundles.make(actor("analyst"), {}, {})), Error, refusedAs(ErrorCode::NoRight));
}

BOOST_AUTO_TEST_CASE(noMoreTransfersThanThereArePlaces) {
    const Bundle made = bundles.make(actor("regulator"), {}, {});
    auto one = bundles.open(actor("regulator"), made.id);
    BOOST_CHECK_EXCEPTION(static_cast<void>(bundles.open(actor("regulator"), made.id)), Error, refusedAs(ErrorCode::Busy));
    one.reset();
    BOOST_TEST(bundles.open(actor("regulator"), made.id)->bundle().id == made.id);
}

BOOST_AUTO_TEST_CASE(theLedgerTellsARegulatorOfItsOwnAndTheLaboratoryOfAll) {
    static_cast<void>(bundles.make(actor("regulator"), {}, {}));
    static_cast<void>(portal.download(actor("regulator"), "BG2026000001"));
    const auto own = portal.downloads(actor("regulator"), {});
    BOOST_REQUIRE_EQUAL(own.size(), 3U);
    BOOST_TEST(own[0].number == "BG2026000001");
    BOOST_CHECK(!own[0].bundle);
    BOOST_CHECK(own[1].bundle);
    BOOST_TEST(portal.downloads(actor("analyst"), {}).size() == 3U);
    BOOST_TEST(portal.downloads(actor("analyst"), {.number = "BG2026000003"}).size() == 1U);
    Actor elsewhere = actor("regulator");
    elsewhere.organisation = "LAB";
    BOOST_TEST(portal.downloads(elsewhere, {}).empty());
    BOOST_TEST(portal.downloads(elsewhere, {.number = "BG2026000001"}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
