#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::intake {

/// The points of a trace or a spectrum: y[i] stands at x[i]. NaN where the instrument says that a point is missing.
struct Points {
    std::vector<double> x, y;
};

/// Packs points without losing a bit: little-endian IEEE 754 doubles, in chunks of at most 65,536 points, each column of a chunk
/// as it stands or as differences, byte by byte of the same significance, deflated, whichever is shorter. x that is
/// exactly x[0] + i * step, bit for bit, is kept as those two numbers. x and y are equally long.
[[nodiscard]] std::string packPoints(std::span<const double> x, std::span<const double> y);

/// The points again. Memory is bounded by `points`, which the caller knows. Throws std::runtime_error for bytes that
/// packPoints did not make or that hold another number of points.
[[nodiscard]] Points unpackPoints(std::string_view packed, std::size_t points);

}  // namespace touchstone::intake
