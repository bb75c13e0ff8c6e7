#pragma once
#include <map>
#include <vector>

#include "server/audit/Trail.h"
#include "server/certificates/AmendmentStore.h"
#include "server/certificates/Frozen.h"
#include "server/core/Actor.h"
#include "server/db/Database.h"

/// How a certificate takes the place of another: said in its content when it is released, done when it is issued. Both
/// happen inside the transactions of those acts.
namespace touchstone::certificates {

using Replaced = std::map<SampleId, store::Replacement>;

/// Writes revision and replaces into the contents of samples that had a certificate. Error(SameHand) when the signatory
/// is analyst or checker of a test that stands from before.
[[nodiscard]] Replaced replace(db::WriteTransaction& tx, const Actor& actor, std::vector<FrozenContent>& contents);

/// The last step of the amendments behind it. Error(SameHand) when the signatory proposed or checked one of them.
void endAmendments(db::WriteTransaction& tx, const Actor& actor, const Replaced& replaced, std::int64_t signature, Instant at);

/// What the certificates just issued replace becomes superseded, is published so, and everybody who downloaded it gets a
/// notice. Gives what to append to the trail.
[[nodiscard]] std::vector<audit::Entry> supersede(db::WriteTransaction& tx, const std::vector<CertificateId>& issued, Instant at);

}  // namespace touchstone::certificates
