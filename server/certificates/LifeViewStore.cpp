#include <algorithm>
#include <map>

#include "server/certificates/LifeRows.h"
#include "server/certificates/LifeStore.h"

/// Reads what pages show of the life of certificates, a fixed number of statements for any number of rows.
namespace touchstone::certificates::store {
namespace {

constexpr db::Statement kSample{
    "life_sample",
    "SELECT s.id, s.number FROM certificate c JOIN sample s ON s.id = c.sample_id WHERE c.number = ?"};
constexpr db::Statement kRevisions{
    "life_revisions",
    "SELECT c.number, c.status, c.revision, c.released_at, c.issued_at, "
    "(SELECT MAX(u.at) FROM publication u WHERE u.certificate_id = c.id AND u.kind <> 'issued'), w.category, w.reason, p.name "
    "FROM certificate c LEFT JOIN withdrawal w ON w.certificate_id = c.id LEFT JOIN person p ON p.id = w.person_id "
    "WHERE c.sample_id = ? ORDER BY c.revision"};
constexpr db::Statement kAmendments{
    "life_amendments",
    "SELECT a.id, c.number, a.kind, a.reason, a.status FROM amendment a JOIN certificate c ON c.id = a.certificate_id "
    "WHERE c.sample_id = ? ORDER BY a.id"};
constexpr db::Statement kChanges{
    "life_changes",
    "SELECT h.amendment_id, h.field, h.old_value, h.new_value FROM amendment_change h JOIN amendment a ON a.id = h.amendment_id "
    "JOIN certificate c ON c.id = a.certificate_id WHERE c.sample_id = ? ORDER BY h.amendment_id, h.field"};
constexpr db::Statement kTests{
    "life_tests",
    "SELECT h.amendment_id, t.id, i.name FROM amendment_test h JOIN amendment a ON a.id = h.amendment_id "
    "JOIN certificate c ON c.id = a.certificate_id JOIN test t ON t.id = h.test_id JOIN test_item i ON i.id = t.item_id "
    "WHERE c.sample_id = ? ORDER BY h.amendment_id, i.seq"};
constexpr db::Statement kSteps{
    "life_steps",
    "SELECT v.amendment_id, v.step, p.name, v.at, v.reason FROM amendment_step v JOIN amendment a ON a.id = v.amendment_id "
    "JOIN certificate c ON c.id = a.certificate_id JOIN person p ON p.id = v.person_id WHERE c.sample_id = ? ORDER BY v.id"};
constexpr db::Statement kDownloads{
    "life_downloads",
    "SELECT c.number, p.name, o.name, d.at FROM download d JOIN certificate c ON c.id = d.certificate_id "
    "JOIN person p ON p.id = d.person_id JOIN organisation o ON o.id = p.organisation_id "
    "WHERE c.sample_id = ? ORDER BY d.id DESC LIMIT 500"};
constexpr db::Statement kNotices{"life_notices",
                                 "SELECT " TOUCHSTONE_NOTICE_COLUMNS TOUCHSTONE_NOTICE_TABLES
                                 "WHERE c.sample_id = ? ORDER BY x.id DESC LIMIT 500"};
constexpr db::Statement kHolds{
    "life_holds",
    "SELECT c.number, h.act = 'set', p.name, h.reason, h.at FROM hold_act h JOIN certificate c ON c.id = h.certificate_id "
    "JOIN person p ON p.id = h.person_id WHERE c.sample_id = ? ORDER BY h.id"};

// All certificates of a sample and its raw records are kept together: from the last release, by the longest rule that was in
// force on some day since, and for as long as one of them is held.
#define TOUCHSTONE_KEPT                                                                                                 \
    "SELECT c.id, c.number, s.number AS sample, COALESCE(s.product_name, p.name) AS product, c.status, c.released_at, "    \
    "(SELECT DATE_ADD(DATE(DATE_ADD(MAX(n.released_at), INTERVAL 8 HOUR)), INTERVAL (SELECT MAX(r.years) "                 \
    "FROM retention_rule r WHERE r.product_kind = p.kind AND r.effective_from <= ? AND (r.effective_to IS NULL OR "         \
    "r.effective_to >= DATE(DATE_ADD(c.released_at, INTERVAL 8 HOUR)))) YEAR) "                                            \
    "FROM certificate n WHERE n.sample_id = c.sample_id) AS keep_until, "                                                  \
    "EXISTS (SELECT 1 FROM certificate n JOIN hold_act h ON h.certificate_id = n.id WHERE n.sample_id = c.sample_id "       \
    "AND h.act = 'set' AND NOT EXISTS (SELECT 1 FROM hold_act l WHERE l.certificate_id = h.certificate_id AND l.id > h.id)) " \
    "AS held FROM certificate c JOIN sample s ON s.id = c.sample_id JOIN product p ON p.id = s.product_id "

constexpr db::Statement kRetention{"life_retention", TOUCHSTONE_KEPT "WHERE c.number = ?"};
constexpr db::Statement kOfSamples{"life_retention_of_samples", TOUCHSTONE_KEPT "WHERE s.number IN (??) AND c.status <> 'drawing'"};
constexpr db::Statement kKept{
    "life_kept",
    "SELECT k.*, CASE WHEN held THEN 'held' WHEN keep_until < ? THEN 'due' ELSE 'kept' END AS state, "
    "(SELECT IF(d.state = 'listed', l.status, d.state) FROM sample e JOIN disposal_row d ON d.open_for = e.id "
    "JOIN disposal l ON l.id = d.disposal_id WHERE e.number = k.sample) FROM (" TOUCHSTONE_KEPT
    "WHERE c.status <> 'drawing' AND c.id > ?) k HAVING state LIKE ? ORDER BY k.id LIMIT ?"};

Retention toRetention(const db::Row& row) {
    return {row.optionalText(6), row.flag(7)};
}

std::vector<Revision> revisions(const db::Rows& rows) {
    std::vector<Revision> out;
    for (const db::Row& row : rows) {
        out.push_back({row.text(0), row.text(1), row.integer(2), instantFromSql(row.text(3)), optionalInstant(row, 4),
                       optionalInstant(row, 5), row.optionalText(6), row.optionalText(7), row.optionalText(8)});
    }
    return out;
}

std::vector<AmendmentView> amendments(db::ReadTransaction& tx, std::int64_t sample) {
    std::vector<AmendmentView> out;
    std::map<std::int64_t, std::size_t> place;
    for (const db::Row& row : tx.query(kAmendments, {sample})) {
        place.emplace(row.integer(0), out.size());
        out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), {}, {}, {}});
    }
    if (out.empty()) return out;
    for (const db::Row& row : tx.query(kChanges, {sample})) {
        out[place.at(row.integer(0))].changes.push_back({row.text(1), row.optionalText(2), row.text(3)});
    }
    for (const db::Row& row : tx.query(kTests, {sample})) {
        out[place.at(row.integer(0))].tests.push_back({row.integer(1), row.text(2)});
    }
    for (const db::Row& row : tx.query(kSteps, {sample})) {
        out[place.at(row.integer(0))].steps.push_back(
            {row.text(1), row.text(2), instantFromSql(row.text(3)), row.optionalText(4)});
    }
    return out;
}

}  // namespace

