#include "server/certificates/CertificateService.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include "reports/Claim.h"
#include "server/certificates/CertificateText.h"
#include "server/certificates/SigningCertificateStore.h"
#include "server/core/Parallel.h"
#include "server/people/Accounts.h"

namespace touchstone::certificates {
namespace {

constexpr std::size_t kMostAtOnce = 50;    // files of one transaction
constexpr std::size_t kMostInList = 2000;  // ids read at once

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

std::size_t CertificateService::resume() {
    const Actor actor = people::systemActor("issue");
    std::atomic<std::size_t> issued{0};
    CertificateId last{0};
    while (true) {
        const std::vector<CertificateId> ids =
            database_.read([&](db::ReadTransaction& tx) { return store::waiting(tx, last, kMostInList); });
        if (ids.empty()) return issued;
        inParallel((ids.size() + kMostAtOnce - 1) / kMostAtOnce, [&](std::size_t batch) {
            const auto from = ids.begin() + static_cast<std::ptrdiff_t>(batch * kMostAtOnce);
            const auto left = static_cast<std::size_t>(ids.end() - from);
            issued += issue(actor, {from, from + static_cast<std::ptrdiff_t>(std::min(kMostAtOnce, left))});
        });
        last = ids.back();
    }
}

std::size_t CertificateService::issue(const Actor& actor, const std::vector<CertificateId>& ids) {
    const std::vector<Drawing> drawings =
        database_.read([&](db::ReadTransaction& tx) { return store::drawings(tx, ids); });
    const Instant now = clock_.now();
    const Drawn drawn = draw(drawings, now);
    std::map<CertificateId, const Drawing*> byId;
    for (const Drawing& drawing : drawings) byId.emplace(drawing.id, &drawing);
    std::vector<CertificateId> wanted;
    for (const DrawnFile& file : drawn.files) wanted.push_back(file.id);

    return database_.write([&](db::WriteTransaction& tx) {
        store::noteProblems(tx, drawn.undrawn);
        const std::vector<CertificateId> ours = store::claim(tx, wanted);
        const std::set<CertificateId> claimed(ours.begin(), ours.end());
        std::vector<const DrawnFile*> files;
        std::vector<audit::Entry> entries;
        for (const DrawnFile& file : drawn.files) {
            if (!claimed.contains(file.id)) continue;
            const Drawing& drawing = *byId.at(file.id);
            files.push_back(&file);
            entries.push_back({"certificate.issue", "sample", drawing.sample, R"({"status":"drawing"})",
                               issuedEntry(drawing.number, file), std::nullopt});
        }
        if (files.empty()) return files.size();
        store::issue(tx, files, now);
        trail_.append(tx, actor, entries);
        return files.size();
    });
}

CertificateService::Drawn CertificateService::draw(const std::vector<Drawing>& drawings, Instant at) const {
    Drawn out;
    for (const Drawing& drawing : drawings) {
        try {
            std::string pdf = printer_.print(toPrint(json::parse(drawing.frozen)), signer_, at);
            const Sha256 digest = sha256(pdf);
            out.files.push_back({drawing.id, digest, std::move(pdf)});
        } catch (const std::exception& error) {
            // One that cannot be drawn must not keep the others back; it stays `drawing`, and says why.
            Poco::Logger::get("certificates").error("%s was not issued: %s", drawing.number, std::string(error.what()));
            out.undrawn.push_back({drawing.id, error.what()});
        }
    }
    return out;
}

std::optional<std::string> CertificateService::unprintable(const std::string& frozen, Instant at) const {
    try {
        static_cast<void>(printer_.preview(toPrint(json::parse(frozen)), at));
        return std::nullopt;
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

void CertificateService::keepSigningCertificate(const std::string& chainPem) {
    const std::string key = reports::keyId(chainPem);
    database_.write([&](db::WriteTransaction& tx) {
        if (!store::addSigningCertificate(tx, {key, chainPem}, clock_.now())) return;
        trail_.append(tx, people::systemActor("serve"), {{"signing_certificate.add", "signing_certificate", key, {}, {}, {}}});
    });
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
