#include "server/intake/Matching.h"

#include <string_view>

#include "server/core/Bytes.h"

namespace touchstone::intake {
namespace {

bool fits(const instruments::Observation& o) {
    return characters(o.specimen) <= 64 && characters(o.code) <= 64 && characters(o.value) <= 200 && characters(o.unit) <= 32;
}

/// Result status of HL7 table 0085 and of ASTM E1394 R.9 by which the instrument does not stand for the value: deleted,
/// pending, not asked, order only, preliminary, not verified, partial, wrong, impossible.
bool isFinal(const std::string& status) {
    constexpr std::string_view notFinal = "DINOPRSWX";
    return status.size() != 1 || notFinal.find(status.front()) == std::string_view::npos;
}

Match held(const char* why, const testing::LockedTest* test = nullptr) { return {"held", why, test, std::nullopt, ""}; }

/// Held so that a person decides whether it becomes a result.
Match late(const char* why, const testing::LockedTest* test, const std::string& value) { return {"held", why, test, std::nullopt, value}; }

bool isControl(const instruments::Observation& o, const Tests& tests, const quality::ControlBoard& controls) {
    if (o.kind == instruments::ObservationKind::Control) return true;
    return controls.knows(o.specimen) && !tests.knowsSample(o.specimen);
}

/// A chart takes numbers whose distance from the mean stays exact: below 10^15, as the targets are.
std::optional<Decimal> charted(const instruments::Observation& o) {
    if (!o.decimal || o.comparator != instruments::Comparator::None || o.decimal->size() > 40) return std::nullopt;
    const auto value = Decimal::parse(*o.decimal);
    return value && value->magnitude() < 15 && value->decimals() <= 15 ? value : std::nullopt;
}

Match matchControl(const instruments::Observation& o, const Instrument& instrument, quality::ControlBoard& controls) {
    if (!controls.knows(o.specimen)) return held(reason::kUnknownControl);
    const auto analyte = instrument.analytes.find(o.code);
    if (analyte == instrument.analytes.end()) return held(reason::kUnknownCode);
    const quality::LockedChart* chart = controls.find(o.specimen, instrument.id.value, analyte->second.id);
    if (chart == nullptr || !chart->target) return held(reason::kNoTarget);
    if (o.unit != chart->unit) return held(reason::kUnitMismatch);
    const auto value = charted(o);
    if (!value) return held(reason::kUndecidable);
    return {"imported", std::nullopt, nullptr, std::nullopt, "", controls.judge(chart->id, *value)};
}

}  // namespace

std::string reported(const instruments::Observation& observation) {
    if (!observation.decimal) return observation.value;
    switch (observation.comparator) {
        case instruments::Comparator::Less: return "<" + *observation.decimal;
        case instruments::Comparator::LessOrEqual: return "≤" + *observation.decimal;
        case instruments::Comparator::Greater: return ">" + *observation.decimal;
        case instruments::Comparator::GreaterOrEqual: return "≥" + *observation.decimal;
        case instruments::Comparator::None: return *observation.decimal;
    }
    return observation.value;
}

Tests::Tests(const std::vector<testing::LockedTest>& tests, std::map<TestItemId, catalogue::TestItem> items, std::set<std::string> samples)
    : items_(std::move(items)), samples_(std::move(samples)) {
    for (const testing::LockedTest& test : tests) tests_.emplace(std::pair(test.sampleNumber, test.analyte), test);
}

const testing::LockedTest* Tests::find(const std::string& sample, std::int64_t analyte) const {
    const auto found = tests_.find({sample, analyte});
    return found == tests_.end() ? nullptr : &found->second;
}

Match match(const instruments::Observation& observation, const Instrument& instrument, Tests& tests, quality::ControlBoard& controls) {
    if (observation.kind == instruments::ObservationKind::Calibration) return {"ignored", reason::kNotASample, nullptr, std::nullopt, ""};
    if (observation.undecodable) return held(reason::kUndecodable);
    if (!fits(observation)) return held(reason::kTooLong);
    if (!isFinal(observation.status)) return held(reason::kNotFinal);
    if (isControl(observation, tests, controls)) return matchControl(observation, instrument, controls);
    if (!tests.knowsSample(observation.specimen)) return held(reason::kUnknownSpecimen);
    const auto analyte = instrument.analytes.find(observation.code);
    if (analyte == instrument.analytes.end()) return held(reason::kUnknownCode);
    const testing::LockedTest* test = tests.find(observation.specimen, analyte->second.id);
    if (test == nullptr) return held(reason::kNotRequested);
    const catalogue::TestItem& item = tests.item(*test);
    const std::string& unit = analyte->second.unit.empty() ? item.unit : analyte->second.unit;
    if (observation.unit != unit) return held(reason::kUnitMismatch, test);
    const std::string value = reported(observation);
    if (test->status != testing::TestStatus::waiting) return late(reason::kAlreadyResulted, test, value);
    auto judgement = catalogue::judge(item.limit, value);
    if (!judgement) return held(reason::kUndecidable, test);
    if (controls.blocks(instrument.id.value, analyte->second.id)) return late(reason::kControlFailed, test, value);
    if (!tests.take(test->id)) return late(reason::kAlreadyResulted, test, value);
    return {"imported", std::nullopt, test, std::move(judgement), value};
}

}  // namespace touchstone::intake
