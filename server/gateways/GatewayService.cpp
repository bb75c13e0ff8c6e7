#include "server/gateways/GatewayService.h"

#include <algorithm>
#include <set>

#include "server/core/Bytes.h"
#include "server/core/Json.h"

namespace touchstone::gateways {
namespace {

constexpr std::int64_t kMostVersions = 100;

Gateway known(db::ReadTransaction& tx, const std::string& login) {
    auto found = gateway(tx, login);
    if (!found) throw Error(ErrorCode::NotFound, {"gateway", login});
    return std::move(*found);
}

std::string describe(const std::vector<std::string>& instruments) {
    json::Writer out;
    out.beginObject().key("instruments").beginArray();
    for (const std::string& code : instruments) out.string(code);
    out.endArray().endObject();
    return out.take();
}

std::string describe(const Configuration& configuration) {
    json::Writer out;
    out.beginObject().field("version", configuration.version).field("sha256", toHex(sha256(configuration.text))).endObject();
    return out.take();
}

}  // namespace

std::optional<std::int64_t> GatewayService::report(const Actor& actor, const Report& report) {
    actor.require({Role::instrument});
    return database_.write([&](db::WriteTransaction& tx) {
        storeReport(tx, actor.id, report, clock_.now());
        return newestVersion(tx, actor.id);
    });
}

std::optional<Configuration> GatewayService::configuration(const Actor& actor) {
    actor.require({Role::instrument});
    return database_.read([&](db::ReadTransaction& tx) {
        auto newest = configurations(tx, actor.id, 1);
        return newest.empty() ? std::nullopt : std::optional(std::move(newest.front()));
    });
}

std::vector<GatewayService::View> GatewayService::list(const Actor& actor) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        const Instant now = clock_.now();
        auto reports = lastReports(tx);
        const auto allowed = scopes(tx);
        const auto newest = newestVersions(tx);
        std::vector<View> out;
        for (Gateway& each : gateways(tx)) {
            View view{.gateway = std::move(each)};
            const PersonId id = view.gateway.id;
            if (const auto found = reports.find(id); found != reports.end()) {
                view.last = std::move(found->second);
                view.silence = std::chrono::duration_cast<std::chrono::seconds>(now - view.last->reportedAt);
                view.backlogAge = backlogAge(*view.last, now);
            }
            view.state = stateOf(view.last, now);
            if (const auto found = allowed.find(id); found != allowed.end()) view.mayBring = found->second;
            if (const auto found = newest.find(id); found != newest.end()) view.newest = found->second;
            out.push_back(std::move(view));
        }
        return out;
    });
}

std::vector<Configuration> GatewayService::versions(const Actor& actor, const std::string& login) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) { return configurations(tx, known(tx, login).id, kMostVersions); });
}

Configuration GatewayService::save(const Actor& actor, const std::string& login, std::int64_t base, const std::string& text,
                                   const std::string& reason) {
    actor.require({Role::administrator});
    auto faults = faultsOf(text);
    if (!faults.empty()) throw Error(ErrorCode::Invalid, {}, std::move(faults));
    return database_.write([&](db::WriteTransaction& tx) {
        const PersonId id = known(tx, login).id;
        lockGateway(tx, id);
        const auto before = configurations(tx, id, 1);
        if (base != (before.empty() ? 0 : before.front().version)) throw Error(ErrorCode::Conflict);
        const Configuration saved{base + 1, text, actor.name, clock_.now(), reason};
        insertConfiguration(tx, id, saved, actor.id);
        const auto old = before.empty() ? std::nullopt : std::optional(describe(before.front()));
        trail_.append(tx, actor, {{"gateway.configure", "gateway", login, old, describe(saved), reason}});
        return saved;
    });
}

void GatewayService::allow(const Actor& actor, const std::string& login, const std::vector<std::string>& instruments,
                           const std::string& reason) {
    actor.require({Role::administrator});
    database_.write([&](db::WriteTransaction& tx) {
        const PersonId id = known(tx, login).id;
        lockGateway(tx, id);
        const auto ids = instrumentIds(tx, instruments);
        std::vector<FieldError> faults;
        std::set<std::string> seen;
        std::vector<std::int64_t> chosen;
        for (std::size_t i = 0; i < instruments.size(); ++i) {
            const std::string place = "instruments." + std::to_string(i);
            const auto found = ids.find(instruments[i]);
            if (found == ids.end()) {
                faults.push_back({place, ErrorCode::NotKnown, {instruments[i]}, {}});
            } else if (!seen.insert(instruments[i]).second) {
                faults.push_back({place, ErrorCode::Duplicate, {}, {}});
            } else {
                chosen.push_back(found->second);
            }
        }
        if (!faults.empty()) throw Error(ErrorCode::Invalid, {}, std::move(faults));
        const auto before = scopes(tx);
        const auto old = before.find(id);
        replaceScope(tx, id, chosen);
        trail_.append(tx, actor, {{"gateway.allow", "gateway", login, describe(old == before.end() ? std::vector<std::string>{} : old->second),
                                   describe({seen.begin(), seen.end()}), reason}});
    });
}

}  // namespace touchstone::gateways
