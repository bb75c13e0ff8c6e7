#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/certificates/CertificateService.h"
#include "server/certificates/CertificateSettings.h"
#include "server/certificates/ReleaseStore.h"
#include "server/certificates/Replacing.h"
#include "server/core/Actor.h"
#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/people/Accounts.h"
#include "server/testing/ReviewService.h"

namespace touchstone::certificates {

/// The signatory's act in two steps. prepare() reads what would be signed and keeps what was shown; no sample changes.
/// sign() signs the rows that are still as they were shown: signature, third hand, numbers and frozen contents in one
/// transaction, so that a crash leaves all of it or nothing, and no number is skipped or taken twice. The files come
/// after it (CertificateService). Safe to use from many threads.
class ReleaseService {
public:
    /// afterSigning: called when there is something to be drawn; it must not throw.
    ReleaseService(db::Database& database, const audit::Trail& trail, people::AccountService& accounts,
                   const testing::ReviewService& reviews, const CertificateService& certificates, const Clock& clock,
                   Random& random, CertificateSettings settings, std::function<void()> afterSigning);

    /// Row by row: ready, or refused and why. What nobody signed within a day is forgotten. Role signatory.
    /// Error(Invalid) for a sample that stands twice. A certificate in English of which something is said in Chinese only is
    /// refused with all of that by name.
    [[nodiscard]] ReleaseJob prepare(const Actor& actor, const std::vector<std::string>& sampleNumbers);

    /// One signature over the contents of all rows that are still as they were shown. A row that changed meanwhile is
    /// refused as stale and the others go on: each is a certificate of its own, and the signatory signs none but what was
    /// seen. Signing again what is signed changes nothing, so an answer that was lost may be asked for again. Only the
    /// signatory who prepared it. Error(SignatureRefused), Error(NotFound), Error(Conflict) when `shown` (hex) is not
    /// what was prepared, Error(NothingToDo) when no row was ready.
    [[nodiscard]] ReleaseJob sign(const Actor& actor, std::int64_t job, const std::string& shown,
                                  const std::string& password, const std::string& reason);

    /// Signed ones, newest first. Staff.
    [[nodiscard]] std::vector<ReleaseJob> list(const Actor& actor, std::optional<std::int64_t> after, std::int64_t limit);
    /// Error(NotFound).
    [[nodiscard]] ReleaseJob get(const Actor& actor, std::int64_t job);
    [[nodiscard]] std::vector<ReleaseRow> rows(const Actor& actor, std::int64_t job, const RowFilter& filter);

private:
    /// A row on its way to being signed.
    struct Chosen {
        ReadyRow row;
        FrozenContent content;
        std::optional<store::Replacement> replaces;  ///< under an amendment
    };
    [[nodiscard]] std::map<std::string, FrozenContent> contentsOf(db::ReadTransaction& tx, const Actor& actor,
                                                                  const std::vector<std::string>& sampleNumbers,
                                                                  Instant at) const;
    /// Writes into the rows what is not as usual; gives the rules by which it was decided.
    [[nodiscard]] NearLimitRules describe(db::ReadTransaction& tx, std::vector<PreparedRow>& rows,
                                          const std::map<std::string, FrozenContent>& contents, Date day) const;
    void refuseUnprintable(std::vector<PreparedRow>& rows, const std::map<std::string, FrozenContent>& contents,
                           const LayoutBook& book) const;
    void signIn(db::WriteTransaction& tx, const Actor& actor, std::int64_t job, const std::string& reason);
    [[nodiscard]] static std::vector<store::Replacement> replacedBy(const std::vector<Chosen>& chosen);
    [[nodiscard]] std::vector<Chosen> stillAsShown(db::WriteTransaction& tx, const Actor& actor, std::int64_t job,
                                                   Instant preparedAt) const;
    [[nodiscard]] std::vector<NewCertificate> number(db::WriteTransaction& tx, const std::vector<Chosen>& chosen,
                                                     std::int64_t signature,
                                                     const people::SignatureRequest& request,
                                                     const std::vector<std::string>& contents) const;
    [[nodiscard]] std::string frozen(const NewCertificate& certificate, const people::SignatureRequest& request,
                                     const std::string& content, const LayoutChoice& layout) const;

    db::Database& database_;
    const audit::Trail& trail_;
    people::AccountService& accounts_;
    const testing::ReviewService& reviews_;
    const CertificateService& certificates_;
    const Clock& clock_;
    Random& random_;
    CertificateSettings settings_;
    std::function<void()> afterSigning_;
};

}  // namespace touchstone::certificates
