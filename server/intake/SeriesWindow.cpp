#include "server/intake/SeriesWindow.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace touchstone::intake {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Points that are in the window, or whose line to a neighbour is.
std::vector<std::size_t> within(const Points& series, double from, double to) {
    const std::vector<double>& x = series.x;
    const auto meets = [&](std::size_t a, std::size_t b) { return std::min(x[a], x[b]) <= to && std::max(x[a], x[b]) >= from; };
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (meets(i, i) || (i > 0 && meets(i - 1, i)) || (i + 1 < x.size() && meets(i, i + 1))) out.push_back(i);
    }
    return out;
}

}  // namespace

Drawn draw(const Points& series, const SeriesWindow& window) {
    const auto indices = within(series, window.from.value_or(-kInfinity), window.to.value_or(kInfinity));
    Drawn out;
    out.within = indices.size();
    out.exact = indices.size() <= window.most;
    const auto add = [&](std::size_t i) {
        out.points.x.push_back(series.x[i]);
        out.points.y.push_back(series.y[i]);
    };
    if (out.exact) {
        for (const std::size_t i : indices) add(i);
        return out;
    }
    const std::size_t stretches = window.most / 2;
    for (std::size_t s = 0; s < stretches; ++s) {
        const std::size_t end = (s + 1) * indices.size() / stretches;
        std::size_t low = indices[s * indices.size() / stretches];
        std::size_t high = low;
        for (std::size_t k = s * indices.size() / stretches; k < end; ++k) {
            const std::size_t i = indices[k];
            // A comparison with NaN is false: the first number takes its place.
            if (std::isnan(series.y[low]) || series.y[i] < series.y[low]) low = i;
            if (std::isnan(series.y[high]) || series.y[i] > series.y[high]) high = i;
        }
        add(std::min(low, high));
        if (low != high) add(std::max(low, high));
    }
    return out;
}

}  // namespace touchstone::intake
