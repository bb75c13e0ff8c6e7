#include "server/audit/Seal.h"

#include <charconv>
#include <fstream>
#include <map>
#include <set>

namespace touchstone::audit {
namespace {

constexpr std::int64_t kRowsASeal = 20'000;

constexpr db::Statement kLastSeal{"seal_last", "SELECT last_id, digest FROM trail_seal ORDER BY id DESC LIMIT 1"};
constexpr db::Statement kLeaves{"seal_leaves", "SELECT id, mac FROM trail WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"};
constexpr db::InsertStatement kInsertSeal{"seal_insert",
                                          "INSERT INTO trail_seal (at, last_id, leaves, root, previous, digest) VALUES", 6};
constexpr db::Statement kSealsAfter{
    "seal_after", "SELECT id, at, last_id, leaves, root, previous, digest FROM trail_seal WHERE id > ? ORDER BY id LIMIT 1"};
constexpr db::Statement kRows{
    "trail_rows",
    "SELECT id, at, actor, action, subject_kind, subject, old_value, new_value, reason, origin, mac FROM trail "
    "WHERE id > ? AND id <= ? ORDER BY id LIMIT 5000"};

std::string bigEndian(std::int64_t number) {
    std::string out(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) out[7 - i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
    return out;
}

Sha256 rootOf(const std::vector<Leaf>& leaves, std::size_t from, std::size_t to) {
    const std::size_t count = to - from;
    if (count == 0) return sha256("");
    if (count == 1) return sha256(std::string(1, '\0') + bigEndian(leaves[from].id) + leaves[from].mac);
    std::size_t split = 1;
    while (split * 2 < count) split *= 2;
    return sha256(std::string(1, '\1') + asString(rootOf(leaves, from, from + split)) + asString(rootOf(leaves, from + split, to)));
}

std::string sealDigest(const std::string& key, const std::string& at, std::int64_t lastId, const std::string& root,
                       const std::string& previous) {
    return asString(hmacSha256(key, at + "|" + std::to_string(lastId) + "|" + root + previous));
}

const std::string kNoSeal(32, '\0');

/// Nothing when somebody made the column no moment, such as 0000-00-00.
std::optional<Instant> momentOf(const std::string& text) {
    try {
        return instantFromSql(text);
    } catch (const Error&) {
        return std::nullopt;
    }
}

StoredEntry toEntry(const db::Row& row, Instant at) {
    return {row.integer(0),      at,                  row.text(2),         row.text(3),         row.text(4), row.text(5),
            row.optionalText(6), row.optionalText(7),         row.optionalText(8), row.text(9)};
}

std::string describe(const StoredEntry& row) {
    return toRfc3339(row.at) + " " + row.actor + " " + row.action + " " + row.subjectKind + " " + row.subject;
}

/// Compares the rows of (after, upTo] with the leaves that a seal says they had.
class RowCheck {
public:
    RowCheck(db::Database& database, const Trail& trail, TrailReport& report) : database_(database), trail_(trail), report_(report) {}

    void run(std::int64_t after, std::int64_t upTo, const std::vector<Leaf>* leaves) {
        std::map<std::int64_t, std::string> sealed;
        if (leaves != nullptr) {
            for (const Leaf& leaf : *leaves) sealed.emplace(leaf.id, leaf.mac);
        }
        while (true) {
            const auto rows = database_.read([&](db::ReadTransaction& tx) { return tx.query(kRows, {after, upTo}); });
            if (rows.empty()) break;
            for (const db::Row& row : rows) check(row, leaves == nullptr ? nullptr : &sealed);
            after = rows.back().integer(0);
        }
        for (const auto& [id, mac] : sealed) {
            report_.damage.push_back({Damage::Kind::RowRemoved, id, "row " + std::to_string(id) + " was sealed and is gone"});
        }
    }

private:
    void check(const db::Row& row, std::map<std::int64_t, std::string>* sealed) {
        const auto at = momentOf(row.text(1));
        const StoredEntry entry = toEntry(row, at.value_or(Instant{}));
        ++report_.rows;
        bool whole = at && asString(rowMac(trail_.key(), entry)) == row.text(10);
        if (sealed != nullptr) {
            ++report_.sealedRows;
            const auto leaf = sealed->find(entry.id);
            if (leaf == sealed->end()) {
                report_.damage.push_back({Damage::Kind::RowAdded, entry.id, describe(entry)});
                return;
            }
            whole = whole && leaf->second == row.text(10);
            sealed->erase(leaf);
        }
        if (!whole) report_.damage.push_back({Damage::Kind::RowChanged, entry.id, describe(entry)});
    }

    db::Database& database_;
    const Trail& trail_;
    TrailReport& report_;
};

}  // namespace

Sha256 merkleRoot(const std::vector<Leaf>& leaves) { return rootOf(leaves, 0, leaves.size()); }

std::string packLeaves(const std::vector<Leaf>& leaves) {
    std::string out;
    out.reserve(leaves.size() * 40);
    for (const Leaf& leaf : leaves) out += bigEndian(leaf.id) + leaf.mac;
    return out;
}

std::vector<Leaf> unpackLeaves(const std::string& bytes) {
    std::vector<Leaf> out;
    for (std::size_t at = 0; at + 40 <= bytes.size(); at += 40) {
        std::uint64_t id = 0;
        for (std::size_t i = 0; i < 8; ++i) id = id << 8U | static_cast<unsigned char>(bytes[at + i]);
        out.push_back({static_cast<std::int64_t>(id), bytes.substr(at + 8, 32)});
    }
    return out;
}

Sealer::Sealer(db::Database& database, const Trail& trail, const Clock& clock, std::string anchorFile)
    : database_(database), trail_(trail), clock_(clock), anchorFile_(std::move(anchorFile)) {}

std::int64_t Sealer::settledId() {
    // Transactions that wrote to the trail hold its metadata lock until they end; the table lock waits for all of them.
    // Rows that begin later get higher ids, so nothing can appear below this one any more.
    std::int64_t last = 0;
    database_.runAlone([&](const std::function<db::Rows(const std::string&)>& run) {
        run("LOCK TABLES trail READ");
        last = run("SELECT COALESCE(MAX(id), 0) FROM trail").front().integer(0);
        run("UNLOCK TABLES");
    });
    return last;
}

std::int64_t Sealer::sealUpTo(std::int64_t lastId) {
    std::string anchor;
    const std::int64_t sealed = database_.write([&](db::WriteTransaction& tx) -> std::int64_t {
        const auto before = tx.query(kLastSeal);
        const std::int64_t from = before.empty() ? 0 : before.front().integer(0);
        const std::string previous = before.empty() ? kNoSeal : before.front().text(1);
        std::vector<Leaf> leaves;
        for (const db::Row& row : tx.query(kLeaves, {from, lastId, kRowsASeal})) leaves.push_back({row.integer(0), row.text(1)});
        if (leaves.empty()) return 0;
        const std::int64_t last = leaves.back().id;
        const std::string at = toSql(clock_.now());
        const std::string root = asString(merkleRoot(leaves));
        const std::string digest = sealDigest(trail_.key(), at, last, root, previous);
        tx.insert(kInsertSeal, {{at, last, db::Blob{packLeaves(leaves)}, db::Blob{root}, db::Blob{previous}, db::Blob{digest}}});
        anchor = std::to_string(last) + " " + toHex(digest);
        return static_cast<std::int64_t>(leaves.size());
    });
    if (sealed > 0 && !anchorFile_.empty()) {
        std::ofstream out(anchorFile_, std::ios::app);
        out << anchor << std::endl;
        if (!out) throw Error(ErrorCode::BadConfiguration, {"audit.anchors", "cannot write " + anchorFile_});
    }
    return sealed;
}

std::int64_t Sealer::seal() {
    const std::int64_t last = settledId();
    std::int64_t total = 0;
    try {
        while (const std::int64_t sealed = sealUpTo(last)) total += sealed;
    } catch (const db::DuplicateKey&) {
        return total;  // another process sealed the same rows at the same time: its seal stands
    }
    return total;
}

std::string_view name(Damage::Kind kind) {
    switch (kind) {
        case Damage::Kind::RowChanged: return "row_changed";
        case Damage::Kind::RowRemoved: return "row_removed";
        case Damage::Kind::RowAdded: return "row_added";
        case Damage::Kind::SealBroken: return "seal_broken";
        case Damage::Kind::SealMissing: return "seal_missing";
    }
    return "";
}

TrailReport verifyTrail(db::Database& database, const Trail& trail, const std::string& anchorFile) {
    TrailReport report;
    RowCheck rows(database, trail, report);
    std::set<std::string> digests;
    std::string previous = kNoSeal;
    std::int64_t sealId = 0;
    std::int64_t sealedTo = -1;
    while (true) {
        const auto found = database.read([&](db::ReadTransaction& tx) { return tx.query(kSealsAfter, {sealId}); });
        if (found.empty()) break;
        const db::Row& seal = found.front();
        sealId = seal.integer(0);
        const std::int64_t lastId = seal.integer(2);
        const auto leaves = unpackLeaves(seal.text(3));
        const auto at = momentOf(seal.text(1));
        const std::string root = asString(merkleRoot(leaves));
        const std::string digest = sealDigest(trail.key(), toSql(at.value_or(Instant{})), lastId, root, seal.text(5));
        const bool asWritten = at && packLeaves(leaves) == seal.text(3) && root == seal.text(4);
        if (!asWritten || digest != seal.text(6) || seal.text(5) != previous) {
            report.damage.push_back({Damage::Kind::SealBroken, sealId, "seal " + std::to_string(sealId) + " does not hold"});
        }
        rows.run(sealedTo, lastId, &leaves);
        previous = seal.text(6);
        digests.insert(toHex(previous));
        sealedTo = lastId;
        ++report.seals;
    }
    rows.run(sealedTo, INT64_MAX, nullptr);

    std::ifstream anchors(anchorFile);
    std::string last;
    std::string digest;
    while (anchors >> last >> digest) {
        if (!digests.contains(digest)) {
            std::int64_t row = 0;   // stays 0 for a line that is no anchor
            std::from_chars(last.data(), last.data() + last.size(), row);
            report.damage.push_back({Damage::Kind::SealMissing, row, "the seal up to row " + last + " is gone"});
        }
    }
    return report;
}

}  // namespace touchstone::audit
