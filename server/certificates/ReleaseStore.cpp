#include "server/certificates/ReleaseStore.h"

#include <algorithm>
#include <stdexcept>

#include "server/certificates/RefusalRow.h"
#include "server/core/Json.h"

namespace touchstone::certificates::store {
namespace {

// A signed row goes on as its certificate does, so nothing is written twice and nothing can disagree.
#define TOUCHSTONE_ROW_STATE                                                                     \
    "(CASE WHEN r.state <> 'signed' THEN r.state WHEN c.status <> 'drawing' THEN 'issued' "      \
    "WHEN c.problem IS NOT NULL THEN 'failed' ELSE 'drawing' END)"
#define TOUCHSTONE_JOB                                                                                              \
    "SELECT j.id, j.person_id, p.login, p.name, j.prepared_at, LOWER(HEX(j.shown_hash)), j.signed_at, "             \
    "MAX(c.issued_at), COUNT(*), SUM(" TOUCHSTONE_ROW_STATE " = 'ready'), SUM(" TOUCHSTONE_ROW_STATE                 \
    " = 'refused'), SUM(" TOUCHSTONE_ROW_STATE " = 'drawing'), SUM(" TOUCHSTONE_ROW_STATE                            \
    " = 'failed'), SUM(" TOUCHSTONE_ROW_STATE                                                                       \
    " = 'issued') FROM release_job j JOIN person p ON p.id = j.person_id JOIN release_row r ON r.job_id = j.id "    \
    "LEFT JOIN certificate c ON c.id = r.certificate_id "

#define TOUCHSTONE_JOB_GROUP "GROUP BY j.id, j.person_id, p.login, p.name, j.prepared_at, j.shown_hash, j.signed_at"

constexpr db::InsertStatement kInsertJob{
    "release_insert", "INSERT INTO release_job (person_id, prepared_at, shown_hash) VALUES", 3};
constexpr db::InsertStatement kInsertRows{
    "release_row_insert",
    "INSERT INTO release_row (job_id, place, sample, state, error, arguments, content_hash, verdict, differences) VALUES", 9};
constexpr db::Statement kRemovePrepared{
    "release_remove_prepared", "DELETE FROM release_job WHERE signature_id IS NULL AND prepared_at < ?"};
constexpr db::Statement kLockJob{
    "release_lock", "SELECT person_id, prepared_at, shown_hash, signature_id IS NOT NULL FROM release_job WHERE id = ? FOR UPDATE"};
constexpr db::Statement kReady{
    "release_ready", "SELECT place, sample, content_hash FROM release_row WHERE job_id = ? AND state = 'ready' ORDER BY place"};
constexpr db::Statement kSign{"release_sign", "UPDATE release_job SET signature_id = ?, signed_at = ? WHERE id = ?"};
// The rows are there, so that only the UPDATE comes about: one statement for a hundred of them.
constexpr db::InsertStatement kMark{
    "release_row_mark",
    "INSERT INTO release_row (job_id, place, sample, differences, state, error, arguments, certificate_id) VALUES", 8,
    "ON DUPLICATE KEY UPDATE state = VALUES(state), error = VALUES(error), arguments = VALUES(arguments), "
    "certificate_id = VALUES(certificate_id)"};

constexpr db::Statement kJob{"release_job", TOUCHSTONE_JOB "WHERE j.id = ? " TOUCHSTONE_JOB_GROUP};
constexpr db::Statement kJobs{"release_jobs", TOUCHSTONE_JOB
                              "WHERE j.id < ? AND j.signature_id IS NOT NULL " TOUCHSTONE_JOB_GROUP
                              " ORDER BY j.id DESC LIMIT ?"};
constexpr db::Statement kRows{
    "release_rows",
    "SELECT r.place, r.sample, " TOUCHSTONE_ROW_STATE
    ", r.error, r.arguments, c.problem, r.verdict, p.name, s.batch_no, s.maker, c.number, r.differences "
    "FROM release_row r LEFT JOIN certificate c ON c.id = r.certificate_id LEFT JOIN sample s ON s.number = r.sample "
    "LEFT JOIN product p ON p.id = s.product_id WHERE r.job_id = ? AND r.place > ? AND (? IS NULL OR " TOUCHSTONE_ROW_STATE
    " = ?) AND (? = 0 OR r.differences <> '[]') ORDER BY r.place LIMIT ?"};

// The newest released sample of a product is at the end of the product's key.
constexpr db::Statement kPrevious{
    "release_previous",
    "SELECT STRAIGHT_JOIN n.code, c.number, c.frozen FROM (SELECT p.code, (SELECT s.id FROM sample s WHERE s.product_id = p.id "
    "AND s.status = 'released' ORDER BY s.id DESC LIMIT 1) AS sample_id FROM product p WHERE p.code IN (??)) n "
    "JOIN certificate c ON c.sample_id = n.sample_id "
    "WHERE c.id = (SELECT MAX(d.id) FROM certificate d WHERE d.sample_id = n.sample_id)"};
constexpr db::Statement kCertificates{
    "release_certificates",
    "SELECT sample_id, number FROM certificate WHERE sample_id IN (??) ORDER BY id"};
constexpr db::Statement kLate{
    "release_late",
    "SELECT t.sample_id, i.name, l.value, o.unit FROM test t JOIN test_item i ON i.id = t.item_id "
    "JOIN late_result l ON l.test_id = t.id JOIN observation o ON o.id = l.observation_id "
    "JOIN inbound_message m ON m.id = o.message_id AND m.reading = o.reading "
    "LEFT JOIN late_decision d ON d.observation_id = l.observation_id "
    "WHERE t.sample_id IN (??) AND d.observation_id IS NULL ORDER BY t.id, o.id"};

std::vector<db::Value> values(const std::vector<SampleId>& ids) {
    std::vector<db::Value> out;
    out.reserve(ids.size());
    for (const SampleId id : ids) out.emplace_back(id.value);
    return out;
}

Sha256 toHash(const std::string& bytes) {
    Sha256 out{};
    if (bytes.size() != out.size()) throw std::logic_error("release: a hash of another length");
    std::transform(bytes.begin(), bytes.end(), out.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
    return out;
}

ReleaseJob toJob(const db::Row& row) {
    ReleaseJob out{row.integer(0), {row.integer(1)}, row.text(2), row.text(3), instantFromSql(row.text(4)), row.text(5),
                   {},             {},               row.integer(8), {}};
    if (!row.isNull(6)) out.signedAt = instantFromSql(row.text(6));
    if (!row.isNull(7)) out.lastIssuedAt = instantFromSql(row.text(7));
    out.counts = {row.integer(9), row.integer(10), row.integer(11), row.integer(12), row.integer(13)};
    return out;
}

std::vector<ReleaseJob> toJobs(db::ReadTransaction& tx, const db::Rows& rows) {
    std::vector<ReleaseJob> out;
    std::vector<std::int64_t> ids;
    for (const db::Row& row : rows) {
        out.push_back(toJob(row));
        ids.push_back(out.back().id);
    }
    auto rules = rulesOf(tx, ids);
    for (ReleaseJob& job : out) job.nearLimit = std::move(rules[job.id]);
    return out;
}

}  // namespace

std::int64_t insertJob(db::WriteTransaction& tx, PersonId person, Instant at, const Sha256& shown,
                       const std::vector<PreparedRow>& rows) {
    const std::int64_t id = tx.insertReturningIds(kInsertJob, {{person.value, toSql(at), db::Blob{asString(shown)}}}).at(0);
    std::vector<db::Parameters> out;
    out.reserve(rows.size());
    for (const PreparedRow& row : rows) {
        out.push_back({id, static_cast<std::int64_t>(out.size()) + 1, row.sample,
                       std::string(row.refusal ? "refused" : "ready"), errorOf(row.refusal), argumentsOf(row.refusal),
                       row.hash ? db::Value(db::Blob{asString(*row.hash)}) : db::Value(nullptr), db::orNull(row.verdict),
                       row.differences});
    }
    tx.insert(kInsertRows, out);
    return id;
}

void removePreparedBefore(db::WriteTransaction& tx, Instant before) { tx.execute(kRemovePrepared, {toSql(before)}); }

std::optional<LockedJob> lockJob(db::WriteTransaction& tx, std::int64_t id) {
    const db::Rows rows = tx.query(kLockJob, {id});
    if (rows.empty()) return std::nullopt;
    const db::Row& row = rows.front();
    return LockedJob{{row.integer(0)}, instantFromSql(row.text(1)), toHash(row.text(2)), row.flag(3)};
}

std::vector<ReadyRow> readyRows(db::ReadTransaction& tx, std::int64_t job) {
    std::vector<ReadyRow> out;
    for (const db::Row& row : tx.query(kReady, {job})) out.push_back({row.integer(0), row.text(1), toHash(row.text(2))});
    return out;
}

void sign(db::WriteTransaction& tx, std::int64_t job, std::int64_t signature, Instant at) {
    tx.execute(kSign, {signature, toSql(at), job});
}

void markSigned(db::WriteTransaction& tx, std::int64_t job, const std::vector<std::int64_t>& places,
                const std::vector<CertificateId>& certificates) {
    std::vector<db::Parameters> rows;
    for (std::size_t i = 0; i < places.size(); ++i) {
        rows.push_back({job, places[i], std::string(), std::string(), std::string("signed"), nullptr, nullptr,
                        certificates.at(i).value});
    }
    tx.insert(kMark, rows);
}

void markRefused(db::WriteTransaction& tx, std::int64_t job, const std::map<std::int64_t, Error>& refusals) {
    std::vector<db::Parameters> rows;
    for (const auto& [place, refusal] : refusals) {
        rows.push_back({job, place, std::string(), std::string(), std::string("refused"), errorOf(refusal),
                        argumentsOf(refusal), nullptr});
    }
    tx.insert(kMark, rows);
}

std::optional<ReleaseJob> job(db::ReadTransaction& tx, std::int64_t id) {
    const std::vector<ReleaseJob> found = toJobs(tx, tx.query(kJob, {id}));
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::vector<ReleaseJob> jobs(db::ReadTransaction& tx, std::optional<std::int64_t> after, std::int64_t limit) {
    return toJobs(tx, tx.query(kJobs, {after.value_or(INT64_MAX), limit}));
}

std::vector<ReleaseRow> rows(db::ReadTransaction& tx, std::int64_t job, const RowFilter& filter) {
    const db::Value state = db::orNull(filter.state);
    std::vector<ReleaseRow> out;
    for (const db::Row& row : tx.query(
             kRows, {job, filter.after.value_or(0), state, state, std::int64_t{filter.different}, filter.limit})) {
        out.push_back({row.integer(0), row.text(1), row.text(2), toRefusal(row, 3), row.optionalText(5), row.optionalText(6),
                       row.optionalText(7), row.optionalText(8), row.optionalText(9), row.optionalText(10), row.text(11)});
    }
    return out;
}

std::map<std::string, Earlier> previous(db::ReadTransaction& tx, const std::vector<std::string>& products) {
    std::map<std::string, Earlier> out;
    for (const db::Row& row : tx.query(kPrevious, {}, {products.begin(), products.end()})) {
        out.emplace(row.text(0), Earlier{row.text(1), json::parse(row.text(2))});
    }
    return out;
}

std::map<SampleId, std::string> certificatesOf(db::ReadTransaction& tx, const std::vector<SampleId>& samples) {
    std::map<SampleId, std::string> out;
    for (const db::Row& row : tx.query(kCertificates, {}, values(samples))) {
        out.insert_or_assign(SampleId{row.integer(0)}, row.text(1));
    }
    return out;
}

std::map<SampleId, std::vector<LateValue>> late(db::ReadTransaction& tx, const std::vector<SampleId>& samples) {
    std::map<SampleId, std::vector<LateValue>> out;
    for (const db::Row& row : tx.query(kLate, {}, values(samples))) {
        const std::string unit = row.text(3);
        out[{row.integer(0)}].push_back({row.text(1), unit.empty() ? row.text(2) : row.text(2) + " " + unit});
    }
    return out;
}

}  // namespace touchstone::certificates::store
