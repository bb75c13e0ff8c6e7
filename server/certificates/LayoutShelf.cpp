#include "server/certificates/LayoutShelf.h"

#include <algorithm>
#include <stdexcept>

#include "server/certificates/CertificateText.h"
#include "server/certificates/LayoutStore.h"
#include "server/core/Error.h"

namespace touchstone::certificates {
namespace {

std::string textOfDigest(db::ReadTransaction& tx, const std::string& hex) {
    const auto bytes = fromHex(hex);
    Sha256 digest{};
    if (!bytes || bytes->size() != digest.size()) throw std::runtime_error("frozen certificate: not a digest: " + hex);
    std::copy(bytes->begin(), bytes->end(), digest.begin());
    auto xml = store::layoutXml(tx, digest);
    if (!xml) throw std::runtime_error("there is no layout " + hex);
    return std::move(*xml);
}

std::string digestOf(db::ReadTransaction& tx, const json::Value& frozen) {
    const json::Value& content = member(frozen, "content");
    const json::Value& sample = member(content, "sample");
    const auto at = parseRfc3339(textOf(member(content, "signatory"), "at"));
    if (!at) throw std::runtime_error("frozen certificate: no time of release");
    const auto choice = store::layoutBook(tx).choose(textOf(sample, "kind"), textOf(sample, "business_kind"), "zh",
                                                     Zone{}.dateOf(*at));
    if (!choice) throw std::runtime_error("no layout is in force for " + textOf(sample, "number"));
    return choice->sha256;
}

}  // namespace

LayoutCache::Compiled LayoutShelf::of(const json::Value& frozen) {
    const json::Value* layout = frozen.find("layout");
    if (layout == nullptr) return database_.read([&](db::ReadTransaction& tx) { return of(tx, frozen); });
    const std::string& digest = textOf(*layout, "sha256");
    return cache_.get(digest, [&] {
        return database_.read([&](db::ReadTransaction& tx) { return textOfDigest(tx, digest); });
    });
}

LayoutCache::Compiled LayoutShelf::of(db::ReadTransaction& tx, const json::Value& frozen) {
    const json::Value* layout = frozen.find("layout");
    const std::string digest = layout != nullptr ? textOf(*layout, "sha256") : digestOf(tx, frozen);
    return cache_.get(digest, [&] { return textOfDigest(tx, digest); });
}

LayoutCache::Compiled LayoutShelf::named(const std::string& code, Date day) {
    return database_.read([&](db::ReadTransaction& tx) {
        const auto choice = store::layoutBook(tx).named(code, day);
        if (!choice) throw Error(ErrorCode::NoLayout, {code});
        return cache_.get(choice->sha256, [&] { return textOfDigest(tx, choice->sha256); });
    });
}

}  // namespace touchstone::certificates
