#include "server/certificates/LayoutStore.h"

#include <stdexcept>

#include "server/core/Json.h"
#include "server/people/SignatureStore.h"

namespace touchstone::certificates::store {
namespace {

constexpr db::Statement kLayouts{"layout_list", "SELECT id, code, title, kind FROM layout ORDER BY code"};
constexpr db::Statement kLayout{"layout_by_code", "SELECT id, code, title, kind FROM layout WHERE code = ?"};
constexpr db::Statement kLock{"layout_lock", "SELECT id, code, title, kind FROM layout WHERE code = ? FOR UPDATE"};
constexpr db::InsertStatement kAdd{"layout_add", "INSERT IGNORE INTO layout (code, title, kind) VALUES", 3};

#define TOUCHSTONE_LAYOUT_VERSION \
    "SELECT id, layout_id, version, shipped, revision, LOWER(HEX(sha256)), state, from_date, at, reason FROM layout_version "
constexpr db::Statement kVersions{"layout_versions", TOUCHSTONE_LAYOUT_VERSION "ORDER BY layout_id, version"};
constexpr db::Statement kVersionsOf{"layout_versions_of",
                                    TOUCHSTONE_LAYOUT_VERSION "WHERE layout_id = ? ORDER BY version"};
constexpr db::Statement kXml{"layout_xml", "SELECT xml FROM layout_version WHERE id = ?"};
constexpr db::Statement kXmlByDigest{"layout_xml_by_digest", "SELECT xml FROM layout_version WHERE sha256 = ? LIMIT 1"};
constexpr db::InsertStatement kInsertVersion{
    "layout_version_insert",
    "INSERT INTO layout_version (layout_id, version, shipped, revision, xml, sha256, state, from_date, at, reason) "
    "VALUES",
    10};
constexpr db::Statement kSetState{"layout_set_state", "UPDATE layout_version SET state = ? WHERE id = ?"};

#define TOUCHSTONE_LAYOUT_DRAFT \
    "SELECT d.layout_id, d.revision, p.name, d.at FROM layout_draft d JOIN person p ON p.id = d.person_id "
constexpr db::Statement kDrafts{"layout_drafts", TOUCHSTONE_LAYOUT_DRAFT
                                "WHERE d.revision = (SELECT MAX(n.revision) FROM layout_draft n WHERE n.layout_id = d.layout_id)"};
constexpr db::Statement kDraftOf{"layout_draft_of", TOUCHSTONE_LAYOUT_DRAFT
                                 "WHERE d.layout_id = ? ORDER BY d.revision DESC LIMIT 1"};
constexpr db::Statement kDraftXml{"layout_draft_xml", "SELECT xml FROM layout_draft WHERE layout_id = ? AND revision = ?"};
constexpr db::InsertStatement kInsertDraft{
    "layout_draft_insert", "INSERT INTO layout_draft (layout_id, revision, xml, person_id, at) VALUES", 5};
constexpr db::Statement kWriters{"layout_writers",
                                 "SELECT DISTINCT person_id FROM layout_draft WHERE layout_id = ? AND revision > ?"};

constexpr db::Statement kHands{
    "layout_hands",
    "SELECT h.version_id, h.person_id, p.name, h.step, h.at, h.reason, h.signature_id FROM layout_hand h "
    "JOIN layout_version v ON v.id = h.version_id JOIN person p ON p.id = h.person_id WHERE v.layout_id = ? ORDER BY "
    "h.at, h.step"};
constexpr db::InsertStatement kInsertHand{
    "layout_hand_insert", "INSERT INTO layout_hand (version_id, person_id, step, at, reason, signature_id) VALUES", 6};
constexpr db::Statement kApproved{"layout_approved",
                                  "SELECT v.id, l.code, v.version, v.from_date, SHA2(v.xml, 256) FROM layout_version v "
                                  "JOIN layout l ON l.id = v.layout_id WHERE l.id = ? AND NOT v.shipped"};

constexpr db::Statement kUses{
    "layout_uses",
    "SELECT u.id, u.product_kind, u.business_kind, u.language, u.layout_id, u.shipped, u.from_date, p.name, u.at, u.reason "
    "FROM layout_use u LEFT JOIN person p ON p.id = u.person_id ORDER BY u.id"};
constexpr db::InsertStatement kInsertUse{
    "layout_use_insert",
    "INSERT INTO layout_use (product_kind, business_kind, language, layout_id, shipped, from_date, person_id, at, reason) "
    "VALUES",
    9};

Date day(const std::string& text) {
    const auto date = parseDate(text);
    if (!date) throw std::logic_error("not a day: " + text);
    return *date;
}

Layout toLayout(const db::Row& row) {
    return {{row.integer(0)}, row.text(1), row.text(2), row.text(3)};
}

std::vector<LayoutVersion> toVersions(const db::Rows& rows) {
    std::vector<LayoutVersion> out;
    out.reserve(rows.size());
    for (const db::Row& row : rows) {
        out.push_back({{row.integer(0)},
                       {row.integer(1)},
                       row.integer(2),
                       row.flag(3),
                       row.optionalInteger(4),
                       row.text(5),
                       row.text(6),
                       day(row.text(7)),
                       instantFromSql(row.text(8)),
                       row.text(9)});
    }
    return out;
}

std::vector<LayoutDraft> toDrafts(const db::Rows& rows) {
    std::vector<LayoutDraft> out;
    for (const db::Row& row : rows)
        out.push_back({{row.integer(0)}, row.integer(1), row.text(2), instantFromSql(row.text(3))});
    return out;
}

std::vector<LayoutUse> toUses(const db::Rows& rows) {
    std::vector<LayoutUse> out;
    for (const db::Row& row : rows) {
        const auto layout = row.optionalInteger(4);
        out.push_back({row.integer(0), row.text(1), row.optionalText(2), row.text(3),
                       layout ? std::optional(LayoutId{*layout}) : std::nullopt, row.flag(5), day(row.text(6)),
                       row.optionalText(7), instantFromSql(row.text(8)), row.text(9)});
    }
    return out;
}

std::optional<std::string> onlyText(const db::Rows& rows) {
    return rows.empty() ? std::nullopt : std::optional(rows.front().text(0));
}

}  // namespace

LayoutBook layoutBook(db::ReadTransaction& tx) {
    LayoutBook out;
    for (const db::Row& row : tx.query(kLayouts)) out.layouts.push_back(toLayout(row));
    out.versions = toVersions(tx.query(kVersions));
    out.uses = toUses(tx.query(kUses));
    return out;
}

std::optional<Layout> layout(db::ReadTransaction& tx, const std::string& code) {
    const db::Rows rows = tx.query(kLayout, {code});
    return rows.empty() ? std::nullopt : std::optional(toLayout(rows.front()));
}

std::optional<Layout> lockLayout(db::WriteTransaction& tx, const std::string& code) {
    const db::Rows rows = tx.query(kLock, {code});
    return rows.empty() ? std::nullopt : std::optional(toLayout(rows.front()));
}

void addLayout(db::WriteTransaction& tx, const std::string& code, const std::string& title, const std::string& kind) {
    tx.insert(kAdd, {{code, title, kind}});
}

std::vector<LayoutVersion> versionsOf(db::ReadTransaction& tx, LayoutId layout) {
    return toVersions(tx.query(kVersionsOf, {layout.value}));
}

std::optional<std::string> layoutXml(db::ReadTransaction& tx, LayoutVersionId version) {
    return onlyText(tx.query(kXml, {version.value}));
}

std::optional<std::string> layoutXml(db::ReadTransaction& tx, const Sha256& sha256) {
    return onlyText(tx.query(kXmlByDigest, {db::Blob{asString(sha256)}}));
}

LayoutVersionId insertVersion(db::WriteTransaction& tx, const NewLayoutVersion& v) {
    return {tx.insertReturningIds(kInsertVersion,
                                  {{v.layout.value, v.version, std::int64_t{v.shipped}, db::orNull(v.revision), v.xml,
                                    db::Blob{asString(sha256(v.xml))}, v.state, toText(v.from), toSql(v.at), v.reason}})
                .front()};
}

void setState(db::WriteTransaction& tx, LayoutVersionId version, const std::string& state) {
    tx.execute(kSetState, {state, version.value});
}

std::vector<LayoutDraft> layoutDrafts(db::ReadTransaction& tx) {
    return toDrafts(tx.query(kDrafts));
}

std::optional<LayoutDraft> draftOf(db::ReadTransaction& tx, LayoutId layout) {
    const auto found = toDrafts(tx.query(kDraftOf, {layout.value}));
    return found.empty() ? std::nullopt : std::optional(found.front());
}

std::string draftXml(db::ReadTransaction& tx, const LayoutDraft& draft) {
    return tx.query(kDraftXml, {draft.layout.value, draft.revision}).at(0).text(0);
}

void insertDraft(db::WriteTransaction& tx, LayoutId layout, std::int64_t revision, const std::string& xml,
                 PersonId person, Instant at) {
    tx.insert(kInsertDraft, {{layout.value, revision, xml, person.value, toSql(at)}});
}

std::vector<PersonId> writers(db::ReadTransaction& tx, LayoutId layout, std::int64_t after) {
    std::vector<PersonId> out;
    for (const db::Row& row : tx.query(kWriters, {layout.value, after})) out.push_back({row.integer(0)});
    return out;
}

std::map<LayoutVersionId, std::string> approvedContents(db::ReadTransaction& tx, LayoutId layout) {
    std::map<LayoutVersionId, std::string> out;
    for (const db::Row& row : tx.query(kApproved, {layout.value})) {
        json::Writer content;
        content.beginObject()
            .field("layout", row.text(1))
            .field("version", row.integer(2))
            .field("from", row.text(3))
            .field("sha256", row.text(4))
            .endObject();
        out.emplace(LayoutVersionId{row.integer(0)}, content.take());
    }
    return out;
}

std::vector<LayoutHand> handsOf(db::ReadTransaction& tx, LayoutId layout) {
    const db::Rows rows = tx.query(kHands, {layout.value});
    std::vector<std::int64_t> ids;
    for (const db::Row& row : rows) {
        if (!row.isNull(6)) ids.push_back(row.integer(6));
    }
    const auto signatures = people::store::signatures(tx, ids);
    const auto contents = approvedContents(tx, layout);
    std::vector<LayoutHand> out;
    for (const db::Row& row : rows) {
        const LayoutVersionId version{row.integer(0)};
        out.push_back({version, {row.integer(1)}, row.text(2), row.text(3), instantFromSql(row.text(4)), row.text(5)});
        if (!row.isNull(6)) out.back().signature = judged(signatures.at(row.integer(6)), contents.at(version));
    }
    return out;
}

void insertHands(db::WriteTransaction& tx, LayoutVersionId version, const std::vector<PersonId>& persons,
                 const std::string& step, Instant at, const std::string& reason,
                 std::optional<std::int64_t> signature) {
    std::vector<db::Parameters> rows;
    for (const PersonId person : persons) {
        rows.push_back({version.value, person.value, step, toSql(at), reason, db::orNull(signature)});
    }
    tx.insert(kInsertHand, rows);
}

void insertUse(db::WriteTransaction& tx, const NewLayoutUse& u) {
    const auto value = [](const auto& id) { return id ? db::Value(id->value) : db::Value(nullptr); };
    tx.insert(kInsertUse, {{u.productKind, db::orNull(u.businessKind), u.language, value(u.layout),
                            std::int64_t{u.shipped}, toText(u.from), value(u.person), toSql(u.at), u.reason}});
}

}  // namespace touchstone::certificates::store
