#include "server/overview/MetricsRoutes.h"

#include "instruments/gateway/Metrics.h"
#include "server/overview/MetricsStore.h"

namespace touchstone::overview {
namespace {

using instruments::MetricsText;
using Type = MetricsText::Type;

double seconds(std::chrono::microseconds time) { return std::chrono::duration<double>(time).count(); }

void writeCounts(MetricsText& out, const char* name, const char* help, std::string_view label,
                 const std::map<std::string, std::int64_t>& counts) {
    out.family(name, Type::Gauge, help);
    for (const auto& [key, count] : counts) out.sample(count, {{label, key}});
}

void writeGateways(MetricsText& out, const Metrics& metrics, Instant now) {
    const auto each = [&](const char* name, Type type, const char* help, auto value) {
        out.family(name, type, help);
        for (const GatewayMetric& gateway : metrics.gateways) out.sample(value(gateway), {{"gateway", gateway.login}});
    };
    each("touchstone_gateway_silence_seconds", Type::Gauge, "Since the gateway reported last",
         [&](const GatewayMetric& g) { return seconds(now - g.reportedAt); });
    each("touchstone_gateway_pending_messages", Type::Gauge, "Messages that wait in the gateway",
         [](const GatewayMetric& g) { return g.pending; });
    each("touchstone_gateway_backlog_seconds", Type::Gauge, "Age of the oldest message that waits in the gateway, 0: none",
         [](const GatewayMetric& g) { return g.oldestPending ? seconds(g.saidAt - *g.oldestPending) : 0.0; });
    each("touchstone_gateway_refused_messages", Type::Gauge, "Messages in the gateway that were refused here",
         [](const GatewayMetric& g) { return g.refused; });
    each("touchstone_gateway_disk_free_bytes", Type::Gauge, "Free space of the gateway's spool",
         [](const GatewayMetric& g) { return g.diskFree; });
    const auto line = [&](const char* name, Type type, const char* help, auto value) {
        out.family(name, type, help);
        for (const LineMetric& l : metrics.lines) out.sample(value(l), {{"gateway", l.gateway}, {"instrument", l.instrument}});
    };
    line("touchstone_instrument_connections", Type::Gauge, "Open connections", [](const LineMetric& l) { return l.connections; });
    line("touchstone_instrument_messages_total", Type::Counter, "Messages that the gateway took",
         [](const LineMetric& l) { return l.messages; });
    line("touchstone_instrument_refusals_total", Type::Counter, "Negative answers to the instrument",
         [](const LineMetric& l) { return l.refused; });
    line("touchstone_instrument_faults_total", Type::Counter, "Faults of its line or folder", [](const LineMetric& l) { return l.faults; });
    out.family("touchstone_instrument_last_contact_timestamp_seconds", Type::Gauge, "When bytes came last, by the gateway's clock");
    for (const LineMetric& l : metrics.lines) {
        if (!l.lastContact) continue;
        out.sample(seconds(l.lastContact->time_since_epoch()), {{"gateway", l.gateway}, {"instrument", l.instrument}});
    }
}

void writeStatements(MetricsText& out, const std::vector<db::Database::Metric>& statements) {
    out.family("touchstone_sql_calls_total", Type::Counter, "Calls of a named statement");
    for (const auto& s : statements) out.sample(static_cast<std::int64_t>(s.calls), {{"statement", s.name}});
    out.family("touchstone_sql_seconds_total", Type::Counter, "Time spent in a named statement");
    for (const auto& s : statements) out.sample(seconds(s.time), {{"statement", s.name}});
}

void writeSigning(MetricsText& out, const certificates::Issuing::State& signing, Instant now) {
    out.family("touchstone_signing_certificate_left_seconds", Type::Gauge, "Until the signer's certificate ends");
    out.sample(seconds(signing.notAfter - now), {{"signer", signing.signer}});
    out.family("touchstone_issuing_blocked_seconds", Type::Gauge, "Since no certificate can be issued, 0: they can");
    out.sample(signing.waitingSince ? seconds(now - *signing.waitingSince) : 0.0, {{"reason", signing.waiting.value_or("")}});
}

std::string textOf(const Metrics& metrics, const std::vector<db::Database::Metric>& statements,
                   const certificates::Issuing::State& signing, Instant now) {
    MetricsText out;
    writeCounts(out, "touchstone_messages", "Messages of instruments", "state", metrics.messages);
    writeCounts(out, "touchstone_held_messages", "Messages that are held or partly held", "reason", metrics.held);
    writeCounts(out, "touchstone_certificates", "Certificates", "status", metrics.certificates);
    writeSigning(out, signing, now);
    writeGateways(out, metrics, now);
    writeStatements(out, statements);
    return out.text();
}

}  // namespace

std::vector<http::Route> metricsRoutes(db::Database& database, const Clock& clock,
                                       const certificates::Issuing& issuing) {
    return {{http::Verb::Get, "/metrics", http::Access::Signed, http::Body::None, [&database, &clock, &issuing](const http::Request& request) {
                 request.actor().require({Role::administrator, Role::instrument});
                 request.query().finish();
                 const Metrics metrics = database.read([](db::ReadTransaction& tx) { return readMetrics(tx); });
                 return http::Response{200, MetricsText::contentType, textOf(metrics, database.metrics(), issuing.state(), clock.now()), {}};
             }}};
}

}  // namespace touchstone::overview
