#include "instruments/formats/Jcamp.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "instruments/formats/JcampRecords.h"
#include "instruments/formats/JcampTable.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {


using jcamp::Axis;
using jcamp::Number;
using jcamp::Outcome;
using jcamp::Record;
using jcamp::TableHeader;

constexpr std::size_t maxDepth = 32;

/// Of a line of a header that is used; what every page repeats must not cost more than the page.
constexpr std::size_t maxLine = 4096;

/// Repeat counts let a small file ask for any number of points. Real ones stay far below this.
constexpr std::size_t pointsPerByte = 4;
constexpr std::size_t pointsForFree = 1'000'000;

/// A label as a number, which is quick to look for: six bits a character, behind them how many there are. 0 where it is
/// longer than those that are looked for, or something else stands in it.
constexpr std::uint64_t keyOf(std::string_view label) {
    std::uint64_t key = 0;
    if (label.size() > 8) return 0;
    for (const char c : label) {
        if (c < ' ' || c > '_') return 0;
        key = key << 6U | static_cast<unsigned char>(c - ' ');
    }
    return key << 4U | label.size();
}

/// The labels that describe tables, as numbers, sorted; others are of no use here and are not kept.
constexpr std::array described = [] {
    constexpr std::array<std::string_view, 40> labels{
        "TITLE",  "DATATYPE", "NPOINTS", "NTUPLES", "PAGE",   "SYMBOL", "VARNAME", "VARDIM", "XUNITS", "XFACTOR",
        "FIRSTX", "LASTX",    "MINX",    "MAXX",    "DELTAX", "YUNITS", "YFACTOR", "FIRSTY", "LASTY",  "MINY",
        "MAXY",   "RUNITS",   "RFACTOR", "FIRSTR",  "LASTR",  "MINR",   "MAXR",    "DELTAR", "AUNITS", "AFACTOR",
        "FIRSTA", "LASTA",    "MINA",    "MAXA",    "UNITS",  "FACTOR", "FIRST",   "LAST",   "MIN",    "MAX"};
    std::array<std::uint64_t, labels.size()> keys{};
    std::ranges::transform(labels, keys.begin(), keyOf);
    std::ranges::sort(keys);
    return keys;
}();

/// Where a label stands among those described; behind them where it is none.
constexpr std::size_t placeOf(std::string_view label) {
    const std::uint64_t key = keyOf(label);
    const auto* const found = std::ranges::lower_bound(described, key);
    const bool isDescribed = found != described.end() && *found == key;
    return isDescribed ? static_cast<std::size_t>(found - described.begin()) : described.size();
}

/// One of those described.
struct Label {
    std::size_t place;
    consteval Label(const char* label) : place(placeOf(label)) {  // NOLINT(google-explicit-constructor)
        if (place == described.size()) throw "it is not among those described";
    }
};

/// The labels of a variable.
struct AxisLabels {
    Label units, factor, first, last, min, max;
};
constexpr AxisLabels labelsOfX{"XUNITS", "XFACTOR", "FIRSTX", "LASTX", "MINX", "MAXX"};
constexpr AxisLabels labelsOfY{"YUNITS", "YFACTOR", "FIRSTY", "LASTY", "MINY", "MAXY"};
constexpr AxisLabels labelsOfR{"RUNITS", "RFACTOR", "FIRSTR", "LASTR", "MINR", "MAXR"};
constexpr AxisLabels labelsOfA{"AUNITS", "AFACTOR", "FIRSTA", "LASTA", "MINA", "MAXA"};

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// The form in brackets before a table: "(X++(Y..Y))", "(XY..XY)", "(XYMA)".
struct Form {
    std::string inside;             // upper case, without blanks and outer brackets
    bool ordinates = false;         // X++(Y..Y)
    std::string xSymbol, ySymbol;   // of the former
};

