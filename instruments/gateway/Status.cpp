#include "instruments/gateway/Status.h"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include "instruments/gateway/Config.h"
#include "instruments/gateway/Metrics.h"
#include "instruments/gateway/PlainText.h"

namespace touchstone::instruments {
namespace {

/// The server takes so many instruments of one gateway.
constexpr std::size_t mostInstruments = 200;

using Json = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void member(Json& json, const char* key, std::string_view value) {
    json.Key(key);
    json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void member(Json& json, const char* key, std::int64_t value) {
    json.Key(key);
    json.Int64(value);
}

void member(Json& json, const char* key, std::optional<std::int64_t> value) {
    if (value) return member(json, key, *value);
    json.Key(key);
    json.Null();
}

/// null where there is no time.
void moment(Json& json, const char* key, const std::string& at) {
    if (!at.empty()) return member(json, key, at);
    json.Key(key);
    json.Null();
}

void writeCounts(Json& json, const StationCounts& counts) {
    moment(json, "last_contact", counts.lastContact);
    member(json, "messages", counts.messages);
    member(json, "acknowledged", counts.acknowledged);
    member(json, "repeated", counts.repeated);
    member(json, "refused", counts.refused);
    member(json, "faults", counts.faults);
    member(json, "last_fault", plainText(counts.lastFault));
    moment(json, "last_fault_at", counts.lastFaultAt);
}

void writeAddress(Json& json, const Floor::StationView& station) {
    if (station.settings.protocol == Protocol::File) return member(json, "folder", station.address);
    if (station.settings.wire == Wire::Serial) return member(json, "device", station.address);
    const std::size_t colon = station.address.rfind(':');
    member(json, "host", station.address.substr(0, colon));
    member(json, "port", std::int64_t{std::stoi(station.address.substr(colon + 1))});
}

}  // namespace

std::string_view gatewayVersion() {
    return TOUCHSTONE_VERSION;
}

std::string reportJson(const GatewayStatus& status) {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    json.StartObject();
    member(json, "version", gatewayVersion());
    member(json, "at", status.at);
    member(json, "started_at", status.startedAt);
    member(json, "configuration", status.floor.version);
    member(json, "configuration_fault", plainText(status.configurationFault));
    member(json, "pending", status.spool.pending);
    moment(json, "oldest_pending", status.spool.oldestPending);
    member(json, "refused", status.spool.refused);
    member(json, "forwarded", status.spool.forwarded);
    member(json, "disk_free", status.diskFree);
    member(json, "last_error", plainText(status.forwarder.lastError));
    if (!status.floor.stations.empty()) {
        json.Key("instruments");
        json.StartArray();
        for (std::size_t i = 0; i < std::min(status.floor.stations.size(), mostInstruments); ++i) {
            const Floor::StationView& station = status.floor.stations[i];
            json.StartObject();
            member(json, "code", station.settings.code);
            member(json, "protocol", name(station.settings.protocol));
            member(json, "address", plainText(station.address));
            member(json, "connections", static_cast<std::int64_t>(station.connections));
            writeCounts(json, station.counts);
            json.EndObject();
        }
        json.EndArray();
    }
    json.EndObject();
    return buffer.GetString();
}

std::string statusJson(const GatewayStatus& status) {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    json.StartObject();
    member(json, "at", status.at);
    member(json, "version", gatewayVersion());
    member(json, "started_at", status.startedAt);
    member(json, "configuration", status.floor.version);
    member(json, "configuration_fault", status.configurationFault);
    json.Key("instruments");
    json.StartArray();
    for (const Floor::StationView& station : status.floor.stations) {
        json.StartObject();
        member(json, "code", station.settings.code);
        member(json, "protocol", name(station.settings.protocol));
        writeAddress(json, station);
        member(json, "connections", static_cast<std::int64_t>(station.connections));
        writeCounts(json, station.counts);
        json.EndObject();
    }
    json.EndArray();
    json.Key("spool");
    json.StartObject();
    member(json, "pending", status.spool.pending);
    member(json, "forwarded", status.spool.forwarded);
    member(json, "duplicates", status.spool.duplicates);
    member(json, "refused", status.spool.refused);
    member(json, "oldest_pending", status.spool.oldestPending);
    member(json, "disk_free", status.diskFree);
    json.EndObject();
    json.Key("server");
    json.StartObject();
    member(json, "last_success", status.forwarder.lastSuccess);
    member(json, "last_error", status.forwarder.lastError);
    member(json, "forwarded", status.forwarder.forwarded);
    member(json, "known_already", status.forwarder.duplicates);
    json.EndObject();
    json.EndObject();
    return buffer.GetString();
}

std::string metricsText(const GatewayStatus& status) {
    using Type = MetricsText::Type;
    MetricsText out;
    const auto one = [&](const char* name, Type type, const char* help, std::int64_t value) {
        out.family(name, type, help);
        out.sample(value);
    };
    out.family("touchstone_gateway_info", Type::Gauge, "1; version of the program and of its configuration");
    const std::string version = status.floor.version ? std::to_string(*status.floor.version) : "local";
    out.sample(std::int64_t{1}, {{"version", gatewayVersion()}, {"configuration", version}});
    one("touchstone_gateway_configuration_refused", Type::Gauge, "1: the server's configuration could not be applied",
        status.configurationFault.empty() ? 0 : 1);
    one("touchstone_gateway_pending_messages", Type::Gauge, "Messages that the server has not got yet", status.spool.pending);
    one("touchstone_gateway_forwarded_messages", Type::Gauge, "Messages in the spool that the server has", status.spool.forwarded);
    one("touchstone_gateway_refused_messages", Type::Gauge, "Messages in the spool that the server refused", status.spool.refused);
    one("touchstone_gateway_disk_free_bytes", Type::Gauge, "Free space where the spool is", status.diskFree);
    one("touchstone_gateway_server_reachable", Type::Gauge, "0: the last request to the server failed",
        status.forwarder.lastError.empty() ? 1 : 0);
    const auto each = [&](const char* name, Type type, const char* help, auto value) {
        out.family(name, type, help);
        for (const Floor::StationView& station : status.floor.stations) {
            out.sample(std::int64_t{value(station)}, {{"instrument", station.settings.code}});
        }
    };
    each("touchstone_gateway_connections", Type::Gauge, "Open connections",
         [](const auto& s) { return static_cast<std::int64_t>(s.connections); });
    each("touchstone_gateway_messages_total", Type::Counter, "Messages of an instrument", [](const auto& s) { return s.counts.messages; });
    each("touchstone_gateway_acknowledged_total", Type::Counter, "Messages that were acknowledged",
         [](const auto& s) { return s.counts.acknowledged; });
    each("touchstone_gateway_repeated_total", Type::Counter, "Messages that were sent again",
         [](const auto& s) { return s.counts.repeated; });
    each("touchstone_gateway_refusals_total", Type::Counter, "Negative answers to an instrument",
         [](const auto& s) { return s.counts.refused; });
    each("touchstone_gateway_faults_total", Type::Counter, "Faults of an instrument's line or folder",
         [](const auto& s) { return s.counts.faults; });
    return out.text();
}

}  // namespace touchstone::instruments
