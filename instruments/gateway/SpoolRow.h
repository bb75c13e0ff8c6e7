#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/gateway/Spool.h"

namespace touchstone::instruments {

/// What Spool::store() has decided to keep: a message, or a part of one.
struct SpoolRow {
    Incoming message{};
    std::string id{};  ///< of a message; none: it was known, and only the parts of its transfer go
    std::string sha256{};
    std::string duplicateOf{};  ///< the id of the first one
    std::int64_t receivedMs = 0;
};

/// As entries of a journal.
[[nodiscard]] std::string encode(const std::vector<SpoolRow>& rows);
/// Throws std::runtime_error where the bytes were not written by encode().
[[nodiscard]] std::vector<SpoolRow> decodeRows(std::string_view bytes);

}  // namespace touchstone::instruments
