#include "server/regulators/DisclosureService.h"

#include <algorithm>
#include <set>

#include "server/core/Json.h"
#include "server/people/SignatureStore.h"
#include "server/regulators/DisclosureStore.h"
#include "server/regulators/Region.h"
#include "server/samples/Numbering.h"

namespace touchstone::regulators {
namespace {

constexpr std::string_view kMeaning = "publish_disclosure";
const RowFilter kAllRows{.limit = static_cast<std::int64_t>(kMostRows)};

Disclosure found(std::optional<Disclosure> disclosure, std::int64_t id) {
    if (!disclosure) throw Error(ErrorCode::NotFound, {"disclosure", std::to_string(id)});
    return std::move(*disclosure);
}

Disclosure lockedDraft(db::WriteTransaction& tx, const Actor& actor, std::int64_t id) {
    Disclosure out = found(store::lockDisclosure(tx, id, actor.organisation), id);
    if (out.status != "draft") throw Error(ErrorCode::WrongState, {out.title, out.status, "draft"});
    return out;
}

void refuseUnknown(const std::vector<std::string>& numbers, const std::vector<DisclosureRow>& rows) {
    std::set<std::string> known;
    for (const DisclosureRow& row : rows) known.insert(row.number);
    std::set<std::string> seen;
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::string field = "certificates." + std::to_string(i);
        if (!seen.insert(numbers[i]).second) errors.push_back({field, ErrorCode::Duplicate, {}, i});
        if (!known.contains(numbers[i])) errors.push_back({field, ErrorCode::NotKnown, {numbers[i]}, i});
    }
    if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, errors);
}

void refuseEnded(const std::vector<DisclosureRow>& rows) {
    for (const DisclosureRow& row : rows) {
        if (row.status != "issued") throw Error(ErrorCode::WrongState, {row.number, row.status, "issued"});
    }
}

audit::Entry entry(const std::string& action, std::int64_t id, std::optional<std::string> before,
                   std::optional<std::string> after, std::optional<std::string> reason) {
    return {action, "disclosure", std::to_string(id), std::move(before), std::move(after), std::move(reason)};
}

/// The signature under an issue, judged by its rows as they are now.
std::optional<people::Signature> signatureOf(db::ReadTransaction& tx, const Disclosure& issue) {
    if (!issue.signatureId) return std::nullopt;
    const auto signature = people::store::signatures(tx, {*issue.signatureId}).at(*issue.signatureId);
    return judged(signature, publishedContent(issue, store::disclosureRows(tx, issue.id, kAllRows)));
}

std::string draftEntry(const std::string& title, const std::vector<DisclosureRow>& rows) {
    json::Writer out;
    out.beginObject().field("status", "draft").field("title", title).key("certificates").beginArray();
    for (const DisclosureRow& row : rows) out.string(row.number);
    out.endArray().endObject();
    return out.take();
}

}  // namespace

std::vector<DisclosureRow> DisclosureService::candidates(const Actor& actor, CandidateFilter filter) {
    filter.region = regulatorRegion(actor);
    filter.organisation = actor.organisation;
    return database_.read([&](db::ReadTransaction& tx) { return store::candidates(tx, filter); });
}

Disclosure DisclosureService::draft(const Actor& actor, const std::string& title,
                                    const std::vector<std::string>& numbers) {
    const CandidateFilter mine{.region = regulatorRegion(actor), .organisation = actor.organisation};
    return database_.write([&](db::WriteTransaction& tx) {
        const std::vector<DisclosureRow> rows = store::candidatesByNumber(tx, mine, numbers);
        refuseUnknown(numbers, rows);
        const std::int64_t id = store::insertDraft(tx, actor.organisation, title, actor.id, clock_.now(), rows);
        trail_.append(tx, actor, {entry("disclosure.draft", id, std::nullopt, draftEntry(title, rows), std::nullopt)});
        return found(store::disclosure(tx, id, actor.organisation), id);
    });
}

std::vector<Disclosure> DisclosureService::list(const Actor& actor, std::optional<std::int64_t> after,
                                                std::int64_t limit) {
    static_cast<void>(regulatorRegion(actor));
    return database_.read(
        [&](db::ReadTransaction& tx) { return store::disclosures(tx, actor.organisation, after, limit); });
}

DisclosureService::Issue DisclosureService::get(const Actor& actor, std::int64_t id, const RowFilter& filter) {
    static_cast<void>(regulatorRegion(actor));
    return database_.read([&](db::ReadTransaction& tx) {
        Issue out{found(store::disclosure(tx, id, actor.organisation), id), store::disclosureRows(tx, id, filter)};
        out.first.signature = signatureOf(tx, out.first);
        return out;
    });
}

Disclosure DisclosureService::publish(const Actor& actor, std::int64_t id, const std::string& reason,
                                      const std::string& password) {
    static_cast<void>(regulatorRegion(actor));
    accounts_.confirm(actor, password);
    return database_.write([&](db::WriteTransaction& tx) {
        Disclosure draft = lockedDraft(tx, actor, id);
        if (draft.drafter == actor.login) throw Error(ErrorCode::OwnDraft, {draft.title});
        const std::vector<DisclosureRow> rows = store::disclosureRows(tx, id, kAllRows);
        refuseEnded(rows);
        const Instant now = clock_.now();
        const std::string year = toText(Zone{}.dateOf(now)).substr(0, 4);
        const std::int64_t issue =
            samples::takeNumbers(tx, "GK" + year + "-" + std::to_string(draft.organisationId), 1);
        draft.year = std::stoll(year);
        draft.issueNo = issue;
        const std::int64_t signature =
            accounts_.sign(tx, actor, {std::string(kMeaning), reason, sha256(publishedContent(draft, rows))});
        store::publish(tx, id, actor.id, now, *draft.year, issue, signature);
        json::Writer after;
        after.beginObject()
            .field("status", "published")
            .field("year", std::stoll(year))
            .field("issue_no", issue)
            .field("signature", signature)
            .endObject();
        trail_.append(tx, actor, {entry("disclosure.publish", id, R"({"status":"draft"})", after.take(), reason)});
        return found(store::disclosure(tx, id, actor.organisation), id);
    });
}

void DisclosureService::discard(const Actor& actor, std::int64_t id, const std::string& reason) {
    static_cast<void>(regulatorRegion(actor));
    database_.write([&](db::WriteTransaction& tx) {
        static_cast<void>(lockedDraft(tx, actor, id));
        store::discard(tx, id, actor.id, clock_.now(), reason);
        trail_.append(tx, actor,
                      {entry("disclosure.discard", id, R"({"status":"draft"})", R"({"status":"discarded"})", reason)});
    });
}

std::vector<Disclosure> DisclosureService::published(std::optional<std::int64_t> after, std::int64_t limit) {
    return database_.read([&](db::ReadTransaction& tx) { return store::disclosures(tx, std::nullopt, after, limit); });
}

DisclosureService::Issue DisclosureService::publishedIssue(std::int64_t id, const RowFilter& filter) {
    return database_.read([&](db::ReadTransaction& tx) {
        Disclosure issue = found(store::disclosure(tx, id, std::nullopt), id);
        return Issue{std::move(issue), store::disclosureRows(tx, id, filter)};
    });
}

}  // namespace touchstone::regulators
