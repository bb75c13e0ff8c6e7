#include "server/audit/Trail.h"

namespace touchstone::audit {
namespace {

constexpr db::InsertStatement kInsert{
    "trail_insert",
    "INSERT INTO trail (at, actor, action, subject_kind, subject, old_value, new_value, reason, origin, nonce, mac) VALUES", 11};

constexpr db::Statement kNewest{
    "trail_newest",
    "SELECT id, at, actor, action, subject_kind, subject, old_value, new_value, reason, origin FROM trail "
    "WHERE id < ? ORDER BY id DESC LIMIT ?"};
constexpr db::Statement kNewestOfKind{
    "trail_newest_of_kind",
    "SELECT id, at, actor, action, subject_kind, subject, old_value, new_value, reason, origin FROM trail "
    "WHERE subject_kind = ? AND id < ? ORDER BY id DESC LIMIT ?"};
constexpr db::Statement kNewestOfSubject{
    "trail_newest_of_subject",
    "SELECT id, at, actor, action, subject_kind, subject, old_value, new_value, reason, origin FROM trail "
    "WHERE subject_kind = ? AND subject = ? AND id < ? ORDER BY id DESC LIMIT ?"};
constexpr db::Statement kOfSubjects{
    "trail_of_subjects",
    "SELECT id, at, actor, action, subject_kind, subject, old_value, new_value, reason, origin FROM trail "
    "WHERE subject_kind = ? AND subject IN (??) ORDER BY id"};

StoredEntry toEntry(const db::Row& row) {
    return {row.integer(0),      instantFromSql(row.text(1)), row.text(2),         row.text(3),         row.text(4), row.text(5),
            row.optionalText(6), row.optionalText(7),         row.optionalText(8), row.text(9), ""};
}

std::vector<StoredEntry> toEntries(const db::Rows& rows) {
    std::vector<StoredEntry> out;
    out.reserve(rows.size());
    for (const db::Row& row : rows) out.push_back(toEntry(row));
    return out;
}

void add(std::string& canonical, const std::string& part) {
    canonical += std::to_string(part.size()) + ":" + part;
}

void add(std::string& canonical, const std::optional<std::string>& part) {
    if (part) {
        add(canonical, *part);
    } else {
        canonical += "-:";
    }
}

}  // namespace

Sha256 rowMac(const std::string& key, const StoredEntry& row) {
    std::string canonical;
    add(canonical, toSql(row.at));
    add(canonical, row.actor);
    add(canonical, row.action);
    add(canonical, row.subjectKind);
    add(canonical, row.subject);
    add(canonical, row.before);
    add(canonical, row.after);
    add(canonical, row.reason);
    add(canonical, row.origin);
    add(canonical, row.nonce);
    return hmacSha256(key, canonical);
}

Trail::Trail(std::string key, const Clock& clock) : key_(std::move(key)), clock_(clock) {
    if (key_.size() < 32) throw Error(ErrorCode::BadConfiguration, {"trail key", "it needs at least 32 bytes"});
}

void Trail::append(db::WriteTransaction& tx, const Actor& actor, const std::vector<Entry>& entries) const {
    const Instant now = clock_.now();
    std::vector<db::Parameters> rows;
    rows.reserve(entries.size());
    const std::string nonces = SystemRandom().bytes(8 * entries.size());
    for (const Entry& entry : entries) {
        const StoredEntry row{0,           now,         actor.login,  entry.action, entry.subjectKind, entry.subject,
                              entry.before, entry.after, entry.reason, actor.origin, nonces.substr(8 * rows.size(), 8)};
        rows.push_back({toSql(now), row.actor, row.action, row.subjectKind, row.subject, db::orNull(row.before),
                        db::orNull(row.after), db::orNull(row.reason), row.origin, db::Blob{row.nonce},
                        db::Blob{asString(rowMac(key_, row))}});
    }
    tx.insert(kInsert, rows);
}

std::vector<StoredEntry> Trail::list(db::ReadTransaction& tx, const Filter& filter) {
    const std::int64_t before = filter.after.value_or(INT64_MAX);
    if (filter.subjectKind && filter.subject) {
        return toEntries(tx.query(kNewestOfSubject, {*filter.subjectKind, *filter.subject, before, filter.limit}));
    }
    if (filter.subjectKind) return toEntries(tx.query(kNewestOfKind, {*filter.subjectKind, before, filter.limit}));
    return toEntries(tx.query(kNewest, {before, filter.limit}));
}

std::vector<StoredEntry> Trail::ofSubjects(db::ReadTransaction& tx, const std::string& kind,
                                           const std::vector<std::string>& subjects) {
    return toEntries(tx.query(kOfSubjects, {kind}, {subjects.begin(), subjects.end()}));
}

}  // namespace touchstone::audit