Form parseForm(std::string_view line) {
    Form form;
    const std::size_t open = line.find('(');
    if (open == std::string_view::npos) return form;
    for (const char c : line.substr(open + 1)) {
        if (c == ' ' || c == '\t') continue;
        form.inside += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    const std::size_t plus = form.inside.find("++(");
    form.ordinates = plus != std::string::npos;
    if (form.ordinates) {
        form.xSymbol = form.inside.substr(0, plus);
        const std::size_t y = plus + 3;
        form.ySymbol = form.inside.substr(y, form.inside.find("..", y) - y);
    }
    form.inside.resize(std::min(form.inside.find_first_of(".)"), form.inside.size()));
    return form;
}

/// "XYMA" to {X, Y, M, A}; names of several letters where NTUPLES defines such.
std::vector<std::string> splitSymbols(std::string_view inside, const std::vector<std::string_view>& defined) {
    std::vector<std::string> symbols;
    while (!inside.empty()) {
        std::size_t length = 1;
        for (const std::string_view symbol : defined) {
            if (symbol.size() > length && inside.starts_with(symbol)) length = symbol.size();
        }
        if (inside.front() != ',') symbols.emplace_back(inside.substr(0, length));
        inside.remove_prefix(length);
    }
    return symbols;
}

/// Of DATA TYPE (or NTUPLES). The first word that is found decides.
std::string kindOf(std::string_view dataType) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kinds{{
        {"INTERFEROGRAM", "interferogram"},
        {"INFRARED", "infrared_spectrum"},
        {"FTIR", "infrared_spectrum"},
        {"FT-IR", "infrared_spectrum"},
        {"IR SPECTRUM", "infrared_spectrum"},
        {"RAMAN", "raman_spectrum"},
        {"FID", "nmr_fid"},
        {"NMR", "nmr_spectrum"},
        {"MOBILITY", "ion_mobility_spectrum"},
        {"IMS", "ion_mobility_spectrum"},
        {"CHROMATOGRA", "chromatogram"},
        {"MASS", "mass_spectrum"},
        {"UV", "uv_visible_spectrum"},
        {"VISIBLE", "uv_visible_spectrum"},
        {"FLUORESCENCE", "fluorescence_spectrum"},
        {"EPR", "epr_spectrum"},
        {"DIFFRACTION", "diffractogram"},
    }};
    std::string upper(dataType);
    std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    const auto found = std::ranges::find_if(kinds, [&](const auto& k) { return upper.find(k.first) != std::string::npos; });
    return found == kinds.end() ? "trace" : std::string(found->second);
}

/// Digits, a comma, digits: a number only where the comma is the decimal sign.
bool hasDecimalComma(std::string_view number) {
    const std::size_t comma = number.find(',');
    return comma != std::string_view::npos && comma > 0 && comma + 1 < number.size() && isDigit(number[comma - 1]) &&
           isDigit(number[comma + 1]) && number.find(',', comma + 1) == std::string_view::npos;
}

bool hasDecimalPoint(std::string_view table) {
    for (std::size_t at = 1; at + 1 < table.size(); ++at) {
        if (table[at] == '.' && isDigit(table[at - 1]) && isDigit(table[at + 1])) return true;
    }
    return false;
}

/// Between blanks, numbers that each have one comma or none, and more than one has: in (X++(Y..Y)) the comma is then
/// no separator.
bool rowHasDecimalCommas(std::string_view table) {
    std::string_view row = table.substr(std::min(table.find_first_not_of("\r\n \t"), table.size()));
    row = row.substr(0, row.find_first_of("\r\n$"));
    if (row.find('.') != std::string_view::npos) return false;
    std::size_t commas = 0;
    while (!row.empty()) {
        const std::string_view part = row.substr(0, row.find_first_of(" \t"));
        row.remove_prefix(std::min(part.size() + 1, row.size()));
        if (part.find(',') == std::string_view::npos) continue;
        if (!hasDecimalComma(part)) return false;
        ++commas;
    }
    return commas > 1;
}

/// A block: what stands between TITLE and END.
struct Block {
    using Lines = std::array<std::optional<std::string_view>, described.size()>;

    Lines header{};
    Lines page{};  ///< of the page of NTUPLES that is being read
    bool inPage = false;

    void take(const Record& record) {
        const std::size_t place = placeOf(record.label);
        if (place < described.size()) (inPage ? page : header)[place] = jcamp::firstLine(record.value.substr(0, maxLine));
    }

    [[nodiscard]] std::string_view line(Label label) const {
        if (page[label.place]) return *page[label.place];
        return header[label.place].value_or(std::string_view());
    }
};

class JcampReader {
public:
    JcampReader(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink, Reading& reading)
        : mapping_(mapping),
          sink_(sink),
          reading_(reading),
          records_(bytes),
          pointsLeft_(pointsForFree + bytes.size() * pointsPerByte) {}

    void read() {
        bool ended = false;
        while (const auto record = records_.next()) {
            ended = record->label == "END";
            take(*record);
            if (reading_.refused) return;
        }
        if (!ended && tables_ > 0) warn("no_end", "the file does not end with END: it may have been cut off", {});
        if (series_ > 0) return;
        if (tables_ == 0) return refuse("no_data", "the file holds no table of data", {});
        // Each table that was left out says why.
        const std::string why = reading_.warnings.empty() ? "" : reading_.warnings.back().code;
        refuse("untrusted_data", "no table of the file can be used", {}, why);
    }

private:
    void take(const Record& record) {
        const std::string& label = record.label;
        if (label.empty() || label[0] == '$') return;
        if (label == "TITLE") return open(record);
        if (label == "END" || label.starts_with("END,")) return close();
        if (blocks_.empty()) blocks_.emplace_back();
        if (label == "XYDATA" || label == "XYPOINTS" || label == "RADATA") return table(record, "");
        if (label == "PEAKTABLE" || label == "PEAKASSIGNMENTS" || label == "ASSIGNMENTS") return table(record, "_peaks");
        if (label == "DATATABLE") return page(record);
        Block& block = blocks_.back();
        if (label == "PAGE" || label == "ENDNTUPLES") {
            block.inPage = label == "PAGE";
            block.page.fill({});
        }
        block.take(record);
    }

