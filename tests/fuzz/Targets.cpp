#include "tests/fuzz/Targets.h"

#include <algorithm>
#include <array>
#include <vector>

#include "instruments/formats/AstmOrders.h"
#include "instruments/formats/Base64.h"
#include "instruments/formats/BinaryData.h"
#include "instruments/formats/Container.h"
#include "instruments/formats/Formats.h"
#include "instruments/formats/Gzip.h"
#include "instruments/formats/Hl7Orders.h"
#include "instruments/formats/Numpress.h"
#include "instruments/formats/Outline.h"
#include "instruments/formats/Shipped.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"
#include "instruments/formats/Xml.h"
#include "instruments/formats/XmlTree.h"
#include "instruments/formats/Zip.h"
#include "instruments/transport/Capture.h"
#include "tests/fuzz/LinkTargets.h"
#include "tests/fuzz/Promise.h"
#include "tests/fuzz/ReportTargets.h"
#include "tests/fuzz/ServerTargets.h"

namespace touchstone::fuzz {
namespace {

namespace ti = instruments;
using Bytes = std::span<const std::uint8_t>;

bool inside(ti::Span span, std::size_t size) {
    return span.offset <= size && span.length <= size - span.offset;
}

/// Canonical, as Observation.h says: [-]digits[.digits].
bool isDecimal(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    const auto digits = [](std::string_view part) {
        return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return digits(text.substr(0, point)) && (point == text.size() || digits(text.substr(point + 1)));
}

void checkObservation(const ti::Observation& o) {
    promise(!o.decimal || isDecimal(*o.decimal), "a decimal is canonical");
    for (const std::string* said : {&o.specimen, &o.position, &o.code, &o.name, &o.value, &o.unit, &o.flags, &o.status,
                                    &o.observedAt, &o.operatorName, &o.instrument}) {
        promise(ti::isUtf8(*said), "what an observation says is UTF-8");
    }
}

/// What Formats.h promises of every format. Compressed files have spans in what they hold, so those are let off.
void readAs(const ti::Format& format, std::string_view bytes, const ti::Mapping& mapping) {
    const bool envelope = bytes.starts_with("\x1F\x8B") || bytes.starts_with("PK");
    const auto check = [&](ti::Span span) { promise(envelope || inside(span, bytes.size()), "a span lies within the bytes"); };
    const ti::Reading reading = format.read(bytes, mapping, [&](ti::Series&& s) {
        promise(s.x.size() == s.y.size(), "a series has as many x as y");
        promise(ti::isUtf8(s.name) && ti::isUtf8(s.unit) && ti::isUtf8(s.xUnit), "what a series says is UTF-8");
        check(s.span);
    });
    for (const ti::Observation& o : reading.observations) {
        check(o.span);
        checkObservation(o);
    }
    for (const ti::Finding& warning : reading.warnings) {
        check(warning.span);
        promise(ti::isUtf8(warning.message()), "a warning is UTF-8");
    }
    promise(!reading.refused || !reading.refused->code.empty(), "a refusal has a code");
    promise(!reading.refused || ti::isUtf8(reading.refused->message()), "a refusal is UTF-8");
    promise(!reading.refused || reading.observations.empty(), "nothing of what is refused is given");
    static_cast<void>(format.recognises(bytes));
    if (format.controlId != nullptr) static_cast<void>(format.controlId(bytes));
}

/// Mappings as administrators write them and those that are shipped; the last byte of the input chooses one.
ti::Mapping mappingOf(std::uint8_t choice) {
    static const std::vector<ti::Mapping> mappings = [] {
        std::vector<ti::Mapping> parsed;
        for (const char* json : {
                 R"({"encoding": "GB18030"})",
                 R"({"encoding": "ISO-2022-JP", "decimal": ","})",
                 R"({"encoding": "UTF-16LE"})",
                 R"({"encoding": "auto-gb", "decimal": ","})",
                 R"({"fields": {"specimen": "O.3.2 O.4", "code": "R.3.2 R.3.7 R.3.8", "value": "R.4.1"}})",
                 R"({"fields": {"specimen": "OBR-2 SPM-2.1", "code": "OBX-3.1 OBX-4", "value": "OBX-5.2"}})",
                 R"({"delimiter": ";", "header_row": 0, "columns": {"specimen": 1, "code": 2, "value": 3, "observed_at": 4}})",
                 R"({"header_row": 2, "columns": {"specimen": "Sample"}, "constants": {"unit": "mg/L"},
                     "wide": [{"column": "Pb", "code": "PB", "unit": "mg/kg"}, {"column": "Cd", "code": "CD"}]})",
                 R"json({"template": "(?P<specimen>\\S+)\\s+(?P<value>[<>]?[0-9.]+)\\s*(?P<unit>\\S*)"})json",
             }) {
            auto mapping = ti::Mapping::parse(json);
            if (auto* good = std::get_if<ti::Mapping>(&mapping)) {
                parsed.push_back(std::move(*good));
            } else {
                promise(false, std::get<ti::Finding>(mapping).text.c_str());
            }
        }
        for (const ti::ShippedMapping& shipped : ti::shippedMappings()) parsed.push_back(shipped.mapping);
        return parsed;
    }();
    return mappings[choice % mappings.size()];
}

void readChosen(const ti::Format& format, std::string_view bytes) {
    if (bytes.empty()) return;
    readAs(format, bytes.substr(0, bytes.size() - 1), mappingOf(static_cast<std::uint8_t>(bytes.back())));
}

/// The first line is a mapping, what follows is read by it.
void readMapped(Bytes bytes) {
    const std::string_view all = text(bytes);
    const std::size_t end = std::min(all.find('\n'), all.size());
    const auto mapping = ti::Mapping::parse(all.substr(0, end));
    if (const auto* good = std::get_if<ti::Mapping>(&mapping)) {
        for (const ti::Format& format : ti::formats()) readAs(format, all.substr(end), *good);
    }
}

/// As the gateway and the server do: the format is looked for, envelopes are opened.
void readUnknown(Bytes bytes) {
    static_cast<void>(ti::read("", text(bytes), {}, [](ti::Series&& s) { promise(s.x.size() == s.y.size(), "as many x as y"); }));
}

/// What pages show of a message, whatever it is.
void divide(Bytes bytes) {
    for (const char* format : {"astm", "hl7", "csv", "xlsx", "xls", "html", ""}) {
        const ti::Outline outline = ti::outline(format, text(bytes));
        promise(outline.lines.size() <= 5'000, "an outline is short");
        for (const ti::Outline::Line& line : outline.lines) {
            promise(inside(line.span, bytes.size()), "a line lies within the bytes");
            promise(ti::isUtf8(line.kind), "a kind is UTF-8");
            for (const ti::Outline::Part& part : line.parts) {
                promise(inside(part.span, bytes.size()), "a part lies within the bytes");
                promise(ti::isUtf8(part.text), "a part is UTF-8");
            }
        }
    }
}

/// Questions of instruments and their answers to orders.
void readOrders(Bytes bytes) {
    for (const auto& query : {ti::readAstmQuery(text(bytes)), ti::readHl7Query(text(bytes))}) {
        if (!query) continue;
        for (const std::string& specimen : query->specimens) promise(ti::isUtf8(specimen), "what is asked for is UTF-8");
    }
    static_cast<void>(ti::readAstmOrders(text(bytes)));
    static_cast<void>(ti::readHl7Order(text(bytes)));
    const auto outcome = ti::readHl7Outcome(text(bytes));
    promise(!outcome || ti::isUtf8(outcome->note), "the note of an outcome is UTF-8");
}

struct Nothing final : xml::Handler {
    void start(const xml::Tag& tag) override { static_cast<void>(tag.attributes()); }
    void end(const std::string&, std::string said, std::size_t offset) override {
        promise(ti::isUtf8(said), "a text of XML is UTF-8");
        promise(offset <= size, "a place lies within the document");
    }
    std::size_t size = 0;
};

void readXml(Bytes bytes) {
    for (const std::string_view bulk : {"", "b", "binary"}) {
        Nothing handler;
        handler.size = bytes.size();
        try {
            xml::read(text(bytes), handler, {.bulk = bulk});
        } catch (const xml::Fault& fault) {
            promise(ti::isUtf8(fault.what()), "a fault of XML is UTF-8");
        }
    }
    try {
        static_cast<void>(xml::parse(text(bytes)));
    } catch (const xml::Fault&) {  // is its answer to what is no document
    }
    static_cast<void>(ti::readXmlTree(text(bytes)));
}

/// A member as an archive stores it without packing it; the reader does not look at the CRC.
void store(std::string& members, std::string& directory, std::string_view name, std::string_view bytes) {
    const auto little = [](std::size_t value, std::size_t width) {
        std::string out;
        for (; width > 0; --width, value >>= 8U) out += static_cast<char>(value & 0xFFU);
        return out;
    };
    const std::string sizes = little(bytes.size(), 4) + little(bytes.size(), 4) + little(name.size(), 2) + little(0, 2);
    directory += "PK\x01\x02" + little(0, 16) + sizes + little(0, 10) + little(members.size(), 4);
    directory += name;
    members += "PK\x03\x04" + little(0, 14) + sizes;
    members += name;
    members += bytes;
}

/// The parts of a workbook, divided by form feeds: sheet, shared strings, styles, list of the sheets.
void readWorkbookOf(Bytes bytes) {
    const std::string_view all = text(bytes);
    std::array<std::string_view, 4> parts{"", "", "", R"(<workbook xmlns:r="r"><sheets><sheet name="A" r:id="a"/></sheets></workbook>)"};
    std::size_t begin = 0;
    for (std::string_view& part : parts) {
        if (begin > all.size()) break;
        const std::size_t end = std::min(all.find('\f', begin), all.size());
        part = all.substr(begin, end - begin);
        begin = end + 1;
    }
    std::string members, directory;
    store(members, directory, "xl/workbook.xml", parts[3]);
    store(members, directory, "xl/_rels/workbook.xml.rels",
          R"(<Relationships><Relationship Id="a" Type="x/worksheet" Target="s.xml"/>)"
          R"(<Relationship Id="s" Type="x/styles" Target="y.xml"/><Relationship Id="t" Type="x/sharedStrings" Target="t.xml"/>)"
          R"(</Relationships>)");
    store(members, directory, "xl/s.xml", parts[0]);
    store(members, directory, "xl/t.xml", parts[1]);
    store(members, directory, "xl/y.xml", parts[2]);
    const std::size_t at = members.size();
    std::string end("PK\x05\x06\0\0\0\0\5\0\5\0\0\0\0\0", 16);
    for (std::size_t i = 0; i < 4; ++i) end += static_cast<char>(at >> 8U * i & 0xFFU);
    const std::string archive = members + directory + end + std::string(2, '\0');
    for (const ti::Format& format : ti::formats()) {
        if (format.name == "xlsx") readAs(format, archive, bytes.empty() ? ti::Mapping{} : mappingOf(bytes.back()));
    }
}

void decodeText(Bytes bytes) {
    if (bytes.empty()) return;
    static constexpr const char* charsets[] = {"", "auto-gb", "GB18030", "Big5", "ISO-2022-JP", "UTF-16LE", "UTF-16", "UTF-8",
                                               "EUC-KR", "windows-1252", "UTF-7", "ISO-2022-KR", "HZ"};
    const std::string_view raw = text(bytes.first(bytes.size() - 1));
    const ti::Decoded decoded = ti::decode(raw, charsets[bytes.back() % std::size(charsets)], "8859/5");
    const std::string& utf8 = decoded.text.utf8();
    promise(ti::isUtf8(utf8), "what is decoded is UTF-8");
    std::size_t before = 0;
    for (std::size_t at = 0; at < utf8.size(); ++at) {
        const ti::Span span = decoded.text.wire(at, at + 1);
        promise(span.offset >= before, "texts stand in the order of the wire");
        promise(inside(span, raw.size()), "a character lies within the bytes");
        before = span.offset;
    }
    promise(inside(decoded.text.wire(0, utf8.size()), raw.size()), "a text lies within the bytes");
}

void unpack(Bytes bytes) {
    const std::string_view packed = text(bytes);
    if (ti::isGzip(packed)) static_cast<void>(ti::gunzip(packed));
    std::size_t budget = ti::unpackingBudget(packed);
    static_cast<void>(ti::unzip(packed, budget, [](std::string_view) { return true; }, [&](const ti::Member& member) {
        promise(inside(member.span, packed.size()), "a member lies within the archive");
        return std::nullopt;
    }));
}

/// The first byte is the encoding of what follows.
void decodeNumbers(Bytes bytes) {
    if (bytes.empty()) return;
    const Bytes rest = bytes.subspan(1);
    const std::uint8_t how = bytes.front();
    const ti::ArrayEncoding encoding{static_cast<ti::NumberType>(how & 3U), static_cast<ti::Numpress>(how >> 2U & 3U),
                                     (how & 16U) != 0};
    static_cast<void>(ti::decodeArray(text(rest), encoding, how));
    static_cast<void>(ti::decodeNumpressLinear(rest));
    static_cast<void>(ti::decodeNumpressPic(rest));
    static_cast<void>(ti::decodeNumpressSlof(rest));
}

void readValues(Bytes bytes) {
    for (const char sign : {'.', ','}) {
        const auto number = ti::readNumber(text(bytes), sign);
        promise(!number || isDecimal(number->decimal), "a number is canonical");
    }
    const auto hex = ti::hexText(text(bytes));
    promise(!hex || ti::isUtf8(*hex), "hexadecimal escapes give UTF-8");
    static_cast<void>(ti::readTime(text(bytes)));
}

void hearCapture(Bytes bytes) {
    const std::string_view log = text(bytes);
    const auto line = ti::fromPrinted(log);
    promise(!line || line->size() <= log.size(), "a log is no shorter than what it prints");
    std::size_t size = 0;
    for (const std::string& message : ti::capturedMessages(line ? *line : log)) size += message.size();
    promise(size <= log.size(), "messages of a capture are parts of it");
}

std::map<std::string, Target> make() {
    std::map<std::string, Target> all{
        {"any", readUnknown}, {"capture", hearCapture}, {"mapping", readMapped}, {"numbers", decodeNumbers}, {"orders", readOrders},    {"outline", divide},
        {"text", decodeText}, {"unpack", unpack},      {"values", readValues},     {"workbook", readWorkbookOf},
        {"xml", readXml},
    };
    addLinks(all);
    addReports(all);
    addServer(all);
    for (const ti::Format& format : ti::formats()) {
        const std::string name(format.name);
        all.emplace("format-" + name, [&format](Bytes bytes) { readAs(format, text(bytes), {}); });
        all.emplace("mapped-" + name, [&format](Bytes bytes) { readChosen(format, text(bytes)); });
    }
    return all;
}

}  // namespace

const std::map<std::string, Target>& targets() {
    static const std::map<std::string, Target> all = make();
    return all;
}

}  // namespace touchstone::fuzz
