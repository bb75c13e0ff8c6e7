#include "server/certificates/CertificateService.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <map>
#include <set>

#include "server/certificates/CertificatePaper.h"
#include "server/certificates/LayoutStore.h"
#include "server/samples/Numbering.h"

namespace touchstone::certificates {
namespace {

constexpr std::size_t kMostAtOnce = 50;  // files of one transaction
constexpr std::string_view kMeaning = "release";

void refuseRepeated(const std::vector<std::string>& sampleNumbers) {
    if (sampleNumbers.empty()) throw Error(ErrorCode::Invalid, {}, {{"samples", ErrorCode::NothingToDo, {}, {}}});
    std::set<std::string> seen;
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < sampleNumbers.size(); ++i) {
        if (!seen.insert(sampleNumbers[i]).second) {
            errors.push_back({"samples." + std::to_string(i), ErrorCode::Duplicate, {}, i});
        }
    }
    if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, errors);
}

/// Names the samples that are not there, or else those that nobody can release now.
void refuseUnfit(const std::vector<std::string>& sampleNumbers, const std::vector<FrozenSample>& found) {
    std::map<std::string, std::string> statuses;
    for (const FrozenSample& sample : found) statuses.emplace(sample.number, sample.status);
    std::vector<FieldError> unknown;
    std::vector<FieldError> unfit;
    for (std::size_t i = 0; i < sampleNumbers.size(); ++i) {
        const std::string& number = sampleNumbers[i];
        const std::string field = "samples." + std::to_string(i);
        const auto status = statuses.find(number);
        if (status == statuses.end()) {
            unknown.push_back({field, ErrorCode::NotKnown, {number}, i});
        } else if (status->second != "releasing") {
            unfit.push_back({field, ErrorCode::WrongState, {number, status->second, "releasing"}, i});
        }
    }
    if (!unknown.empty()) throw Error(ErrorCode::Invalid, {}, unknown);
    if (!unfit.empty()) throw Error(ErrorCode::WrongState, unfit.front().arguments, unfit);
}

std::string releasedEntry(const NewCertificate& certificate, const std::string& contentHash) {
    json::Writer out;
    out.beginObject()
        .field("status", "released")
        .field("certificate", certificate.number)
        .field("verdict", certificate.verdict)
        .field("signature", certificate.signature)
        .field("content_sha256", contentHash)
        .endObject();
    return out.take();
}

std::string issuedEntry(const std::string& number, const DrawnFile& file) {
    json::Writer out;
    out.beginObject()
        .field("certificate", number)
        .field("status", "issued")
        .field("sha256", toHex(file.sha256))
        .endObject();
    return out.take();
}

/// BG, the year, six digits.
std::string certificateNumber(const std::string& series, std::int64_t running) {
    std::string digits = std::to_string(running);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    return series + digits;
}

/// What the certificate of a sample is drawn by, in the laboratory's language.
LayoutChoice layoutFor(const LayoutBook& book, const FrozenSample& sample, Instant at) {
    auto choice = book.choose(sample.kind, sample.businessKind, "zh", Zone{}.dateOf(at));
    if (!choice) throw Error(ErrorCode::NoLayout, {sample.number});
    return std::move(*choice);
}

}  // namespace

CertificateService::CertificateService(db::Database& database, const audit::Trail& trail,
                                       people::AccountService& accounts, const testing::ReviewService& reviews,
                                       const reports::CertificatePrinter& printer, const reports::Signer& signer,
                                       const Clock& clock, Random& random, CertificateSettings settings)
    : database_(database),
      trail_(trail),
      accounts_(accounts),
      reviews_(reviews),
      printer_(printer),
      signer_(signer),
      clock_(clock),
      random_(random),
      settings_(std::move(settings)),
      layouts_(database) {
}

std::vector<Certificate> CertificateService::release(const Actor& actor, const std::vector<std::string>& sampleNumbers,
                                                     const std::string& password, const std::string& reason) {
    actor.require({Role::signatory});
    refuseRepeated(sampleNumbers);
    accounts_.confirm(actor, password);
    const std::vector<CertificateId> ids =
        database_.write([&](db::WriteTransaction& tx) { return releaseIn(tx, actor, sampleNumbers, reason); });
    try {
        issue(actor, ids);
    } catch (const std::exception& error) {
        // The release stands; the answer shows what still waits, and resume() goes on with it.
        Poco::Logger::get("certificates").error("issuing after a release failed: %s", std::string(error.what()));
    }
    return database_.read([&](db::ReadTransaction& tx) { return store::byIds(tx, ids); });
}

