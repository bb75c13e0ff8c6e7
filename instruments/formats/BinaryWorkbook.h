#pragma once
#include <string_view>
#include <variant>
#include <vector>

#include "instruments/formats/Table.h"

namespace touchstone::instruments {

/// The sheets of a binary workbook ([MS-XLS]: .xls of Excel 97 to 2003; also of Excel 5 and 95) in their order, with
/// the texts that readWorkbook would give for the same cells; numbers are the shortest that mean the stored double.
/// Charts are sheets without cells. A span is where the sheet begins in the file. Memory is bounded by a multiple of
/// the bytes. A Finding where the workbook is locked by a password (xls_encrypted), older (xls_too_old), or broken in
/// whatever way (xls_broken), where a compound file is another application's (xls_no_workbook), where a text is in no
/// known charset (bad_charset), and too_large.
[[nodiscard]] std::variant<std::vector<Sheet>, Finding> readBinaryWorkbook(std::string_view bytes);

[[nodiscard]] bool looksLikeBinaryWorkbook(std::string_view bytes);

}  // namespace touchstone::instruments
