#pragma once
#include <cstddef>
#include <optional>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// Observations of a message repeat texts, such as the specimen's. So that a small message cannot make them take any
/// amount of memory, they may hold 64 times its bytes and 64 MiB.
class TextBudget {
public:
    explicit TextBudget(std::size_t bytes) : left_(spare + bytes * times) {}

    /// A Finding (too_large) where there is not so much left.
    [[nodiscard]] std::optional<Finding> spend(std::size_t bytes, Span where);
    [[nodiscard]] std::optional<Finding> spend(const Observation& observation);

private:
    static constexpr std::size_t times = 64, spare = std::size_t{64} << 20U;

    std::size_t left_;
};

}  // namespace touchstone::instruments
