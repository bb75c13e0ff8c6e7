#include "server/regulators/RiskStore.h"

#include "server/db/Patterns.h"
#include "server/people/SignatureStore.h"

namespace touchstone::regulators::store {
namespace {

#define TOUCHSTONE_RISKS                                                                                               \
    "SELECT r.id, r.state, o.number, c.status, o.sample, o.product_name, o.batch_no, o.maker, o.client, "              \
    "o.region_code, "                                                                                                  \
    "r.opened_at, r.due_on, r.rule, r.notified_at, n.name, g.code, g.name, r.note, r.acknowledged_at, a.name, "        \
    "r.closed_at, z.name, r.measure, r.certificate_id, r.signature_id FROM risk r JOIN outcome o ON o.certificate_id " \
    "= "                                                                                                               \
    "r.certificate_id "                                                                                                \
    "JOIN certificate c ON c.id = r.certificate_id LEFT JOIN person n ON n.id = r.notified_by "                        \
    "LEFT JOIN organisation g ON g.id = r.notified_to LEFT JOIN person a ON a.id = r.acknowledged_by "                 \
    "LEFT JOIN person z ON z.id = r.closed_by "

constexpr db::Statement kList{
    "risk_list", TOUCHSTONE_RISKS
    "WHERE r.id < ? AND r.state LIKE ? AND (NOT ? OR (r.state = 'open' AND r.due_on < ?)) "
    "AND o.region_code LIKE ? ESCAPE '!' AND (o.number LIKE ? ESCAPE '!' OR o.product_name LIKE ? ESCAPE '!' "
    "OR o.batch_no LIKE ? ESCAPE '!' OR o.maker LIKE ? ESCAPE '!') ORDER BY r.id DESC LIMIT ?"};
constexpr db::Statement kByIds{"risk_by_ids", TOUCHSTONE_RISKS "WHERE r.id IN (??) ORDER BY r.id"};
#undef TOUCHSTONE_RISKS
// Of the rows alone: a lock of the answer above would be one of people and organisations too.
constexpr db::Statement kLock{"risk_lock", "SELECT id FROM risk WHERE id IN (??) ORDER BY id FOR UPDATE"};
constexpr db::Statement kCounts{
    "risk_counts",
    "SELECT r.state, COUNT(*), COALESCE(SUM(r.state = 'open' AND r.due_on < ?), 0) FROM risk r "
    "JOIN outcome o ON o.certificate_id = r.certificate_id WHERE o.region_code LIKE ? ESCAPE '!' GROUP BY r.state"};
constexpr db::Statement kFailing{"risk_failing",
                                 "SELECT certificate_id, item, requirement, value, unit FROM outcome_item "
                                 "WHERE verdict = 'fails' AND certificate_id IN (??) ORDER BY certificate_id, seq"};
constexpr db::Statement kRecipients{
    "risk_recipients",
    "SELECT id, code, name, region_code FROM organisation WHERE kind = 'regulator' ORDER BY region_code, code"};
constexpr db::Statement kNotify{
    "risk_notify",
    "UPDATE risk SET state = 'notified', notified_at = ?, notified_by = ?, notified_to = ?, note = ? WHERE id IN (??)"};
constexpr db::Statement kAcknowledge{
    "risk_acknowledge",
    "UPDATE risk SET state = 'acknowledged', acknowledged_at = ?, acknowledged_by = ? WHERE id IN (??)"};
// Of each its own signature: the rows are there, so nothing is inserted.
constexpr db::InsertStatement kSigned{"risk_signed",
                                      "INSERT INTO risk (id, certificate_id, opened_at, signature_id) VALUES", 4,
                                      "ON DUPLICATE KEY UPDATE signature_id = VALUES(signature_id)"};
constexpr db::Statement kClose{
    "risk_close", "UPDATE risk SET state = 'closed', closed_at = ?, closed_by = ?, measure = ? WHERE id IN (??)"};

std::optional<RiskStep> stepOf(const db::Row& row, std::size_t at) {
    if (row.isNull(at)) return std::nullopt;
    return RiskStep{instantFromSql(row.text(at)), row.text(at + 1)};
}

Risk toRisk(const db::Row& row) {
    Risk out{};
    out.id = row.integer(0);
    std::size_t next = 1;
    for (std::string* field : {&out.state, &out.certificate, &out.certificateStatus, &out.sample, &out.productName,
                               &out.batchNo, &out.maker, &out.client, &out.regionCode}) {
        *field = row.text(next++);
    }
    out.openedAt = instantFromSql(row.text(10));
    if (!row.isNull(11)) out.dueOn = parseDate(row.text(11));
    out.rule = row.optionalText(12);
    out.notified = stepOf(row, 13);
    out.recipient = row.optionalText(15);
    out.recipientName = row.optionalText(16);
    out.note = row.optionalText(17);
    out.acknowledged = stepOf(row, 18);
    out.closed = stepOf(row, 20);
    out.measure = row.optionalText(22);
    out.certificateId = {row.integer(23)};
    out.signatureId = row.optionalInteger(24);
    return out;
}

std::vector<db::Value> values(const std::vector<std::int64_t>& ids) {
    return {ids.begin(), ids.end()};
}

}  // namespace

std::vector<Risk> risks(db::ReadTransaction& tx, const RiskFilter& filter, Date today) {
    const std::string pattern = db::containing(filter.q);
    const db::Rows rows = tx.query(
        kList, {filter.after.value_or(INT64_MAX), filter.state.value_or("%"), static_cast<std::int64_t>(filter.overdue),
                toText(today), db::startingWith(filter.region), pattern, pattern, pattern, pattern, filter.limit});
    std::vector<std::int64_t> certificates, signatureIds;
    std::vector<Risk> out;
    for (const db::Row& row : rows) {
        out.push_back(toRisk(row));
        certificates.push_back(out.back().certificateId.value);
        if (out.back().signatureId) signatureIds.push_back(*out.back().signatureId);
    }
    const auto items = failingItems(tx, certificates);
    const auto signatures = people::store::signatures(tx, signatureIds);
    for (Risk& risk : out) {
        const auto found = items.find(risk.certificateId.value);
        if (found != items.end()) risk.failing = found->second;
        if (risk.signatureId) risk.signature = judged(signatures.at(*risk.signatureId), closedContent(risk));
    }
    return out;
}

std::map<std::string, std::int64_t> riskCounts(db::ReadTransaction& tx, const std::string& region, Date today) {
    std::map<std::string, std::int64_t> out{
        {"open", 0}, {"notified", 0}, {"acknowledged", 0}, {"closed", 0}, {"overdue", 0}};
    for (const db::Row& row : tx.query(kCounts, {toText(today), db::startingWith(region)})) {
        out[row.text(0)] = row.integer(1);
        out["overdue"] += row.integer(2);
    }
    return out;
}

std::vector<Risk> lockRisks(db::WriteTransaction& tx, const std::vector<std::int64_t>& ids) {
    static_cast<void>(tx.query(kLock, {}, values(ids)));
    std::vector<Risk> out;
    for (const db::Row& row : tx.query(kByIds, {}, values(ids))) out.push_back(toRisk(row));
    return out;
}

std::vector<Recipient> recipients(db::ReadTransaction& tx) {
    std::vector<Recipient> out;
    for (const db::Row& row : tx.query(kRecipients))
        out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3)});
    return out;
}

