#pragma once
#include <optional>
#include <string>

/// Patterns of LIKE with "!" as its escape.
namespace touchstone::db {

/// Stands for the text itself.
[[nodiscard]] inline std::string literal(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '!') out += '!';
        out += c;
    }
    return out;
}

/// Nothing: any text.
[[nodiscard]] inline std::string containing(const std::optional<std::string>& text) {
    return text ? "%" + literal(*text) + "%" : "%";
}

[[nodiscard]] inline std::string startingWith(const std::optional<std::string>& text) {
    return text ? literal(*text) + "%" : "%";
}

}  // namespace touchstone::db