std::optional<Instant> optionalInstant(const db::Row& row, std::size_t column) {
    if (row.isNull(column)) return std::nullopt;
    return instantFromSql(row.text(column));
}

std::vector<Notice> toNotices(const db::Rows& rows) {
    std::vector<Notice> out;
    for (const db::Row& row : rows) {
        out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6),
                       instantFromSql(row.text(7)), optionalInstant(row, 8), optionalInstant(row, 9), row.optionalText(10),
                       row.optionalText(11), row.optionalText(12)});
    }
    return out;
}

std::optional<Life> life(db::ReadTransaction& tx, const std::string& number, Date today) {
    const db::Rows found = tx.query(kSample, {number});
    if (found.empty()) return std::nullopt;
    const std::int64_t sample = found.front().integer(0);
    Life out;
    out.sample = found.front().text(1);
    out.revisions = revisions(tx.query(kRevisions, {sample}));
    out.amendments = amendments(tx, sample);
    for (const db::Row& row : tx.query(kDownloads, {sample})) {
        out.downloads.push_back({row.text(0), row.text(1), row.text(2), instantFromSql(row.text(3))});
    }
    out.notices = toNotices(tx.query(kNotices, {sample}));
    for (const db::Row& row : tx.query(kHolds, {sample})) {
        out.holds.push_back({row.text(0), row.flag(1), row.text(2), row.text(3), instantFromSql(row.text(4))});
    }
    out.retention = toRetention(tx.query(kRetention, {toText(today), number}).at(0));
    return out;
}

std::vector<Kept> kept(db::ReadTransaction& tx, const KeptFilter& filter, Date today) {
    const std::string day = toText(today);
    std::vector<Kept> out;
    for (const db::Row& row : tx.query(kKept, {day, day, filter.after.value_or(0), filter.state.value_or("%"), filter.limit})) {
        out.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), instantFromSql(row.text(5)),
                       toRetention(row), row.text(8), row.optionalText(9)});
    }
    return out;
}

std::map<std::string, Retention> retentionOf(db::ReadTransaction& tx, const std::vector<std::string>& samples, Date today) {
    std::map<std::string, Retention> out;
    for (const db::Row& row : tx.query(kOfSamples, {toText(today)}, {samples.begin(), samples.end()})) {
        const Retention one = toRetention(row);
        const auto [at, first] = out.emplace(row.text(2), one);
        if (first) continue;
        at->second.held = at->second.held || one.held;
        // Without a rule it is kept for good, and a day compares as its text.
        at->second.until = at->second.until && one.until ? std::max(at->second.until, one.until) : std::nullopt;
    }
    return out;
}

}  // namespace touchstone::certificates::store
