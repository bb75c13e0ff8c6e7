#pragma once
#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

namespace touchstone::regulators::store {

/// Writes down who fetched a certificate and when.
void insertDownload(db::WriteTransaction& tx, CertificateId certificate, PersonId person, Instant at);

}  // namespace touchstone::regulators::store
