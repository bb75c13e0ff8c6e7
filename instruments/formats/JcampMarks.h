#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace touchstone::instruments::jcamp {

/// Where in some rows of a table the characters stand that are no digits. Between two of them lies a run of digits,
/// perhaps an empty one, so that where a number begins and ends is known before the one in front of it was read.
class Marks {
public:
    static constexpr std::size_t window = 4096;

    /// As many whole rows as fit into a window from there on; none where the first one does not.
    void take(const char* begin, const char* end);

    /// The places of the characters, against begin(); the last one is a line end, and stands there twice. Blanks between
    /// two blanks may be left out.
    [[nodiscard]] const std::uint16_t* first() const { return places_.data(); }
    [[nodiscard]] const char* begin() const { return begin_; }
    [[nodiscard]] const char* end() const { return end_; }

private:
    const char* begin_ = nullptr;
    const char* end_ = nullptr;
    std::array<std::uint16_t, window + 8> places_;  // eight are written at a time
};

}  // namespace touchstone::instruments::jcamp
