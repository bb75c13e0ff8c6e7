#include "server/regulators/DownloadStore.h"

namespace touchstone::regulators::store {
namespace {

constexpr db::InsertStatement kInsert{"download_insert", "INSERT INTO download (certificate_id, person_id, at) VALUES",
                                      3};

}  // namespace

void insertDownload(db::WriteTransaction& tx, CertificateId certificate, PersonId person, Instant at) {
    tx.insert(kInsert, {{certificate.value, person.value, toSql(at)}});
}

}  // namespace touchstone::regulators::store
