#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "instruments/gateway/SpoolRow.h"
#include "instruments/gateway/Sqlite.h"

namespace touchstone::instruments {

/// Complete messages that a later one may repeat: those in the spool's database, read by a connection of its own beside
/// the one that writes, and those that are on their way there. Used by one thread at a time.
class KnownMessages {
public:
    struct Known {
        std::string id{}, answer{};
    };

    explicit KnownMessages(const std::string& database) : database_(database) {}

    /// The first one of the same instrument, control id, bytes and command that came then or later.
    [[nodiscard]] std::optional<Known> find(const Incoming& message, const std::string& sha256, std::int64_t sinceMs);
    /// The row is going to be in the database …
    void add(const SpoolRow& row);
    /// … and now is, or never will.
    void forget(const SpoolRow& row);

private:
    struct Coming {
        Known known;
        std::int64_t receivedMs, command;
    };

    Sqlite database_;
    std::unordered_map<std::string, std::vector<Coming>> coming_;
};

}  // namespace touchstone::instruments
