#include "server/certificates/LayoutService.h"

#include <algorithm>

#include "server/certificates/LayoutPreview.h"
#include "server/core/Error.h"
#include "server/core/Json.h"
#include "server/people/Accounts.h"

namespace touchstone::certificates {
namespace {

constexpr std::string_view kMeaning = "approve_layout";
constexpr std::initializer_list<Role> kWriters{Role::quality_manager, Role::administrator};
constexpr std::initializer_list<Role> kDeciders{Role::quality_manager, Role::signatory, Role::administrator};

Layout locked(db::WriteTransaction& tx, const std::string& code) {
    auto found = store::lockLayout(tx, code);
    if (!found) throw Error(ErrorCode::NotFound, {"layout", code});
    return *found;
}

const LayoutVersion& numbered(const std::vector<LayoutVersion>& versions, const std::string& code, std::int64_t number) {
    const auto found = std::ranges::find(versions, number, &LayoutVersion::version);
    if (found == versions.end()) throw Error(ErrorCode::NotFound, {"version", code + " " + std::to_string(number)});
    return *found;
}

std::string label(const std::string& code, std::int64_t version) {
    return code + " v" + std::to_string(version);
}

void require(const LayoutVersion& version, const std::string& code, const std::string& state) {
    if (version.state != state)
        throw Error(ErrorCode::WrongState, {label(code, version.version), version.state, state});
}

/// The newest revision that was proposed; 0 for none.
std::int64_t proposedRevision(const std::vector<LayoutVersion>& versions) {
    std::int64_t out = 0;
    for (const LayoutVersion& v : versions) out = std::max(out, v.revision.value_or(0));
    return out;
}

void refusePast(Date from, Date today) {
    if (from < today)
        throw Error(ErrorCode::Invalid, {}, {{"from", ErrorCode::OutOfRange, {toText(today), "9999-12-31"}, {}}});
}

std::string describe(std::int64_t version, std::string_view state, const std::string& sha256 = {},
                     std::optional<Date> from = std::nullopt, std::optional<std::int64_t> signature = std::nullopt) {
    json::Writer out;
    out.beginObject().field("version", version).field("state", state);
    if (!sha256.empty()) out.field("sha256", sha256);
    if (from) out.field("from", toText(*from));
    if (signature) out.field("signature", *signature);
    out.endObject();
    return out.take();
}

std::string describeDraft(std::int64_t revision, const std::string& xml) {
    json::Writer out;
    out.beginObject().field("revision", revision).field("sha256", toHex(sha256(xml))).endObject();
    return out.take();
}

std::string describe(const LayoutService::Use& use) {
    json::Writer out;
    out.beginObject().field("product_kind", use.productKind).field("business_kind", use.businessKind);
    out.field("language", use.language).field("layout", use.layout).field("from", toText(use.from)).endObject();
    return out.take();
}

bool shippedAlready(const std::vector<LayoutUse>& uses, const ShippedUse& use, LayoutId layout) {
    return std::ranges::any_of(uses, [&](const LayoutUse& u) {
        return u.shipped && u.productKind == use.productKind && u.businessKind == use.businessKind &&
               u.language == use.language && u.layout == layout;
    });
}

}  // namespace

LayoutService::Overview LayoutService::list(const Actor& actor) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        return Overview{store::layoutBook(tx), store::layoutDrafts(tx), today()};
    });
}

LayoutService::Detail LayoutService::get(const Actor& actor, const std::string& code) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        const auto layout = store::layout(tx, code);
        if (!layout) throw Error(ErrorCode::NotFound, {"layout", code});
        Detail out{*layout, store::versionsOf(tx, layout->id), store::handsOf(tx, layout->id),
                   store::draftOf(tx, layout->id), {}, today()};
        if (out.draft && out.draft->revision > proposedRevision(out.versions)) {
            out.xml = store::draftXml(tx, *out.draft);
        } else if (!out.versions.empty()) {
            const LayoutVersion* current = inForce(out.versions, layout->id, out.today);
            out.xml = store::layoutXml(tx, current != nullptr ? current->id : out.versions.back().id).value();
        }
        return out;
    });
}

std::string LayoutService::xml(const Actor& actor, const std::string& code, std::int64_t version) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        const auto layout = store::layout(tx, code);
        if (!layout) throw Error(ErrorCode::NotFound, {"layout", code});
        const auto versions = store::versionsOf(tx, layout->id);
        return store::layoutXml(tx, numbered(versions, code, version).id).value();
    });
}

