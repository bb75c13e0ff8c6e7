#pragma once
#include <cstdint>

namespace touchstone::reports {

struct Colour {
    float red = 0, green = 0, blue = 0;
    bool operator==(const Colour&) const = default;
};

inline constexpr Colour black{0, 0, 0};
inline constexpr Colour sealRed{0.80F, 0.08F, 0.10F};

/// Millimetres to the points that PDF counts in.
constexpr float mm(double value) {
    return static_cast<float>(value * 72.0 / 25.4);
}

enum class Align : std::uint8_t { left, centre, right };
enum class Weight : std::uint8_t { normal, bold };

/// How lines of text look. Points.
struct TextStyle {
    float size = 9.5F;
    float leading = 13.5F;  ///< from base line to base line
    Weight weight = Weight::normal;
    Colour colour = black;
};

}  // namespace touchstone::reports
