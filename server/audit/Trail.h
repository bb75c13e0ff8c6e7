#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/core/Actor.h"
#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/core/Error.h"
#include "server/db/Database.h"

/// The audit trail: who did what to what, when, from where and why, in the transaction that did it.
/// (21 CFR 11.10(e); 药品记录与数据管理要求(试行) 2020年第74号)
namespace touchstone::audit {

/// One change of state. old and new are JSON objects of what changed.
struct Entry {
    std::string action;         ///< "sample.register": noun of the subject, then the act
    std::string subjectKind;    ///< sample, test, certificate, message, person, session …
    std::string subject;        ///< its number, id or login
    std::optional<std::string> before;
    std::optional<std::string> after;
    std::optional<std::string> reason;
};

/// A row as it is read back.
struct StoredEntry {
    std::int64_t id;
    Instant at;
    std::string actor;
    std::string action;
    std::string subjectKind;
    std::string subject;
    std::optional<std::string> before;
    std::optional<std::string> after;
    std::optional<std::string> reason;
    std::string origin;
    std::string nonce{};   ///< 8 random bytes; read back only to verify
};

/// Appends to the trail. Each row carries an HMAC under a key that is not in the database, so that a row changed or
/// made behind the server's back shows, sealed or not. Immutable; safe to use from many threads.
class Trail {
public:
    /// key: at least 32 bytes, from a file that only the server's account can read.
    Trail(std::string key, const Clock& clock);

    /// Call it last in the transaction: rows of the trail are locked against the sealer until the commit.
    void append(db::WriteTransaction& tx, const Actor& actor, const std::vector<Entry>& entries) const;

    struct Filter {
        std::optional<std::string> subjectKind;
        std::optional<std::string> subject;
        std::optional<std::int64_t> after;   ///< ids below this one
        std::int64_t limit = 50;
    };
    /// Newest first.
    [[nodiscard]] static std::vector<StoredEntry> list(db::ReadTransaction& tx, const Filter& filter);
    /// All of one sample with its tests, messages' results and certificates, oldest first.
    [[nodiscard]] static std::vector<StoredEntry> ofSubjects(db::ReadTransaction& tx, const std::string& kind,
                                                             const std::vector<std::string>& subjects);

    [[nodiscard]] const std::string& key() const noexcept { return key_; }

private:
    std::string key_;
    const Clock& clock_;
};

/// The MAC of a row: HMAC-SHA256 over its columns, each with its length before it; NULL differs from empty.
[[nodiscard]] Sha256 rowMac(const std::string& key, const StoredEntry& row);

}  // namespace touchstone::audit
