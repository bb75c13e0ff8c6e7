#include "server/overview/MetricsStore.h"

namespace touchstone::overview {
namespace {

constexpr db::Statement kMessages{"metrics_messages", "SELECT state, COUNT(*) FROM inbound_message GROUP BY state"};
constexpr db::Statement kHeld{
    "metrics_held", "SELECT COALESCE(reason, ''), COUNT(*) FROM inbound_message WHERE state IN ('held', 'partly_held') GROUP BY reason"};
constexpr db::Statement kCertificates{"metrics_certificates", "SELECT status, COUNT(*) FROM certificate GROUP BY status"};
constexpr db::Statement kGateways{
    "metrics_gateways",
    "SELECT p.login, g.reported_at, g.said_at, g.pending, g.oldest_pending, g.refused, g.disk_free FROM gateway_status g "
    "JOIN person p ON p.id = g.person_id ORDER BY p.login"};
constexpr db::Statement kLines{
    "metrics_lines",
    "SELECT p.login, i.instrument, i.connections, i.last_contact, i.messages, i.refused, i.faults FROM gateway_instrument_status i "
    "JOIN person p ON p.id = i.person_id ORDER BY p.login, i.instrument"};

std::map<std::string, std::int64_t> counts(const db::Rows& rows) {
    std::map<std::string, std::int64_t> out;
    for (const db::Row& row : rows) out[row.text(0)] = row.integer(1);
    return out;
}

std::optional<Instant> instantOrNothing(const db::Row& row, std::size_t column) {
    if (row.isNull(column)) return std::nullopt;
    return instantFromSql(row.text(column));
}

}  // namespace

Metrics readMetrics(db::ReadTransaction& tx) {
    Metrics out{counts(tx.query(kMessages)), counts(tx.query(kHeld)), counts(tx.query(kCertificates)), {}, {}};
    for (const db::Row& row : tx.query(kGateways)) {
        out.gateways.push_back({row.text(0), instantFromSql(row.text(1)), instantFromSql(row.text(2)), row.integer(3),
                                instantOrNothing(row, 4), row.integer(5), row.integer(6)});
    }
    for (const db::Row& row : tx.query(kLines)) {
        out.lines.push_back({row.text(0), row.text(1), row.integer(2), instantOrNothing(row, 3), row.integer(4), row.integer(5), row.integer(6)});
    }
    return out;
}

}  // namespace touchstone::overview
