#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace touchstone::instruments {

enum class NumberType : std::uint8_t { Float32, Float64, Int32, Int64 };
enum class Numpress : std::uint8_t { None, Linear, Pic, Slof };

/// How the numbers of a `<binary>` element were written: as little-endian numbers or by MS-Numpress (then the type says
/// nothing), perhaps zlib over that, then base64 (mzML 1.1, binaryDataArray).
struct ArrayEncoding {
    NumberType type = NumberType::Float64;
    Numpress numpress = Numpress::None;
    bool zlib = false;
};

/// Why there are no numbers: "bad_base64", "bad_zlib", "bad_numpress", "array_bytes" (no whole number of numbers) or
/// "array_too_large" (what zlib unpacks is out of all proportion).
struct ArrayFault {
    std::string code;
    std::string text;
    std::string about{};  ///< with what, as it stands in the file
};

/// declared: as many numbers as the file announces. They say where to stop unpacking (twice that and 64 KiB, never
/// above 256 MiB, nor above 64 times the packed bytes where those are more than 16 MiB), not how much to expect.
/// Integers of 64 bits become the nearest double. Thread-safe.
[[nodiscard]] std::variant<std::vector<double>, ArrayFault> decodeArray(std::string_view base64,
                                                                        const ArrayEncoding& encoding,
                                                                        std::size_t declared);

}  // namespace touchstone::instruments
