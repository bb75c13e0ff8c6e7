#include "server/certificates/DisposalService.h"

#include <algorithm>
#include <set>

#include "server/certificates/LifeStore.h"
#include "server/core/Json.h"
#include "server/people/AccountStore.h"

namespace touchstone::certificates {
namespace {

constexpr std::string_view kMeaning = "approve_disposal";
constexpr std::initializer_list<Role> kKeepers{Role::quality_manager, Role::technician};
constexpr std::initializer_list<Role> kApprovers{Role::quality_manager, Role::signatory};

std::string stateEntry(std::int64_t disposal, std::string_view state) {
    json::Writer out;
    return out.beginObject().field("disposal", disposal).field("state", state).endObject().take();
}

std::vector<std::int64_t> placesOf(const std::vector<DisposalRow>& rows) {
    std::vector<std::int64_t> out;
    for (const DisposalRow& row : rows) out.push_back(row.place);
    return out;
}

/// The same for each sample, in its own trail.
std::vector<audit::Entry> entries(const std::vector<DisposalRow>& rows, const std::string& action,
                                  const std::optional<std::string>& before, const std::string& after,
                                  const std::optional<std::string>& reason) {
    std::vector<audit::Entry> out;
    for (const DisposalRow& row : rows) out.push_back({action, "sample", row.sample, before, after, reason});
    return out;
}

std::vector<DisposalRow> listedOf(const Disposal& disposal) {
    std::vector<DisposalRow> out;
    for (const DisposalRow& row : disposal.rows) {
        if (row.state == "listed") out.push_back(row);
    }
    return out;
}

/// Those of the list that the act names. Error(Invalid) for any other.
std::vector<DisposalRow> namedRows(const Disposal& disposal, const std::vector<std::string>& samples) {
    std::vector<DisposalRow> out;
    std::vector<FieldError> faults;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto row = std::ranges::find_if(
            disposal.rows, [&](const DisposalRow& one) { return one.sample == samples[i] && one.state == "listed"; });
        const std::string field = "samples." + std::to_string(i);
        if (!seen.insert(samples[i]).second) {
            faults.push_back({field, ErrorCode::Duplicate, {}, i});
        } else if (row == disposal.rows.end()) {
            faults.push_back({field, ErrorCode::NotKnown, {samples[i]}, i});
        } else {
            out.push_back(*row);
        }
    }
    if (!faults.empty()) throw Error(ErrorCode::Invalid, {}, faults);
    return out;
}

PersonId witnessOf(db::WriteTransaction& tx, const Actor& actor, const std::string& login) {
    if (login == actor.login) throw Error(ErrorCode::OwnWitness);
    const auto person = people::store::personByLogin(tx, login);
    const bool staff = person && person->enabled && std::ranges::any_of(person->roles, [](Role role) {
                           return std::ranges::find(kStaff, role) != kStaff.end();
                       });
    if (!staff) throw Error(ErrorCode::Invalid, {}, {{"witness", ErrorCode::NotKnown, {login}, std::nullopt}});
    return person->id;
}

}  // namespace

std::map<std::string, Error> DisposalService::hindrances(
    db::WriteTransaction& tx, const std::vector<std::string>& samples,
    const std::map<std::string, store::DisposalSample>& known) const {
    const Date today = Zone{}.dateOf(clock_.now());
    const auto terms = store::retentionOf(tx, samples, today);
    std::map<std::string, Error> out;
    for (const std::string& number : samples) {
        const auto sample = known.find(number);
        const auto term = terms.find(number);
        if (sample == known.end() || term == terms.end()) {
            out.emplace(number, Error(ErrorCode::NotKnown, {number}));
        } else if (sample->second.status != "released") {
            out.emplace(number, Error(ErrorCode::WrongState, {number, sample->second.status, "released"}));
        } else if (term->second.held) {
            out.emplace(number, Error(ErrorCode::OnHold, {number}));
        } else if (!term->second.until) {
            out.emplace(number, Error(ErrorCode::KeptForGood, {number}));
        } else if (*term->second.until >= toText(today)) {
            out.emplace(number, Error(ErrorCode::StillKept, {number, *term->second.until}));
        }
    }
    return out;
}

Disposal DisposalService::propose(const Actor& actor, const std::vector<std::string>& samples,
                                  const std::string& reason) {
    actor.require(kKeepers);
    return database_.write([&](db::WriteTransaction& tx) {
        const auto known = store::lockSamples(tx, samples);
        const auto refused = hindrances(tx, samples, known);
        const auto terms = store::retentionOf(tx, samples, Zone{}.dateOf(clock_.now()));
        std::vector<FieldError> faults;
        std::vector<store::NewDisposalRow> rows;
        std::set<std::string> seen;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            const std::string field = "samples." + std::to_string(i);
            const auto refusal = refused.find(samples[i]);
            if (!seen.insert(samples[i]).second) {
                faults.push_back({field, ErrorCode::Duplicate, {}, i});
            } else if (refusal != refused.end()) {
                faults.push_back({field, refusal->second.code(), refusal->second.arguments(), i});
            } else if (known.at(samples[i]).listed) {
                faults.push_back({field, ErrorCode::InDisposal, {samples[i]}, i});
            } else {
                rows.push_back({known.at(samples[i]).id, terms.at(samples[i]).until.value()});
            }
        }
        if (!faults.empty()) throw Error(ErrorCode::Invalid, {}, faults);
        const std::int64_t id = store::insertDisposal(tx, actor.id, clock_.now(), reason, rows);
        Disposal out = store::disposal(tx, id).value();
        trail_.append(tx, actor,
                      entries(out.rows, "disposal.propose", std::nullopt, stateEntry(id, "proposed"), reason));
        return out;
    });
}

