#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The plate blocks of SoftMax Pro (SoftMax.h).
namespace touchstone::instruments::softmax {

using Cells = std::vector<std::string_view>;

enum class Axis : std::uint8_t { None, Time, Wavelength };

/// The first line of a plate block: "Plate:", name, version, format, kind of read, mode, …
struct PlateHead {
    std::string_view name;
    std::string_view mode;   ///< Absorbance, Fluorescence, Luminescence
    bool byTime = false;     ///< TimeFormat: a column for each well, instead of a row of the plate for each line
    Axis axis = Axis::None;  ///< what goes on within a well; None for an endpoint
    std::size_t reads = 1;   ///< along the axis
    std::vector<std::string> channels;  ///< "450", or "485/525" where excitation is told; "" where nothing is
    std::size_t rows = 0;               ///< of the plate

    /// Nothing, and what says so ("?": what is missing), where the block is of another version or kind.
    [[nodiscard]] static std::optional<PlateHead> of(const Cells& cells, std::string& wrong);
};

/// One cell of the block that holds something.
struct Measured {
    std::string well;  ///< "A1"
    std::size_t channel = 0;
    bool reduced = false;  ///< worked out of the reads of the well by the instrument's software
    std::string_view at;   ///< time or wavelength as written, along the axis
    std::string_view text;
};

struct PlateReads {
    std::vector<Measured> cells;  ///< in the order of the file
    std::size_t reads = 0;        ///< along the axis, as found
    std::string wrong;            ///< why the block must not be used, empty otherwise
};

/// lines: those behind the head, with the empty ones. Wells in PlateFormat have no names: their row is the line's place
/// below the column numbers, so a table of fewer lines than the plate has rows is wrong.
[[nodiscard]] PlateReads readPlate(const PlateHead& head, const std::vector<std::string_view>& lines);

}  // namespace touchstone::instruments::softmax
