#pragma once
#include <string>
#include <string_view>

namespace touchstone::instruments {

/// What an instrument or a library said may hold anything; the server takes UTF-8 without control characters, here of at
/// most 500 bytes.
[[nodiscard]] std::string plainText(std::string_view said);

}  // namespace touchstone::instruments
