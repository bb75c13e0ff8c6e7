#include "instruments/formats/Outline.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <variant>

#include "instruments/formats/BinaryWorkbook.h"
#include "instruments/formats/Fields.h"
#include "instruments/formats/Formats.h"
#include "instruments/formats/Hl7Segments.h"
#include "instruments/formats/Html.h"
#include "instruments/formats/Pattern.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"
#include "instruments/formats/Workbook.h"
#include "instruments/transport/Control.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t kMostLines = 5'000;
constexpr std::size_t kMostParts = 200;

/// What may be a delimiter or a kind: text is never divided within a character.
bool isAscii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Cuts decoded text into the lines of an outline, each part with its place on the wire.
class Cutter {
public:
    Cutter(const Decoded& decoded, Outline& out) : text_(decoded.text), out_(out) { out.charset = decoded.charset; }

    void astm() {
        char field = '|';
        for (const std::string_view line : lines(text_.utf8())) {
            const char type = static_cast<char>(std::toupper(static_cast<unsigned char>(line[0])));
            if (type == 'H' && line.size() >= 4 && isAscii(line.substr(1, 3))) {
                field = line[1];
                out_.components = {line[3], line[2]};
            }
            if (!begin(std::string(1, type), line)) return;
            // The second field of H is the delimiters, which hold no delimiter of fields.
            for (const std::string_view part : split(line, field)) add(std::string(part), text_.wire(part));
        }
    }

    void hl7() {
        char field = '|';
        for (Hl7Lines lines(text_.utf8()); const auto next = lines.next();) {
            const std::string_view line = *next;
            const std::string name = Hl7Segment(line, {}).name();
            const bool header = name == "MSH" || name == "FHS" || name == "BHS";
            if (header) {
                if (const auto delimiters = hl7Delimiters(line)) {
                    field = delimiters->field;
                    out_.components = {delimiters->component, delimiters->repeat};
                }
            }
            if (!begin(name, line)) return;
            bool type = true;
            for (const std::string_view part : split(line, field)) {
                add(std::string(part), text_.wire(part));
                // MSH-1 is the delimiter itself.
                if (type && header && line.size() > 3 && isAscii(line.substr(3, 1))) add(std::string(line.substr(3, 1)), text_.wire(line.substr(3, 1)));
                type = false;
            }
        }
    }

    /// RFC 4180, where a quote that does not open a cell is a character like others.
    void table(char delimiter) {
        const std::string_view all = text_.utf8();
        if (delimiter == 0) delimiter = likely(all);
        std::size_t at = 0;
        const auto atDelimiter = [&] { return at < all.size() && isDelimiter(all[at], delimiter); };
        while (at < all.size()) {
            const std::size_t first = at;
            if (!begin("", all.substr(first, 0))) return;
            for (bool more = true; more;) {
                const std::size_t cell = at;
                std::string text = delimiter == blanks ? std::string() : quoted(all, at);
                while (at < all.size() && !atDelimiter() && all[at] != '\r' && all[at] != '\n') text += all[at++];
                add(std::move(text), text_.wire(cell, at));
                more = atDelimiter();
                if (more) ++at;
                while (delimiter == blanks && atDelimiter()) ++at;
            }
            out_.lines.back().span = text_.wire(first, at);
            if (at < all.size() && all[at] == '\r') ++at;
            if (at < all.size() && all[at] == '\n') ++at;
        }
    }

private:
    bool begin(std::string kind, std::string_view line) {
        out_.cut = out_.cut || out_.lines.size() == kMostLines;
        if (out_.lines.size() == kMostLines) return false;
        out_.lines.push_back({isAscii(kind) ? std::move(kind) : "", text_.wire(line), {}});
        return true;
    }

    void add(std::string text, Span span) {
        std::vector<Outline::Part>& parts = out_.lines.back().parts;
        if (parts.size() < kMostParts) {
            parts.push_back({std::move(text), span});
        } else {
            out_.cut = true;
        }
    }

    static std::string quoted(std::string_view all, std::size_t& at) {
        std::string text;
        if (at >= all.size() || all[at] != '"') return text;
        for (++at; at < all.size(); ++at) {
            if (all[at] == '"') {
                ++at;
                if (at >= all.size() || all[at] != '"') break;
            }
            text += all[at];
        }
        return text;
    }

