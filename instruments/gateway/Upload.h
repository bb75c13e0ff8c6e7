#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "instruments/gateway/Spool.h"
#include "instruments/transport/Connection.h"

namespace touchstone::instruments {

struct UploadSettings {
    std::string token;                   ///< who shows it may bring files; never logged
    std::size_t maxFile = 4'000'000;     ///< bytes
    std::chrono::milliseconds silence{30'000};  ///< so long nothing may come
    std::chrono::milliseconds whole{300'000};   ///< for the whole request
};

/// How many requests are served at a time: each may hold a whole file in memory.
inline constexpr std::size_t kMostUploads = 16;

/// Serves one request of an instrument's software and ends: POST or PUT of one file's bytes to /upload or /upload/NAME
/// with "Authorization: Bearer TOKEN". `store` puts them on disk and returns only then; what it throws is answered 503.
/// Answered 201 {"id", "sha256", "duplicate"}, or with a problem document (RFC 9457) whose `code` is stable:
/// malformed_request, bad_name, empty_file 400, unauthorised 401, unknown_path 404, wrong_method 405, too_slow 408,
/// length_missing 411, too_large 413, cannot_store 503. Returns the fault of storing, for those who watch; else empty.
[[nodiscard]] std::string serveUpload(Connection& connection, const UploadSettings& settings,
                                      const std::function<Stored(std::string name, std::string bytes)>& store);

}  // namespace touchstone::instruments
