#pragma once
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/intake/LateStore.h"
#include "server/testing/Recorder.h"

namespace touchstone::intake {

/// One late result, with the version of the test that the person saw beside it.
struct LateChoice {
    std::int64_t observation = 0;
    std::int64_t version = 0;
};

/// What becomes of an observation that came late, again, or while its control failed: a person decides. Each call is all
/// or nothing; Error(Invalid) or Error(WrongState) names every row. Thread-safe.
class LateService {
public:
    LateService(db::Database& database, const audit::Trail& trail, testing::Recorder& recorder, const Clock& clock)
        : database_(database), trail_(trail), recorder_(recorder), clock_(clock) {}

    /// Any of the staff.
    [[nodiscard]] std::vector<LateView> list(const Actor& actor, const LateFilter& filter);
    /// The observation becomes the standing version of its test, and who took it may not check it. A test that was
    /// submitted or checked goes back to its analyst in a new round, so that only a checker or a signatory may do that;
    /// before, an analyst may as well. A released test takes nothing: that is for an amendment.
    void take(const Actor& actor, const std::vector<LateChoice>& rows, const std::string& reason);
    /// The standing version stays. Roles analyst, checker, signatory.
    void dismiss(const Actor& actor, const std::vector<std::int64_t>& observations, const std::string& reason);

private:
    db::Database& database_;
    const audit::Trail& trail_;
    testing::Recorder& recorder_;
    const Clock& clock_;
};

}  // namespace touchstone::intake
