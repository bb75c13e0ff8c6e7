#pragma once
#include <map>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/core/Error.h"
#include "server/db/Database.h"

namespace touchstone::testing {

/// The chain analyst → checker → signatory. Nobody takes two of its steps on one test (also a key of the schema,
/// review_separation); whoever typed or took the standing result may not check it. Each call is all or nothing.
class ReviewService {
public:
    ReviewService(db::Database& database, const audit::Trail& trail, const Clock& clock)
        : database_(database), trail_(trail), clock_(clock) {}

    /// Tests with a result become submitted. Role analyst.
    void submit(const Actor& actor, const std::vector<TestId>& tests);
    /// Submitted tests become checked; a sample whose tests all are goes to the signatory. Role checker.
    void check(const Actor& actor, const std::vector<TestId>& tests);
    /// Submitted or checked tests go back to the analyst in a new round. Roles checker, signatory.
    void giveBack(const Actor& actor, const std::vector<TestId>& tests, const std::string& reason);
    /// Why the person could not release a sample now, by its number; a sample that could be is not in it. Without a lock.
    [[nodiscard]] std::map<std::string, Error> hindrances(db::ReadTransaction& tx, const Actor& actor,
                                                          const std::vector<std::string>& sampleNumbers) const;
    /// The third step, inside the caller's transaction: samples in `releasing` with all their tests become released.
    /// Role signatory. Error(WrongState) names the sample, Error(SameHand) too.
    void release(db::WriteTransaction& tx, const Actor& actor, const std::vector<std::string>& sampleNumbers,
                 std::int64_t signatureId) const;

private:
    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
};

}  // namespace touchstone::testing
