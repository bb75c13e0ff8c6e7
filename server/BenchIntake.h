#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace touchstone {

/// How fast results come in, beside the rate at which the database takes the same rows without any of our work.
struct IntakeRate {
    int clients;
    std::int64_t results;             ///< sent in HTTP requests, and found committed, judged and in the trail afterwards
    double resultsPerSecond;
    double bareRowsResultsPerSecond;  ///< the same rows of all tables, inserted by as many connections as multi-row INSERTs
    double ratio;
};

struct IntakeBenchSettings {
    std::string share;                ///< where schema/ and templates/ lie
    std::string fontFile;
    std::int64_t results = 20'000;    ///< for each number of clients
    std::vector<int> clients{1, 4, 16};
};

/// Starts a database and a server of its own in a temporary folder, which is removed at the end.
[[nodiscard]] std::vector<IntakeRate> benchIntake(const IntakeBenchSettings& settings);

}  // namespace touchstone
