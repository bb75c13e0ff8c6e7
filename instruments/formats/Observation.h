#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace touchstone::instruments {

enum class Comparator : std::uint8_t { None, Less, LessOrEqual, Greater, GreaterOrEqual };
enum class ObservationKind : std::uint8_t { Sample, Control, Calibration };

/// Where in the raw bytes of its message an observation stands: [offset, offset + length).
struct Span {
    std::size_t offset = 0;
    std::size_t length = 0;
};

/// One value as an instrument said it. Texts are UTF-8; what could not be decoded is flagged, never replaced in silence.
struct Observation {
    std::string specimen;                   ///< barcode as sent, blanks around it taken off
    std::string position;                   ///< rack, cup, vial; may be empty
    std::string code;                       ///< the instrument's code of the analyte
    std::string name;                       ///< its name where sent
    std::string value;                      ///< as sent
    std::optional<std::string> decimal;     ///< the number in `value`, canonical: [-]digits[.digits]; trailing zeros kept
    Comparator comparator = Comparator::None;
    std::string unit;
    std::string flags;
    std::string status;                     ///< F final, P preliminary, C corrected …, as sent
    std::string observedAt;                 ///< RFC 3339 or local "YYYY-MM-DDThh:mm:ss" as far as sent
    std::string operatorName;
    std::string instrument;
    ObservationKind kind = ObservationKind::Sample;
    bool undecodable = false;               ///< bytes were not text in the charset that the rules chose
    Span span;
};

/// A trace or a spectrum: y[i] stands at x[i]. Binary floating point, as instruments keep them; NaN where the
/// instrument says that a point is missing. Not for results: those are Observations.
struct Series {
    std::string name;                       ///< "TIC", "scan=19", the title of a spectrum
    std::string kind;                       ///< chromatogram, mass_spectrum, infrared_spectrum, … or trace
    std::string xUnit, unit;                ///< of x and of y, as sent
    std::vector<double> x, y;
    Span span;
};

/// Takes the series of a message one by one while it is read, so that they need not all be in memory. An empty one
/// lets them go by. A Reading that is refused in the end takes back those that came before.
using SeriesSink = std::function<void(Series&&)>;

/// Why a message could not be read, or what to look at in one that was.
struct Finding {
    std::string code;                       ///< stable, snake_case: "not_astm", "record_order", "bad_charset"
    std::string text;                       ///< for people, English: what is wrong
    Span span;
    std::string about{};  ///< with what: as it stands in the file or numbers, no word of a language

    [[nodiscard]] std::string message() const { return about.empty() ? text : text + ": " + about; }
};

/// What a format made of a message. refused: nothing of it may be used.
struct Reading {
    std::string format;                     ///< a name of formats(), see Formats.h
    std::string controlId;                  ///< H.3 or MSH-10, may be empty
    std::string sender;                     ///< H.5 or MSH-3, may be empty
    std::string mapping;                    ///< the shipped mapping that was used, see Shipped.h; may be empty
    std::vector<Observation> observations;
    std::vector<Finding> warnings;
    std::optional<Finding> refused;
};

}  // namespace touchstone::instruments
