#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "instruments/gateway/Dialogue.h"
#include "instruments/gateway/Sqlite.h"

namespace touchstone::instruments {

/// What came of commands, on disk until the server has it: a SQLite file beside the spool, synchronous=FULL. Safe to use
/// from many threads.
class Outcomes {
public:
    struct Outcome {
        std::int64_t place = 0;
        std::int64_t command = 0;
        std::string state;
        std::string note;  ///< plain UTF-8, at most 500 bytes
    };

    explicit Outcomes(const std::string& path);

    /// On disk when it returns.
    void add(std::int64_t command, Told told, const std::string& note);
    /// The oldest.
    [[nodiscard]] std::vector<Outcome> pending(std::size_t most);
    /// The server has them, or never will.
    void forget(const std::vector<Outcome>& outcomes);

private:
    std::mutex mutex_;
    Sqlite database_;
};

}  // namespace touchstone::instruments
