#include "server/audit/TrailRoutes.h"

namespace touchstone::audit {
namespace {

void writeJson(json::Writer& out, std::string_view key, const std::optional<std::string>& value) {
    out.key(key);
    if (value) {
        out.raw(*value);
    } else {
        out.null();
    }
}

http::Response listTrail(db::Database& database, const http::Request& request) {
    request.actor().require({Role::quality_manager, Role::administrator});
    http::Query query = request.query();
    Trail::Filter filter;
    filter.subjectKind = query.text("subject_kind", 24);
    filter.subject = query.text("subject", 64);
    filter.after = query.after();
    filter.limit = query.limit();
    query.finish();
    if (filter.subject && !filter.subjectKind) throw Error(ErrorCode::Invalid, {}, {{"subject_kind", ErrorCode::Required, {}, {}}});
    const auto entries = database.read([&](db::ReadTransaction& tx) { return Trail::list(tx, filter); });
    const bool more = static_cast<std::int64_t>(entries.size()) == filter.limit;
    return http::Response::json(trailJson(entries, more ? std::optional(entries.back().id) : std::nullopt));
}

}  // namespace

std::string trailJson(const std::vector<StoredEntry>& entries, std::optional<std::int64_t> next) {
    json::Writer out;
    out.beginObject().key("items").beginArray();
    for (const StoredEntry& entry : entries) {
        out.beginObject().field("id", entry.id).field("at", toRfc3339(entry.at)).field("actor", entry.actor).field("action", entry.action);
        out.field("subject_kind", entry.subjectKind).field("subject", entry.subject);
        writeJson(out, "old", entry.before);
        writeJson(out, "new", entry.after);
        out.field("reason", entry.reason).field("origin", entry.origin).endObject();
    }
    out.endArray().field("next", next ? std::optional(std::to_string(*next)) : std::nullopt).endObject();
    return out.take();
}

std::vector<http::Route> trailRoutes(db::Database& database) {
    return {{http::Verb::Get, "/trail", http::Access::Signed, http::Body::None,
             [&database](const http::Request& request) { return listTrail(database, request); }}};
}

}  // namespace touchstone::audit
