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

void write(json::Writer& out, const reports::Data& data) {
    if (const auto* text = data.text()) {
        out.string(*text);
    } else if (const auto* list = data.list()) {
        out.beginArray();
        for (const reports::Data& item : *list) write(out, item);
        out.endArray();
    } else {
        out.beginObject();
        for (const auto& [name, held] : *data.record()) {
            out.key(name);
            write(out, held);
        }
        out.endObject();
    }
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
    json::Writer out;
    write(out, dataOf(certificate));
    return out.take();
}

std::string LayoutPreview::draw(const Actor& actor, const std::string& xml, const std::string& certificate) {
    actor.require(kReaders);
    const LayoutCache::Compiled layout = compiledLayout(xml);
    const reports::Data data = dataOf(certificate);
    if (!places_.try_acquire_for(kWait)) throw Error(ErrorCode::Busy);
    struct Place {
        std::counting_semaphore<2>& places;
        ~Place() { places.release(); }
    } const place{places_};
    try {
        return printer_.preview({*layout, data, layout->title(), "", "preview", ""}, clock_.now());
    } catch (const reports::LayoutError& error) {
        refuse(error);
    } catch (const std::runtime_error& error) {
        throw Error(ErrorCode::Unprintable, {certificate, error.what()});
    }
}

reports::Data LayoutPreview::dataOf(const std::string& certificate) {
    const auto sample = std::ranges::find(samples_, certificate, &SampleCertificate::code);
    std::string text;
    if (sample != samples_.end()) {
        text = sample->frozen;
    } else {
        const auto found = database_.read([&](db::ReadTransaction& tx) { return store::byNumber(tx, certificate); });
        if (!found) throw Error(ErrorCode::NotFound, {"certificate", certificate});
        text = found->frozen;
    }
    const json::Value value = json::parse(text);
    // Labels and record sheets are not certificates: their samples are the data itself.
    return value.find("content") != nullptr ? toData(value) : asData(value);
}

}  // namespace touchstone::certificates
