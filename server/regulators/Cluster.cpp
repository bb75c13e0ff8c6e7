#include "server/regulators/Cluster.h"

#include <algorithm>
#include <cmath>

namespace touchstone::regulators {
namespace {

constexpr double kNegligible = 1e-17;

/// ln(n!); the reentrant form, since lgamma writes its sign to a global.
double logFactorial(std::int64_t n) {
    int sign = 0;
    return lgamma_r(static_cast<double>(n) + 1.0, &sign);
}

double logChoose(std::int64_t n, std::int64_t k) {
    return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/// The hypergeometric distribution: how many of `tested`, drawn from all, are failing ones.
struct Draw {
    Base all;
    std::int64_t tested;

    [[nodiscard]] std::int64_t least() const { return std::max<std::int64_t>(0, tested - (all.tested - all.failing)); }
    [[nodiscard]] std::int64_t most() const { return std::min(tested, all.failing); }
    [[nodiscard]] double mean() const {
        return static_cast<double>(tested) * static_cast<double>(all.failing) / static_cast<double>(all.tested);
    }
    [[nodiscard]] double chanceOf(std::int64_t k) const {
        return std::exp(logChoose(all.failing, k) + logChoose(all.tested - all.failing, tested - k) -
                        logChoose(all.tested, tested));
    }
    /// chanceOf(k + 1) / chanceOf(k).
    [[nodiscard]] double step(std::int64_t k) const {
        return static_cast<double>(all.failing - k) * static_cast<double>(tested - k) /
               (static_cast<double>(k + 1) * static_cast<double>(all.tested - all.failing - tested + k + 1));
    }
};

}  // namespace

double upperTail(Base all, std::int64_t tested, std::int64_t failing) {
    const Draw draw{all, tested};
    if (failing <= draw.least()) return 1;
    // From the side of the mean on which terms fall, so that the first of them is the largest.
    double sum = 0;
    if (static_cast<double>(failing) <= draw.mean()) {
        double term = draw.chanceOf(failing - 1);
        for (std::int64_t k = failing - 1; term > sum * kNegligible; --k) {
            sum += term;
            if (k == draw.least()) break;
            term /= draw.step(k - 1);
        }
        return std::max(0.0, 1 - sum);
    }
    double term = draw.chanceOf(failing);
    for (std::int64_t k = failing; term > sum * kNegligible; ++k) {
        sum += term;
        if (k == draw.most()) break;
        term *= draw.step(k);
    }
    return std::min(sum, 1.0);
}

Cluster compare(const Count& count, Base all) {
    Cluster out{count, all.tested - count.tested, all.failing - count.failing, std::nullopt, 1};
    if (out.othersTested > 0) {
        out.expected = static_cast<double>(count.tested) * static_cast<double>(out.othersFailing) /
                       static_cast<double>(out.othersTested);
    }
    out.tail = upperTail(all, count.tested, count.failing);
    return out;
}

std::vector<Cluster> ranked(std::vector<Cluster> clusters, std::size_t most) {
    const auto before = [](const Cluster& a, const Cluster& b) {
        if (a.tail != b.tail) return a.tail < b.tail;
        return a.count.failing > b.count.failing;
    };
    std::stable_sort(clusters.begin(), clusters.end(), before);
    if (clusters.size() > most) clusters.resize(most);
    return clusters;
}

}  // namespace touchstone::regulators
