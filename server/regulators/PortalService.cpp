#include "server/regulators/PortalService.h"

#include "server/core/Json.h"

namespace touchstone::regulators {
namespace {

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

PortalService::Page PortalService::list(const Actor& actor, const PortalSearch& wanted) {
    const std::string& region = regionOf(actor);
    feed_.follow();
    const Directory::Page found = feed_.directory().search(region, wanted);
    Page out{{}, found.next};
    out.certificates =
        database_.read([&](db::ReadTransaction& tx) { return store::certificatesOf(tx, region, found.certificates); });
    return out;
}

certificates::CertificateFile PortalService::download(const Actor& actor, const std::string& number) {
    const std::string& region = regionOf(actor);
    return database_.write([&](db::WriteTransaction& tx) {
        auto file = certificates::store::file(tx, number, region);
        if (!file) throw Error(ErrorCode::NotFound, {"certificate", number});
        store::insertDownloads(tx, {file->id}, actor.id, std::nullopt, clock_.now());
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
        store::insertDownloads(tx, {certificate.id}, actor.id, std::nullopt, clock_.now());
        trail_.append(tx, actor,
                      {{"certificate.download", "sample", certificate.sample, std::nullopt, resultsEntry(number), std::nullopt}});
        return std::move(found->frozen);
    });
}

std::vector<Download> PortalService::downloads(const Actor& actor, DownloadFilter filter) {
    if (actor.has(Role::regulator)) {
        filter.organisation = actor.organisation;
    } else {
        actor.require(kStaff);
    }
    return database_.read([&](db::ReadTransaction& tx) { return store::downloads(tx, filter); });
}

}  // namespace touchstone::regulators
