#pragma once
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "server/intake/Matching.h"
#include "server/intake/ReadingStore.h"

namespace touchstone::intake {

/// What earlier readings of one message did, and what people said since, when it is read again.
class Prior {
public:
    void add(const ImportedSpan& imported);
    void add(const ChartedSpan& charted);
    /// A later correction of the same observation replaces an earlier one.
    void add(const Correction& correction);

    /// Puts what people said in the place of what was read; gives the id of the correction of each observation, or nothing.
    [[nodiscard]] std::vector<std::optional<std::int64_t>> correct(std::vector<instruments::Observation>& observations) const;

    /// As match(), of all observations of the message. A span that became the result of a test is not imported again: with
    /// the same value it stays imported; with another value, or once its test is none of those that it now names, it is held.
    /// So it is with a span that became a point of a control chart.
    [[nodiscard]] std::vector<Match> match(const std::vector<instruments::Observation>& observations, const Instrument& instrument,
                                           Tests& tests, quality::ControlBoard& controls) const;

private:
    using SpanKey = std::pair<std::int64_t, std::int64_t>;
    using ReadKey = std::tuple<std::int64_t, std::int64_t, std::string, std::string>;
    [[nodiscard]] static SpanKey keyOf(const instruments::Observation& observation);

    std::map<SpanKey, std::map<std::int64_t, std::string>> imported_;   ///< value by test
    std::map<SpanKey, std::string> charted_;                            ///< decimal
    std::map<ReadKey, Correction> corrections_;
};

}  // namespace touchstone::intake
