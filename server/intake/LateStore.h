#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

/// All SQL on late results: observations that a person decides about.
namespace touchstone::intake {

struct NewLate {
    std::int64_t observation = 0;
    TestId test;
    std::string value;               ///< as it would be reported
    std::size_t place = 0;           ///< of the observation in its batch, until it has an id
};
void insertLate(db::WriteTransaction& tx, const std::vector<NewLate>& late);
/// After messages were read again: what somebody dismissed in an earlier reading, the same value of the same bytes for the
/// same test, stays dismissed.
void carryDecisions(db::WriteTransaction& tx, const std::vector<std::int64_t>& messages);

/// Where in which message a value stands.
struct Origin {
    std::string message;             ///< uid
    std::string instrument;
    std::int64_t offset;
    std::int64_t length;
};
struct LateView {
    std::int64_t observation;
    std::string reason;              ///< already_resulted or control_failed
    std::string value;
    std::string unit;
    std::string flags;
    std::string observedAt;
    Instant receivedAt;
    Origin origin;
    TestId test;
    std::int64_t version;            ///< of the test
    std::string status;
    std::string sample;
    std::string product;
    std::string item;
    std::string requirement;
    struct Standing {
        std::int64_t versionNo;
        std::string value;
        std::string verdict;
        std::string person;
        std::string source;
        Instant at;
        std::optional<Origin> origin;
    };
    std::optional<Standing> standing;
    struct Decision {
        std::string decision;
        std::string person;
        Instant at;
        std::string reason;
    };
    std::optional<Decision> decision;
};
struct LateFilter {
    bool decided = false;
    std::optional<std::string> sample = {};
    std::optional<std::int64_t> after = {};
    std::int64_t limit = 50;
};
/// Newest first.
[[nodiscard]] std::vector<LateView> lateViews(db::ReadTransaction& tx, const LateFilter& filter);

struct StoredLate {
    std::int64_t observation;
    TestId test;
    std::string value;
    std::string message;             ///< uid
};
[[nodiscard]] std::vector<StoredLate> lateResults(db::ReadTransaction& tx, const std::vector<std::int64_t>& observations);
/// Of those, the observations that somebody decided about.
[[nodiscard]] std::vector<std::int64_t> decidedOf(db::ReadTransaction& tx, const std::vector<std::int64_t>& observations);
void insertDecisions(db::WriteTransaction& tx, const std::vector<std::int64_t>& observations, const std::string& decision, PersonId person,
                     Instant at, const std::string& reason);

}  // namespace touchstone::intake
