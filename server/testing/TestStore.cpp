#include "server/testing/TestStore.h"

#include <array>
#include <stdexcept>

namespace touchstone::testing {
namespace {

constexpr std::array<std::string_view, 5> kStatusNames{"waiting", "resulted", "submitted", "checked", "released"};

constexpr db::Statement kLockSamplesOfTests{
    "sample_lock_of_tests",
    "SELECT s.id FROM sample s WHERE s.id IN (SELECT t.sample_id FROM test t WHERE t.id IN (??)) ORDER BY s.id FOR UPDATE"};
constexpr db::Statement kLockTests{
    "test_lock",
    "SELECT t.id, t.sample_id, s.number, t.item_id, t.analyte_id, t.status, t.round, t.version, t.result_id, "
    "COALESCE(r.version_no, 0), r.person_id, t.verdict "
    "FROM test t JOIN sample s ON s.id = t.sample_id LEFT JOIN result_version r ON r.id = t.result_id "
    "WHERE t.id IN (??) ORDER BY t.id FOR UPDATE"};
/// In this order of the tables: by statistics that are behind, the optimizer begins with all tests and locks them.
constexpr db::Statement kLockTestsOfSamples{
    "test_lock_of_samples",
    "SELECT STRAIGHT_JOIN t.id, t.sample_id, s.number, t.item_id, t.analyte_id, t.status, t.round, t.version, t.result_id, "
    "COALESCE(r.version_no, 0), r.person_id, t.verdict "
    "FROM sample s JOIN test t ON t.sample_id = s.id LEFT JOIN result_version r ON r.id = t.result_id "
    "WHERE s.number IN (??) ORDER BY t.id FOR UPDATE"};
constexpr db::Statement kItems{"test_items", "SELECT id, item_id FROM test WHERE id IN (??)"};
constexpr db::InsertStatement kInsertVersions{
    "result_insert",
    "INSERT INTO result_version (test_id, version_no, value, compared, verdict, requirement, edition, comparison, rounding, "
    "source, observation_id, person_id, reason, at) VALUES",
    14};
constexpr db::InsertStatement kUpdateTests{
    "test_update", "INSERT INTO test (id, sample_id, item_id, analyte_id, status, round, result_id, verdict, version) VALUES", 9,
    "ON DUPLICATE KEY UPDATE status = VALUES(status), round = VALUES(round), result_id = VALUES(result_id), "
    "verdict = VALUES(verdict), version = VALUES(version)"};
constexpr db::InsertStatement kInsertSteps{
    "review_insert", "INSERT INTO review_step (test_id, round, step, person_id, signature_id, result_id, at) VALUES", 7};
constexpr db::Statement kSettle{
    "sample_settle",
    "UPDATE sample s JOIN (SELECT sample_id, MIN(status + 0) AS least FROM test WHERE sample_id IN (??) GROUP BY sample_id) t "
    "ON t.sample_id = s.id SET s.status = CASE WHEN t.least <= 2 THEN 'testing' WHEN t.least = 3 THEN 'checking' "
    "WHEN t.least = 4 THEN 'releasing' ELSE 'released' END, s.version = s.version + 1"};
constexpr db::Statement kRelease{"sample_release", "UPDATE sample SET status = 'released', version = version + 1 WHERE id IN (??)"};
constexpr db::Statement kLockSamples{"sample_lock",
                                     "SELECT id, number, status FROM sample WHERE number IN (??) ORDER BY id FOR UPDATE"};
constexpr db::Statement kReleaseStates{
    "sample_release_states",
    "SELECT s.number, s.status, COALESCE(SUM(t.status NOT IN ('checked', 'released')), 0), COALESCE(SUM(r.person_id = ? OR EXISTS(SELECT 1 "
    "FROM review_step v WHERE v.test_id = t.id AND v.round = t.round AND v.person_id = ? "
    "AND v.step <> 'release')), 0) "
    "FROM sample s LEFT JOIN test t ON t.sample_id = s.id LEFT JOIN result_version r ON r.id = t.result_id "
    "WHERE s.number IN (??) GROUP BY s.id, s.number, s.status"};
constexpr db::Statement kVersions{
    "result_versions",
    "SELECT r.version_no, r.value, r.compared, r.verdict, r.requirement, r.edition, r.comparison, r.rounding, r.source, p.name, "
    "r.reason, r.at, m.uid, COALESCE(m.instrument, ''), COALESCE(o.span_offset, 0), COALESCE(o.span_length, 0) "
    "FROM result_version r JOIN person p ON p.id = r.person_id LEFT JOIN observation o ON o.id = r.observation_id "
    "LEFT JOIN inbound_message m ON m.id = o.message_id WHERE r.test_id = ? ORDER BY r.version_no"};
constexpr db::Statement kSteps{
    "review_steps",
    "SELECT v.round, v.step, p.name, v.at FROM review_step v JOIN person p ON p.id = v.person_id WHERE v.test_id = ? ORDER BY v.id"};

template <class Tag>
std::vector<db::Value> list(const std::vector<Id<Tag>>& ids) {
    std::vector<db::Value> out;
    out.reserve(ids.size());
    for (const Id<Tag> id : ids) out.emplace_back(id.value);
    return out;
}

LockedTest toTest(const db::Row& row) {
    LockedTest test;
    test.id = {row.integer(0)};
    test.sample = {row.integer(1)};
    test.sampleNumber = row.text(2);
    test.item = {row.integer(3)};
    test.analyte = row.integer(4);
    test.status = testStatusOf(row.text(5));
    test.round = row.integer(6);
    test.version = row.integer(7);
    test.resultId = row.optionalInteger(8);
    test.resultVersion = row.integer(9);
    if (const auto person = row.optionalInteger(10)) test.resultBy = PersonId{*person};
    if (!row.isNull(11)) test.verdict = catalogue::verdictOf(row.text(11));
    return test;
}

std::vector<LockedTest> toTests(const db::Rows& rows) {
    std::vector<LockedTest> out;
    out.reserve(rows.size());
    for (const db::Row& row : rows) out.push_back(toTest(row));
    return out;
}

db::Value textOf(std::string_view word) { return std::string(word); }

}  // namespace

std::string_view name(TestStatus status) { return kStatusNames.at(static_cast<std::size_t>(status)); }

TestStatus testStatusOf(std::string_view name) {
    for (std::size_t i = 0; i < kStatusNames.size(); ++i) {
        if (kStatusNames.at(i) == name) return static_cast<TestStatus>(i);
    }
    throw std::logic_error("test status " + std::string(name));
}

std::vector<LockedTest> lockTests(db::WriteTransaction& tx, const std::vector<TestId>& ids) {
    // Samples before tests, as everybody does, or two who work on tests of one sample would wait for each other.
    static_cast<void>(tx.query(kLockSamplesOfTests, {}, list(ids)));
    return toTests(tx.query(kLockTests, {}, list(ids)));
}

std::vector<LockedTest> lockTestsOfSamples(db::WriteTransaction& tx, const std::vector<std::string>& numbers) {
    return toTests(tx.query(kLockTestsOfSamples, {}, {numbers.begin(), numbers.end()}));
}

std::map<TestId, TestItemId> itemsOfTests(db::ReadTransaction& tx, const std::vector<TestId>& ids) {
    std::map<TestId, TestItemId> out;
    for (const db::Row& row : tx.query(kItems, {}, list(ids))) out[{row.integer(0)}] = {row.integer(1)};
    return out;
}

std::vector<std::int64_t> insertVersions(db::WriteTransaction& tx, const std::vector<NewVersion>& versions, Instant at) {
    std::vector<db::Parameters> rows;
    rows.reserve(versions.size());
    for (const NewVersion& v : versions) {
        rows.push_back({v.test.value, v.versionNo, v.value, v.judgement.compared, textOf(name(v.judgement.verdict)), v.requirement,
                        v.edition, textOf(name(v.comparison)), v.judgement.rounding,
                        std::string(v.observation ? "instrument" : "manual"), db::orNull(v.observation), v.person.value,
                        db::orNull(v.reason), toSql(at)});
    }
    return tx.insertReturningIds(kInsertVersions, rows);
}

void updateTests(db::WriteTransaction& tx, const std::vector<LockedTest>& tests) {
    std::vector<db::Parameters> rows;
    rows.reserve(tests.size());
    for (const LockedTest& t : tests) {
        rows.push_back({t.id.value, t.sample.value, t.item.value, t.analyte, textOf(name(t.status)), t.round, db::orNull(t.resultId),
                        t.verdict ? textOf(catalogue::name(*t.verdict)) : db::Value(nullptr), t.version + 1});
    }
    tx.insert(kUpdateTests, rows);
}

void insertSteps(db::WriteTransaction& tx, const std::vector<LockedTest>& tests, const std::string& step, PersonId person,
                 std::optional<std::int64_t> signature, Instant at) {
    std::vector<db::Parameters> rows;
    rows.reserve(tests.size());
    for (const LockedTest& t : tests) {
        rows.push_back({t.id.value, t.round, step, person.value, db::orNull(signature), db::orNull(t.resultId), toSql(at)});
    }
    tx.insert(kInsertSteps, rows);
}

void settleSamples(db::WriteTransaction& tx, const std::vector<SampleId>& samples) { tx.execute(kSettle, {}, list(samples)); }

void releaseSamples(db::WriteTransaction& tx, const std::vector<SampleId>& samples) { tx.execute(kRelease, {}, list(samples)); }

std::vector<SampleState> lockSamples(db::WriteTransaction& tx, const std::vector<std::string>& numbers) {
    std::vector<SampleState> out;
    for (const db::Row& row : tx.query(kLockSamples, {}, {numbers.begin(), numbers.end()})) {
        out.push_back({{row.integer(0)}, row.text(1), row.text(2)});
    }
    return out;
}

std::vector<ReleaseState> releaseStates(db::ReadTransaction& tx, const std::vector<std::string>& numbers, PersonId person) {
    std::vector<ReleaseState> out;
    for (const db::Row& row : tx.query(kReleaseStates, {person.value, person.value}, {numbers.begin(), numbers.end()})) {
        out.push_back({row.text(0), row.text(1), row.integer(2), row.integer(3)});
    }
    return out;
}

std::vector<StoredVersion> versionsOf(db::ReadTransaction& tx, TestId test) {
    std::vector<StoredVersion> out;
    for (const db::Row& row : tx.query(kVersions, {test.value})) {
        out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7),
                       row.text(8), row.text(9), row.optionalText(10), instantFromSql(row.text(11)), row.optionalText(12),
                       row.text(13), row.integer(14), row.integer(15)});
    }
    return out;
}

std::vector<StoredStep> stepsOf(db::ReadTransaction& tx, TestId test) {
    std::vector<StoredStep> out;
    for (const db::Row& row : tx.query(kSteps, {test.value})) {
        out.push_back({row.integer(0), row.text(1), row.text(2), instantFromSql(row.text(3))});
    }
    return out;
}

}  // namespace touchstone::testing
