#pragma once
#include <string_view>
#include <variant>
#include <vector>

#include "instruments/formats/Table.h"

namespace touchstone::instruments {

/// The tables of an HTML document one below the other as one sheet, an empty row behind each: some devices write such a
/// document and call it .xls. A cell over several rows stands in each of them; a table within a cell is text of that
/// cell; a line of text between tables is a row. Scripts, styles and comments are left out. A Finding where the
/// document ends within a table (truncated) or has more columns or repeated cells than a device writes (too_large).
[[nodiscard]] std::variant<std::vector<Sheet>, Finding> readHtmlTables(const Text& document);

[[nodiscard]] bool looksLikeHtml(std::string_view bytes);

}  // namespace touchstone::instruments
