#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace touchstone::reports {

/// What the one signature dictionary of a PDF says, read without trusting anything else in the file.
struct SignedRange {
    std::size_t gapBegin = 0;  ///< the first range is [0, gapBegin)
    std::size_t gapEnd = 0;    ///< the second is [gapEnd, end); the gap between them holds exactly <hex>
    std::size_t end = 0;
    std::string signature;  ///< DER, from the hex; what pads it is zero
    std::string date;       ///< /M as written, such as D:20260102030405Z; empty when missing
};

/// Found or, in English, why not. An absent signature is an empty reason.
[[nodiscard]] std::variant<SignedRange, std::string> findSignedRange(std::string_view pdf);

}  // namespace touchstone::reports
