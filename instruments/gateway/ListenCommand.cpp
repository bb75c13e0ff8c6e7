#include <iostream>
#include <mutex>

#include "instruments/formats/Formats.h"
#include "instruments/gateway/Arguments.h"
#include "instruments/gateway/Commands.h"
#include "instruments/gateway/Config.h"
#include "instruments/gateway/Report.h"

namespace touchstone::instruments {
int listenCommand(const std::vector<std::string>& words) {
    const Arguments arguments(
        words, {"protocol", "port", "host", "spool", "instrument", "max-frame", "max-message", "mapping", "token-file"},
        {"lenient", "json"});
    InstrumentSettings settings;
    settings.code = arguments.get("instrument", "LISTEN");
    settings.protocol = protocolOf(arguments.need("protocol"));
    if (settings.protocol == Protocol::File) throw UsageError("listen takes every protocol but file");
    if (settings.protocol == Protocol::Http) settings.upload.token = readToken(arguments.need("token-file"));
    settings.host = arguments.get("host", "127.0.0.1");
    const std::uint64_t port = arguments.number("port", 0);
    if (port > 65'535) throw UsageError("--port is at most 65535");
    settings.port = static_cast<std::uint16_t>(port);
    settings.astm.numbers = arguments.has("lenient") ? FrameNumbers::Lenient : FrameNumbers::Strict;
    settings.astm.maxFrame = arguments.number("max-frame", settings.astm.maxFrame);
    settings.astm.maxMessage = arguments.number("max-message", settings.astm.maxMessage);
    const Mapping mapping = readMapping(arguments.get("mapping"));
    catchStopSignals();
    Spool spool(arguments.need("spool"));
    if (!spool.notice().empty()) std::cerr << spool.notice() << std::endl;
    std::mutex output;
    const auto line = [&](const Handled& handled) {
        std::vector<SeriesSummary> series;
        const Incoming& message = handled.message;
        const Reading reading = read(message.protocol, message.bytes, mapping, summariseInto(series));
        return handledLine(handled, &reading, series);
    };
    const Station station(settings, spool,
                          {.handled =
                               [&](std::span<const Handled> messages) {
                                   std::string lines;
                                   for (const Handled& handled : messages) lines += line(handled) + "\n";
                                   const std::lock_guard guard(output);
                                   std::cout << lines << std::flush;
                               },
                           .fault =
                               [&](const std::string&, const std::string& what) {
                                   const std::lock_guard guard(output);
                                   std::cerr << what << std::endl;
                               }});
    std::cerr << "listening on " << station.address() << std::endl;
    while (!stopRequested(1'000)) {
    }
    return 0;
}

}  // namespace touchstone::instruments
