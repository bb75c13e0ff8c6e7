#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// A message as UTF-8 that knows where each of its bytes stood on the wire. Splitting at delimiters happens here and
/// not on the wire: the second byte of a GB18030 character may look like '|', '^' or '\'.
class Text {
public:
    /// Piece by piece, for formats that take bytes out of an envelope first.
    void append(std::string_view utf8, Span wire);
    /// In the order of the wire.
    void markBad(Span wire);

    [[nodiscard]] const std::string& utf8() const { return utf8_; }
    /// The bytes on the wire from which [begin, end) of the text came.
    [[nodiscard]] Span wire(std::size_t begin, std::size_t end) const;
    [[nodiscard]] Span wire(std::string_view part) const;  ///< part must be a view into utf8()
    /// Whether some of these bytes were no characters of the charset.
    [[nodiscard]] bool bad(Span wire) const;
    [[nodiscard]] bool anyBad() const { return !bad_.empty(); }

private:
    /// From here on one text byte is one wire byte; or (stepped) as many as steps_ says from `step` on. Without steps
    /// a run has any length, with them it is short, so that a place within it is soon found.
    struct Run {
        std::size_t text, wire, step;
        bool stepped;
    };
    void appendFromOnePlace(std::string_view utf8, Span wire);
    [[nodiscard]] Span at(std::size_t text) const;

    std::string utf8_;
    std::vector<Run> runs_;
    std::vector<std::uint8_t> steps_;  // wire bytes of a character at its first text byte, 0 at the others
    std::size_t wireEnd_ = 0;
    std::vector<Span> bad_;  // in rising order
};

/// Bytes in wire order with the place of each piece: what an envelope (frames) left over.
using Pieces = std::vector<std::pair<std::string, std::size_t>>;

struct Decoded {
    Text text;
    std::string charset;   ///< ICU's name of the one that was used
    bool guessed = false;  ///< neither set nor declared nor valid UTF-8
    bool unknown = false;  ///< what the message declared is not a charset
};

/// Rules in this order: the instrument's setting ("" or "auto": none; "auto-gb": none, but GB18030 is tried before
/// Windows-1252) > what the message declares (HL7 table 0211), where its bytes are valid in it > UTF-8 where valid >
/// GB18030 where allowed and valid > Windows-1252. Bytes that are no characters become U+FFFD and are marked bad.
[[nodiscard]] Decoded decode(const Pieces& pieces, std::string_view setting, std::string_view declared);
[[nodiscard]] Decoded decode(std::string_view bytes, std::string_view setting, std::string_view declared = {});

[[nodiscard]] bool isUtf8(std::string_view bytes);

/// As many whole characters of a UTF-8 text as so many bytes hold.
[[nodiscard]] std::string_view clipped(std::string_view utf8, std::size_t bytes);

/// Whether a charset name can be used as a setting.
[[nodiscard]] bool knownCharset(std::string_view name);

}  // namespace touchstone::instruments