void LayoutService::create(const Actor& actor, const Layout& layout, const std::string& xml) {
    actor.require(kWriters);
    static_cast<void>(compiledLayout(xml));
    database_.write([&](db::WriteTransaction& tx) {
        if (store::lockLayout(tx, layout.code))
            throw Error(ErrorCode::Invalid, {}, {{"code", ErrorCode::Duplicate, {}, {}}});
        store::addLayout(tx, layout.code, layout.title, layout.kind);
        store::insertDraft(tx, locked(tx, layout.code).id, 1, xml, actor.id, clock_.now());
        trail_.append(tx, actor, {{"layout.create", "layout", layout.code, {}, describeDraft(1, xml), {}}});
    });
}

std::int64_t LayoutService::saveDraft(const Actor& actor, const std::string& code, std::int64_t base,
                                      const std::string& xml) {
    actor.require(kWriters);
    static_cast<void>(compiledLayout(xml));
    return database_.write([&](db::WriteTransaction& tx) {
        const Layout layout = locked(tx, code);
        const auto draft = store::draftOf(tx, layout.id);
        const std::int64_t newest = draft ? draft->revision : 0;
        if (newest != base) throw Error(ErrorCode::Conflict);
        store::insertDraft(tx, layout.id, newest + 1, xml, actor.id, clock_.now());
        trail_.append(tx, actor, {{"layout.save", "layout", code, {}, describeDraft(newest + 1, xml), {}}});
        return newest + 1;
    });
}

std::int64_t LayoutService::propose(const Actor& actor, const std::string& code, std::int64_t revision, Date from,
                                    const std::string& reason) {
    actor.require(kWriters);
    refusePast(from, today());
    return database_.write([&](db::WriteTransaction& tx) {
        const Layout layout = locked(tx, code);
        const auto draft = store::draftOf(tx, layout.id);
        if (!draft || draft->revision != revision) throw Error(ErrorCode::Conflict);
        const auto versions = store::versionsOf(tx, layout.id);
        const std::int64_t before = proposedRevision(versions);
        if (before == revision) throw Error(ErrorCode::NothingToDo);
        for (const LayoutVersion& v : versions) {
            if (v.state == "proposed")
                throw Error(ErrorCode::WrongState, {label(code, v.version), v.state, "in_force, refused"});
        }
        const std::int64_t number = versions.empty() ? 1 : versions.back().version + 1;
        const std::string xml = store::draftXml(tx, *draft);
        const auto id = store::insertVersion(tx, {layout.id, number, false, revision, xml, "proposed", from, clock_.now(), reason});
        // Whoever proposes stands for the text, too.
        std::vector<PersonId> writers = store::writers(tx, layout.id, before);
        if (std::ranges::find(writers, actor.id) == writers.end()) writers.push_back(actor.id);
        store::insertHands(tx, id, writers, "write", clock_.now(), reason);
        trail_.append(tx, actor, {{"layout.propose", "layout", code, {},
                                   describe(number, "proposed", toHex(sha256(xml)), from), reason}});
        return number;
    });
}

void LayoutService::check(const Actor& actor, const std::string& code, std::int64_t number, const std::string& reason) {
    actor.require(kDeciders);
    database_.write([&](db::WriteTransaction& tx) { step(tx, actor, code, number, "check", reason); });
}

void LayoutService::refuse(const Actor& actor, const std::string& code, std::int64_t number,
                           const std::string& reason) {
    actor.require(kDeciders);
    database_.write([&](db::WriteTransaction& tx) { step(tx, actor, code, number, "refuse", reason); });
}

void LayoutService::approve(const Actor& actor, const std::string& code, std::int64_t number, const std::string& reason,
                            const std::string& password) {
    actor.require(kDeciders);
    accounts_.confirm(actor, password);
    database_.write([&](db::WriteTransaction& tx) { step(tx, actor, code, number, "approve", reason); });
}

void LayoutService::step(db::WriteTransaction& tx, const Actor& actor, const std::string& code, std::int64_t number,
                         const std::string& step, const std::string& reason) {
    const Layout layout = locked(tx, code);
    const auto versions = store::versionsOf(tx, layout.id);
    const LayoutVersion& version = numbered(versions, code, number);
    require(version, code, "proposed");
    bool checked = false;
    for (const LayoutHand& hand : store::handsOf(tx, layout.id)) {
        if (hand.version != version.id) continue;
        if (hand.person == actor.id) throw Error(ErrorCode::OwnWork, {code, std::to_string(number)});
        checked = checked || hand.step == "check";
    }
    if (step != "refuse" && checked != (step == "approve")) {
        const std::vector<std::string> states{"proposed", "checked"};
        throw Error(ErrorCode::WrongState, {label(code, number), states.at(checked), states.at(!checked)});
    }
    std::optional<std::int64_t> signature;
    if (step == "approve") {
        const std::string content = store::approvedContents(tx, layout.id).at(version.id);
        signature = accounts_.sign(tx, actor, {std::string(kMeaning), reason, sha256(content)});
    }
    const std::string state = step == "refuse" ? "refused" : step == "approve" ? "in_force" : "proposed";
    store::insertHands(tx, version.id, {actor.id}, step, clock_.now(), reason, signature);
    if (state != version.state) store::setState(tx, version.id, state);
    trail_.append(tx, actor,
                  {{"layout." + step, "layout", code, describe(number, version.state),
                    describe(number, state, version.sha256, version.from, signature), reason}});
}