    static char likely(std::string_view text) {
        const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
        static constexpr std::array<char, 4> candidates{',', ';', '\t', '|'};
        return *std::ranges::max_element(candidates, {}, [&](char c) { return std::ranges::count(line, c); });
    }

    const Text& text_;
    Outline& out_;
};

/// What stands in the frames, whatever their checksums say; the whole when there are none.
Pieces framed(std::string_view bytes, std::vector<Span>& frames) {
    Pieces pieces;
    for (std::size_t at = bytes.find(control::stx); at != std::string_view::npos; at = bytes.find(control::stx, at + 1)) {
        const std::size_t end = bytes.find_first_of(std::string{control::etx, control::etb}, at);
        if (end == std::string_view::npos) {
            frames.push_back({at, bytes.size() - at});
            pieces.emplace_back(bytes.substr(std::min(at + 2, bytes.size())), std::min(at + 2, bytes.size()));
            break;
        }
        frames.push_back({at, std::min(end + 3, bytes.size()) - at});
        if (end >= at + 2) pieces.emplace_back(bytes.substr(at + 2, end - at - 2), at + 2);
        if (bytes[end] == control::etx) pieces.emplace_back("\r", end);
        at = end;
    }
    if (frames.empty()) pieces.emplace_back(bytes, 0);
    return pieces;
}

/// A line for each row up to the last, so that the n-th is row n; a part for each column up to the row's last.
void showRows(const Sheet& sheet, bool packed, Outline& out) {
    for (std::size_t row = 0; row < sheet.rowCount(); ++row) {
        if (sheet.number(row) > kMostLines) {
            out.cut = true;
            return;
        }
        out.lines.resize(sheet.number(row));
        Outline::Line& line = out.lines.back();
        if (!packed) line.span = sheet.span(row);
        for (const Sheet::Cell& cell : sheet.cells(row)) {
            if (cell.column >= kMostParts) {
                out.cut = true;
                break;
            }
            line.parts.resize(cell.column + 1);
            line.parts.back() = {sheet.text(cell), packed ? Span{} : sheet.span(cell)};
        }
    }
}

void showWorkbook(const std::vector<Sheet>& sheets, const std::string& wanted, Outline& out) {
    for (const Sheet& sheet : sheets) out.sheets.push_back(sheet.name());
    if (sheets.empty()) return;
    const auto fits = [&](const Sheet& sheet) { return !wanted.empty() && match(wanted, sheet.name()).has_value(); };
    const auto found = std::ranges::find_if(sheets, fits);
    const Sheet& sheet = found == sheets.end() ? sheets.front() : *found;
    out.sheet = sheet.name();
    showRows(sheet, true, out);
}

}  // namespace

Outline outline(std::string_view format, std::string_view bytes, const Mapping& mapping) {
    Outline out;
    out.format = isOpen(format) ? detect(bytes) : formatInsteadOf(format, bytes);
    if (out.format.empty()) out.format = format;
    if (out.format == "astm") {
        const Pieces pieces = framed(bytes, out.frames);
        Cutter(decode(pieces, mapping.encoding, ""), out).astm();
    } else if (out.format == "hl7") {
        Cutter(decode(bytes, mapping.encoding, hl7Charset(bytes)), out).hl7();
    } else if (out.format == "csv") {
        Cutter(decode(bytes, mapping.encoding), out).table(mapping.delimiter);
    } else if (out.format == "xlsx" || out.format == "xls") {
        const auto workbook = out.format == "xlsx" ? readWorkbook(bytes) : readBinaryWorkbook(bytes);
        const auto* const sheets = std::get_if<std::vector<Sheet>>(&workbook);
        if (sheets != nullptr) showWorkbook(*sheets, mapping.table.sheet, out);
        if (out.sheets.empty()) out.format.clear();
    } else if (out.format == "html") {
        const Decoded decoded = decode(bytes, mapping.encoding);
        out.charset = decoded.charset;
        const auto tables = readHtmlTables(decoded.text);
        const auto* const sheets = std::get_if<std::vector<Sheet>>(&tables);
        if (sheets != nullptr) showRows(sheets->front(), false, out);
        if (out.lines.empty()) out.format.clear();
    } else {
        out.format.clear();
    }
    return out;
}

}  // namespace touchstone::instruments
