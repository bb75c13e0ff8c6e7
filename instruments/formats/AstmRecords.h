#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "instruments/formats/Observation.h"
#include "instruments/formats/Text.h"

namespace touchstone::instruments {

/// Bytes 2 to 5 of the H record (LIS02-A2 5.4).
struct AstmDelimiters {
    char field = '|', repeat = '\\', component = '^', escape = '&';

    friend bool operator==(const AstmDelimiters&, const AstmDelimiters&) = default;
};

/// From an H record; nothing where it does not say them. One field delimiter and three doubtful others keep the field
/// delimiter and take the usual others; doubtful tells.
struct SaidDelimiters {
    AstmDelimiters delimiters;
    bool doubtful = false;
};
[[nodiscard]] std::optional<SaidDelimiters> astmDelimiters(std::string_view header);

/// The records' bytes: out of their frames, whose checksums are verified, or bare, in pieces where a logger has cut them. A
/// frame that ends with ETX ends its record. Warnings: frame_damaged, record_joined.
struct AstmText {
    Pieces pieces;
    std::vector<Finding> warnings{};
};
[[nodiscard]] std::variant<AstmText, Finding> astmText(std::string_view bytes);

/// A field or component without blanks around it and without escapes (LIS02-A2 5.4.6); `""` means: delete what is
/// known, and is empty.
[[nodiscard]] std::string astmPlain(std::string_view field, const AstmDelimiters& delimiters);

/// The text as a component that astmPlain reads back: delimiters and what may not stand in a record are escaped.
[[nodiscard]] std::string astmEscaped(std::string_view text, const AstmDelimiters& delimiters);

}  // namespace touchstone::instruments
