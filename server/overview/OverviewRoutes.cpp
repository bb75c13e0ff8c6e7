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

void writeSigning(json::Writer& out, const certificates::Issuing::State& signing) {
    const auto since = signing.waitingSince ? std::optional(toRfc3339(*signing.waitingSince)) : std::nullopt;
    out.key("signing").beginObject().field("level", reports::name(signing.level)).field("signer", signing.signer);
    out.field("ends_at", toRfc3339(signing.notAfter)).field("days_left", signing.daysLeft).field("ends_soon", signing.endsSoon());
    out.field("waiting", signing.waiting).field("waiting_since", since).endObject();
}

http::Response answer(const Overview& overview, const certificates::Issuing::State& signing) {
    json::Writer out;
    out.beginObject().key("tests").beginObject();
    writeCounts(out, overview.tests, {"waiting", "resulted", "submitted", "checked"});
    out.endObject().key("samples").beginObject();
    writeCounts(out, overview.samples, {"testing", "checking", "releasing", "released"});
    out.field("overdue", overview.overdue).endObject().key("messages").beginObject();
    writeCounts(out, overview.messages, {"held", "partly_held", "imported"});
    out.endObject().key("certificates").beginObject().field("issued_today", overview.issuedToday);
    out.field("issued", overview.issued).field("failed", overview.failed).endObject();
    writeSigning(out, signing);
    out.key("turnaround").beginArray();
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

std::vector<http::Route> overviewRoutes(db::Database& database, const Clock& clock,
                                        const certificates::Issuing& issuing) {
    return {{http::Verb::Get, "/overview", http::Access::Signed, http::Body::None, [&database, &clock, &issuing](const http::Request& request) {
                 request.actor().require(kStaff);
                 request.query().finish();
                 return answer(database.read([&](db::ReadTransaction& tx) { return read(tx, Zone{}, clock.now()); }),
                               issuing.state());
             }}};
}

}  // namespace touchstone::overview
