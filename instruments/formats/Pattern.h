#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::instruments {

/// How mappings name texts of a file: '*' stands for any text, "<n>" for a number such as 260 or 220,5; all else for
/// itself, without regard to the case of ASCII letters and to how many blanks and line ends stand between words.
/// What '*' and "<n>" stood for comes back in order; nothing where the text does not match. Steps are bounded by the
/// product of both lengths.
[[nodiscard]] std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view text);

/// Blanks and line ends between words become one blank each, those at the ends none.
[[nodiscard]] std::string squeezed(std::string_view text);

/// Squeezed, with small letters for those of ASCII: texts that match() takes for the same become equal.
[[nodiscard]] std::string folded(std::string_view text);

/// Whether two texts are the same in the sense above; '*' and "<n>" stand for themselves.
[[nodiscard]] bool sameText(std::string_view a, std::string_view b);

[[nodiscard]] inline bool isPattern(std::string_view text) {
    return text.find('*') != std::string_view::npos || text.find("<n>") != std::string_view::npos;
}

}  // namespace touchstone::instruments
