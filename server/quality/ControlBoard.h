#pragma once
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/core/Clock.h"
#include "server/quality/Westgard.h"

namespace touchstone::quality {

/// A chart of a lot that is in force, locked, as intake meets it.
struct LockedChart {
    std::int64_t id = 0;
    std::string material;                  ///< barcode
    std::string lot;
    std::int64_t instrument = 0;
    std::int64_t analyte = 0;
    std::string instrumentCode;
    std::string analyteCode;
    std::string unit;
    bool blocking = false;
    std::int64_t points = 0;
    bool failing = false;
    std::optional<std::pair<Decimal, Decimal>> target;   ///< mean and SD in force; nothing: no target for today
    std::vector<ControlPoint> history;                   ///< its last points, as many as the longest rule looks back
};

/// A point on its way into the store.
struct NewControlResult {
    std::int64_t chart = 0;
    std::string subject;                   ///< material/instrument/analyte, as the trail says it
    std::int64_t ordinal = 0;
    ControlPoint point;
    std::vector<Violation> violations;
    std::int64_t observation = 0;          ///< set when it is stored
};

/// The control samples that one batch of messages may bring, with the state of their charts. Points are judged one after
/// the other, so that a result behind a failed control of the same batch already meets it. One thread at a time.
class ControlBoard {
public:
    ControlBoard() = default;
    /// A chart that fails and is set to block: instrument, analyte, chart.
    using Blocking = std::set<std::array<std::int64_t, 3>>;
    /// codes: barcodes in force.
    ControlBoard(std::set<std::string> codes, std::vector<LockedChart> charts, std::vector<ControlRule> rules, Blocking blocking);

    [[nodiscard]] bool knows(const std::string& code) const { return codes_.contains(code); }
    [[nodiscard]] const LockedChart* find(const std::string& code, std::int64_t instrument, std::int64_t analyte) const;
    [[nodiscard]] bool blocks(std::int64_t instrument, std::int64_t analyte) const;
    /// Judges a value against the chart's target, which is there, and moves the chart on.
    [[nodiscard]] NewControlResult judge(std::int64_t chart, const Decimal& value);

private:
    std::set<std::string> codes_;
    std::map<std::int64_t, LockedChart> charts_;
    std::vector<ControlRule> rules_;
    Blocking blocking_;
};

}  // namespace touchstone::quality