Disposal DisposalService::locked(db::WriteTransaction& tx, std::int64_t id, const std::string& needed) const {
    auto found = store::lockDisposal(tx, id);
    if (!found) throw Error(ErrorCode::NotFound, {"disposal", std::to_string(id)});
    if (found->status != needed) throw Error(ErrorCode::WrongState, {std::to_string(id), found->status, needed});
    return std::move(*found);
}

std::vector<DisposalRow> DisposalService::stillDue(db::WriteTransaction& tx, const Actor& actor,
                                                   const Disposal& disposal,
                                                   const std::vector<DisposalRow>& rows) const {
    std::vector<std::string> samples;
    for (const DisposalRow& row : rows) samples.push_back(row.sample);
    const auto refused = hindrances(tx, samples, store::lockSamples(tx, samples));
    std::vector<DisposalRow> out;
    std::map<std::int64_t, Error> refusals;
    std::vector<audit::Entry> failed;
    for (const DisposalRow& row : rows) {
        const auto refusal = refused.find(row.sample);
        if (refusal == refused.end()) {
            out.push_back(row);
            continue;
        }
        refusals.emplace(row.place, refusal->second);
        failed.push_back({"disposal.fail", "sample", row.sample, stateEntry(disposal.id, disposal.status),
                          stateEntry(disposal.id, "failed"), std::string(name(refusal->second.code()))});
    }
    if (refusals.empty()) return out;
    store::fail(tx, disposal, refusals);
    trail_.append(tx, actor, failed);
    return out;
}

Disposal DisposalService::approve(const Actor& actor, std::int64_t id, const std::string& reason,
                                  const std::string& password) {
    actor.require(kApprovers);
    accounts_.confirm(actor, password);
    return database_.write([&](db::WriteTransaction& tx) {
        Disposal list = locked(tx, id, "proposed");
        if (list.proposer == actor.id) throw Error(ErrorCode::OwnProposal);
        list.rows = stillDue(tx, actor, list, listedOf(list));
        const Instant now = clock_.now();
        if (list.rows.empty()) {  // every row now says why
            store::refuse(tx, list, actor.id, now, reason);
            return store::disposal(tx, id).value();
        }
        for (DisposalRow& row : list.rows) row.approved = true;
        const std::int64_t signature =
            accounts_.sign(tx, actor, {std::string(kMeaning), reason, sha256(approvedContent(list))});
        store::approve(tx, list, placesOf(list.rows), actor.id, now, reason, signature);
        json::Writer after;
        after.beginObject().field("disposal", id).field("state", "approved").field("signature", signature).endObject();
        trail_.append(tx, actor,
                      entries(list.rows, "disposal.approve", stateEntry(id, "proposed"), after.take(), reason));
        return store::disposal(tx, id).value();
    });
}

void DisposalService::refuse(const Actor& actor, std::int64_t id, const std::string& reason) {
    actor.require(kApprovers);
    database_.write([&](db::WriteTransaction& tx) {
        const Disposal list = locked(tx, id, "proposed");
        store::refuse(tx, list, actor.id, clock_.now(), reason);
        trail_.append(
            tx, actor,
            entries(list.rows, "disposal.refuse", stateEntry(id, "proposed"), stateEntry(id, "refused"), reason));
    });
}

Disposal DisposalService::dispose(const Actor& actor, std::int64_t id, const DisposalAct& act) {
    actor.require(kKeepers);
    return database_.write([&](db::WriteTransaction& tx) {
        const PersonId witness = witnessOf(tx, actor, act.witness);
        const Disposal list = locked(tx, id, "approved");
        const std::vector<DisposalRow> rows = stillDue(tx, actor, list, namedRows(list, act.samples));
        if (rows.empty()) return store::disposal(tx, id).value();
        store::dispose(tx, list, placesOf(rows), act, actor.id, witness, clock_.now());
        json::Writer after;
        after.beginObject()
            .field("disposal", id)
            .field("state", "disposed")
            .field("method", act.method)
            .field("witness", act.witness)
            .endObject();
        trail_.append(tx, actor, entries(rows, "disposal.dispose", stateEntry(id, "approved"), after.take(), act.note));
        return store::disposal(tx, id).value();
    });
}

Disposal DisposalService::get(const Actor& actor, std::int64_t id) {
    actor.require(kStaff);
    auto found = database_.read([&](db::ReadTransaction& tx) { return store::disposal(tx, id); });
    if (!found) throw Error(ErrorCode::NotFound, {"disposal", std::to_string(id)});
    return std::move(*found);
}

std::vector<Disposal> DisposalService::list(const Actor& actor, const DisposalFilter& filter) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) { return store::disposals(tx, filter); });
}

}  // namespace touchstone::certificates
