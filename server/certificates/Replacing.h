#pragma once
#include <map>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/certificates/AmendmentStore.h"
#include "server/certificates/Frozen.h"
#include "server/core/Actor.h"
#include "server/core/Error.h"
#include "server/db/Database.h"

/// How a certificate takes the place of another: said in its content when it is released, done when it is issued. Both
/// happen inside the transactions of those acts.
namespace touchstone::certificates {

using Replaced = std::map<std::string, store::Replacement>;  ///< by number of the sample

/// Writes revision and replaces into the contents, by number of sample, of samples that had a certificate; ownHand of what
/// it gives is the actor's.
[[nodiscard]] Replaced replace(db::ReadTransaction& tx, const Actor& actor, std::map<std::string, FrozenContent>& contents);
/// Error(SameHand) for the samples under an amendment that the actor proposed or checked.
[[nodiscard]] std::map<std::string, Error> ownAmendments(const Replaced& replaced);

/// The last step of the amendments behind what is replaced. Error(SameHand) when the signatory took another of their steps.
void endAmendments(db::WriteTransaction& tx, const Actor& actor, const std::vector<store::Replacement>& replaced,
                   std::int64_t signature, Instant at);

/// What the certificates just issued replace becomes superseded, is published so, and everybody who downloaded it gets a
/// notice. Gives what to append to the trail.
[[nodiscard]] std::vector<audit::Entry> supersede(db::WriteTransaction& tx, const std::vector<CertificateId>& issued, Instant at);

}  // namespace touchstone::certificates
