#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace touchstone::instruments {

/// MS-Numpress (Teleman et al., Mol Cell Proteomics 2014, 13:1537): numbers of spectra and chromatograms in few bytes.
/// Nothing where the bytes end in the middle of a number or the scale is none. A byte gives two numbers at most, so
/// that memory stays within 16 times the bytes. Thread-safe.

/// Positions that grow evenly (m/z, times): a scale, two numbers, then how far each is off the line through the two
/// before it.
[[nodiscard]] std::optional<std::vector<double>> decodeNumpressLinear(std::span<const std::uint8_t> bytes);
/// Counts.
[[nodiscard]] std::optional<std::vector<double>> decodeNumpressPic(std::span<const std::uint8_t> bytes);
/// Logarithms in two bytes each, behind a scale.
[[nodiscard]] std::optional<std::vector<double>> decodeNumpressSlof(std::span<const std::uint8_t> bytes);

}  // namespace touchstone::instruments
