#include "server/overview/OverviewRoutes.h"

#include "server/overview/OverviewStore.h"

namespace touchstone::overview {
namespace {

void writeCounts(json::Writer& out, const std::map<std::string, std::int64_t>& counts, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const auto found = counts.find(name);
        out.field(name, found == counts.end() ? 0 : found->second);
    }
}

http::Response answer(const Overview& overview) {
    json::Writer out;
    out.beginObject().key("tests").beginObject();
    writeCounts(out, overview.tests, {"waiting", "resulted", "submitted", "checked"});
    out.endObject().key("samples").beginObject();
    writeCounts(out, overview.samples, {"testing", "checking", "releasing", "released"});
    out.field("overdue", overview.overdue).endObject().key("messages").beginObject();
    writeCounts(out, overview.messages, {"held", "partly_held", "imported"});
    out.endObject().key("certificates").beginObject().field("issued_today", overview.issuedToday);
    out.field("issued", overview.issued).field("failed", overview.failed).endObject().key("turnaround").beginArray();
    for (const ReleaseDay& day : overview.turnaround) {
        out.beginObject().field("day", day.day).field("released", day.released).key("median_hours");
        if (day.medianHours) {
            out.real(*day.medianHours);
        } else {
            out.null();
        }
        out.endObject();
    }
    return http::Response::json(out.endArray().endObject().take());
}

}  // namespace

std::vector<http::Route> overviewRoutes(db::Database& database, const Clock& clock) {
    return {{http::Verb::Get, "/overview", http::Access::Signed, http::Body::None, [&database, &clock](const http::Request& request) {
                 request.actor().require(kStaff);
                 request.query().finish();
                 return answer(database.read([&](db::ReadTransaction& tx) { return read(tx, Zone{}, clock.now()); }));
             }}};
}

}  // namespace touchstone::overview
