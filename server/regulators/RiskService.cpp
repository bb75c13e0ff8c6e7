#include "server/regulators/RiskService.h"

#include <algorithm>
#include <functional>

#include "server/core/Json.h"
#include "server/regulators/Region.h"

namespace touchstone::regulators {
namespace {

constexpr std::string_view kMeaning = "close_risk";

/// The risks, all of which the actor must be able to see and which must be in the state that the act needs.
std::vector<Risk> ready(db::WriteTransaction& tx, const std::vector<std::int64_t>& ids, const std::string& needed,
                        const std::function<bool(const Risk&)>& mine) {
    const std::vector<Risk> found = store::lockRisks(tx, ids);
    std::vector<FieldError> unknown;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto at = std::ranges::find(found, ids[i], &Risk::id);
        if (at != found.end() && mine(*at)) continue;
        unknown.push_back({"risks." + std::to_string(i), ErrorCode::NotKnown, {std::to_string(ids[i])}, i});
    }
    if (!unknown.empty()) throw Error(ErrorCode::Invalid, {}, unknown);
    for (const Risk& risk : found) {
        if (risk.state != needed) throw Error(ErrorCode::WrongState, {risk.certificate, risk.state, needed});
    }
    return found;
}

/// What an act changed of each, in the trail of its sample.
std::vector<audit::Entry> entries(const std::vector<Risk>& risks, const std::string& action, const std::string& state,
                                  const std::optional<std::string>& recipient,
                                  const std::optional<std::string>& reason) {
    std::vector<audit::Entry> out;
    for (const Risk& risk : risks) {
        json::Writer before;
        before.beginObject().field("state", risk.state).endObject();
        json::Writer after;
        after.beginObject().field("certificate", risk.certificate).field("state", state);
        if (recipient) after.field("recipient", *recipient);
        after.endObject();
        out.push_back({action, "sample", risk.sample, before.take(), after.take(), reason});
    }
    return out;
}

std::function<bool(const Risk&)> toldTo(const Actor& actor) {
    static_cast<void>(regulatorRegion(actor));
    return [code = actor.organisation](const Risk& risk) { return risk.recipient == code; };
}

}  // namespace

RiskList RiskService::list(const Actor& actor, RiskFilter filter) {
    filter.region = visibleRegion(actor);
    const Date today = Zone{}.dateOf(clock_.now());
    return database_.read([&](db::ReadTransaction& tx) {
        return RiskList{store::risks(tx, filter, today), store::riskCounts(tx, filter.region, today), today};
    });
}

std::vector<Recipient> RiskService::recipients(const Actor& actor) {
    actor.require(kStaff);
    return database_.read([](db::ReadTransaction& tx) { return store::recipients(tx); });
}

void RiskService::notify(const Actor& actor, const std::vector<std::int64_t>& ids, const std::string& organisation,
                         const std::optional<std::string>& note) {
    actor.require({Role::signatory, Role::quality_manager});
    database_.write([&](db::WriteTransaction& tx) {
        const std::vector<Risk> risks = ready(tx, ids, "open", [](const Risk&) { return true; });
        const std::vector<Recipient> all = store::recipients(tx);
        const auto to = std::ranges::find(all, organisation, &Recipient::code);
        const bool responsible =
            to != all.end() && !to->regionCode.empty() &&
            std::ranges::all_of(risks, [&](const Risk& risk) { return risk.regionCode.starts_with(to->regionCode); });
        if (!responsible) {
            throw Error(ErrorCode::Invalid, {}, {{"organisation", ErrorCode::NotKnown, {organisation}, std::nullopt}});
        }
        store::notify(tx, ids, clock_.now(), actor.id, to->id, note);
        trail_.append(tx, actor, entries(risks, "risk.notify", "notified", organisation, note));
    });
}

void RiskService::acknowledge(const Actor& actor, const std::vector<std::int64_t>& ids) {
    const auto mine = toldTo(actor);
    database_.write([&](db::WriteTransaction& tx) {
        const std::vector<Risk> risks = ready(tx, ids, "notified", mine);
        store::acknowledge(tx, ids, clock_.now(), actor.id);
        trail_.append(tx, actor, entries(risks, "risk.acknowledge", "acknowledged", std::nullopt, std::nullopt));
    });
}

void RiskService::close(const Actor& actor, const std::vector<std::int64_t>& ids, const std::string& measure,
                        const std::string& password) {
    const auto mine = toldTo(actor);
    accounts_.confirm(actor, password);
    database_.write([&](db::WriteTransaction& tx) {
        std::vector<Risk> risks = ready(tx, ids, "acknowledged", mine);
        std::vector<people::SignatureRequest> requests;
        for (Risk& risk : risks) {
            risk.measure = measure;
            requests.push_back({std::string(kMeaning), measure, sha256(closedContent(risk))});
        }
        store::close(tx, risks, accounts_.sign(tx, actor, requests), clock_.now(), actor.id, measure);
        trail_.append(tx, actor, entries(risks, "risk.close", "closed", std::nullopt, measure));
    });
}

}  // namespace touchstone::regulators
