#include "server/certificates/LifeService.h"

#include <algorithm>

#include "server/core/Error.h"
#include "server/core/Json.h"
#include "server/samples/HeadStore.h"

namespace touchstone::certificates {
namespace {

using store::LockedCertificate;
using store::OpenAmendment;

std::string amendedEntry(const LockedCertificate& certificate, const std::string& status, const store::NewAmendment& amendment) {
    json::Writer out;
    out.beginObject().field("certificate", certificate.number).field("amendment", status).field("kind", name(amendment.kind));
    out.key("changes").beginArray();
    for (const HeadChange& change : amendment.changes) {
        out.beginObject().field("field", change.field).field("old", change.oldValue).field("new", change.newValue).endObject();
    }
    out.endArray().key("tests").beginArray();
    for (const TestId test : amendment.tests) out.integer(test.value);
    out.endArray().endObject();
    return out.take();
}

std::string statusEntry(const std::string& number, std::string_view key, std::string_view value) {
    json::Writer out;
    out.beginObject().field("certificate", number).field(key, value).endObject();
    return out.take();
}

void requireProposer(const Actor& actor, AmendmentKind kind) {
    if (kind == AmendmentKind::results) {
        actor.require({Role::checker, Role::signatory, Role::quality_manager});
    } else {
        actor.require({Role::technician, Role::analyst, Role::checker, Role::signatory, Role::quality_manager});
    }
}

void refuseUnlessStanding(const LockedCertificate& certificate) {
    const bool ended = certificate.status != "issued" && certificate.status != "withdrawn";
    if (ended || !certificate.newest) throw Error(ErrorCode::WrongState, {certificate.number, certificate.status, "issued, withdrawn"});
}

void refuseForeignTests(db::WriteTransaction& tx, SampleId sample, const std::vector<TestId>& tests) {
    const std::vector<TestId> own = store::testsOfSample(tx, sample, tests);
    std::vector<FieldError> faults;
    for (std::size_t i = 0; i < tests.size(); ++i) {
        if (std::ranges::find(own, tests[i]) == own.end()) {
            faults.push_back({"tests." + std::to_string(i), ErrorCode::NotKnown, {std::to_string(tests[i].value)}, i});
        }
    }
    if (!faults.empty()) throw Error(ErrorCode::Invalid, {}, faults);
}

void refuseUnless(const LockedCertificate& certificate, const OpenAmendment& amendment, const std::string& wanted) {
    if (amendment.status != wanted) throw Error(ErrorCode::WrongState, {certificate.number, amendment.status, wanted});
}

}  // namespace

AmendmentKind Proposal::kind() const {
    if (!tests.empty()) return AmendmentKind::results;
    return changes.empty() ? AmendmentKind::reissue : AmendmentKind::clerical;
}

LockedCertificate LifeService::locked(db::WriteTransaction& tx, const std::string& number) {
    auto found = store::lockCertificate(tx, number);
    if (!found || found->status == "drawing") throw Error(ErrorCode::NotFound, {"certificate", number});
    return std::move(*found);
}

OpenAmendment LifeService::open(db::WriteTransaction& tx, const LockedCertificate& certificate) {
    auto found = store::lockOpenAmendment(tx, certificate.id);
    if (!found) throw Error(ErrorCode::WrongState, {certificate.number, certificate.status, "proposed"});
    return std::move(*found);
}

void LifeService::takeStep(db::WriteTransaction& tx, const Actor& actor, const LockedCertificate& certificate,
                           const store::AmendmentStep& step) const {
    try {
        store::insertSteps(tx, {step}, actor.id, clock_.now());
    } catch (const db::DuplicateKey& duplicate) {
        if (duplicate.key() != "amendment_separation") throw;
        throw Error(ErrorCode::SameHand, {certificate.number});
    }
}

void LifeService::propose(const Actor& actor, const std::string& number, const Proposal& proposal) {
    requireProposer(actor, proposal.kind());
    database_.write([&](db::WriteTransaction& tx) {
        const LockedCertificate certificate = locked(tx, number);
        refuseUnlessStanding(certificate);
        store::NewAmendment amendment{certificate.id, proposal.kind(), proposal.reason,
                                      samples::changesOf(tx, certificate.sample, proposal.changes, today()), proposal.tests};
        refuseForeignTests(tx, certificate.sample, proposal.tests);
        std::int64_t id = 0;
        try {
            id = store::insertAmendment(tx, amendment);
        } catch (const db::DuplicateKey& duplicate) {
            if (duplicate.key() != "amendment_open") throw;
            throw Error(ErrorCode::WrongState, {number, "proposed", "no open amendment"});
        }
        takeStep(tx, actor, certificate, {id, "propose"});
        trail_.append(tx, actor, {{"amendment.propose", "sample", certificate.sampleNumber, std::nullopt,
                                   amendedEntry(certificate, "proposed", amendment), proposal.reason}});
    });
}

void LifeService::check(const Actor& actor, const std::string& number) {
    actor.require({Role::checker, Role::quality_manager});
    database_.write([&](db::WriteTransaction& tx) {
        const LockedCertificate certificate = locked(tx, number);
        const OpenAmendment amendment = open(tx, certificate);
        refuseUnless(certificate, amendment, "proposed");
        const store::NewAmendment& proposed = amendment.proposed;
        takeStep(tx, actor, certificate, {amendment.id, "check"});
        store::setStatus(tx, amendment.id, "checked");
        const samples::Head head = samples::headOf(tx, certificate.sample);
        for (const HeadChange& change : proposed.changes) {
            if (head.values.at(change.field) != change.oldValue) throw Error(ErrorCode::Conflict);
        }
        if (!proposed.changes.empty()) samples::correctHead(tx, certificate.sample, proposed.changes, false);
        if (proposed.tests.empty()) {
            store::setReleasing(tx, certificate.sample, true);
        } else {
            reviews_.reopen(tx, actor, proposed.tests, proposed.reason);
        }
        trail_.append(tx, actor, {{"amendment.check", "sample", certificate.sampleNumber,
                                   statusEntry(number, "amendment", "proposed"),
                                   amendedEntry(certificate, "checked", proposed), proposed.reason}});
    });
}

void LifeService::refuse(const Actor& actor, const std::string& number, const std::string& reason) {
    actor.require({Role::checker, Role::signatory, Role::quality_manager});
    database_.write([&](db::WriteTransaction& tx) {
        const LockedCertificate certificate = locked(tx, number);
        const OpenAmendment amendment = open(tx, certificate);
        const bool checked = amendment.status == "checked";
        if (checked && amendment.proposed.kind == AmendmentKind::results) {
            throw Error(ErrorCode::WrongState, {number, amendment.status, "proposed"});
        }
        takeStep(tx, actor, certificate, {amendment.id, "refuse", std::nullopt, reason});
        store::setStatus(tx, amendment.id, "refused");
        if (checked) {
            if (!amendment.proposed.changes.empty()) samples::correctHead(tx, certificate.sample, amendment.proposed.changes, true);
            store::setReleasing(tx, certificate.sample, false);
        }
        trail_.append(tx, actor, {{"amendment.refuse", "sample", certificate.sampleNumber,
                                   statusEntry(number, "amendment", amendment.status),
                                   amendedEntry(certificate, "refused", amendment.proposed), reason}});
    });
}

void LifeService::withdraw(const Actor& actor, const std::string& number, const std::string& category, const std::string& reason,
                           const std::string& password) {
    actor.require({Role::signatory});
    accounts_.confirm(actor, password);
    database_.write([&](db::WriteTransaction& tx) {
        const LockedCertificate certificate = locked(tx, number);
        if (certificate.status != "issued") throw Error(ErrorCode::WrongState, {number, certificate.status, "issued"});
        json::Writer content;
        content.beginObject()
            .field("certificate", number)
            .field("sha256", store::fileHash(tx, certificate.id))
            .field("category", category)
            .field("reason", reason)
            .endObject();
        const std::int64_t signature = accounts_.sign(tx, actor, {"withdraw", reason, sha256(content.take())});
        const std::uint64_t told = store::withdraw(tx, {certificate.id, category, reason, actor.id, signature}, clock_.now());
        json::Writer after;
        after.beginObject()
            .field("certificate", number)
            .field("status", "withdrawn")
            .field("category", category)
            .field("signature", signature)
            .field("notices", told)
            .endObject();
        trail_.append(tx, actor, {{"certificate.withdraw", "sample", certificate.sampleNumber,
                                   statusEntry(number, "status", "issued"), after.take(), reason}});
    });
}

void LifeService::hold(const Actor& actor, const std::string& number, bool set, const std::string& reason) {
    actor.require({Role::quality_manager});
    database_.write([&](db::WriteTransaction& tx) {
        const LockedCertificate certificate = locked(tx, number);
        const std::string before = store::isHeld(tx, certificate.id) ? "held" : "free";
        const std::string after = set ? "held" : "free";
        if (before == after) throw Error(ErrorCode::WrongState, {number, before, set ? "free" : "held"});
        store::insertHold(tx, certificate.id, set, actor.id, reason, clock_.now());
        trail_.append(tx, actor, {{set ? "certificate.hold" : "certificate.unhold", "sample", certificate.sampleNumber,
                                   statusEntry(number, "hold", before), statusEntry(number, "hold", after), reason}});
    });
}

Life LifeService::life(const Actor& actor, const std::string& number) {
    actor.require(kStaff);
    auto found = database_.read([&](db::ReadTransaction& tx) { return store::life(tx, number, today()); });
    if (!found) throw Error(ErrorCode::NotFound, {"certificate", number});
    return std::move(*found);
}

std::vector<Kept> LifeService::kept(const Actor& actor, const KeptFilter& filter) {
    actor.require({Role::technician, Role::quality_manager, Role::administrator});
    return database_.read([&](db::ReadTransaction& tx) { return store::kept(tx, filter, today()); });
}

LifeService::Inbox LifeService::inbox(const Actor& actor, const NoticeFilter& filter) {
    return database_.read([&](db::ReadTransaction& tx) {
        return Inbox{store::noticesFor(tx, actor.id, filter), store::unreadFor(tx, actor.id)};
    });
}

std::size_t LifeService::read(const Actor& actor, const std::vector<std::int64_t>& ids) {
    return database_.write([&](db::WriteTransaction& tx) {
        const std::vector<std::string> numbers = store::readNotices(tx, actor.id, ids, clock_.now());
        std::vector<audit::Entry> entries;
        for (const std::string& number : numbers) {
            entries.push_back({"notice.read", "certificate", number, std::nullopt,
                               R"({"organisation":")" + actor.organisation + R"("})", std::nullopt});
        }
        if (!entries.empty()) trail_.append(tx, actor, entries);
        return numbers.size();
    });
}

}  // namespace touchstone::certificates
