#include "server/regulators/BundleService.h"

#include <Poco/Checksum.h>

#include "server/core/Bytes.h"
#include "server/core/Error.h"
#include "server/core/Json.h"
#include "server/regulators/DownloadStore.h"

namespace touchstone::regulators {
namespace {

constexpr std::size_t kFilesAtOnce = 64;
constexpr std::uint64_t kBytesAtOnce = 8U << 20U;
constexpr std::size_t kOwn = 2;  // manifest and signature lead the archive

std::uint32_t crc32(const std::string& bytes) {
    Poco::Checksum sum(Poco::Checksum::TYPE_CRC32);
    sum.update(bytes);
    return sum.checksum();
}

Zip archive(const BundleContent& content) {
    std::vector<Zip::Entry> entries{{"manifest.json", content.manifest.size(), crc32(content.manifest)},
                                    {"manifest.p7s", content.signature.size(), crc32(content.signature)}};
    for (const BundledFile& file : content.files) entries.push_back({file.number + ".pdf", file.bytes, file.crc32});
    return {std::move(entries), content.bundle.at};
}

std::string manifest(const Actor& actor, const std::vector<BundledFile>& files, Instant at) {
    json::Writer out;
    out.beginObject()
        .field("made_at", toRfc3339(at))
        .field("organisation", actor.organisation)
        .field("person", actor.login);
    out.key("certificates").beginArray();
    for (const BundledFile& file : files) {
        std::optional<std::string> issuedAt;
        if (file.issuedAt) issuedAt = toRfc3339(*file.issuedAt);
        out.beginObject()
            .field("number", file.number)
            .field("file", file.number + ".pdf")
            .field("sha256", file.sha256)
            .field("bytes", file.bytes)
            .field("verdict", file.verdict)
            .field("status", file.status)
            .field("issued_at", issuedAt)
            .endObject();
    }
    return out.endArray().endObject().take();
}

std::string madeEntry(const BundleContent& content) {
    json::Writer out;
    out.beginObject()
        .field("certificates", content.bundle.certificates)
        .field("manifest_sha256", toHex(sha256(content.manifest)))
        .endObject();
    return out.take();
}

std::set<CertificateId> known(const std::vector<std::string>& numbers,
                              const std::map<std::string, CertificateId>& found) {
    std::set<CertificateId> out;
    std::vector<FieldError> unknown;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (const auto id = found.find(numbers[i]); id != found.end()) {
            out.insert(id->second);
        } else {
            unknown.push_back({"numbers." + std::to_string(i), ErrorCode::NotKnown, {numbers[i]}, i});
        }
    }
    if (!unknown.empty()) throw Error(ErrorCode::Invalid, {}, unknown);
    return out;
}

}  // namespace

Bundle BundleService::make(const Actor& actor, const std::vector<std::string>& numbers, PortalSearch wanted) {
    const std::string& region = regionOf(actor);
    if (!numbers.empty()) {
        wanted.among =
            known(numbers,
                  database_.read([&](db::ReadTransaction& tx) { return store::issuedNumbers(tx, region, numbers); }));
    }
    wanted.limit = kMost;
    feed_.follow();
    const Directory::Page found = feed_.directory().search(region, wanted);
    const auto refuse = [](ErrorCode code, std::vector<std::string> arguments) {
        throw Error(ErrorCode::Invalid, {}, {{"numbers", code, std::move(arguments), {}}});
    };
    if (found.next) refuse(ErrorCode::TooMany, {std::to_string(kMost)});

    return database_.write([&](db::WriteTransaction& tx) {
        BundleContent content{{0, clock_.now(), 0, 0}, {}, {}, store::bundledFiles(tx, region, found.certificates)};
        if (content.files.empty()) refuse(ErrorCode::NothingToDo, {});
        content.bundle.certificates = static_cast<std::int64_t>(content.files.size());
        content.manifest = manifest(actor, content.files, content.bundle.at);
        content.signature = signer_.sign(asString(sha256(content.manifest)));
        content.bundle.bytes = archive(content).size();
        content.bundle.id = store::insertBundle(tx, actor.id, content);
        std::vector<CertificateId> ids;
        for (const BundledFile& file : content.files) ids.push_back(file.certificate);
        store::insertDownloads(tx, ids, actor.id, content.bundle.id, content.bundle.at);
        trail_.append(tx, actor,
                      {{"bundle.make", "bundle", std::to_string(content.bundle.id), std::nullopt, madeEntry(content),
                        std::nullopt}});
        return content.bundle;
    });
}

std::vector<Bundle> BundleService::list(const Actor& actor, std::int64_t below, std::int64_t limit) {
    static_cast<void>(regionOf(actor));
    return database_.read([&](db::ReadTransaction& tx) { return store::bundles(tx, actor.id, below, limit); });
}

std::shared_ptr<BundleService::Transfer> BundleService::open(const Actor& actor, std::int64_t id) {
    static_cast<void>(regionOf(actor));
    auto content = database_.read([&](db::ReadTransaction& tx) { return store::bundle(tx, actor.id, id); });
    if (!content) throw Error(ErrorCode::NotFound, {"bundle", std::to_string(id)});
    return std::make_shared<Transfer>(*this, std::move(*content));
}

BundleService::Transfer::Transfer(BundleService& service, BundleContent content)
    : service_(service), place_(service.transfers_), content_(std::move(content)), zip_(archive(content_)) {
    if (zip_.size() != content_.bundle.bytes) throw std::logic_error("the archive is not the one that was promised");
}

void BundleService::Transfer::write(std::ostream& out, std::uint64_t from, std::uint64_t to) {
    zip_.write(out, from, to, [this](std::size_t index) { return entry(index); });
}

std::string BundleService::Transfer::entry(std::size_t index) {
    if (index == 0) return content_.manifest;
    if (index == 1) return content_.signature;
    index -= kOwn;
    const std::vector<BundledFile>& files = content_.files;
    if (!ahead_.contains(files[index].certificate)) {
        std::vector<CertificateId> ids;
        std::uint64_t bytes = 0;
        for (std::size_t i = index; i < files.size() && ids.size() < kFilesAtOnce && bytes < kBytesAtOnce; ++i) {
            ids.push_back(files[i].certificate);
            bytes += files[i].bytes;
        }
        ahead_ = service_.database_.read([&](db::ReadTransaction& tx) { return store::pdfs(tx, ids); });
    }
    auto found = ahead_.extract(files[index].certificate);
    if (found.empty()) throw std::logic_error("the file of " + files[index].number + " is gone");
    return std::move(found.mapped());
}

}  // namespace touchstone::regulators
