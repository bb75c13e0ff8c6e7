#pragma once
#include <map>
#include <string>
#include <vector>

#include "server/core/Actor.h"
#include "server/samples/TestView.h"
#include "server/testing/TestStore.h"

namespace touchstone::testing {

/// Reads of tests, for any of the staff. Safe to use from many threads.
class TestQueries {
public:
    explicit TestQueries(db::Database& database) : database_(database) {}

    struct Page {
        std::vector<samples::TestView> tests;
        std::map<std::string, std::int64_t> counts;   ///< by status, under the other filters
    };
    [[nodiscard]] Page list(const Actor& actor, const samples::TestFilter& filter);

    struct Detail {
        samples::TestView test;
        std::vector<StoredVersion> versions;
        std::vector<StoredStep> steps;
    };
    /// Error(NotFound).
    [[nodiscard]] Detail get(const Actor& actor, TestId id);

private:
    db::Database& database_;
};

}  // namespace touchstone::testing
