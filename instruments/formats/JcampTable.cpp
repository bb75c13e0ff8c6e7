#include "instruments/formats/JcampTable.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

namespace touchstone::instruments::jcamp {
namespace {

/// What single precision, in which many writers computed their headers, cannot tell apart.
constexpr double relative = 1e-6;

/// A table of which more than one in so many ordinates could not be read is not used.
constexpr std::size_t readableShare = 10;

/// So many times fewer rows must disagree.
constexpr std::size_t farBetter = 10;

double factorOf(const Axis& axis) {
    return axis.factor ? axis.factor->value() : 1;
}

std::string shown(double value) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

/// The smallest and the largest that is a number; several at a time, as each comparison waits for the one before it.
std::pair<double, double> range(const std::vector<double>& values) {
    using Pair [[gnu::vector_size(2 * sizeof(double))]] = double;
    Pair low = Pair{} + HUGE_VAL, high = -low, otherLow = low, otherHigh = high;
    const auto take = [&values](std::size_t at, Pair& least, Pair& most) {
        Pair pair;
        std::memcpy(&pair, &values[at], sizeof pair);
        least = pair < least ? pair : least;
        most = pair > most ? pair : most;
    };
    std::size_t i = 0;
    for (; i + 4 <= values.size(); i += 4) {
        take(i, low, high);
        take(i + 2, otherLow, otherHigh);
    }
    double least = std::min({low[0], low[1], otherLow[0], otherLow[1]});
    double most = std::max({high[0], high[1], otherHigh[0], otherHigh[1]});
    for (; i < values.size(); ++i) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    return {least, most};
}

class Checks {
public:
    Checks(const TableHeader& header, Span table, Outcome& outcome) : header_(header), table_(table), outcome_(outcome) {}

    void warn(const char* code, const char* text, std::string about = {}) {
        outcome_.warnings.push_back({code, text, table_, std::move(about)});
    }
    /// Something that happened so often, and there first.
    void warnAt(std::size_t offset, const char* code, const char* text, std::size_t count) {
        const Span place{table_.offset + offset, offset < table_.length ? 1U : 0U};
        outcome_.warnings.push_back({code, text, place, std::to_string(count)});
    }

    /// Whether there is enough to trust.
    bool usable(std::size_t points, std::size_t unreadable, std::size_t offset) {
        if (points == 0) {
            warn("no_points", "a table holds no points");
            return false;
        }
        if (unreadable == 0) return true;
        warnAt(offset, "unreadable_number", "places in a table are no numbers", unreadable);
        if (unreadable * readableShare <= points) return true;
        warn("table_unreadable", "too much of a table could not be read; it is left out");
        return false;
    }

    void pointCount(std::size_t points) {
        if (!header_.points || header_.points->value() == static_cast<double>(points)) return;
        warn("point_count", "the points are not as many as the header says",
             shown(header_.points->value()) + " ≠ " + std::to_string(points));
    }

    /// slack: how far an ordinate as written may be from what it was.
    void ordinates(const std::vector<double>& y, double slack) {
        expect(header_.y.first, y.front(), slack, "first_y", "FIRSTY");
        if (!header_.y.min && !header_.y.max) return;
        const auto [low, high] = range(y);
        if (low > high) return;
        expect(header_.y.min, low, slack, "min_y", "MINY");
        expect(header_.y.max, high, slack, "max_y", "MAXY");
    }

