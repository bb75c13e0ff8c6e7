#include "instruments/formats/Delimited.h"

#include <utility>
#include <vector>

#include "instruments/formats/BinaryWorkbook.h"
#include "instruments/formats/Html.h"
#include "instruments/formats/Mapped.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/Shipped.h"
#include "instruments/formats/Table.h"
#include "instruments/formats/Workbook.h"

namespace touchstone::instruments {
Reading readDelimited(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    Reading reading;
    reading.format = "csv";
    Decoded decoded = decode(bytes, mapping.encoding);
    const bool bad = decoded.text.anyBad();
    const ShippedMapping* const shipped = mapping.mapsTable() ? nullptr : recogniseText(decoded.text);
    if (shipped != nullptr) reading.mapping = shipped->name;
    const Mapping& used = shipped != nullptr ? shipped->mapping : mapping;
    auto split = splitText(std::move(decoded.text), used.delimiter);
    if (auto* const fault = std::get_if<Finding>(&split)) {
        reading.refused = std::move(*fault);
    } else {
        std::vector<Sheet> sheets;
        sheets.push_back(std::get<Sheet>(std::move(split)));
        readMapped(sheets, used, reading, sink);
    }
    warnOfCharset(decoded, bad, reading);
    if (reading.refused) reading.observations.clear();
    return reading;
}

namespace {

Reading readSheets(const char* format, const std::variant<std::vector<Sheet>, Finding>& workbook,
                   const Mapping& mapping, const SeriesSink& sink) {
    Reading reading;
    reading.format = format;
    if (const auto* const fault = std::get_if<Finding>(&workbook)) {
        reading.refused = *fault;
        return reading;
    }
    const auto& sheets = std::get<std::vector<Sheet>>(workbook);
    const ShippedMapping* const shipped = mapping.mapsTable() ? nullptr : recogniseWorkbook(sheets);
    if (shipped != nullptr) reading.mapping = shipped->name;
    readMapped(sheets, shipped != nullptr ? shipped->mapping : mapping, reading, sink);
    if (reading.refused) reading.observations.clear();
    return reading;
}

}  // namespace

Reading readXlsx(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    return readSheets("xlsx", readWorkbook(bytes), mapping, sink);
}

Reading readXls(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    return readSheets("xls", readBinaryWorkbook(bytes), mapping, sink);
}

Reading readHtml(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    const Decoded decoded = decode(bytes, mapping.encoding);
    Reading reading = readSheets("html", readHtmlTables(decoded.text), mapping, sink);
    warnOfCharset(decoded, decoded.text.anyBad(), reading);
    return reading;
}

}  // namespace touchstone::instruments