    void open(const Record& title) {
        if (blocks_.size() >= maxDepth) return refuse("too_deep", "there are too many blocks inside of each other", title.span);
        blocks_.emplace_back();
        blocks_.back().take(title);
    }

    void close() {
        if (!blocks_.empty()) blocks_.pop_back();
    }

    [[nodiscard]] Block& block() { return blocks_.back(); }

    [[nodiscard]] std::string text(std::string_view bytes) const {
        return decode(bytes, mapping_.encoding).text.utf8();
    }

    /// XYDATA and its like: the variables are described by labels such as FIRSTX; those of RADATA by FIRSTR and FIRSTA.
    void table(const Record& record, const char* suffix) {
        const bool interferogram = record.label == "RADATA";
        const char point = headerPoint();
        const auto number = [&](Label label) { return jcamp::headerNumber(block().line(label), point); };
        const auto axis = [&](const AxisLabels& of) {
            return Axis{text(block().line(of.units)),
                        number(of.factor),
                        number(of.first),
                        number(of.last),
                        number(of.min),
                        number(of.max)};
        };
        TableHeader header;
        header.name = text(block().line("TITLE"));
        header.kind = kindOf(block().line("DATATYPE")) + suffix;
        header.x = axis(interferogram ? labelsOfR : labelsOfX);
        header.y = axis(interferogram ? labelsOfA : labelsOfY);
        header.points = number("NPOINTS");
        header.deltaX = interferogram ? number("DELTAR") : number("DELTAX");
        const Form form = parseForm(jcamp::firstLine(record.value));
        deliver(header, form, splitSymbols(form.inside, {}), record, point);
    }

    /// A page of NTUPLES (5.01, 6.3): the variables are columns of lists, found by their symbols.
    void page(const Record& record) {
        const std::string_view line = jcamp::firstLine(record.value);
        const Form form = parseForm(line);
        const auto defined = jcamp::listOf(block().line("SYMBOL"));
        const auto symbols = form.ordinates ? std::vector{form.xSymbol, form.ySymbol} : splitSymbols(form.inside, defined);
        TableHeader header;
        const std::string_view dataType = block().line("DATATYPE");
        header.kind = kindOf(dataType.empty() ? block().line("NTUPLES") : dataType);
        header.name = text(block().line("TITLE"));
        if (symbols.size() >= 2) {
            header.x = column(symbols[0]);
            header.y = column(symbols[1]);
            const std::string variable = text(cell("VARNAME", symbols[1]));
            if (!variable.empty()) header.name += ", " + variable;
            header.points = jcamp::headerNumber(block().line("NPOINTS"), '.');
            if (!header.points) header.points = jcamp::headerNumber(cell("VARDIM", symbols[1]), '.');
        }
        if (const std::string_view page = block().line("PAGE"); !page.empty()) header.name += ", " + text(page);
        if (line.find("PEAKS") != std::string_view::npos) header.kind += "_peaks";
        deliver(header, form, symbols, record, '.');
    }

    [[nodiscard]] std::string_view cell(Label label, std::string_view symbol) {
        const auto symbols = jcamp::listOf(block().line("SYMBOL"));
        const auto place = static_cast<std::size_t>(std::ranges::find(symbols, symbol) - symbols.begin());
        const auto cells = jcamp::listOf(block().line(label));
        return place < symbols.size() && place < cells.size() ? cells[place] : std::string_view();
    }

    [[nodiscard]] Axis column(std::string_view symbol) {
        const auto get = [&](Label label) { return jcamp::headerNumber(cell(label, symbol), '.'); };
        return {text(cell("UNITS", symbol)), get("FACTOR"), get("FIRST"), get("LAST"), get("MIN"), get("MAX")};
    }

    /// The comma, where the numbers of the header are written with it and none with a point.
    [[nodiscard]] char headerPoint() {
        bool comma = mapping_.decimal == ',';
        static constexpr std::array<Label, 10> numbers{"XFACTOR", "YFACTOR", "FIRSTX", "LASTX", "FIRSTY",
                                                       "DELTAX",  "MAXY",    "MINY",   "MAXX",  "MINX"};
        for (const Label label : numbers) {
            const std::string_view value = block().line(label);
            if (value.find('.') != std::string_view::npos) return '.';
            comma = comma || hasDecimalComma(value);
        }
        return comma ? ',' : '.';
    }

