#include "server/certificates/CertificateService.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "server/certificates/CertificateText.h"
#include "server/certificates/Replacing.h"
#include "server/people/Accounts.h"

namespace touchstone::certificates {
namespace {

constexpr std::size_t kMostAtOnce = 50;  // files of one transaction

std::string issuedEntry(const std::string& number, const DrawnFile& file) {
    json::Writer out;
    out.beginObject()
        .field("certificate", number)
        .field("status", "issued")
        .field("sha256", toHex(file.sha256))
        .endObject();
    return out.take();
}

}  // namespace

CertificateService::CertificateService(db::Database& database, const audit::Trail& trail,
                                       const reports::CertificatePrinter& printer, const reports::Signer& signer,
                                       const Clock& clock)
    : database_(database), trail_(trail), printer_(printer), signer_(signer), clock_(clock) {
}

std::size_t CertificateService::issue(const Actor& actor, const std::vector<CertificateId>& ids) {
    std::size_t issued = 0;
    for (std::size_t from = 0; from < ids.size(); from += kMostAtOnce) {
        const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(from);
        const auto end = ids.begin() + static_cast<std::ptrdiff_t>(std::min(from + kMostAtOnce, ids.size()));
        issued += issueBatch(actor, {begin, end});
    }
    return issued;
}

std::size_t CertificateService::issueBatch(const Actor& actor, const std::vector<CertificateId>& ids) {
    const std::vector<Drawing> drawings =
        database_.read([&](db::ReadTransaction& tx) { return store::drawings(tx, ids); });
    const Instant now = clock_.now();
    const std::vector<DrawnFile> drawn = draw(drawings, now);
    if (drawn.empty()) return 0;
    std::map<CertificateId, const Drawing*> byId;
    for (const Drawing& drawing : drawings) byId.emplace(drawing.id, &drawing);
    std::vector<CertificateId> wanted;
    for (const DrawnFile& file : drawn) wanted.push_back(file.id);

    return database_.write([&](db::WriteTransaction& tx) {
        const std::vector<CertificateId> ours = store::claim(tx, wanted);
        const std::set<CertificateId> claimed(ours.begin(), ours.end());
        std::vector<DrawnFile> files;
        std::vector<audit::Entry> entries;
        for (const DrawnFile& file : drawn) {
            if (!claimed.contains(file.id)) continue;
            const Drawing& drawing = *byId.at(file.id);
            files.push_back(file);
            entries.push_back({"certificate.issue", "sample", drawing.sample, R"({"status":"drawing"})",
                               issuedEntry(drawing.number, file), std::nullopt});
        }
        if (files.empty()) return files.size();
        store::issue(tx, files, now);
        std::ranges::move(supersede(tx, ours, now), std::back_inserter(entries));
        trail_.append(tx, actor, entries);
        return files.size();
    });
}

std::vector<DrawnFile> CertificateService::draw(const std::vector<Drawing>& drawings, Instant at) const {
    std::vector<DrawnFile> out;
    for (const Drawing& drawing : drawings) {
        try {
            std::string pdf = printer_.print(toPrint(json::parse(drawing.frozen)), signer_, at);
            const Sha256 digest = sha256(pdf);
            out.push_back({drawing.id, digest, std::move(pdf)});
        } catch (const std::exception& error) {
            // One that cannot be drawn must not keep the others back; it stays `drawing`, where lists show it.
            Poco::Logger::get("certificates").error("%s was not issued: %s", drawing.number, std::string(error.what()));
        }
    }
    return out;
}

std::size_t CertificateService::resume() {
    const Actor actor = people::systemActor("issue");
    std::size_t issued = 0;
    CertificateId last{0};
    while (true) {
        const std::vector<CertificateId> ids =
            database_.read([&](db::ReadTransaction& tx) { return store::waiting(tx, last, kMostAtOnce); });
        if (ids.empty()) return issued;
        issued += issue(actor, ids);
        last = ids.back();
    }
}

std::vector<Certificate> CertificateService::list(const Actor& actor, const CertificateFilter& filter) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) { return store::list(tx, filter); });
}

CertificateDetail CertificateService::get(const Actor& actor, const std::string& number) {
    actor.require(kStaff);
    auto found = database_.read([&](db::ReadTransaction& tx) { return store::byNumber(tx, number); });
    if (!found) throw Error(ErrorCode::NotFound, {"certificate", number});
    return std::move(*found);
}

CertificateFile CertificateService::file(const Actor& actor, const std::string& number) {
    actor.require(kStaff);
    auto found = database_.read([&](db::ReadTransaction& tx) { return store::file(tx, number); });
    if (!found) throw Error(ErrorCode::NotFound, {"certificate", number});
    return std::move(*found);
}

}  // namespace touchstone::certificates
