#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/certificates/AmendmentStore.h"
#include "server/certificates/Life.h"
#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

/// All SQL on what happens to a certificate after it was issued, amendments apart.
namespace touchstone::certificates::store {

/// What the issued certificates replace, after it was done: issued ones are superseded, withdrawn ones stay so; notices
/// are made for all who downloaded them.
struct Superseded {
    CertificateId id;
    std::string number, sample, before, successor;
};
[[nodiscard]] std::vector<Superseded> supersede(db::WriteTransaction& tx, const std::vector<CertificateId>& issued, Instant at);

struct Withdrawal {
    CertificateId certificate;
    std::string category, reason;
    PersonId person;
    std::int64_t signature;
};
/// The issued certificate becomes withdrawn, is published so, and all who downloaded it get a notice; gives their number.
[[nodiscard]] std::uint64_t withdraw(db::WriteTransaction& tx, const Withdrawal& withdrawal, Instant at);
/// SHA-256 of the file, hex.
[[nodiscard]] std::string fileHash(db::ReadTransaction& tx, CertificateId certificate);

[[nodiscard]] bool isHeld(db::ReadTransaction& tx, CertificateId certificate);
void insertHold(db::WriteTransaction& tx, CertificateId certificate, bool set, PersonId person, const std::string& reason, Instant at);

/// All that happened to the certificates of the one's sample. Nothing for an unknown number.
[[nodiscard]] std::optional<Life> life(db::ReadTransaction& tx, const std::string& number, Date today);

/// Oldest first.
[[nodiscard]] std::vector<Kept> kept(db::ReadTransaction& tx, const KeptFilter& filter, Date today);

/// By number of sample, over all its certificates: the last day of the longest term, held if one of them is. Samples without
/// a certificate are not there.
[[nodiscard]] std::map<std::string, Retention> retentionOf(db::ReadTransaction& tx, const std::vector<std::string>& samples,
                                                           Date today);

/// Newest first, for the person's organisation.
[[nodiscard]] std::vector<Notice> noticesFor(db::ReadTransaction& tx, PersonId person, const NoticeFilter& filter);
[[nodiscard]] std::int64_t unreadFor(db::ReadTransaction& tx, PersonId person);
/// Marks those of the person's organisation that nobody read yet; gives their numbers of certificates.
[[nodiscard]] std::vector<std::string> readNotices(db::WriteTransaction& tx, PersonId person, const std::vector<std::int64_t>& ids,
                                                   Instant at);

}  // namespace touchstone::certificates::store
