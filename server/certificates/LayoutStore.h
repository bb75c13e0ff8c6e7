#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/certificates/Layouts.h"
#include "server/core/Bytes.h"
#include "server/db/Database.h"
#include "server/people/Signature.h"

namespace touchstone::certificates {

/// One save of a draft; the newest is the draft.
struct LayoutDraft {
    LayoutId layout;
    std::int64_t revision;
    std::string person;  ///< name
    Instant at;
};

/// What one person did to one version.
struct LayoutHand {
    LayoutVersionId version;
    PersonId person;
    std::string name;
    std::string step;  ///< write, check, approve, refuse
    Instant at;
    std::string reason;
    std::optional<people::Signature> signature = {};  ///< of an approval; none: from before approvals were signed
};

struct NewLayoutVersion {
    LayoutId layout;
    std::int64_t version;
    bool shipped;
    std::optional<std::int64_t> revision;
    std::string xml;
    std::string state;
    Date from;
    Instant at;
    std::string reason;
};

struct NewLayoutUse {
    std::string productKind;
    std::optional<std::string> businessKind;
    std::string language;
    std::optional<LayoutId> layout;
    bool shipped;
    Date from;
    std::optional<PersonId> person;
    Instant at;
    std::string reason;
};

/// All SQL on layouts.
namespace store {

/// Layouts ordered by code.
[[nodiscard]] LayoutBook layoutBook(db::ReadTransaction& tx);
[[nodiscard]] std::optional<Layout> layout(db::ReadTransaction& tx, const std::string& code);
/// One layout, locked until the transaction ends: whoever changes it waits for whoever does.
[[nodiscard]] std::optional<Layout> lockLayout(db::WriteTransaction& tx, const std::string& code);
/// Nothing happens to one that is there already.
void addLayout(db::WriteTransaction& tx, const std::string& code, const std::string& title, const std::string& kind);

/// Oldest first.
[[nodiscard]] std::vector<LayoutVersion> versionsOf(db::ReadTransaction& tx, LayoutId layout);
[[nodiscard]] std::optional<std::string> layoutXml(db::ReadTransaction& tx, LayoutVersionId version);
/// The text that has this digest; a proposed version and one in force may both have it.
[[nodiscard]] std::optional<std::string> layoutXml(db::ReadTransaction& tx, const Sha256& sha256);
[[nodiscard]] LayoutVersionId insertVersion(db::WriteTransaction& tx, const NewLayoutVersion& version);
void setState(db::WriteTransaction& tx, LayoutVersionId version, const std::string& state);

/// The newest save of every layout that has one.
[[nodiscard]] std::vector<LayoutDraft> layoutDrafts(db::ReadTransaction& tx);
[[nodiscard]] std::optional<LayoutDraft> draftOf(db::ReadTransaction& tx, LayoutId layout);
[[nodiscard]] std::string draftXml(db::ReadTransaction& tx, const LayoutDraft& draft);
void insertDraft(db::WriteTransaction& tx, LayoutId layout, std::int64_t revision, const std::string& xml,
                 PersonId person, Instant at);
/// Who saved after a revision.
[[nodiscard]] std::vector<PersonId> writers(db::ReadTransaction& tx, LayoutId layout, std::int64_t after);

/// Oldest first.
[[nodiscard]] std::vector<LayoutHand> handsOf(db::ReadTransaction& tx, LayoutId layout);
/// db::DuplicateKey where the person had a hand in the version already, or the step was taken.
void insertHands(db::WriteTransaction& tx, LayoutVersionId version, const std::vector<PersonId>& persons,
                 const std::string& step, Instant at, const std::string& reason,
                 std::optional<std::int64_t> signature = std::nullopt);
/// What the approval of each version of the laboratory signs: layout, number, first day, and the SHA-256 of the text
/// that is stored, worked out anew.
[[nodiscard]] std::map<LayoutVersionId, std::string> approvedContents(db::ReadTransaction& tx, LayoutId layout);

void insertUse(db::WriteTransaction& tx, const NewLayoutUse& use);

}  // namespace store
}  // namespace touchstone::certificates
