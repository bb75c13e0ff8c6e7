#include "instruments/formats/Delimited.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

struct Cell {
    std::string text;
    std::size_t begin = 0, end = 0;  // in the decoded text, quotes included
};

struct Row {
    std::vector<Cell> cells;
    [[nodiscard]] std::size_t begin() const { return cells.front().begin; }
    [[nodiscard]] std::size_t end() const { return cells.back().end; }
    [[nodiscard]] bool empty() const {
        return std::all_of(cells.begin(), cells.end(), [](const Cell& c) { return trimmed(c.text).empty(); });
    }
};

bool isLineEnd(char c) {
    return c == '\r' || c == '\n';
}

/// RFC 4180. A quote that does not open a cell is a character like others; one that is never closed is a fault.
class Splitter {
public:
    Splitter(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

    std::vector<Row> rows() {
        std::vector<Row> found;
        while (at_ < text_.size()) {
            Row row;
            do {
                row.cells.push_back(cell());
            } while (step(delimiter_));
            found.push_back(std::move(row));
            step('\r');
            step('\n');
        }
        return found;
    }
    [[nodiscard]] std::optional<std::size_t> unclosed() const { return unclosed_; }

private:
    Cell cell() {
        Cell cell{.text = {}, .begin = at_, .end = at_};
        if (step('"')) quoted(cell);
        while (at_ < text_.size() && text_[at_] != delimiter_ && !isLineEnd(text_[at_])) cell.text += text_[at_++];
        cell.end = at_;
        return cell;
    }

    void quoted(Cell& cell) {
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c != '"') {
                cell.text += c;
            } else if (!step('"')) {
                return;
            } else {
                cell.text += '"';
            }
        }
        unclosed_ = cell.begin;
    }

    bool step(char expected) {
        if (at_ >= text_.size() || text_[at_] != expected) return false;
        ++at_;
        return true;
    }

    std::string_view text_;
    char delimiter_;
    std::size_t at_ = 0;
    std::optional<std::size_t> unclosed_;
};

char likelyDelimiter(std::string_view text) {
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    static constexpr std::array<char, 4> candidates{',', ';', '\t', '|'};
    return *std::max_element(candidates.begin(), candidates.end(), [&](char a, char b) {
        return std::count(line.begin(), line.end(), a) < std::count(line.begin(), line.end(), b);
    });
}

class Reader {
public:
    Reader(const Text& text, const Mapping& mapping, Reading& reading)
        : text_(text), mapping_(mapping), reading_(reading) {}

    void read() {
        const char delimiter = mapping_.delimiter == 0 ? likelyDelimiter(text_.utf8()) : mapping_.delimiter;
        Splitter splitter(text_.utf8(), delimiter);
        const std::vector<Row> rows = splitter.rows();
        if (const auto at = splitter.unclosed()) {
            return refuse("unclosed_quote", "a quoted cell is never closed", text_.wire(*at, text_.utf8().size()));
        }
        if (rows.size() < mapping_.headerRow) return refuse("no_header", "the header row is missing", {});
        if (mapping_.headerRow > 0) header_ = &rows[mapping_.headerRow - 1];
        if (!findColumns()) return;
        for (std::size_t i = mapping_.headerRow; i < rows.size(); ++i) {
            if (!rows[i].empty()) read(rows[i]);
        }
    }

private:
    bool findColumns() {
        columns_ = mapping_.columns;
        if (columns_.empty()) {
            for (const char* key : {"specimen", "position", "code", "name", "value", "unit", "flags", "status",
                                    "observed_at", "operator", "instrument"}) {
                if (indexOf(key)) columns_[key] = key;
            }
        }
        for (const auto& [key, column] : columns_) {
            if (!need(column)) return false;
        }
        for (const auto& wide : mapping_.wide) {
            if (!need(wide.column)) return false;
        }
        const bool coded = columns_.contains("code") || mapping_.constants.contains("code");
        if (!columns_.contains("specimen") || (mapping_.wide.empty() && !(coded && columns_.contains("value")))) {
            refuse("mapping_needed", "it is not known which columns hold specimen, code and value", {});
            return false;
        }
        return true;
    }

