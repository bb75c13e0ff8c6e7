#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "instruments/gateway/Arguments.h"
#include "instruments/gateway/Commands.h"
#include "instruments/gateway/Config.h"
#include "instruments/gateway/Floor.h"
#include "instruments/gateway/Liaison.h"
#include "instruments/gateway/Outbox.h"
#include "instruments/gateway/Report.h"
#include "instruments/gateway/StatusServer.h"

namespace touchstone::instruments {
namespace {

/// Whoever reads it sees the old or the new one, never half of it.
void writeStatus(const std::string& path, const std::string& status) {
    if (path.empty()) return;
    const std::string fresh = path + ".new";
    std::ofstream file(fresh, std::ios::trunc);
    file << status << '\n';
    file.close();
    if (!file || std::rename(fresh.c_str(), path.c_str()) != 0) throw std::runtime_error("cannot write " + path);
}

/// The server's instruments as they were last, so that those are served while the server is away; else the file's.
void begin(Floor& floor, const Config& config) {
    const auto kept = config.remote ? keptConfiguration(config.spoolFolder) : std::nullopt;
    if (!kept) return floor.apply(config.instruments, std::nullopt);
    InstrumentsRead read = readInstruments(kept->text);
    if (!read.faults.empty()) throw ConfigError(read.faults.front());
    floor.apply(read.instruments, kept->version);
}

}  // namespace

int runCommand(const std::vector<std::string>& words) {
    const Arguments arguments(words, {"config"}, {});
    const Config config = Config::load(arguments.need("config"));
    catchStopSignals();
    const std::string startedAt = rfc3339(wallNow());
    Spool spool(config.spoolFolder, config.spool);
    std::mutex output;
    const auto say = [&](const std::string& what) {
        const std::lock_guard guard(output);
        std::cerr << what << std::endl;
    };
    if (!spool.notice().empty()) say(spool.notice());
    const Station::Watch watch{
        .handled =
            [&](std::span<const Handled> messages) {
                std::string lines;
                for (const Handled& handled : messages) lines += handledLine(handled, nullptr) + "\n";
                const std::lock_guard guard(output);
                std::cout << lines << std::flush;
            },
        .fault = [&](const std::string& instrument, const std::string& what) { say(instrument + ": " + what); }};
    Outbox outbox({.server = config.server.server, .folder = config.spoolFolder, .lease = config.lease}, say);
    Floor floor(spool, outbox, watch);
    begin(floor, config);
    outbox.start();
    const Forwarder forwarder(spool, config.server);
    const auto look = [&] {
        const auto free = static_cast<std::int64_t>(std::filesystem::space(config.spoolFolder).available);
        return GatewayStatus{rfc3339(wallNow()), startedAt, floor.view(), spool.counts(), free, forwarder.status(), ""};
    };
    const Liaison liaison({.server = config.server.server, .folder = config.spoolFolder, .remote = config.remote},
                          floor, look, say);
    const auto status = [&] {
        GatewayStatus now = look();
        now.configurationFault = liaison.configurationFault();
        return now;
    };
    std::unique_ptr<StatusServer> statusServer;
    if (!config.statusAddress.empty()) statusServer = std::make_unique<StatusServer>(config.statusAddress, status);
    int seconds = 0;
    do {
        if (seconds++ % 3'600 == 0) spool.purge();
        writeStatus(config.statusFile, statusJson(status()));
    } while (!stopRequested(1'000));
    statusServer.reset();
    floor.close();  // first no more messages come in, then the last of them are stored
    writeStatus(config.statusFile, statusJson(status()));
    return 0;
}

}  // namespace touchstone::instruments
