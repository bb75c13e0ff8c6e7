#pragma once
#include <span>
#include <string>
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// A format that the library reads. Hostile bytes end as a refused Reading, never as an exception.
struct Format {
    std::string_view name;                                ///< "astm", "jcamp", …
    bool (*recognises)(std::string_view bytes);           ///< by the first bytes; cheap
    Reading (*read)(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
    std::string (*controlId)(std::string_view bytes);     ///< what a message calls itself; null where none does
};

/// All of them; the first that recognises the bytes is theirs.
[[nodiscard]] std::span<const Format> formats();

/// Whether the bytes are to say of which format they are: "", "auto" (a setting), "unframed" (what a link could not tell).
[[nodiscard]] bool isOpen(std::string_view format);

/// Reads a message. format: a name of formats(); where it is open: "line" where the mapping has a template, else what the
/// bytes look like (detect). What is packed with gzip (RFC 1952) is unpacked first; spans are then those of the content.
/// The sink gets the series.
/// Refuses unknown_format, other_format, and what the format refuses. Safe to call from many threads.
[[nodiscard]] Reading read(std::string_view format, std::string_view bytes, const Mapping& mapping = {},
                           const SeriesSink& sink = {});

/// The name of the bytes' format, or "".
[[nodiscard]] std::string detect(std::string_view bytes);

/// A workbook given out as a table of text would be read as one of a few strange characters: what it is, else "".
[[nodiscard]] std::string formatInsteadOf(std::string_view format, std::string_view bytes);

/// What a message calls itself (H.3, MSH-10); empty when it says nothing.
[[nodiscard]] std::string controlId(std::string_view format, std::string_view bytes);

}  // namespace touchstone::instruments
