#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments::jcamp {

/// A labelled data record (JCAMP-DX 4.24, 3): "##LABEL= value", up to the next line that begins with ##.
struct Record {
    std::string label;        ///< upper case without blanks, '-', '/' and '_': "DATATYPE", "$MYOWN", ".SOLVENTNAME"
    std::string_view value;   ///< all lines of it, comments included
    Span span;                ///< with its label
};

/// Takes a file apart. Holds no copy.
class Records {
public:
    explicit Records(std::string_view text);
    [[nodiscard]] std::optional<Record> next();

private:
    [[nodiscard]] std::size_t startFrom(std::size_t at) const;

    std::string_view text_;
    std::size_t at_;  // of the next ##
};

/// The first line of a value without its comment and the blanks around it.
[[nodiscard]] std::string_view firstLine(std::string_view value);

/// What stands behind the first line: the rows of a table.
[[nodiscard]] std::string_view rows(std::string_view value);

/// The parts between commas, without blanks around them; quantities of NTUPLES.
[[nodiscard]] std::vector<std::string_view> listOf(std::string_view line);

}  // namespace touchstone::instruments::jcamp
