#pragma once
#include <string>
#include <string_view>
#include <variant>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// gzip (RFC 1952), an envelope in which files of any format come; also several members one behind the other.
[[nodiscard]] bool isGzip(std::string_view bytes);

/// The content. Otherwise "gzip_truncated", "bad_gzip" (also where the CRC is not right, or other bytes follow), or
/// "too_large": more than 1 GiB, or more than 64 MiB and 100 times the bytes. Thread-safe.
[[nodiscard]] std::variant<std::string, Finding> gunzip(std::string_view bytes);

/// The first 64 KiB of the content, as far as they can be had.
[[nodiscard]] std::string gzipHead(std::string_view bytes);

}  // namespace touchstone::instruments
