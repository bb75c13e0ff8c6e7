#include "server/certificates/Replacing.h"

#include "server/certificates/CertificateText.h"
#include "server/certificates/LifeStore.h"
#include "server/core/Error.h"

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

Replaced replace(db::WriteTransaction& tx, const Actor& actor, std::vector<FrozenContent>& contents) {
    std::vector<SampleId> samples;
    for (const FrozenContent& content : contents) samples.push_back(content.sample.id);
    Replaced out;
    for (store::Replacement& one : store::lockReplacements(tx, samples)) {
        const SampleId sample = one.sample;
        out.emplace(sample, std::move(one));
    }
    for (FrozenContent& content : contents) {
        const auto found = out.find(content.sample.id);
        if (found == out.end()) continue;
        const store::Replacement& old = found->second;
        if (hasHandIn(content, actor.login)) throw Error(ErrorCode::SameHand, {content.sample.number});
        const json::Value before = json::parse(old.frozen);
        std::vector<FrozenChange> changes = differences(member(before, "content"), json::parse(content.json()));
        content.revision = old.revision + 1;
        content.replaces = FrozenReplaces{old.number, old.sha256, toText(Zone{}.dateOf(old.releasedAt)), old.reason, std::move(changes)};
    }
    return out;
}

void endAmendments(db::WriteTransaction& tx, const Actor& actor, const Replaced& replaced, std::int64_t signature, Instant at) {
    std::vector<store::AmendmentStep> steps;
    std::string numbers;
    for (const auto& [sample, one] : replaced) {
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
