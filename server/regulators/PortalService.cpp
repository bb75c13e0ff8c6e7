#include "server/regulators/PortalService.h"

#include "server/core/Json.h"
#include "server/regulators/DownloadStore.h"

namespace touchstone::regulators {
namespace {

/// The region whose certificates the actor may see. An organisation without one sees none, not all.
const std::string& regionOf(const Actor& actor) {
    actor.require({Role::regulator});
    if (actor.regionCode.empty()) throw Error(ErrorCode::NoRight, {"regulator"});
    return actor.regionCode;
}

std::string downloadedEntry(const certificates::CertificateFile& file) {
    json::Writer out;
    out.beginObject().field("certificate", file.number).field("sha256", toHex(sha256(file.pdf))).endObject();
    return out.take();
}

std::string resultsEntry(const std::string& number) {
    json::Writer out;
    return out.beginObject().field("certificate", number).field("form", "results").endObject().take();
}

}  // namespace

std::vector<certificates::Certificate> PortalService::list(const Actor& actor, certificates::CertificateFilter filter) {
    filter.region = regionOf(actor);
    filter.issuedOnly = true;
    return database_.read([&](db::ReadTransaction& tx) { return certificates::store::list(tx, filter); });
}

certificates::CertificateFile PortalService::download(const Actor& actor, const std::string& number) {
    const std::string& region = regionOf(actor);
    return database_.write([&](db::WriteTransaction& tx) {
        auto file = certificates::store::file(tx, number, region);
        if (!file) throw Error(ErrorCode::NotFound, {"certificate", number});
        store::insertDownload(tx, file->id, actor.id, clock_.now());
        trail_.append(
            tx, actor,
            {{"certificate.download", "sample", file->sample, std::nullopt, downloadedEntry(*file), std::nullopt}});
        return std::move(*file);
    });
}

std::string PortalService::results(const Actor& actor, const std::string& number) {
    const std::string& region = regionOf(actor);
    return database_.write([&](db::WriteTransaction& tx) {
        auto found = certificates::store::byNumber(tx, number);
        if (!found || found->certificate.status == "drawing" || !found->certificate.regionCode.starts_with(region)) {
            throw Error(ErrorCode::NotFound, {"certificate", number});
        }
        const certificates::Certificate& certificate = found->certificate;
        store::insertDownload(tx, certificate.id, actor.id, clock_.now());
        trail_.append(tx, actor,
                      {{"certificate.download", "sample", certificate.sample, std::nullopt, resultsEntry(number), std::nullopt}});
        return std::move(found->frozen);
    });
}

}  // namespace touchstone::regulators
