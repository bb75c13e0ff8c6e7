#pragma once
#include <string>
#include <vector>

#include "server/regulators/Disclosure.h"

/// A published issue as a file. Headings are in both languages, so that one file serves every reader.
namespace touchstone::regulators {

/// UTF-8 with a byte order mark, RFC 4180. A cell that a spreadsheet would take for a formula begins with an
/// apostrophe.
[[nodiscard]] std::string csvOf(const std::vector<DisclosureRow>& rows);

/// Office Open XML. Every cell is text, so that nothing is a formula and batch numbers keep their zeros.
/// std::runtime_error when it cannot be written.
[[nodiscard]] std::string xlsxOf(const Disclosure& issue, const std::vector<DisclosureRow>& rows);

/// The text as a cell of a CSV file.
[[nodiscard]] std::string csvCell(const std::string& text);

}  // namespace touchstone::regulators
