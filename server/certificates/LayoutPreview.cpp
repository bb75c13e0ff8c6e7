#include "server/certificates/LayoutPreview.h"

#include <algorithm>
#include <chrono>

#include "server/certificates/CertificateStore.h"
#include "server/certificates/CertificateText.h"
#include "server/core/Bytes.h"
#include "server/core/Error.h"
#include "server/core/Json.h"

namespace touchstone::certificates {
namespace {

constexpr std::initializer_list<Role> kReaders{Role::quality_manager, Role::signatory, Role::administrator};
constexpr std::chrono::seconds kWait{5};

[[noreturn]] void refuse(const reports::LayoutError& error) {
    const std::string line = std::to_string(error.line()), column = std::to_string(error.column());
    throw Error(ErrorCode::Invalid, {},
                {{"xml." + line + "." + column, ErrorCode::BadLayout, {line, column, error.what()}, {}}});
}

}  // namespace

LayoutCache::Compiled compiledLayout(const std::string& xml) {
    try {
        return std::make_shared<const reports::Layout>(reports::Layout::read(xml));
    } catch (const reports::LayoutError& error) {
        refuse(error);
    }
}

const std::vector<SampleCertificate>& LayoutPreview::samples(const Actor& actor) const {
    actor.require(kReaders);
    return samples_;
}

std::string LayoutPreview::data(const Actor& actor, const std::string& certificate) {
    actor.require(kReaders);
    return frozen(certificate);
}

std::string LayoutPreview::draw(const Actor& actor, const std::string& xml, const std::string& certificate) {
    actor.require(kReaders);
    const LayoutCache::Compiled layout = compiledLayout(xml);
    const json::Value content = json::parse(frozen(certificate));
    if (!places_.try_acquire_for(kWait)) throw Error(ErrorCode::Busy);
    struct Place {
        std::counting_semaphore<2>& places;
        ~Place() { places.release(); }
    } const place{places_};
    try {
        return printer_.preview(toPrint(content), clock_.now());
    } catch (const reports::LayoutError& error) {
        refuse(error);
    } catch (const std::runtime_error& error) {
        throw Error(ErrorCode::Unprintable, {certificate, error.what()});
    }
}

std::string LayoutPreview::frozen(const std::string& certificate) {
    const auto sample = std::ranges::find(samples_, certificate, &SampleCertificate::code);
    if (sample != samples_.end()) return sample->frozen;
    const auto found = database_.read([&](db::ReadTransaction& tx) { return store::byNumber(tx, certificate); });
    if (!found) throw Error(ErrorCode::NotFound, {"certificate", certificate});
    return found->frozen;
}

}  // namespace touchstone::certificates
