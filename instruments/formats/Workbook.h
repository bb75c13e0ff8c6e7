#pragma once
#include <string_view>
#include <variant>
#include <vector>

#include "instruments/formats/Table.h"

namespace touchstone::instruments {

/// The sheets of an Office Open XML workbook (ECMA-376 part 1, 18.2-18.8; .xlsx, .xlsm) in their order. Texts of cells:
/// shared and inline strings as stored; numbers as stored ("0.30000000000000004"), marked as doubles; numbers in a
/// format of dates as "2026-01-05", "08:30:00" or "2026-01-05T08:30:00", in the 1900 or 1904 system; booleans TRUE and
/// FALSE; errors such as #N/A. A merged area's text stands in every row of its first column. A span is that of the
/// sheet's compressed bytes in the archive. Memory is bounded; a Finding where the file is broken (xlsx_broken) or
/// unpacks to more than a measuring device writes (too_large).
[[nodiscard]] std::variant<std::vector<Sheet>, Finding> readWorkbook(std::string_view bytes);

[[nodiscard]] bool looksLikeWorkbook(std::string_view bytes);

}  // namespace touchstone::instruments
