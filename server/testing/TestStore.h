#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/catalogue/Limit.h"
#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

/// All SQL that changes tests, results and review steps.
namespace touchstone::testing {

enum class TestStatus : std::uint8_t { waiting, resulted, submitted, checked, released };
[[nodiscard]] std::string_view name(TestStatus status);
[[nodiscard]] TestStatus testStatusOf(std::string_view name);

/// A test as it stands, locked by the transaction that read it together with its sample.
struct LockedTest {
    TestId id;
    SampleId sample;
    std::string sampleNumber;
    TestItemId item;
    std::int64_t analyte = 0;
    TestStatus status = TestStatus::waiting;
    std::int64_t round = 1;
    std::int64_t version = 1;
    std::optional<std::int64_t> resultId;
    std::int64_t resultVersion = 0;                  ///< version_no of the standing result; 0 without one
    std::optional<PersonId> resultBy;                ///< who typed the standing result, took it, or said which sample or code an instrument meant; the gateway when it came by itself
    std::optional<catalogue::Verdict> verdict;
};

/// In order of id; unknown ids are left out.
[[nodiscard]] std::vector<LockedTest> lockTests(db::WriteTransaction& tx, const std::vector<TestId>& ids);
[[nodiscard]] std::vector<LockedTest> lockTestsOfSamples(db::WriteTransaction& tx, const std::vector<std::string>& numbers);
/// The items of tests, without a lock; unknown ids are left out.
[[nodiscard]] std::map<TestId, TestItemId> itemsOfTests(db::ReadTransaction& tx, const std::vector<TestId>& ids);

struct NewVersion {
    TestId test;
    std::int64_t versionNo = 1;
    std::string value;
    catalogue::Judgement judgement;
    std::string requirement;
    std::string edition;
    catalogue::ComparisonRule comparison;
    std::optional<std::int64_t> observation;   ///< nothing: typed
    PersonId person;
    std::optional<std::string> reason;
};
[[nodiscard]] std::vector<std::int64_t> insertVersions(db::WriteTransaction& tx, const std::vector<NewVersion>& versions, Instant at);

/// Writes status, round, resultId, verdict of each and counts its version up.
void updateTests(db::WriteTransaction& tx, const std::vector<LockedTest>& tests);

/// Throws db::DuplicateKey "review_separation" when a person stands twice in one round of one test.
void insertSteps(db::WriteTransaction& tx, const std::vector<LockedTest>& tests, const std::string& step, PersonId person,
                 std::optional<std::int64_t> signature, Instant at);

/// testing, checking or releasing by what the tests of each sample say; the rows are locked already.
void settleSamples(db::WriteTransaction& tx, const std::vector<SampleId>& samples);
void releaseSamples(db::WriteTransaction& tx, const std::vector<SampleId>& samples);

struct SampleState {
    SampleId id;
    std::string number;
    std::string status;
};
[[nodiscard]] std::vector<SampleState> lockSamples(db::WriteTransaction& tx, const std::vector<std::string>& numbers);

/// What a release asks of a sample.
struct ReleaseState {
    std::string number;
    std::string status;
    std::int64_t unchecked = 0;   ///< tests that are not checked
    std::int64_t ownHands = 0;    ///< tests whose standing result or whose round has the person's hand
};
/// Unknown numbers are left out.
[[nodiscard]] std::vector<ReleaseState> releaseStates(db::ReadTransaction& tx, const std::vector<std::string>& numbers, PersonId person);

/// A version as the page of a test shows it.
struct StoredVersion {
    std::int64_t versionNo;
    std::string value;
    std::string compared;
    std::string verdict;
    std::string requirement;
    std::string edition;
    std::string comparison;
    std::string rounding;
    std::string source;
    std::string person;
    std::optional<std::string> reason;
    Instant at;
    std::optional<std::string> messageUid;
    std::string instrument;
    std::int64_t spanOffset = 0;
    std::int64_t spanLength = 0;
};
[[nodiscard]] std::vector<StoredVersion> versionsOf(db::ReadTransaction& tx, TestId test);

struct StoredStep {
    std::int64_t round;
    std::string step;
    std::string person;
    Instant at;
};
[[nodiscard]] std::vector<StoredStep> stepsOf(db::ReadTransaction& tx, TestId test);

}  // namespace touchstone::testing
