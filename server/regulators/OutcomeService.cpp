#include "server/regulators/OutcomeService.h"

#include <Poco/Logger.h>

#include <set>

#include "server/catalogue/CatalogueStore.h"
#include "server/core/Json.h"
#include "server/people/Accounts.h"
#include "server/regulators/FeedService.h"

namespace touchstone::regulators {
namespace {

constexpr std::int64_t kMostAtOnce = 100;

std::string openedEntry(const Outcome& outcome, const NewRisk& risk) {
    std::optional<std::string> due;
    if (risk.term) due = toText(risk.term->due);
    json::Writer out;
    out.beginObject().field("certificate", outcome.number).field("state", "open").field("due_on", due).endObject();
    return out.take();
}

void nameAnalytes(db::ReadTransaction& tx, std::vector<Outcome>& outcomes) {
    std::set<std::string> products;
    for (const Outcome& one : outcomes) products.insert(one.productCode);
    const auto analytes = store::analytes(tx, {products.begin(), products.end()});
    for (Outcome& one : outcomes) {
        for (OutcomeItem& item : one.items) {
            const auto found = analytes.find({item.edition, one.productCode, item.seq});
            if (found != analytes.end()) item.analyte = found->second;
        }
    }
}

/// Nothing when it cannot be read; then `problem` says why.
std::optional<Outcome> readOrSetAside(Pending& one) {
    try {
        return readOutcome(one.certificate, one.frozen, Zone{}.dateOf(one.releasedAt));
    } catch (const std::exception& error) {
        one.problem = error.what();
        Poco::Logger::get("outcomes")
            .error("publication %s cannot be read: %s", std::to_string(one.position), *one.problem);
        return std::nullopt;
    }
}

}  // namespace

std::size_t OutcomeService::follow() {
    numberPublications(database_);
    std::size_t taken = 0;
    while (database_.read([](db::ReadTransaction& tx) { return store::anyPending(tx); })) taken += take();
    return taken;
}

std::size_t OutcomeService::take() {
    return database_.write([&](db::WriteTransaction& tx) {
        std::vector<Pending> pending = store::lockPending(tx, kMostAtOnce);
        std::vector<Outcome> outcomes;
        std::vector<Date> days;  // on which they were published; the terms run from there
        std::vector<CertificateId> ended;
        for (Pending& one : pending) {
            if (one.kind != "issued") {
                ended.push_back(one.certificate);
            } else if (std::optional<Outcome> outcome = readOrSetAside(one)) {
                outcomes.push_back(std::move(*outcome));
                days.push_back(Zone{}.dateOf(one.at));
            }
        }
        if (pending.empty()) return pending.size();
        store::markTaken(tx, pending);
        nameAnalytes(tx, outcomes);
        store::insertOutcomes(tx, outcomes);
        std::map<TallyKey, Tally> tallies;
        for (const Outcome& one : outcomes) addTo(tallies, one, 1);
        for (const Outcome& one : store::outcomes(tx, store::endStanding(tx, ended))) addTo(tallies, one, -1);
        store::addTallies(tx, tallies);
        trail_.append(tx, people::systemActor("risk"), openRisks(tx, outcomes, days));
        return pending.size();
    });
}

std::vector<audit::Entry> OutcomeService::openRisks(db::WriteTransaction& tx, const std::vector<Outcome>& outcomes,
                                                    const std::vector<Date>& days) const {
    const Calendar calendar = catalogue::readCalendar(tx);
    std::map<Date, std::vector<catalogue::DeadlineRule>> rules;
    std::vector<NewRisk> risks;
    std::vector<audit::Entry> entries;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const Outcome& one = outcomes[i];
        if (!one.fails()) continue;
        const auto [inForce, isNew] = rules.try_emplace(days[i]);
        if (isNew) inForce->second = catalogue::deadlineRules(tx, days[i]);
        risks.push_back({one.certificate, riskTerm(inForce->second, calendar, one.productKind, days[i])});
        entries.push_back(
            {"risk.open", "sample", one.sample, std::nullopt, openedEntry(one, risks.back()), std::nullopt});
    }
    store::insertRisks(tx, risks, clock_.now());
    return entries;
}

}  // namespace touchstone::regulators
