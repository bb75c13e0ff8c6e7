#include "server/certificates/AmendmentStore.h"

namespace touchstone::certificates::store {
namespace {

constexpr db::Statement kLockCertificate{
    "certificate_lock_by_number",
    "SELECT c.id, c.number, s.id, s.number, c.status, "
    "NOT EXISTS (SELECT 1 FROM certificate n WHERE n.sample_id = c.sample_id AND n.revision > c.revision) "
    "FROM certificate c JOIN sample s ON s.id = c.sample_id WHERE c.number = ? FOR UPDATE"};

constexpr db::InsertStatement kInsert{
    "amendment_insert", "INSERT INTO amendment (certificate_id, kind, reason, status, open_for) VALUES", 5};
constexpr db::InsertStatement kInsertChanges{
    "amendment_change_insert", "INSERT INTO amendment_change (amendment_id, field, old_value, new_value) VALUES", 4};
constexpr db::InsertStatement kInsertTests{"amendment_test_insert",
                                           "INSERT INTO amendment_test (amendment_id, test_id) VALUES", 2};
constexpr db::InsertStatement kInsertSteps{
    "amendment_step_insert",
    "INSERT INTO amendment_step (amendment_id, step, person_id, signature_id, reason, at) VALUES", 6};

constexpr db::Statement kLockOpen{"amendment_lock_open",
                                  "SELECT id, status, kind, reason FROM amendment WHERE open_for = ? FOR UPDATE"};
constexpr db::Statement kChanges{
    "amendment_changes", "SELECT field, old_value, new_value FROM amendment_change WHERE amendment_id = ? ORDER BY field"};
constexpr db::Statement kTests{"amendment_tests",
                               "SELECT test_id FROM amendment_test WHERE amendment_id = ? ORDER BY test_id"};
constexpr db::Statement kSetStatus{
    "amendment_status",
    "UPDATE amendment SET status = ?, open_for = IF(status IN ('proposed', 'checked'), certificate_id, NULL) WHERE id = ?"};

constexpr db::Statement kSetReleasing{"amendment_sample_status",
                                      "UPDATE sample SET status = ?, version = version + 1 WHERE id = ?"};
constexpr db::Statement kTestsOfSample{"amendment_tests_of_sample",
                                       "SELECT id FROM test WHERE sample_id = ? AND id IN (??) ORDER BY id"};

constexpr db::Statement kReplacements{
    "certificate_replacements",
    "SELECT c.sample_id, c.id, a.id, c.number, c.revision, c.released_at, LOWER(HEX(f.sha256)), c.frozen, a.reason, "
    "EXISTS (SELECT 1 FROM amendment_step v WHERE v.amendment_id = a.id AND v.person_id = ?) "
    "FROM certificate c JOIN amendment a ON a.open_for = c.id AND a.status = 'checked' "
    "JOIN certificate_file f ON f.certificate_id = c.id WHERE c.sample_id IN (??) ORDER BY c.id"};

}  // namespace

std::optional<LockedCertificate> lockCertificate(db::WriteTransaction& tx, const std::string& number) {
    const db::Rows rows = tx.query(kLockCertificate, {number});
    if (rows.empty()) return std::nullopt;
    const db::Row& row = rows.front();
    return LockedCertificate{{row.integer(0)}, row.text(1), {row.integer(2)}, row.text(3), row.text(4), row.flag(5)};
}

std::int64_t insertAmendment(db::WriteTransaction& tx, const NewAmendment& amendment) {
    const std::int64_t id = tx.insertReturningIds(kInsert, {{amendment.certificate.value, std::string(name(amendment.kind)),
                                                             amendment.reason, std::string("proposed"),
                                                             amendment.certificate.value}})
                                .at(0);
    std::vector<db::Parameters> changes;
    for (const HeadChange& change : amendment.changes) {
        changes.push_back({id, change.field, db::orNull(change.oldValue), change.newValue});
    }
    tx.insert(kInsertChanges, changes);
    std::vector<db::Parameters> tests;
    for (const TestId test : amendment.tests) tests.push_back({id, test.value});
    tx.insert(kInsertTests, tests);
    return id;
}

std::optional<OpenAmendment> lockOpenAmendment(db::WriteTransaction& tx, CertificateId certificate) {
    const db::Rows rows = tx.query(kLockOpen, {certificate.value});
    if (rows.empty()) return std::nullopt;
    const db::Row& row = rows.front();
    OpenAmendment out{row.integer(0), row.text(1), {certificate, amendmentKindOf(row.text(2)), row.text(3), {}, {}}};
    for (const db::Row& change : tx.query(kChanges, {out.id})) {
        out.proposed.changes.push_back({change.text(0), change.optionalText(1), change.text(2)});
    }
    for (const db::Row& test : tx.query(kTests, {out.id})) out.proposed.tests.push_back({test.integer(0)});
    return out;
}

void setStatus(db::WriteTransaction& tx, std::int64_t amendment, const std::string& status) {
    tx.execute(kSetStatus, {status, amendment});
}

void insertSteps(db::WriteTransaction& tx, const std::vector<AmendmentStep>& steps, PersonId person, Instant at) {
    std::vector<db::Parameters> rows;
    for (const AmendmentStep& step : steps) {
        rows.push_back({step.amendment, step.step, person.value, db::orNull(step.signature), db::orNull(step.reason), toSql(at)});
    }
    tx.insert(kInsertSteps, rows);
}

void setReleasing(db::WriteTransaction& tx, SampleId sample, bool releasing) {
    tx.execute(kSetReleasing, {std::string(releasing ? "releasing" : "released"), sample.value});
}

std::vector<TestId> testsOfSample(db::ReadTransaction& tx, SampleId sample, const std::vector<TestId>& tests) {
    std::vector<db::Value> ids;
    for (const TestId test : tests) ids.emplace_back(test.value);
    std::vector<TestId> out;
    for (const db::Row& row : tx.query(kTestsOfSample, {sample.value}, ids)) out.push_back({row.integer(0)});
    return out;
}

std::vector<Replacement> replacements(db::ReadTransaction& tx, const std::vector<SampleId>& samples, PersonId person) {
    std::vector<db::Value> ids;
    for (const SampleId id : samples) ids.emplace_back(id.value);
    std::vector<Replacement> out;
    for (const db::Row& row : tx.query(kReplacements, {person.value}, ids)) {
        out.push_back({{row.integer(0)}, {row.integer(1)}, row.integer(2), row.text(3), row.integer(4),
                       instantFromSql(row.text(5)), row.text(6), row.text(7), row.text(8), row.flag(9)});
    }
    return out;
}

}  // namespace touchstone::certificates::store
