#include <iostream>
#include <variant>

#include "instruments/formats/Formats.h"
#include "instruments/gateway/Arguments.h"
#include "instruments/gateway/Commands.h"
#include "instruments/gateway/Report.h"

namespace touchstone::instruments {

Mapping readMapping(const std::string& path) {
    if (path.empty()) return {};
    const auto mapping = Mapping::parse(readFile(path));
    if (const auto* fault = std::get_if<Finding>(&mapping)) throw UsageError(path + ": " + fault->message);
    return std::get<Mapping>(mapping);
}

int readCommand(const std::vector<std::string>& words) {
    const Arguments arguments(words, {"format", "mapping"}, {"json"});
    const std::string format = arguments.get("format");
    if (!format.empty() && format != "astm" && format != "hl7" && format != "csv") {
        throw UsageError("--format must be astm, hl7 or csv");
    }
    if (arguments.rest().empty()) throw UsageError("no file to read");
    const Mapping mapping = readMapping(arguments.get("mapping"));
    bool allRead = true;
    for (const std::string& file : arguments.rest()) {
        const Reading reading = read(format, readFile(file), mapping);
        allRead = allRead && !reading.refused;
        std::cout << readingLine(file, reading) << '\n';
    }
    return allRead ? 0 : 3;
}

}  // namespace touchstone::instruments
