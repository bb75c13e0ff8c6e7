#pragma once
#include <map>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/certificates/DisposalStore.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/people/Accounts.h"

namespace touchstone::certificates {

/// Disposal of what is left of samples (留样). Only what is past its term and not held may be listed, and whether it
/// still is so is asked again when the list is approved and when its samples are disposed of: a row for which it is not
/// fails with its reason, and the others go on. Records and certificates stay; nothing here removes any. Thread-safe.
class DisposalService {
public:
    DisposalService(db::Database& database, const audit::Trail& trail, people::AccountService& accounts,
                    const Clock& clock)
        : database_(database), trail_(trail), accounts_(accounts), clock_(clock) {}

    /// Roles quality_manager, technician. Error(Invalid) names every sample that may not be listed, and why.
    [[nodiscard]] Disposal propose(const Actor& actor, const std::vector<std::string>& samples,
                                   const std::string& reason);
    /// By electronic signature over the samples that may still be disposed of; when there is none left the list is
    /// refused. Roles quality_manager, signatory. Error(OwnProposal) for who proposed it; Error(WrongState),
    /// Error(SignatureRefused), Error(AccountLocked).
    [[nodiscard]] Disposal approve(const Actor& actor, std::int64_t id, const std::string& reason,
                                   const std::string& password);
    /// Its samples may be listed again. Roles quality_manager, signatory.
    void refuse(const Actor& actor, std::int64_t id, const std::string& reason);
    /// What was done with samples of an approved list, and who saw it. Roles quality_manager, technician.
    /// Error(Invalid) for samples that are not listed in it and for a witness who is nobody of the staff;
    /// Error(OwnWitness), Error(WrongState).
    [[nodiscard]] Disposal dispose(const Actor& actor, std::int64_t id, const DisposalAct& act);

    /// Staff. Error(NotFound).
    [[nodiscard]] Disposal get(const Actor& actor, std::int64_t id);
    [[nodiscard]] std::vector<Disposal> list(const Actor& actor, const DisposalFilter& filter);

private:
    [[nodiscard]] Disposal locked(db::WriteTransaction& tx, std::int64_t id, const std::string& needed) const;
    /// Why samples may not be disposed of; those that may are not there.
    [[nodiscard]] std::map<std::string, Error> hindrances(
        db::WriteTransaction& tx, const std::vector<std::string>& samples,
        const std::map<std::string, store::DisposalSample>& known) const;
    /// Fails the rows that may not be disposed of any more; gives the others.
    [[nodiscard]] std::vector<DisposalRow> stillDue(db::WriteTransaction& tx, const Actor& actor,
                                                    const Disposal& disposal,
                                                    const std::vector<DisposalRow>& rows) const;

    db::Database& database_;
    const audit::Trail& trail_;
    people::AccountService& accounts_;
    const Clock& clock_;
};

}  // namespace touchstone::certificates
