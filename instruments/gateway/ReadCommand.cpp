#include <algorithm>
#include <iostream>
#include <variant>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Shipped.h"
#include "instruments/gateway/Arguments.h"
#include "instruments/gateway/Commands.h"
#include "instruments/gateway/FileBytes.h"
#include "instruments/gateway/Report.h"
#include "instruments/transport/Capture.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t largestLog = std::size_t{16} << 20U;

/// A file that cannot be opened is refused like one that cannot be understood: those behind it are read all the same.
Reading readOne(const std::string& file, std::string_view format, const Mapping& mapping, const SeriesSink& sink) {
    try {
        const FileBytes bytes(file);
        const auto line = bytes.view().size() <= largestLog ? fromPrinted(bytes.view()) : std::nullopt;
        if (!line) return read(format, bytes.view(), mapping, sink);
        Reading reading = read(format, *line, mapping, sink);
        reading.warnings.push_back(
            {"printed_controls",
             "control characters are printed by their names; places are those in the bytes that the names stand for",
             {}});
        return reading;
    } catch (const UsageError& fault) {
        Reading reading;
        reading.refused = Finding{"cannot_open", fault.what(), {}};
        return reading;
    }
}

}  // namespace

Mapping readMapping(const std::string& path) {
    if (path.empty()) return {};
    if (const ShippedMapping* const shipped = shippedMapping(path)) return shipped->mapping;
    const auto mapping = Mapping::parse(readFile(path));
    if (const auto* fault = std::get_if<Finding>(&mapping)) throw UsageError(path + ": " + fault->message());
    return std::get<Mapping>(mapping);
}

int readCommand(const std::vector<std::string>& words) {
    const Arguments arguments(words, {"format", "mapping"}, {"json"});
    const std::string format = arguments.get("format");
    const auto known = formats();
    if (!format.empty() && std::ranges::find(known, format, &Format::name) == known.end()) {
        std::string names;
        for (const Format& f : known) names.append(names.empty() ? "" : ", ").append(f.name);
        throw UsageError("--format must be one of " + names);
    }
    if (arguments.rest().empty()) throw UsageError("no file to read");
    const Mapping mapping = readMapping(arguments.get("mapping"));
    bool allRead = true;
    for (const std::string& file : arguments.rest()) {
        std::vector<SeriesSummary> series;
        const Reading reading = readOne(file, format, mapping, summariseInto(series));
        allRead = allRead && !reading.refused;
        std::cout << readingLine(file, reading, series) << '\n';
    }
    return allRead ? 0 : 3;
}

}  // namespace touchstone::instruments