    void deliver(const TableHeader& header, const Form& form, const std::vector<std::string>& symbols, const Record& record,
                 char point) {
        ++tables_;
        const std::string_view data = jcamp::rows(record.value);
        const Span span{record.span.offset + record.span.length - data.size(), data.size()};
        if (!form.ordinates && symbols.size() < 2) {
            return warn("unknown_table", "the form of a table is not known", record.span,
                        text(jcamp::firstLine(record.value)));
        }
        if (form.ordinates && point == '.' && rowHasDecimalCommas(data)) point = ',';
        if (point == ',' && mapping_.decimal != ',' && hasDecimalPoint(data)) point = '.';  // then a comma separates
        if (point == ',') warn("decimal_comma", "the numbers of a table were read with a decimal comma", span);
        Outcome outcome = form.ordinates ? ordinates(header, data, span, point) : groups(header, symbols, data, span, point);
        std::ranges::move(outcome.warnings, std::back_inserter(reading_.warnings));
        if (!outcome.series) return;
        ++series_;
        if (sink_) sink_(std::move(*outcome.series));
    }

    [[nodiscard]] Outcome ordinates(const TableHeader& header, std::string_view data, Span span, char point) {
        const double expected = header.points ? header.points->value() : 0;
        const auto bounded = expected > 0 && expected < 1e9 ? static_cast<std::size_t>(expected) : 0;
        jcamp::TableStyle style{point, bounded, pointsLeft_};
        jcamp::Ordinates read = jcamp::readOrdinates(data, style);
        // Some writers repeat nothing: then the checks fail, and with the ordinates taken for them the points are as many
        // as the header says.
        if (read.failedYChecks.count * 2 > read.yChecks && read.y.size() + read.yChecks == bounded) {
            style.checks = false;
            read = jcamp::readOrdinates(data, style);
            warn("no_y_check", "rows do not begin with the last ordinate before them; every ordinate was taken as a point", span);
        }
        pointsLeft_ -= read.y.size();
        return spectrumOf(header, std::move(read), span);
    }

    [[nodiscard]] static Outcome groups(const TableHeader& header, const std::vector<std::string>& symbols,
                                        std::string_view data, Span span, char point) {
        const auto place = [&](std::string_view symbol, std::size_t otherwise) {
            const auto found = std::ranges::find(symbols, symbol);
            return found == symbols.end() ? otherwise : static_cast<std::size_t>(found - symbols.begin());
        };
        const bool named = place("X", symbols.size()) < symbols.size();
        jcamp::GroupForm form;
        form.width = symbols.size();
        form.x = place("X", 0);
        form.y = place("Y", named ? symbols.size() : 1);
        form.bracketed = data.substr(std::min(data.find_first_not_of("\r\n \t"), data.size())).starts_with('(');
        form.point = point;
        Outcome outcome = seriesOf(header, jcamp::readPairs(data, form), span);
        if (form.width > 2 && !form.bracketed) {
            outcome.warnings.push_back(
                {"columns_left_out", "of a table with more columns only x and y are taken", span});
        }
        return outcome;
    }

    void warn(const char* code, std::string text, Span span, std::string about = {}) {
        reading_.warnings.push_back({code, std::move(text), span, std::move(about)});
    }
    void refuse(const char* code, std::string text, Span span, std::string about = {}) {
        reading_.refused = Finding{code, std::move(text), span, std::move(about)};
    }

    const Mapping& mapping_;
    const SeriesSink& sink_;
    Reading& reading_;
    jcamp::Records records_;
    std::size_t pointsLeft_;
    std::vector<Block> blocks_;
    std::size_t tables_ = 0, series_ = 0;
};

}  // namespace

bool looksLikeJcamp(std::string_view bytes) {
    std::string_view rest = bytes.substr(0, 64 * std::size_t{1024});
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    while (true) {
        rest = rest.substr(std::min(rest.find_first_not_of("\r\n \t"), rest.size()));
        if (!rest.starts_with("$$")) break;
        rest = rest.substr(std::min(rest.find_first_of("\r\n"), rest.size()));
    }
    if (!rest.starts_with("##")) return false;
    jcamp::Records records(rest);
    const auto first = records.next();
    return first && (first->label == "TITLE" || first->label == "JCAMPDX" || first->label == "JCAMPCS");
}

Reading readJcamp(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    Reading reading;
    reading.format = "jcamp";
    if (looksLikeJcamp(bytes)) {
        JcampReader(bytes, mapping, sink, reading).read();
    } else {
        reading.refused = Finding{"not_jcamp", "the file does not begin as JCAMP-DX does: ##TITLE=", {}};
    }
    return reading;
}

}  // namespace touchstone::instruments