void LayoutService::retire(const Actor& actor, const std::string& code, std::int64_t number, const std::string& reason) {
    actor.require(kWriters);
    database_.write([&](db::WriteTransaction& tx) {
        const Layout layout = locked(tx, code);
        LayoutBook book = store::layoutBook(tx);
        const auto place = std::ranges::find_if(book.versions, [&](const LayoutVersion& v) {
            return v.layout == layout.id && v.version == number;
        });
        if (place == book.versions.end()) throw Error(ErrorCode::NotFound, {"version", label(code, number)});
        require(*place, code, "in_force");
        if (place->shipped) throw Error(ErrorCode::WrongState, {label(code, number), "shipped", "of the laboratory"});
        place->state = "retired";
        const bool used = std::ranges::any_of(book.uses, [&](const LayoutUse& u) { return u.layout == layout.id; });
        if (used && inForce(book.versions, layout.id, today()) == nullptr) throw Error(ErrorCode::NoLayout, {code});
        store::setState(tx, place->id, "retired");
        trail_.append(tx, actor, {{"layout.retire", "layout", code, describe(number, "in_force"),
                                   describe(number, "retired"), reason}});
    });
}

void LayoutService::setUse(const Actor& actor, const Use& use, const std::string& reason) {
    actor.require(kWriters);
    refusePast(use.from, today());
    if (!use.layout && !use.businessKind)
        throw Error(ErrorCode::Invalid, {}, {{"layout", ErrorCode::Required, {}, {}}});
    database_.write([&](db::WriteTransaction& tx) {
        std::optional<LayoutId> id;
        if (use.layout) {
            const auto layout = store::lockLayout(tx, *use.layout);
            if (!layout || layout->kind != "certificate")
                throw Error(ErrorCode::Invalid, {}, {{"layout", ErrorCode::NotKnown, {*use.layout}, {}}});
            if (inForce(store::versionsOf(tx, layout->id), layout->id, use.from) == nullptr)
                throw Error(ErrorCode::NoLayout, {*use.layout});
            id = layout->id;
        }
        store::insertUse(tx, {use.productKind, use.businessKind, use.language, id, false, use.from, actor.id,
                              clock_.now(), reason});
        trail_.append(tx, actor, {{"layout.use", "layout", use.layout.value_or("-"), {}, describe(use), reason}});
    });
}

std::size_t LayoutService::ship(const std::vector<ShippedLayout>& layouts) {
    const Actor actor = people::systemActor("release");
    std::size_t fresh = 0;
    for (const ShippedLayout& shipped : layouts) {
        static_cast<void>(compiledLayout(shipped.xml));
        fresh += database_.write([&](db::WriteTransaction& tx) -> std::size_t {
            store::addLayout(tx, shipped.code, shipped.title, shipped.kind);
            const Layout layout = locked(tx, shipped.code);
            return shipVersion(tx, shipped, layout, actor) ? 1U : 0U;
        });
    }
    return fresh;
}

bool LayoutService::shipVersion(db::WriteTransaction& tx, const ShippedLayout& shipped, const Layout& layout,
                                const Actor& actor) {
    const auto versions = store::versionsOf(tx, layout.id);
    const auto book = store::layoutBook(tx);
    const std::string reason = "随软件发布";
    // The first rules of a release stand from its first day; so does the first version.
    const Date from = versions.empty() ? Date{} : today();
    for (const ShippedUse& use : shipped.uses) {
        if (shippedAlready(book.uses, use, layout.id)) continue;
        store::insertUse(tx, {use.productKind, use.businessKind, use.language, layout.id, true, from, {}, clock_.now(), reason});
    }
    const std::string digest = toHex(sha256(shipped.xml));
    const bool known = std::ranges::any_of(versions, [&](const LayoutVersion& v) { return v.shipped && v.sha256 == digest; });
    if (known) return false;
    const std::int64_t number = versions.empty() ? 1 : versions.back().version + 1;
    static_cast<void>(store::insertVersion(tx, {layout.id, number, true, {}, shipped.xml, "in_force", from, clock_.now(), reason}));
    trail_.append(tx, actor, {{"layout.ship", "layout", layout.code, {}, describe(number, "in_force", digest, from), reason}});
    return true;
}

}  // namespace touchstone::certificates
