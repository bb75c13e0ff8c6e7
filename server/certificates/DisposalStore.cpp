#include "server/certificates/DisposalStore.h"

#include <algorithm>

#include "server/certificates/LifeRows.h"
#include "server/certificates/RefusalRow.h"
#include "server/people/SignatureStore.h"

namespace touchstone::certificates::store {
namespace {

constexpr db::Statement kLockCertificates{"disposal_lock_certificates",
                                          "SELECT c.id FROM certificate c JOIN sample s ON s.id = c.sample_id WHERE "
                                          "s.number IN (??) ORDER BY c.id FOR UPDATE"};
constexpr db::Statement kSamples{
    "disposal_samples",
    "SELECT s.number, s.id, s.status, EXISTS (SELECT 1 FROM disposal_row d WHERE d.open_for = s.id) FROM sample s "
    "WHERE s.number IN (??)"};
constexpr db::InsertStatement kInsert{"disposal_insert",
                                      "INSERT INTO disposal (reason, proposed_by, proposed_at) VALUES", 3};
constexpr db::InsertStatement kInsertRows{
    "disposal_row_insert", "INSERT INTO disposal_row (disposal_id, place, sample_id, open_for, retain_until) VALUES",
    5};

#define TOUCHSTONE_DISPOSALS                                                                                     \
    "SELECT d.id, d.status, d.reason, d.proposed_by, p.login, p.name, d.proposed_at, z.name, d.decision, "       \
    "d.decided_at, "                                                                                             \
    "d.signature_id, (SELECT COUNT(*) FROM disposal_row r WHERE r.disposal_id = d.id), "                         \
    "(SELECT COUNT(*) FROM disposal_row r WHERE r.disposal_id = d.id AND r.state = 'failed'), "                  \
    "(SELECT COUNT(*) FROM disposal_row r WHERE r.disposal_id = d.id AND r.state = 'disposed') FROM disposal d " \
    "JOIN person p ON p.id = d.proposed_by LEFT JOIN person z ON z.id = d.decided_by "
constexpr db::Statement kOne{"disposal_one", TOUCHSTONE_DISPOSALS "WHERE d.id = ?"};
constexpr db::Statement kList{"disposal_list",
                              TOUCHSTONE_DISPOSALS "WHERE d.id < ? AND d.status LIKE ? ORDER BY d.id DESC LIMIT ?"};
constexpr db::Statement kOfSample{
    "disposal_of_sample", TOUCHSTONE_DISPOSALS
    "WHERE d.id < ? AND d.status LIKE ? AND EXISTS (SELECT 1 FROM disposal_row e JOIN sample s ON s.id = e.sample_id "
    "WHERE e.disposal_id = d.id AND s.number = ?) ORDER BY d.id DESC LIMIT ?"};
#undef TOUCHSTONE_DISPOSALS
constexpr db::Statement kLock{"disposal_lock", "SELECT id FROM disposal WHERE id = ? FOR UPDATE"};
constexpr db::Statement kRows{
    "disposal_rows",
    "SELECT r.place, r.sample_id, s.number, COALESCE(s.product_name, t.name), s.batch_no, CONCAT(s.quantity, ' ', "
    "s.quantity_unit), "
    "r.retain_until, r.state, r.approved, r.error, r.arguments, r.method, r.note, p.name, w.name, r.done_at FROM "
    "disposal_row r "
    "JOIN sample s ON s.id = r.sample_id JOIN product t ON t.id = s.product_id LEFT JOIN person p ON p.id = r.done_by "
    "LEFT JOIN person w ON w.id = r.witness_id WHERE r.disposal_id = ? ORDER BY r.place"};

// The rows are there, so that only the UPDATE comes about.
constexpr db::InsertStatement kFail{
    "disposal_fail",
    "INSERT INTO disposal_row (disposal_id, place, sample_id, retain_until, state, error, arguments) VALUES", 7,
    "ON DUPLICATE KEY UPDATE state = VALUES(state), error = VALUES(error), arguments = VALUES(arguments), open_for = "
    "NULL"};
constexpr db::Statement kApproved{"disposal_approved",
                                  "UPDATE disposal_row SET approved = TRUE WHERE disposal_id = ? AND place IN (??)"};
constexpr db::Statement kApprove{"disposal_approve",
                                 "UPDATE disposal SET status = 'approved', decided_by = ?, decided_at = ?, decision = "
                                 "?, signature_id = ? WHERE id = ?"};
constexpr db::Statement kFree{"disposal_free",
                              "UPDATE disposal_row SET open_for = NULL WHERE disposal_id = ? AND state <> 'disposed'"};
constexpr db::Statement kRefuse{
    "disposal_refuse",
    "UPDATE disposal SET status = 'refused', decided_by = ?, decided_at = ?, decision = ? WHERE id = ?"};
constexpr db::Statement kDispose{
    "disposal_dispose",
    "UPDATE disposal_row SET state = 'disposed', method = ?, note = ?, done_by = ?, witness_id = ?, done_at = ? "
    "WHERE disposal_id = ? AND place IN (??)"};

std::vector<db::Value> values(const std::vector<std::int64_t>& numbers) {
    return {numbers.begin(), numbers.end()};
}

Disposal toDisposal(const db::Row& row) {
    return {.id = row.integer(0),
            .status = row.text(1),
            .reason = row.text(2),
            .proposer = {row.integer(3)},
            .proposerLogin = row.text(4),
            .proposerName = row.text(5),
            .proposedAt = instantFromSql(row.text(6)),
            .decider = row.optionalText(7),
            .decision = row.optionalText(8),
            .decidedAt = optionalInstant(row, 9),
            .signatureId = row.optionalInteger(10),
            .total = row.integer(11),
            .failed = row.integer(12),
            .disposed = row.integer(13)};
}

DisposalRow toRow(const db::Row& row) {
    return {.place = row.integer(0),
            .sampleId = {row.integer(1)},
            .sample = row.text(2),
            .productName = row.text(3),
            .batchNo = row.text(4),
            .quantity = row.text(5),
            .retainUntil = row.text(6),
            .state = row.text(7),
            .approved = row.flag(8),
            .refusal = toRefusal(row, 9),
            .method = row.optionalText(11),
            .note = row.optionalText(12),
            .doneBy = row.optionalText(13),
            .witness = row.optionalText(14),
            .doneAt = optionalInstant(row, 15)};
}

}  // namespace

std::map<std::string, DisposalSample> lockSamples(db::WriteTransaction& tx, const std::vector<std::string>& numbers) {
    const std::vector<db::Value> list{numbers.begin(), numbers.end()};
    static_cast<void>(tx.query(kLockCertificates, {}, list));
    std::map<std::string, DisposalSample> out;
    for (const db::Row& row : tx.query(kSamples, {}, list)) {
        out[row.text(0)] = {{row.integer(1)}, row.text(2), row.flag(3)};
    }
    return out;
}

std::int64_t insertDisposal(db::WriteTransaction& tx, PersonId person, Instant at, const std::string& reason,
                            const std::vector<NewDisposalRow>& rows) {
    const std::int64_t id = tx.insertReturningIds(kInsert, {{reason, person.value, toSql(at)}}).at(0);
    std::vector<db::Parameters> out;
    for (const NewDisposalRow& row : rows) {
        out.push_back(
            {id, static_cast<std::int64_t>(out.size() + 1), row.sample.value, row.sample.value, row.retainUntil});
    }
    tx.insert(kInsertRows, out);
    return id;
}

std::optional<Disposal> lockDisposal(db::WriteTransaction& tx, std::int64_t id) {
    static_cast<void>(tx.query(kLock, {id}));
    return disposal(tx, id);
}

std::optional<Disposal> disposal(db::ReadTransaction& tx, std::int64_t id) {
    const db::Rows found = tx.query(kOne, {id});
    if (found.empty()) return std::nullopt;
    Disposal out = toDisposal(found.front());
    for (const db::Row& row : tx.query(kRows, {id})) out.rows.push_back(toRow(row));
    if (out.signatureId) {
        out.signature =
            judged(people::store::signatures(tx, {*out.signatureId}).at(*out.signatureId), approvedContent(out));
    }
    return out;
}

std::vector<Disposal> disposals(db::ReadTransaction& tx, const DisposalFilter& filter) {
    const std::int64_t below = filter.after.value_or(INT64_MAX);
    const std::string status = filter.status.value_or("%");
    std::vector<Disposal> out;
    for (const db::Row& row : filter.sample ? tx.query(kOfSample, {below, status, *filter.sample, filter.limit})
                                            : tx.query(kList, {below, status, filter.limit})) {
        out.push_back(toDisposal(row));
    }
    return out;
}

void fail(db::WriteTransaction& tx, const Disposal& disposal, const std::map<std::int64_t, Error>& refusals) {
    std::vector<db::Parameters> rows;
    for (const DisposalRow& row : disposal.rows) {
        const auto refusal = refusals.find(row.place);
        if (refusal == refusals.end()) continue;
        rows.push_back({disposal.id, row.place, row.sampleId.value, row.retainUntil, std::string("failed"),
                        errorOf(refusal->second), argumentsOf(refusal->second)});
    }
    tx.insert(kFail, rows);
}

void approve(db::WriteTransaction& tx, const Disposal& disposal, const std::vector<std::int64_t>& places,
             PersonId person, Instant at, const std::string& reason, std::int64_t signature) {
    tx.execute(kApproved, {disposal.id}, values(places));
    tx.execute(kApprove, {person.value, toSql(at), reason, signature, disposal.id});
}

void refuse(db::WriteTransaction& tx, const Disposal& disposal, PersonId person, Instant at,
            const std::string& reason) {
    tx.execute(kFree, {disposal.id});
    tx.execute(kRefuse, {person.value, toSql(at), reason, disposal.id});
}

void dispose(db::WriteTransaction& tx, const Disposal& disposal, const std::vector<std::int64_t>& places,
             const DisposalAct& act, PersonId person, PersonId witness, Instant at) {
    tx.execute(kDispose, {act.method, db::orNull(act.note), person.value, witness.value, toSql(at), disposal.id},
               values(places));
}

}  // namespace touchstone::certificates::store
