#include "server/regulators/DisclosureStore.h"

#include <algorithm>

#include "server/core/Json.h"
#include "server/db/Patterns.h"

namespace touchstone::regulators::store {
namespace {

#define TOUCHSTONE_CANDIDATES                                                                                      \
    "SELECT 0, o.certificate_id, o.number, o.laboratory, o.product_name, o.product_kind, o.specification, "        \
    "o.batch_no, "                                                                                                 \
    "o.maker, o.approval_no, o.client, o.edition, o.issued_on, o.verdict, c.status FROM outcome o "                \
    "JOIN certificate c ON c.id = o.certificate_id WHERE o.business_kind = 'supervision' AND c.status = 'issued' " \
    "AND o.region_code LIKE ? ESCAPE '!' AND NOT EXISTS (SELECT 1 FROM disclosure_row r "                          \
    "JOIN disclosure d ON d.id = r.disclosure_id JOIN organisation g ON g.id = d.organisation_id "                 \
    "WHERE r.certificate_id = o.certificate_id AND d.status <> 'discarded' AND g.code = ?) "

constexpr db::Statement kCandidates{"disclosure_candidates", TOUCHSTONE_CANDIDATES
                                    "AND o.certificate_id < ? AND o.product_kind LIKE ? AND o.verdict LIKE ? "
                                    "AND o.issued_on BETWEEN ? AND ? ORDER BY o.certificate_id DESC LIMIT ?"};
constexpr db::Statement kByNumber{
    "disclosure_candidates_by_number",
    TOUCHSTONE_CANDIDATES "AND o.number IN (??) ORDER BY o.product_name, o.maker, o.batch_no, o.certificate_id"};
#undef TOUCHSTONE_CANDIDATES

constexpr db::Statement kOrganisation{"disclosure_organisation", "SELECT id FROM organisation WHERE code = ?"};
constexpr db::InsertStatement kInsert{
    "disclosure_insert", "INSERT INTO disclosure (organisation_id, title, drafted_by, drafted_at) VALUES", 4};
constexpr db::InsertStatement kInsertRow{
    "disclosure_row_insert",
    "INSERT INTO disclosure_row (disclosure_id, seq, certificate_id, number, laboratory, product_name, product_kind, "
    "specification, batch_no, maker, approval_no, client, edition, issued_on, verdict, failing) VALUES",
    16};
constexpr db::Statement kLock{"disclosure_lock", "SELECT id FROM disclosure WHERE id = ? FOR UPDATE"};
constexpr db::Statement kPublish{
    "disclosure_publish",
    "UPDATE disclosure SET status = 'published', decided_by = ?, decided_at = ?, year = ?, issue_no = ?, "
    "signature_id = ? "
    "WHERE id = ?"};
constexpr db::Statement kDiscard{
    "disclosure_discard",
    "UPDATE disclosure SET status = 'discarded', decided_by = ?, decided_at = ?, reason = ? WHERE id = ?"};

#define TOUCHSTONE_DISCLOSURES                                                                                        \
    "SELECT d.id, g.code, g.name, d.title, d.status, p.login, p.name, d.drafted_at, z.name, d.decided_at, d.reason, " \
    "d.year, d.issue_no, d.signature_id, (SELECT COUNT(*) FROM disclosure_row r WHERE r.disclosure_id = d.id), "      \
    "(SELECT COUNT(*) FROM disclosure_row r WHERE r.disclosure_id = d.id AND r.verdict = 'fails'), g.id FROM "        \
    "disclosure d "                                                                                                   \
    "JOIN organisation g ON g.id = d.organisation_id JOIN person p ON p.id = d.drafted_by "                           \
    "LEFT JOIN person z ON z.id = d.decided_by "

constexpr db::Statement kOwn{"disclosure_own",
                             TOUCHSTONE_DISCLOSURES "WHERE g.code = ? AND d.id < ? ORDER BY d.id DESC LIMIT ?"};
constexpr db::Statement kPublished{"disclosure_published", TOUCHSTONE_DISCLOSURES
                                   "WHERE d.status = 'published' AND d.id < ? ORDER BY d.id DESC LIMIT ?"};
constexpr db::Statement kOwnById{"disclosure_own_by_id", TOUCHSTONE_DISCLOSURES "WHERE d.id = ? AND g.code = ?"};
constexpr db::Statement kPublishedById{"disclosure_published_by_id",
                                       TOUCHSTONE_DISCLOSURES "WHERE d.id = ? AND d.status = 'published'"};
#undef TOUCHSTONE_DISCLOSURES

constexpr db::Statement kRows{
    "disclosure_rows",
    "SELECT r.seq, r.certificate_id, r.number, r.laboratory, r.product_name, r.product_kind, r.specification, "
    "r.batch_no, "
    "r.maker, r.approval_no, r.client, r.edition, r.issued_on, r.verdict, c.status, r.failing, "
    "(SELECT n.number FROM certificate n WHERE n.sample_id = c.sample_id AND n.revision > c.revision AND n.status = "
    "'issued' "
    "ORDER BY n.revision DESC LIMIT 1) FROM disclosure_row r JOIN certificate c ON c.id = r.certificate_id "
    "WHERE r.disclosure_id = ? AND r.seq > ? AND r.verdict LIKE ? AND (r.product_name LIKE ? ESCAPE '!' "
    "OR r.batch_no LIKE ? ESCAPE '!' OR r.maker LIKE ? ESCAPE '!' OR r.client LIKE ? ESCAPE '!' OR r.number LIKE ? "
    "ESCAPE '!') "
    "ORDER BY r.seq LIMIT ?"};

constexpr Date kFirstDay{std::chrono::year{1900} / 1 / 1};
constexpr Date kLastDay{std::chrono::year{9999} / 12 / 31};

DisclosureRow toRow(const db::Row& row) {
    DisclosureRow out;
    out.seq = row.integer(0);
    out.certificate = {row.integer(1)};
    std::size_t next = 2;
    for (std::string* field :
         {&out.number, &out.laboratory, &out.productName, &out.productKind, &out.specification, &out.batchNo,
          &out.maker, &out.approvalNo, &out.client, &out.edition, &out.issuedOn, &out.verdict, &out.status}) {
        *field = row.text(next++);
    }
    return out;
}

std::vector<DisclosureRow> withItems(db::ReadTransaction& tx, const db::Rows& rows) {
    std::vector<DisclosureRow> out;
    std::vector<std::int64_t> ids;
    for (const db::Row& row : rows) {
        out.push_back(toRow(row));
        ids.push_back(out.back().certificate.value);
    }
    const auto items = failingItems(tx, ids);
    for (DisclosureRow& one : out) {
        const auto found = items.find(one.certificate.value);
        if (found != items.end()) one.failing = found->second;
    }
    return out;
}

std::string failingJson(const std::vector<FailingItem>& items) {
    json::Writer out;
    out.beginArray();
    for (const FailingItem& one : items) {
        out.beginObject()
            .field("item", one.item)
            .field("requirement", one.requirement)
            .field("value", one.value)
            .field("unit", one.unit)
            .endObject();
    }
    out.endArray();
    return out.take();
}

std::vector<FailingItem> failingOf(const std::string& text) {
    std::vector<FailingItem> out;
    const json::Value list = json::parse(text);
    for (const json::Value& one : list.items()) {
        const auto textOf = [&one](std::string_view name) { return one.find(name)->text(); };
        out.push_back({textOf("item"), textOf("requirement"), textOf("value"), textOf("unit")});
    }
    return out;
}

Disclosure toDisclosure(const db::Row& row) {
    Disclosure out{};
    out.id = row.integer(0);
    std::size_t next = 1;
    for (std::string* field :
         {&out.organisation, &out.organisationName, &out.title, &out.status, &out.drafter, &out.drafterName}) {
        *field = row.text(next++);
    }
    out.draftedAt = instantFromSql(row.text(7));
    out.decider = row.optionalText(8);
    if (!row.isNull(9)) out.decidedAt = instantFromSql(row.text(9));
    out.reason = row.optionalText(10);
    out.year = row.optionalInteger(11);
    out.issueNo = row.optionalInteger(12);
    out.signatureId = row.optionalInteger(13);
    out.rows = row.integer(14);
    out.failing = row.integer(15);
    out.organisationId = row.integer(16);
    return out;
}

}  // namespace

std::vector<DisclosureRow> candidates(db::ReadTransaction& tx, const CandidateFilter& filter) {
    return withItems(tx, tx.query(kCandidates, {db::startingWith(filter.region), filter.organisation,
                                                filter.after.value_or(INT64_MAX), filter.productKind.value_or("%"),
                                                filter.verdict.value_or("%"), toText(filter.from.value_or(kFirstDay)),
                                                toText(filter.to.value_or(kLastDay)), filter.limit}));
}

std::vector<DisclosureRow> candidatesByNumber(db::ReadTransaction& tx, const CandidateFilter& filter,
                                              const std::vector<std::string>& numbers) {
    return withItems(tx, tx.query(kByNumber, {db::startingWith(filter.region), filter.organisation},
                                  {numbers.begin(), numbers.end()}));
}

std::int64_t insertDraft(db::WriteTransaction& tx, const std::string& organisation, const std::string& title,
                         PersonId by, Instant at, const std::vector<DisclosureRow>& rows) {
    const std::int64_t owner = tx.query(kOrganisation, {organisation}).at(0).integer(0);
    const std::int64_t id = tx.insertReturningIds(kInsert, {{owner, title, by.value, toSql(at)}}).at(0);
    std::vector<db::Parameters> values;
    for (const DisclosureRow& one : rows) {
        values.push_back({id, static_cast<std::int64_t>(values.size() + 1), one.certificate.value, one.number,
                          one.laboratory, one.productName, one.productKind, one.specification, one.batchNo, one.maker,
                          one.approvalNo, one.client, one.edition, one.issuedOn, one.verdict,
                          failingJson(one.failing)});
    }
    tx.insert(kInsertRow, values);
    return id;
}

std::optional<Disclosure> lockDisclosure(db::WriteTransaction& tx, std::int64_t id, const std::string& organisation) {
    static_cast<void>(tx.query(kLock, {id}));
    return disclosure(tx, id, organisation);
}

void publish(db::WriteTransaction& tx, std::int64_t id, PersonId by, Instant at, std::int64_t year,
             std::int64_t issueNo, std::int64_t signature) {
    tx.execute(kPublish, {by.value, toSql(at), year, issueNo, signature, id});
}

void discard(db::WriteTransaction& tx, std::int64_t id, PersonId by, Instant at, const std::string& reason) {
    tx.execute(kDiscard, {by.value, toSql(at), reason, id});
}

std::vector<Disclosure> disclosures(db::ReadTransaction& tx, const std::optional<std::string>& organisation,
                                    std::optional<std::int64_t> after, std::int64_t limit) {
    const std::int64_t below = after.value_or(INT64_MAX);
    std::vector<Disclosure> out;
    for (const db::Row& row :
         organisation ? tx.query(kOwn, {*organisation, below, limit}) : tx.query(kPublished, {below, limit})) {
        out.push_back(toDisclosure(row));
    }
    return out;
}

std::optional<Disclosure> disclosure(db::ReadTransaction& tx, std::int64_t id,
                                     const std::optional<std::string>& organisation) {
    const db::Rows rows = organisation ? tx.query(kOwnById, {id, *organisation}) : tx.query(kPublishedById, {id});
    if (rows.empty()) return std::nullopt;
    return toDisclosure(rows.front());
}

std::vector<DisclosureRow> disclosureRows(db::ReadTransaction& tx, std::int64_t id, const RowFilter& filter) {
    const std::string pattern = db::containing(filter.q);
    std::vector<DisclosureRow> out;
    for (const db::Row& row : tx.query(kRows, {id, filter.after, filter.verdict.value_or("%"), pattern, pattern,
                                               pattern, pattern, pattern, filter.limit})) {
        out.push_back(toRow(row));
        out.back().failing = failingOf(row.text(15));
        out.back().replacement = row.optionalText(16);
    }
    return out;
}

}  // namespace touchstone::regulators::store