    void expect(const std::optional<Number>& said, double found, double slack, const char* code, const char* label) {
        if (!said || std::isnan(found)) return;
        const double tolerance = slack + quantum(said->scale) + relative * std::abs(found);
        if (std::abs(said->value() - found) <= tolerance) return;
        warn(code, "the header says otherwise than the data",
             label + (": " + shown(said->value())) + " ≠ " + shown(found));
    }

private:
    const TableHeader& header_;
    Span table_;
    Outcome& outcome_;
};

/// x(i) = first + i * range / intervals.
struct Spacing {
    double first = 0, range = 0, intervals = 1;
    [[nodiscard]] double at(double i) const { return first + i * range / intervals; }
    [[nodiscard]] double step() const { return std::abs(range / intervals); }
};

/// In parts, whose indices are short enough for several to be converted at once.
std::vector<double> abscissae(const Spacing& spacing, std::size_t points) {
    constexpr std::size_t part = 4096;
    std::vector<double> x(points);
    for (std::size_t begin = 0; begin < points; begin += part) {
        const auto count = static_cast<std::int32_t>(std::min(part, points - begin));
        for (std::int32_t i = 0; i < count; ++i) x[begin + static_cast<std::size_t>(i)] = spacing.at(static_cast<double>(begin) + i);
    }
    return x;
}

/// The abscissae that rows begin with (4.24, 5.8: a check) against a spacing, from the first row on: writers agree on
/// where a row stands behind the first one, but some print indices and some round FIRSTX otherwise.
Ordinates::Fault xCheck(const Spacing& spacing, const std::vector<Ordinates::Row>& rows, double factor) {
    Ordinates::Fault failed;
    const Ordinates::Row& begin = rows.front();
    const double coarsest = quantum(begin.scale), from = spacing.at(static_cast<double>(begin.point));
    const double halfStep = spacing.step() / 2, magnitude = std::abs(factor);
    for (const Ordinates::Row& row : rows) {
        const double printed = (row.x - begin.x) * factor;
        const double computed = spacing.at(static_cast<double>(row.point)) - from;
        const double rounding = (row.scale < begin.scale ? quantum(row.scale) : coarsest) * magnitude;
        const double tolerance = halfStep + rounding + relative * std::abs(computed);
        if (!(std::abs(printed - computed) <= tolerance)) failed.at(row.offset);
    }
    return failed;
}

/// What the header allows, the most trusted first; the rows themselves last. A header that agrees with the number of
/// points leaves nothing to choose: where rows then stand elsewhere, points may have been lost between them.
std::vector<Spacing> spacings(const TableHeader& header, const Ordinates& data) {
    const double factor = factorOf(header.x);
    const Ordinates::Row& begin = data.rows.front();
    const Ordinates::Row& end = data.rows.back();
    const double first = header.x.first ? header.x.first->value() : begin.x * factor;
    const auto intervals = [](double points) { return points > 1 ? points - 1 : 1; };
    const auto counted = intervals(static_cast<double>(data.y.size()));
    std::vector<Spacing> found;
    if (header.x.first && header.x.last) {
        const double range = header.x.last->value() - first;
        if (header.points) found.push_back({first, range, intervals(header.points->value())});
        if (header.points && header.points->value() == static_cast<double>(data.y.size())) return found;
        found.push_back({first, range, counted});
    }
    if (header.deltaX) {
        const double step = header.deltaX->value();
        const bool down = header.x.last ? header.x.last->value() < first : end.x * factor < begin.x * factor;
        found.push_back({first, down ? -std::abs(step) : std::abs(step), 1});
    }
    if (end.point > begin.point) {
        found.push_back({first, (end.x - begin.x) * factor, static_cast<double>(end.point - begin.point)});
    }
    if (found.empty()) found.push_back({first, factor, 1});
    return found;
}

/// The header's spacing, unless another one agrees with the rows far better: NPOINTS or LASTX is wrong at times.
Spacing chooseSpacing(const TableHeader& header, const Ordinates& data, Checks& checks) {
    const double factor = factorOf(header.x);
    const std::vector<Spacing> candidates = spacings(header, data);
    std::size_t best = 0;
    Ordinates::Fault fewest = xCheck(candidates[0], data.rows, factor);
    for (std::size_t i = 1; i < candidates.size() && fewest.count > 0; ++i) {
        const Ordinates::Fault failed = xCheck(candidates[i], data.rows, factor);
        if (failed.count * farBetter > fewest.count) continue;
        fewest = failed;
        best = i;
    }
    if (fewest.count > 0) {
        checks.warnAt(fewest.offset, "x_check", "rows do not begin where the header puts them", fewest.count);
    }
    if (best > 0 || !header.x.first || !header.x.last) {
        checks.warn("x_from_rows", "FIRSTX, LASTX and NPOINTS do not give x; taken from the rows");
    }
    const Ordinates::Row& row = data.rows.front();
    const double slack = candidates[best].step() + quantum(row.scale) * std::abs(factor);
    checks.expect(header.x.first, row.x * factor, slack, "first_x", "FIRSTX");
    return candidates[best];
}

Series describe(const TableHeader& header, Span table) {
    Series series;
    series.name = header.name;
    series.kind = header.kind;
    series.xUnit = header.x.unit;
    series.unit = header.y.unit;
    series.span = table;
    return series;
}

void scale(std::vector<double>& values, double factor) {
    if (factor == 1) return;
    for (double& value : values) value *= factor;
}

}  // namespace

Outcome spectrumOf(const TableHeader& header, Ordinates&& ordinates, Span table) {
    Outcome outcome;
    Checks checks(header, table, outcome);
    if (ordinates.tooMany) {
        checks.warn("too_many_points", "repeat counts ask for more points than a file of this size can hold; left out");
        return outcome;
    }
    if (!checks.usable(ordinates.y.size(), ordinates.unreadable.count, ordinates.unreadable.offset)) return outcome;
    if (ordinates.rows.empty()) {
        checks.warn("table_unreadable", "no row of a table begins with an abscissa; it is left out");
        return outcome;
    }
    if (!header.x.factor || !header.y.factor) checks.warn("no_factor", "XFACTOR or YFACTOR is missing; taken as 1");
    if (const auto& failed = ordinates.failedYChecks; failed.count > 0) {
        checks.warnAt(failed.offset, "y_check", "rows do not begin with the last ordinate before them", failed.count);
    }
    checks.pointCount(ordinates.y.size());
    const Spacing spacing = chooseSpacing(header, ordinates, checks);
    Series series = describe(header, table);
    series.x = abscissae(spacing, ordinates.y.size());
    series.y = std::move(ordinates.y);
    scale(series.y, factorOf(header.y));
    checks.ordinates(series.y, quantum(ordinates.finestScale) * std::abs(factorOf(header.y)));
    outcome.series = std::move(series);
    return outcome;
}

Outcome seriesOf(const TableHeader& header, Pairs&& pairs, Span table) {
    Outcome outcome;
    Checks checks(header, table, outcome);
    if (!checks.usable(pairs.x.size(), pairs.unreadable, pairs.firstUnreadable)) return outcome;
    if (pairs.incomplete) checks.warn("incomplete_group", "a group of a table has too few numbers");
    checks.pointCount(pairs.x.size());
    Series series = describe(header, table);
    series.x = std::move(pairs.x);
    series.y = std::move(pairs.y);
    scale(series.x, factorOf(header.x));
    scale(series.y, factorOf(header.y));
    checks.expect(header.x.first, series.x.front(), quantum(header.x.first ? header.x.first->scale : 0), "first_x", "FIRSTX");
    checks.expect(header.x.last, series.x.back(), quantum(header.x.last ? header.x.last->scale : 0), "last_x", "LASTX");
    checks.ordinates(series.y, std::abs(factorOf(header.y)) * relative);
    outcome.series = std::move(series);
    return outcome;
}

}  // namespace touchstone::instruments::jcamp
