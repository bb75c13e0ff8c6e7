#include "server/certificates/Replacing.h"

#include <algorithm>
#include <iterator>

#include "server/certificates/CertificateText.h"
#include "server/certificates/English.h"
#include "server/certificates/LifeStore.h"
#include "server/core/Json.h"

namespace touchstone::certificates {
namespace {

std::string supersededEntry(const store::Superseded& one) {
    json::Writer out;
    out.beginObject()
        .field("certificate", one.number)
        .field("status", one.before == "issued" ? "superseded" : one.before)
        .field("successor", one.successor)
        .endObject();
    return out.take();
}

}  // namespace

Replaced replace(db::ReadTransaction& tx, const Actor& actor, std::map<std::string, FrozenContent>& contents) {
    std::map<SampleId, FrozenContent*> byId;
    std::vector<SampleId> samples;
    for (auto& [number, content] : contents) {
        byId.emplace(content.sample.id, &content);
        samples.push_back(content.sample.id);
    }
    Replaced out;
    for (const store::Replacement& old : store::replacements(tx, samples, actor.id)) {
        FrozenContent& content = *byId.at(old.sample);
        const json::Value before = json::parse(old.frozen);
        std::vector<FrozenChange> changes = differences(member(before, "content"), json::parse(content.json()));
        content.revision = old.revision + 1;
        content.replaces = FrozenReplaces{old.number, old.sha256, toText(Zone{}.dateOf(old.releasedAt)), old.reason, std::move(changes)};
        if (content.isEnglish()) std::ranges::move(untold(*content.replaces), std::back_inserter(content.untold));
        out.emplace(content.sample.number, old);
    }
    return out;
}

std::map<std::string, Error> ownAmendments(const Replaced& replaced) {
    std::map<std::string, Error> out;
    for (const auto& [sample, one] : replaced) {
        if (one.ownHand) out.emplace(sample, Error(ErrorCode::SameHand, {sample}));
    }
    return out;
}

void endAmendments(db::WriteTransaction& tx, const Actor& actor, const std::vector<store::Replacement>& replaced,
                   std::int64_t signature, Instant at) {
    std::vector<store::AmendmentStep> steps;
    std::string numbers;
    for (const store::Replacement& one : replaced) {
        steps.push_back({one.amendment, "release", signature});
        numbers += (numbers.empty() ? "" : ", ") + one.number;
    }
    try {
        store::insertSteps(tx, steps, actor.id, at);
    } catch (const db::DuplicateKey& duplicate) {
        if (duplicate.key() != "amendment_separation") throw;
        throw Error(ErrorCode::SameHand, {numbers});
    }
    for (const store::AmendmentStep& step : steps) store::setStatus(tx, step.amendment, "released");
}

std::vector<audit::Entry> supersede(db::WriteTransaction& tx, const std::vector<CertificateId>& issued, Instant at) {
    std::vector<audit::Entry> out;
    for (const store::Superseded& one : store::supersede(tx, issued, at)) {
        out.push_back({"certificate.supersede", "sample", one.sample, R"({"status":")" + one.before + R"("})", supersededEntry(one),
                       std::nullopt});
    }
    return out;
}

}  // namespace touchstone::certificates
