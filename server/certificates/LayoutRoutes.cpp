#include "server/certificates/LayoutRoutes.h"

#include <algorithm>

namespace touchstone::certificates {
namespace {

using http::Access;
using http::Body;
using http::Fields;
using http::Request;
using http::Response;
using http::Verb;

constexpr std::size_t kMostXml = 200'000;  // characters; the shipped ones have a few thousand
constexpr std::size_t kMostBody = std::size_t{1} << 20U;
constexpr http::TextRule kXml{.least = 1, .most = kMostXml, .lines = true};
constexpr http::TextRule kReason{.least = 2, .most = 500};
const std::vector<std::string> kKinds{"certificate", "label", "record"};
const std::vector<std::string> kProducts{"drug", "device", "cosmetic"};
const std::vector<std::string> kBusiness{"supervision", "registration", "import", "batch_release", "commission", "retest", "emergency"};
const std::vector<std::string> kLanguages{"zh", "en"};

std::int64_t versionOf(const Request& request) {
    const std::string& given = request.path.at("version");
    const auto number = http::parseInteger(given, 1, INT32_MAX);
    if (!number) throw Error(ErrorCode::NotFound, {"version", given});
    return *number;
}

void writeOptional(json::Writer& out, std::string_view name, const std::optional<std::int64_t>& number) {
    out.key(name);
    number ? out.integer(*number) : out.null();
}

/// What lists say of a layout: the version that draws, and what waits beside it.
void writeSummary(json::Writer& out, const LayoutService::Overview& all, const Layout& layout) {
    const LayoutVersion* current = inForce(all.book.versions, layout.id, all.today);
    std::optional<std::int64_t> proposed, offered, coming;
    std::int64_t revision = 0;
    for (const LayoutVersion& v : all.book.versions) {
        if (v.layout != layout.id) continue;
        const std::string state = standing(all.book.versions, v, all.today);
        if (state == "proposed") proposed = v.version;
        if (state == "offered") offered = v.version;
        if (state == "coming") coming = v.version;
        revision = std::max(revision, v.revision.value_or(0));
    }
    const auto draft = std::ranges::find_if(all.drafts, [&](const LayoutDraft& d) {
        return d.layout == layout.id && d.revision > revision;
    });
    out.beginObject().field("code", layout.code).field("title", layout.title).field("kind", layout.kind);
    writeOptional(out, "version", current != nullptr ? std::optional(current->version) : std::nullopt);
    out.field("shipped", current != nullptr && current->shipped);
    out.field("from", current != nullptr ? std::optional(toText(current->from)) : std::nullopt);
    writeOptional(out, "proposed", proposed);
    writeOptional(out, "coming", coming);
    writeOptional(out, "offered", offered);
    out.field("draft_by", draft != all.drafts.end() ? std::optional(draft->person) : std::nullopt).endObject();
}

void writeUse(json::Writer& out, const LayoutService::Overview& all, const LayoutUse& use) {
    const auto layout = std::ranges::find_if(all.book.layouts, [&](const Layout& l) { return use.layout == l.id; });
    const LayoutUse* now = standingUse(all.book.uses, use.productKind, use.businessKind, use.language, all.today);
    out.beginObject()
        .field("product_kind", use.productKind)
        .field("business_kind", use.businessKind)
        .field("language", use.language)
        .field("layout", layout != all.book.layouts.end() ? std::optional(layout->code) : std::nullopt)
        .field("title", layout != all.book.layouts.end() ? std::optional(layout->title) : std::nullopt)
        .field("shipped", use.shipped)
        .field("from", toText(use.from))
        .field("state", use.from > all.today ? "coming" : now->id == use.id ? "current" : "past")
        .field("person", use.person)
        .field("at", toRfc3339(use.at))
        .field("reason", use.reason)
        .endObject();
}

Response list(LayoutService& layouts, const Request& request) {
    request.query().finish();
    const auto all = layouts.list(request.actor());
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const Layout& layout : all.book.layouts) writeSummary(out, all, layout);
    out.endArray().key("uses").beginArray();
    for (const LayoutUse& use : all.book.uses) writeUse(out, all, use);
    out.endArray().endObject();
    return Response::json(out.take());
}

void writeVersion(json::Writer& out, const LayoutService::Detail& detail, const LayoutVersion& version) {
    out.beginObject()
        .field("version", version.version)
        .field("state", standing(detail.versions, version, detail.today))
        .field("shipped", version.shipped)
        .field("sha256", version.sha256)
        .field("from", toText(version.from))
        .field("at", toRfc3339(version.at))
        .field("reason", version.reason)
        .key("hands")
        .beginArray();
    for (const LayoutHand& hand : detail.hands) {
        if (hand.version != version.id) continue;
        out.beginObject().field("person", hand.name).field("step", hand.step).field("at", toRfc3339(hand.at));
        out.field("reason", hand.reason);
        write(out, "signature", hand.signature);
        out.endObject();
    }
    out.endArray().endObject();
}

Response get(LayoutService& layouts, const Request& request) {
    request.query().finish();
    const auto detail = layouts.get(request.actor(), request.path.at("code"));
    std::int64_t proposed = 0;
    for (const LayoutVersion& v : detail.versions) proposed = std::max(proposed, v.revision.value_or(0));
    const std::int64_t revision = detail.draft ? detail.draft->revision : 0;
    json::Writer out;
    out.beginObject().field("code", detail.layout.code).field("title", detail.layout.title).field("kind", detail.layout.kind);
    out.field("revision", revision).field("drafted", revision > proposed);
    out.field("saved_by", detail.draft ? std::optional(detail.draft->person) : std::nullopt);
    out.field("saved_at", detail.draft ? std::optional(toRfc3339(detail.draft->at)) : std::nullopt);
    out.field("xml", detail.xml).key("versions").beginArray();
    for (auto v = detail.versions.rbegin(); v != detail.versions.rend(); ++v) writeVersion(out, detail, *v);
    out.endArray().endObject();
    return Response::json(out.take());
}

Response version(LayoutService& layouts, const Request& request) {
    request.query().finish();
    json::Writer out;
    out.beginObject().field("xml", layouts.xml(request.actor(), request.path.at("code"), versionOf(request))).endObject();
    return Response::json(out.take());
}

Response create(LayoutService& layouts, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    Layout layout{{}, in.text("code", {.most = 32}), in.text("title", {.most = 120}), in.oneOf("kind", kKinds)};
    const bool plain = std::ranges::all_of(layout.code, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!plain) in.fail("code", ErrorCode::WrongCharacters);
    const std::string xml = in.text("xml", kXml);
    in.finish();
    layouts.create(request.actor(), layout, xml);
    return {201, "application/json", R"({"revision":1})", {}};
}

Response saveDraft(LayoutService& layouts, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const std::int64_t base = in.integer("base", 0, INT32_MAX);
    const std::string xml = in.text("xml", kXml);
    in.finish();
    json::Writer out;
    out.beginObject().field("revision", layouts.saveDraft(request.actor(), request.path.at("code"), base, xml)).endObject();
    return Response::json(out.take(), 201);
}

Response propose(LayoutService& layouts, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const std::int64_t revision = in.integer("revision", 1, INT32_MAX);
    const auto from = in.date("from");
    const std::string reason = in.text("reason", kReason);
    in.finish();
    json::Writer out;
    out.beginObject().field("version", layouts.propose(request.actor(), request.path.at("code"), revision, *from, reason)).endObject();
    return Response::json(out.take(), 201);
}

Response decide(LayoutService& layouts, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const bool check = in.oneOf("decision", {"check", "refuse"}) == "check";
    const std::string reason = in.text("reason", kReason);
    in.finish();
    const std::string& code = request.path.at("code");
    if (check) {
        layouts.check(request.actor(), code, versionOf(request), reason);
    } else {
        layouts.refuse(request.actor(), code, versionOf(request), reason);
    }
    return Response::nothing();
}

Response approve(LayoutService& layouts, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const std::string password = in.text("password");
    static_cast<void>(in.oneOf("meaning", {"approve_layout"}));  // said, so that nobody signs without knowing what
    const std::string reason = in.text("reason", kReason);
    in.finish();
    layouts.approve(request.actor(), request.path.at("code"), versionOf(request), reason, password);
    return Response::nothing();
}

Response retire(LayoutService& layouts, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const std::string reason = in.text("reason", kReason);
    in.finish();
    layouts.retire(request.actor(), request.path.at("code"), versionOf(request), reason);
    return Response::nothing();
}

Response setUse(LayoutService& layouts, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    LayoutService::Use use{in.oneOf("product_kind", kProducts), in.optionalText("business_kind"), in.oneOf("language", kLanguages),
                           in.optionalText("layout", {.most = 32}), {}};
    if (use.businessKind && std::ranges::find(kBusiness, *use.businessKind) == kBusiness.end())
        in.fail("business_kind", ErrorCode::NotKnown, {*use.businessKind});
    const auto from = in.date("from");
    const std::string reason = in.text("reason", kReason);
    in.finish();
    use.from = *from;
    layouts.setUse(request.actor(), use, reason);
    return Response::nothing();
}

Response samples(LayoutPreview& preview, const Request& request) {
    request.query().finish();
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const SampleCertificate& one : preview.samples(request.actor()))
        out.beginObject().field("code", one.code).field("title", one.title).endObject();
    out.endArray().endObject();
    return Response::json(out.take());
}

