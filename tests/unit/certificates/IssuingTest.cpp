#include <atomic>
#include <boost/test/unit_test.hpp>

#include "server/certificates/Bench.h"
#include "server/certificates/Issuing.h"
#include "server/core/Bytes.h"
#include "tests/unit/reports/Authority.h"

using touchstone::CertificateId;
using touchstone::Instant;
using touchstone::ManualClock;
using touchstone::certificates::Drawing;
using touchstone::certificates::Issuing;
using touchstone::certificates::SigningSettings;
using touchstone::reports::Fetch;
using touchstone::reports::FetchRequest;
using touchstone::reports::Level;
using touchstone::reports::authority::p256;

namespace {

/// After the authority was made, whose certificates do not hold before; on a busy machine that takes seconds.
Instant rightNow() {
    static_cast<void>(p256());
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

SigningSettings settings(bool stamped, bool validated) {
    return {.keyPem = p256().file("signer.key"),
            .chainPem = p256().file("signer.pem"),
            .rootsPem = p256().root(),
            .timeStampUrl = stamped ? "http://authority.test/stamp" : "",
            .timeStampRootsPem = p256().stampRoot(),
            .validation = validated};
}

/// Three certificates to be issued, with authorities that can go away.
struct Desk {
    explicit Desk(bool stamped = true, bool validated = true)
        : issuing(printer(), layoutOf, settings(stamped, validated), fetch(), clock) {}

    static const touchstone::reports::CertificatePrinter& printer() {
        static const touchstone::reports::CertificatePrinter made("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc");
        return made;
    }
    static touchstone::reports::Layout layoutOf(const touchstone::json::Value&) {
        static const auto drug = touchstone::reports::Layout::load(TOUCHSTONE_SOURCE "/templates/layouts/drug.xml");
        return drug;
    }
    Fetch fetch() {
        return [this](const FetchRequest& request) -> std::string {
            ++questions;
            if (isAway) throw std::runtime_error("tsa.test: Timeout");
            const std::lock_guard lock(one);
            return p256().fetch()(request);
        };
    }
    Issuing::Made make() { return issuing.make(drawings, clock.now()); }

    ManualClock clock{rightNow()};
    std::atomic<bool> isAway{false};
    std::atomic<int> questions{0};
    std::mutex one;
    std::vector<Drawing> drawings{{CertificateId{1}, "BG1", "JP1", touchstone::certificates::benchFrozen()},
                                  {CertificateId{2}, "BG2", "JP2", touchstone::certificates::benchFrozen()},
                                  {CertificateId{3}, "BG3", "JP3", touchstone::certificates::benchFrozen()}};
    Issuing issuing;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(Issued)

BOOST_AUTO_TEST_CASE(files_have_the_level_that_is_configured) {
    for (const auto& [stamped, validated, level] :
         {std::tuple{false, false, Level::b}, {true, false, Level::t}, {true, true, Level::lt}}) {
        Desk desk(stamped, validated);
        const Issuing::Made made = desk.make();
        BOOST_TEST(made.undrawn.empty());
        BOOST_REQUIRE_EQUAL(made.files.size(), 3U);
        for (const auto& file : made.files) {
            const auto said = p256().verify(file.pdf);
            BOOST_CHECK_MESSAGE(said.holds(), said.problem);
            BOOST_CHECK(said.level == level);
            BOOST_CHECK(file.sha256 == touchstone::sha256(file.pdf));
        }
        BOOST_CHECK(desk.issuing.state().level == level);
        BOOST_CHECK(!desk.issuing.state().waiting);
    }
}

BOOST_AUTO_TEST_CASE(while_the_authority_is_away_certificates_wait_and_say_why) {
    Desk desk;
    desk.isAway = true;
    const Issuing::Made made = desk.make();
    BOOST_TEST(made.files.empty());
    BOOST_REQUIRE_EQUAL(made.undrawn.size(), 3U);
    BOOST_TEST(desk.issuing.state().waiting.value().find("Timeout") != std::string::npos);
    BOOST_CHECK(desk.issuing.state().waitingSince == desk.clock.now());

    // It is not asked again at once, and ever more rarely.
    const int asked = desk.questions;
    desk.clock.advance(std::chrono::seconds(4));
    BOOST_TEST(desk.make().undrawn.size() == 3U);
    BOOST_TEST(desk.questions == asked);
    desk.clock.advance(std::chrono::seconds(2));
    BOOST_TEST(desk.make().files.empty());
    BOOST_TEST(desk.questions > asked);
    const int again = desk.questions;
    desk.clock.advance(std::chrono::seconds(6));
    BOOST_TEST(desk.make().files.empty());
    BOOST_TEST(desk.questions == again);

    desk.isAway = false;
    desk.clock.advance(std::chrono::seconds(6));
    BOOST_TEST(desk.make().files.size() == 3U);
    BOOST_CHECK(!desk.issuing.state().waiting);
}

BOOST_AUTO_TEST_CASE(one_that_cannot_be_drawn_does_not_keep_the_others_back) {
    Desk desk(false, false);
    desk.drawings[1].frozen = "{}";
    const Issuing::Made made = desk.make();
    BOOST_TEST(made.files.size() == 2U);
    BOOST_REQUIRE_EQUAL(made.undrawn.size(), 1U);
    BOOST_CHECK(made.undrawn[0].id == CertificateId{2});
    BOOST_CHECK(!desk.issuing.state().waiting);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_signers_certificate_is_told_in_time) {
    Desk desk(false, false);
    BOOST_TEST(!desk.issuing.state().endsSoon());
    const Instant end = desk.issuing.state().notAfter;
    desk.clock.advance(end - desk.clock.now() - std::chrono::days(60));
    BOOST_TEST(!desk.issuing.state().endsSoon());
    desk.clock.advance(std::chrono::seconds(1));
    BOOST_TEST(desk.issuing.state().endsSoon());
    BOOST_TEST(desk.issuing.state().daysLeft == 59);
    desk.clock.advance(end - desk.clock.now());
    BOOST_TEST(desk.make().files.empty());
    BOOST_TEST(desk.issuing.state().waiting.value().find("ended") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(validation_data_without_a_time_stamp_are_refused) {
    const ManualClock clock{rightNow()};
    BOOST_CHECK_THROW(Issuing(Desk::printer(), Desk::layoutOf, settings(false, true), {}, clock), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