std::vector<CertificateId> CertificateService::releaseIn(db::WriteTransaction& tx, const Actor& actor,
                                                         const std::vector<std::string>& sampleNumbers,
                                                         const std::string& reason) {
    const Instant now = clock_.now();
    const std::vector<FrozenContent> contents = contentsOf(tx, actor, sampleNumbers, now);
    std::vector<std::string> signedContents;
    for (const FrozenContent& content : contents) signedContents.push_back(content.json());
    const people::SignatureRequest signing{std::string(kMeaning), reason, signedHash(signedContents)};
    const std::int64_t signature = accounts_.sign(tx, actor, signing);
    reviews_.release(tx, actor, sampleNumbers, signature);

    const LayoutBook book = store::layoutBook(tx);
    const std::string series = "BG" + toText(Zone{}.dateOf(now)).substr(0, 4);
    std::int64_t running = samples::takeNumbers(tx, series, static_cast<std::int64_t>(contents.size()));
    std::vector<NewCertificate> certificates;
    std::vector<audit::Entry> entries;
    for (std::size_t i = 0; i < contents.size(); ++i) {
        NewCertificate one{certificateNumber(series, running++),
                           contents[i].sample.id,
                           toBase64Url(random_.bytes(16)),
                           contents[i].conforms() ? "conforms" : "fails",
                           signature,
                           now,
                           {}};
        one.frozen = frozenJson({one.number, verificationUrl(one.token), signature, signing.meaning, signing.reason,
                                 signing.content, layoutFor(book, contents[i].sample, now)},
                                signedContents[i]);
        refuseUnprintable(tx, one, contents[i].sample.number, now);
        entries.push_back({"certificate.release", "sample", contents[i].sample.number, R"({"status":"releasing"})",
                           releasedEntry(one, toHex(signing.content)), signing.reason});
        certificates.push_back(std::move(one));
    }
    std::vector<CertificateId> ids = store::insert(tx, certificates);
    trail_.append(tx, actor, entries);
    return ids;
}

void CertificateService::refuseUnprintable(db::ReadTransaction& tx, const NewCertificate& certificate,
                                           const std::string& sample, Instant at) const {
    try {
        const json::Value frozen = json::parse(certificate.frozen);
        const LayoutCache::Compiled layout = layouts_.of(tx, frozen);
        (void)printer_.preview(CertificatePaper(*layout, frozen).printout(), at);
    } catch (const std::runtime_error& error) {
        throw Error(ErrorCode::Unprintable, {sample, error.what()});
    }
}

std::vector<FrozenContent> CertificateService::contentsOf(db::WriteTransaction& tx, const Actor& actor,
                                                          const std::vector<std::string>& sampleNumbers,
                                                          Instant now) const {
    std::optional<FrozenLaboratory> laboratory = store::laboratory(tx, settings_.laboratory);
    if (!laboratory) {
        throw Error(ErrorCode::BadConfiguration,
                    {"laboratory.organisation", "no laboratory has the code " + settings_.laboratory});
    }
    laboratory->accreditation = settings_.accreditation;
    laboratory->sealText = settings_.sealText;
    laboratory->watermark = settings_.watermark;

    store::lockTests(tx, sampleNumbers);
    std::vector<FrozenSample> samples = store::samples(tx, sampleNumbers);
    refuseUnfit(sampleNumbers, samples);
    std::vector<FrozenContent> out;
    std::map<SampleId, std::size_t> place;
    std::vector<SampleId> ids;
    for (FrozenSample& sample : samples) {
        place.emplace(sample.id, out.size());
        ids.push_back(sample.id);
        out.push_back({*laboratory, std::move(sample), {}, actor.login, actor.name, now});
    }
    for (FrozenTest& test : store::tests(tx, ids)) out[place.at(test.sample)].tests.push_back(std::move(test));
    return out;
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
        trail_.append(tx, actor, entries);
        return files.size();
    });
}

std::vector<DrawnFile> CertificateService::draw(const std::vector<Drawing>& drawings, Instant at) const {
    std::vector<DrawnFile> out;
    for (const Drawing& drawing : drawings) {
        try {
            const json::Value frozen = json::parse(drawing.frozen);
            const LayoutCache::Compiled layout = layouts_.of(frozen);
            std::string pdf = printer_.print(CertificatePaper(*layout, frozen).printout(), signer_, at);
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

std::string CertificateService::verificationUrl(const std::string& token) const {
    return settings_.publicUrl + "/verify/" + token;
}

}  // namespace touchstone::certificates
