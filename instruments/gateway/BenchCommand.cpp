#include <malloc.h>

#include <chrono>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "instruments/formats/Formats.h"
#include "instruments/gateway/Arguments.h"
#include "instruments/gateway/Commands.h"

namespace touchstone::instruments {
namespace {

constexpr int keptBytes = 256 << 20;

struct Share {
    std::vector<std::string> files;  // their bytes
    std::size_t bytes = 0;
};

/// Reads all files of one format over and over and returns bytes per second.
double throughput(const std::string& format, const Share& share, std::chrono::duration<double> atLeast) {
    std::size_t points = 0;
    const SeriesSink sink = [&points](Series&& s) { points += s.y.size(); };
    const auto start = std::chrono::steady_clock::now();
    std::chrono::duration<double> spent{};
    std::size_t bytes = 0;
    do {
        for (const std::string& file : share.files) points += read(format, file, {}, sink).observations.size();
        bytes += share.bytes;
        spent = std::chrono::steady_clock::now() - start;
    } while (spent < atLeast);
    return static_cast<double>(bytes) / spent.count();
}

}  // namespace

int benchCommand(const std::vector<std::string>& words) {
    const Arguments arguments(words, {"seconds"}, {});
    if (arguments.rest().empty()) throw UsageError("no file to read");
    // What one reading gives back the next one takes, as in a server that runs for long: not the kernel is measured.
    ::mallopt(M_MMAP_THRESHOLD, keptBytes);
    ::mallopt(M_TRIM_THRESHOLD, keptBytes);
    const std::chrono::duration<double> seconds(static_cast<double>(arguments.number("seconds", 3)));
    std::map<std::string, Share> formats;
    for (const std::string& file : arguments.rest()) {
        std::string bytes = readFile(file);
        const std::string format = detect(bytes);
        if (format.empty()) {
            std::cerr << "touchstone-gateway: " << file << " is of no format that is known; left out\n";
            continue;
        }
        Share& share = formats[format];
        share.bytes += bytes.size();
        share.files.push_back(std::move(bytes));
    }
    for (const auto& [format, share] : formats) {
        const double speed = throughput(format, share, seconds);
        std::cout << R"({"format":")" << format << R"(","files":)" << share.files.size() << R"(,"megabytes":)"
                  << static_cast<double>(share.bytes) / 1e6 << R"(,"mb_per_s":)" << speed / 1e6 << "}\n";
    }
    return formats.empty() ? 3 : 0;
}

}  // namespace touchstone::instruments