void notify(db::WriteTransaction& tx, const std::vector<std::int64_t>& ids, Instant at, PersonId by,
            std::int64_t organisation, const std::optional<std::string>& note) {
    tx.execute(kNotify, {toSql(at), by.value, organisation, db::orNull(note)}, values(ids));
}

void acknowledge(db::WriteTransaction& tx, const std::vector<std::int64_t>& ids, Instant at, PersonId by) {
    tx.execute(kAcknowledge, {toSql(at), by.value}, values(ids));
}

void close(db::WriteTransaction& tx, const std::vector<Risk>& risks, const std::vector<std::int64_t>& signatures,
           Instant at, PersonId by, const std::string& measure) {
    std::vector<std::int64_t> ids;
    std::vector<db::Parameters> rows;
    for (std::size_t i = 0; i < risks.size(); ++i) {
        ids.push_back(risks[i].id);
        rows.push_back({risks[i].id, risks[i].certificateId.value, toSql(risks[i].openedAt), signatures.at(i)});
    }
    tx.insert(kSigned, rows);
    tx.execute(kClose, {toSql(at), by.value, measure}, values(ids));
}

std::map<std::int64_t, std::vector<FailingItem>> failingItems(db::ReadTransaction& tx,
                                                              const std::vector<std::int64_t>& certificates) {
    std::map<std::int64_t, std::vector<FailingItem>> out;
    for (const db::Row& row : tx.query(kFailing, {}, values(certificates))) {
        out[row.integer(0)].push_back({row.text(1), row.text(2), row.text(3), row.text(4)});
    }
    return out;
}

}  // namespace touchstone::regulators::store