Response data(LayoutPreview& preview, const Request& request) {
    request.query().finish();
    return Response::json(preview.data(request.actor(), request.path.at("certificate")));
}

Response draw(LayoutPreview& preview, const Request& request) {
    const json::Value body = request.json();
    Fields in(body);
    const std::string xml = in.text("xml", kXml);
    const std::string certificate = in.text("certificate", {.most = 32});
    in.finish();
    return Response::file(preview.draw(request.actor(), xml, certificate), "application/pdf", "preview.pdf");
}

}  // namespace

std::vector<http::Route> layoutRoutes(LayoutService& layouts, LayoutPreview& preview) {
    const auto route = [](auto& service, Verb verb, const char* pattern, auto act, int perMinute = 0) {
        return http::Route{verb, pattern, Access::Signed, verb == Verb::Get ? Body::None : Body::Json,
                           [&service, act](const Request& r) { return act(service, r); }, kMostBody, perMinute};
    };
    return {route(layouts, Verb::Get, "/layouts", list),
            route(layouts, Verb::Post, "/layouts", create),
            route(layouts, Verb::Get, "/layouts/{code}", get),
            route(layouts, Verb::Post, "/layouts/{code}/draft", saveDraft, 120),
            route(layouts, Verb::Post, "/layouts/{code}/propose", propose),
            route(layouts, Verb::Get, "/layouts/{code}/versions/{version}", version),
            route(layouts, Verb::Post, "/layouts/{code}/versions/{version}/decide", decide),
            route(layouts, Verb::Post, "/layouts/{code}/versions/{version}/approve", approve),
            route(layouts, Verb::Post, "/layouts/{code}/versions/{version}/retire", retire),
            route(layouts, Verb::Post, "/layout-uses", setUse),
            route(preview, Verb::Get, "/layout-samples", samples),
            route(preview, Verb::Get, "/layout-samples/{certificate}", data),
            route(preview, Verb::Post, "/layout-preview", draw, 240)};
}

}  // namespace touchstone::certificates