    bool need(const std::string& column) {
        if (indexOf(column)) return true;
        refuse("no_column", "there is no column " + column, header_ == nullptr ? Span{} : spanOf(*header_));
        return false;
    }

    /// From 0. "#7" is the seventh column.
    [[nodiscard]] std::optional<std::size_t> indexOf(const std::string& column) const {
        if (column.starts_with('#') && column.size() < 7 &&
            std::all_of(column.begin() + 1, column.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
            column.size() > 1) {
            return std::stoul(column.substr(1)) - 1;
        }
        if (header_ == nullptr) return std::nullopt;
        for (std::size_t i = 0; i < header_->cells.size(); ++i) {
            if (trimmed(header_->cells[i].text) == column) return i;
        }
        return std::nullopt;
    }

    [[nodiscard]] const Cell* cell(const Row& row, const std::string& column) const {
        const auto index = indexOf(column);
        return index && *index < row.cells.size() ? &row.cells[*index] : nullptr;
    }

    [[nodiscard]] std::string get(const Row& row, const std::string& key) const {
        if (const auto found = mapping_.constants.find(key); found != mapping_.constants.end()) return found->second;
        const auto column = columns_.find(key);
        const Cell* const found = column == columns_.end() ? nullptr : cell(row, column->second);
        return found == nullptr ? std::string() : std::string(trimmed(found->text));
    }

    void read(const Row& row) {
        Observation o;
        o.specimen = get(row, "specimen");
        if (o.specimen.empty()) return warn("no_specimen", "a row names no specimen", spanOf(row));
        o.position = get(row, "position");
        o.code = get(row, "code");
        o.name = get(row, "name");
        o.unit = get(row, "unit");
        o.flags = get(row, "flags");
        o.status = get(row, "status");
        o.operatorName = get(row, "operator");
        o.instrument = get(row, "instrument");
        const std::string when = get(row, "observed_at");
        o.observedAt = readTime(when);
        if (!when.empty() && o.observedAt.empty())
            warn("time_unread", "a time could not be read: " + when, spanOf(row));
        if (mapping_.wide.empty()) return add(o, get(row, "value"), spanOf(row));
        for (const auto& wide : mapping_.wide) {
            const Cell* const found = cell(row, wide.column);
            if (found == nullptr || trimmed(found->text).empty()) continue;
            o.code = wide.code;
            if (!wide.unit.empty()) o.unit = wide.unit;
            add(o, found->text, text_.wire(found->begin, found->end));
        }
    }

    void add(Observation o, std::string_view value, Span span) {
        setValue(o, value, mapping_.decimal);
        if (o.value.empty()) return warn("no_value", "a row holds no value", span);
        o.span = span;
        o.undecodable = text_.bad(span);
        reading_.observations.push_back(std::move(o));
    }

    [[nodiscard]] Span spanOf(const Row& row) const { return text_.wire(row.begin(), row.end()); }
    void refuse(const char* code, std::string message, Span span) {
        reading_.refused = Finding{code, std::move(message), span};
    }
    void warn(const char* code, std::string message, Span span) {
        reading_.warnings.push_back({code, std::move(message), span});
    }

    const Text& text_;
    const Mapping& mapping_;
    Reading& reading_;
    const Row* header_ = nullptr;
    std::map<std::string, std::string> columns_;
};

}  // namespace

Reading readDelimited(std::string_view bytes, const Mapping& mapping) {
    Reading reading;
    reading.format = "csv";
    const Decoded decoded = decode(bytes, mapping.encoding);
    Reader(decoded.text, mapping, reading).read();
    if (decoded.text.anyBad()) {
        reading.warnings.push_back({"bad_charset", "some bytes are no characters in " + decoded.charset, {}});
    } else if (decoded.guessed) {
        reading.warnings.push_back({"charset_guessed", "the charset was guessed: " + decoded.charset, {}});
    }
    if (reading.refused) reading.observations.clear();
    return reading;
}

}  // namespace touchstone::instruments
