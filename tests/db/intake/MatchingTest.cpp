#include "server/intake/Matching.h"

#include <boost/test/unit_test.hpp>
#include <functional>

using touchstone::catalogue::Verdict;
using touchstone::instruments::Comparator;
using touchstone::instruments::Observation;
using touchstone::instruments::ObservationKind;

namespace catalogue = touchstone::catalogue;
namespace intake = touchstone::intake;
namespace testing = touchstone::testing;

namespace {

/// One sample JP1 that waits for its analyte 1 (at most 0.3 %) and has a result of its analyte 2.
struct Waiting {
    intake::Tests tests{{test(7, 1, testing::TestStatus::waiting), test(8, 2, testing::TestStatus::resulted)}, {{{1}, item()}}, {"JP1", "JP2"}};
    touchstone::quality::ControlBoard controls;
    intake::Instrument instrument{{1}, "HPLC-1", "csv", "", true, {{"WATER", {1, ""}}, {"PPM", {1, "ppm"}}, {"DONE", {2, ""}}, {"OTHER", {3, ""}}}};

    static testing::LockedTest test(std::int64_t id, std::int64_t analyte, testing::TestStatus status) {
        testing::LockedTest out;
        out.id = {id};
        out.sampleNumber = "JP1";
        out.item = {1};
        out.analyte = analyte;
        out.status = status;
        return out;
    }
    static catalogue::TestItem item() {
        catalogue::TestItem out;
        out.unit = "%";
        out.limit.upper = catalogue::Bound{"0.3", true};
        return out;
    }
    static Observation water(const std::string& value = "0.1") {
        Observation out;
        out.specimen = "JP1";
        out.code = "WATER";
        out.value = value;
        out.decimal = value;
        out.unit = "%";
        return out;
    }
    /// "state reason" of an observation that differs from a good one.
    std::string match(const std::function<void(Observation&)>& change) {
        Observation observation = water();
        change(observation);
        const auto found = intake::match(observation, instrument, tests, controls);
        return found.state + " " + found.reason.value_or("");
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(matching, Waiting)

BOOST_AUTO_TEST_CASE(whatFitsIsImportedWithItsVerdict) {
    const auto found = intake::match(water("0.30"), instrument, tests, controls);
    BOOST_TEST(found.state == "imported");
    BOOST_TEST(found.test->id.value == 7);
    BOOST_TEST(found.value == "0.30");
    BOOST_TEST((found.judgement->verdict == Verdict::Conforms));
}

BOOST_AUTO_TEST_CASE(whatIsNotCertainIsHeldWithItsReason) {
    BOOST_TEST(match([](auto& o) { o.specimen = "JP9"; }) == "held unknown_specimen");
    BOOST_TEST(match([](auto& o) { o.specimen = ""; }) == "held unknown_specimen");
    BOOST_TEST(match([](auto& o) { o.specimen = "jp1"; }) == "held unknown_specimen");
    BOOST_TEST(match([](auto& o) { o.specimen = "JP1 "; }) == "held unknown_specimen");
    BOOST_TEST(match([](auto& o) { o.code = "ASH"; }) == "held unknown_code");
    BOOST_TEST(match([](auto& o) { o.code = "water"; }) == "held unknown_code");
    BOOST_TEST(match([](auto& o) { o.code = "OTHER"; }) == "held not_requested");
    BOOST_TEST(match([](auto& o) { o.specimen = "JP2"; }) == "held not_requested");
    BOOST_TEST(match([](auto& o) { o.unit = ""; }) == "held unit_mismatch");
    BOOST_TEST(match([](auto& o) { o.unit = "% "; }) == "held unit_mismatch");
    BOOST_TEST(match([](auto& o) { o.code = "PPM"; }) == "held unit_mismatch");
    BOOST_TEST(match([](auto& o) { o.code = "DONE"; }) == "held already_resulted");
    BOOST_TEST(match([](auto& o) { o.undecodable = true; }) == "held undecodable");
    BOOST_TEST(match([](auto& o) { o.value = "许多"; o.decimal.reset(); }) == "held undecidable");
    BOOST_TEST(match([](auto& o) { o.value = ""; o.decimal.reset(); }) == "held undecidable");
    BOOST_TEST(match([](auto& o) { o.value = "0.5"; o.decimal = "0.5"; o.comparator = Comparator::Less; }) == "held undecidable");
}

BOOST_AUTO_TEST_CASE(whatIsLongerThanItsColumnIsHeld) {
    BOOST_TEST(match([](auto& o) { o.specimen = std::string(65, 'J'); }) == "held too_long");
    BOOST_TEST(match([](auto& o) { o.code = std::string(65, 'C'); }) == "held too_long");
    BOOST_TEST(match([](auto& o) { o.value = std::string(201, '1'); }) == "held too_long");
    BOOST_TEST(match([](auto& o) { o.unit = std::string(33, '%'); }) == "held too_long");
}

BOOST_AUTO_TEST_CASE(aControlIsNeverAResult) {
    BOOST_TEST(match([](auto& o) { o.kind = ObservationKind::Control; }) == "held unknown_control");
    controls = {{"JP1"}, {}, {}, {}};
    BOOST_TEST(match([](auto&) {}) == "imported ", "the number of a sample that is also a barcode of a material means the sample");
}

BOOST_AUTO_TEST_CASE(aCalibrationIsIgnored) {
    BOOST_TEST(match([](auto& o) { o.kind = ObservationKind::Calibration; }) == "ignored not_a_sample");
}

BOOST_AUTO_TEST_CASE(whatTheInstrumentItselfCallsNotFinalIsHeld) {
    for (const char* status : {"P", "X", "I", "S", "W", "R", "D"}) {
        BOOST_TEST(match([&](auto& o) { o.status = status; }) == "held not_final", status);
    }
    for (const char* status : {"F", "C", "V"}) {
        Waiting fresh;
        BOOST_TEST(fresh.match([&](auto& o) { o.status = status; }) == "imported ", status);
    }
}

BOOST_AUTO_TEST_CASE(aTestTakesOneObservation) {
    BOOST_TEST(match([](auto&) {}) == "imported ");
    BOOST_TEST(match([](auto&) {}) == "held already_resulted");
}

BOOST_AUTO_TEST_CASE(oneThatWasHeldTakesNothingFromTheNext) {
    BOOST_TEST(match([](auto& o) { o.unit = "ppm"; }) == "held unit_mismatch");
    BOOST_TEST(match([](auto& o) { o.value = "?"; o.decimal.reset(); }) == "held undecidable");
    BOOST_TEST(match([](auto& o) { o.code = "PPM"; o.unit = "ppm"; }) == "imported ");
}

BOOST_AUTO_TEST_CASE(aComparatorIsPartOfTheValue) {
    const std::vector<std::pair<Comparator, std::string>> signs{
        {Comparator::Less, "<0.1"}, {Comparator::LessOrEqual, "≤0.1"}, {Comparator::Greater, ">0.9"}, {Comparator::GreaterOrEqual, "≥0.9"}};
    for (const auto& [comparator, value] : signs) {
        Waiting fresh;
        Observation o = water(value.substr(value.size() - 3));
        o.comparator = comparator;
        const auto found = intake::match(o, fresh.instrument, fresh.tests, fresh.controls);
        BOOST_TEST(found.value == value);
        BOOST_TEST((found.judgement->verdict == (value.ends_with("0.1") ? Verdict::Conforms : Verdict::Fails)), value);
    }
}

BOOST_AUTO_TEST_SUITE_END()
