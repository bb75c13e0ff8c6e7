#include "server/intake/Prior.h"

#include <algorithm>

#include "server/core/Decimal.h"

namespace touchstone::intake {
namespace {

/// The test that an observation names, whatever its state.
const testing::LockedTest* targetOf(const instruments::Observation& observation, const Instrument& instrument, const Tests& tests) {
    const auto analyte = instrument.analytes.find(observation.code);
    return analyte == instrument.analytes.end() ? nullptr : tests.find(observation.specimen, analyte->second.id);
}

Match otherwise(const testing::LockedTest* test) { return {"held", reason::kImportedOtherwise, test, std::nullopt, ""}; }

}  // namespace

Prior::SpanKey Prior::keyOf(const instruments::Observation& o) {
    return {static_cast<std::int64_t>(o.span.offset), static_cast<std::int64_t>(o.span.length)};
}

void Prior::add(const ImportedSpan& imported) { imported_[{imported.offset, imported.length}].emplace(imported.test, imported.value); }

void Prior::add(const ChartedSpan& charted) { charted_.emplace(SpanKey{charted.offset, charted.length}, charted.value); }

void Prior::add(const Correction& c) { corrections_.insert_or_assign({c.offset, c.length, c.wasSpecimen, c.wasCode}, c); }

std::vector<std::optional<std::int64_t>> Prior::correct(std::vector<instruments::Observation>& observations) const {
    std::vector<std::optional<std::int64_t>> out;
    out.reserve(observations.size());
    for (instruments::Observation& o : observations) {
        const auto [offset, length] = keyOf(o);
        const auto found = corrections_.find({offset, length, o.specimen, o.code});
        if (found == corrections_.end()) {
            out.emplace_back();
            continue;
        }
        o.specimen = found->second.specimen;
        o.code = found->second.code;
        out.emplace_back(found->second.id);
    }
    return out;
}

std::vector<Match> Prior::match(const std::vector<instruments::Observation>& observations, const Instrument& instrument, Tests& tests,
                                quality::ControlBoard& controls) const {
    std::map<SpanKey, std::set<std::int64_t>> named;
    for (const auto& o : observations) {
        if (const auto* target = targetOf(o, instrument, tests)) named[keyOf(o)].insert(target->id.value);
    }
    std::vector<Match> out;
    out.reserve(observations.size());
    for (const auto& o : observations) {
        if (const auto point = charted_.find(keyOf(o)); point != charted_.end()) {
            const bool same = o.decimal && Decimal::parse(*o.decimal) == Decimal::parse(point->second);
            out.push_back(same ? Match{"imported", std::nullopt, nullptr, std::nullopt, *o.decimal} : otherwise(nullptr));
            continue;
        }
        const auto before = imported_.find(keyOf(o));
        if (before == imported_.end()) {
            out.push_back(intake::match(o, instrument, tests, controls));
            continue;
        }
        const testing::LockedTest* target = targetOf(o, instrument, tests);
        const auto same = target == nullptr ? before->second.end() : before->second.find(target->id.value);
        if (same != before->second.end()) {
            const std::string value = reported(o);
            out.push_back(same->second == value ? Match{"imported", std::nullopt, target, std::nullopt, value} : otherwise(target));
            continue;
        }
        const auto& now = named[keyOf(o)];
        const bool abandoned = std::any_of(before->second.begin(), before->second.end(), [&](const auto& it) { return !now.contains(it.first); });
        out.push_back(abandoned ? otherwise(target) : intake::match(o, instrument, tests, controls));
    }
    return out;
}

}  // namespace touchstone::intake
