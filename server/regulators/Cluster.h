#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace touchstone::regulators {

/// Tests of one maker (or batch, or of all) for one analyte in a window: how many, and how many failed.
struct Count {
    std::string maker;    ///< empty: all makers
    std::string batch;    ///< empty: all batches
    std::string product;  ///< name; only with a batch
    std::int64_t analyte = 0;
    std::int64_t tested = 0, failing = 0;
};

/// What a group is compared with: all that were tested in the same window, the group among them.
struct Base {
    std::int64_t tested = 0, failing = 0;
};

/// A group beside the others. It says how unusual its count is, never why.
struct Cluster {
    Count count;
    std::int64_t othersTested = 0, othersFailing = 0;
    std::optional<double> expected;  ///< failing tests, had the group the rate of the others; nothing without others
    double tail = 1;                 ///< see upperTail
};

/// The exact chance that among `tested` of all, drawn without looking, at least `failing` are failing ones: the upper
/// tail of the hypergeometric distribution (Fisher's exact test, one-sided). Unlike a binomial tail at the rate of the
/// others it takes that rate as counted, not as known: with no failure among few others it does not become 0. 1 for
/// nothing failing.
[[nodiscard]] double upperTail(Base all, std::int64_t tested, std::int64_t failing);

[[nodiscard]] Cluster compare(const Count& count, Base all);

/// The most unusual first; of equals the one with more failing tests. At most `most`.
[[nodiscard]] std::vector<Cluster> ranked(std::vector<Cluster> clusters, std::size_t most);

}  // namespace touchstone::regulators
