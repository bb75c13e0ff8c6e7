#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"

namespace touchstone::instruments {

/// Delimited text, workbooks and tables of HTML, by a mapping. Where the mapping says nothing of tables, the first
/// shipped mapping that recognises the file is used and named in Reading::mapping; where none does, columns named as the
/// keys of a mapping.
[[nodiscard]] Reading readDelimited(std::string_view bytes, const Mapping& mapping = {}, const SeriesSink& sink = {});
[[nodiscard]] Reading readXlsx(std::string_view bytes, const Mapping& mapping = {}, const SeriesSink& sink = {});
[[nodiscard]] Reading readXls(std::string_view bytes, const Mapping& mapping = {}, const SeriesSink& sink = {});
[[nodiscard]] Reading readHtml(std::string_view bytes, const Mapping& mapping = {}, const SeriesSink& sink = {});

}  // namespace touchstone::instruments
