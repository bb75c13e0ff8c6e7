#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "instruments/gateway/Arguments.h"
#include "instruments/gateway/Commands.h"
#include "instruments/gateway/Config.h"
#include "instruments/gateway/Outbox.h"
#include "instruments/gateway/Report.h"

namespace touchstone::instruments {
namespace {

using Stations = std::vector<std::unique_ptr<Station>>;
using Json = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void member(Json& json, const char* key, std::string_view value) {
    json.Key(key);
    json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void member(Json& json, const char* key, std::int64_t value) {
    json.Key(key);
    json.Int64(value);
}

void writeInstruments(Json& json, const Stations& stations) {
    json.Key("instruments");
    json.StartArray();
    for (const auto& station : stations) {
        const std::string address = station->address();
        json.StartObject();
        member(json, "code", station->settings().code);
        member(json, "protocol", name(station->settings().protocol));
        if (station->settings().protocol == Protocol::File) {
            member(json, "folder", address);
        } else if (station->settings().wire == Wire::Serial) {
            member(json, "device", address);
            member(json, "connections", static_cast<std::int64_t>(station->connections()));
        } else {
            const std::size_t colon = address.rfind(':');
            member(json, "host", address.substr(0, colon));
            member(json, "port", std::int64_t{std::stoi(address.substr(colon + 1))});
            member(json, "connections", static_cast<std::int64_t>(station->connections()));
        }
        json.EndObject();
    }
    json.EndArray();
}

std::string statusOf(const Stations& stations, const SpoolCounts& counts, const ForwarderStatus& forwarder) {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    json.StartObject();
    member(json, "at", rfc3339(wallNow()));
    writeInstruments(json, stations);
    json.Key("spool");
    json.StartObject();
    member(json, "pending", counts.pending);
    member(json, "forwarded", counts.forwarded);
    member(json, "duplicates", counts.duplicates);
    member(json, "refused", counts.refused);
    member(json, "oldest_pending", counts.oldestPending);
    json.EndObject();
    json.Key("server");
    json.StartObject();
    member(json, "last_success", forwarder.lastSuccess);
    member(json, "last_error", forwarder.lastError);
    member(json, "forwarded", forwarder.forwarded);
    member(json, "known_already", forwarder.duplicates);
    json.EndObject();
    json.EndObject();
    return buffer.GetString();
}

/// Whoever reads it sees the old or the new one, never half of it.
void writeStatus(const std::string& path, const std::string& status) {
    if (path.empty()) return;
    const std::string fresh = path + ".new";
    std::ofstream file(fresh, std::ios::trunc);
    file << status << '\n';
    file.close();
    if (!file || std::rename(fresh.c_str(), path.c_str()) != 0) throw std::runtime_error("cannot write " + path);
}

}  // namespace

int runCommand(const std::vector<std::string>& words) {
    const Arguments arguments(words, {"config"}, {});
    const Config config = Config::load(arguments.need("config"));
    catchStopSignals();
    Spool spool(config.spoolFolder, config.spool);
    std::mutex output;
    const Station::Watch watch{.handled =
                                   [&](const Handled& handled) {
                                       const std::lock_guard guard(output);
                                       std::cout << handledLine(handled, nullptr) << std::endl;
                                   },
                               .fault =
                                   [&](const std::string& instrument, const std::string& what) {
                                       const std::lock_guard guard(output);
                                       std::cerr << instrument << ": " << what << std::endl;
                                   }};
    Outbox outbox({.server = config.server.server, .folder = config.spoolFolder, .lease = config.lease}, [&](const std::string& what) {
        const std::lock_guard guard(output);
        std::cerr << what << std::endl;
    });
    Stations stations;
    for (const InstrumentSettings& instrument : config.instruments) {
        Dialogue& dialogue = outbox.dialogue(instrument.code, instrument.orders);
        stations.push_back(std::make_unique<Station>(instrument, spool, watch, &dialogue));
    }
    outbox.start();
    const Forwarder forwarder(spool, config.server);
    int seconds = 0;
    do {
        if (seconds++ % 3'600 == 0) spool.purge();
        writeStatus(config.statusFile, statusOf(stations, spool.counts(), forwarder.status()));
    } while (!stopRequested(1'000));
    stations.clear();  // first no more messages come in, then the last of them are stored
    writeStatus(config.statusFile, statusOf(stations, spool.counts(), forwarder.status()));
    return 0;
}

}  // namespace touchstone::instruments
