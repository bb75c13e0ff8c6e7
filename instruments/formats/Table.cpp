#include "instruments/formats/Table.h"

#include <algorithm>
#include <array>
#include <optional>

#include "instruments/formats/Pattern.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t rowTextSize = 400, headSize = 65'536;

bool isLineEnd(char c) {
    return c == '\r' || c == '\n';
}

bool isBlank(char c) {
    return c == ' ' || c == '\t' || isLineEnd(c);
}

std::string_view withoutBlanks(std::string_view text) {
    while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
    return text;
}

class Splitter {
public:
    Splitter(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

    /// From the byte at which a line begins.
    void run(std::size_t from, Sheet& into) {
        for (at_ = from; at_ < text_.size(); ++row_) {
            std::uint32_t column = 0;
            do {
                const std::size_t begin = at_;
                skipCell();
                const std::string_view written = withoutBlanks(text_.substr(begin, at_ - begin));
                if (!written.empty() && written != "\"\"") {
                    into.add(row_, {.column = column, .begin = begin, .end = at_});
                }
                ++column;
            } while (stepDelimiter());
            step('\r');
            step('\n');
        }
    }
    [[nodiscard]] std::optional<std::size_t> unclosed() const { return unclosed_; }

private:
    void skipCell() {
        if (delimiter_ != blanks && step('"')) skipQuoted();
        while (at_ < text_.size() && !atDelimiter() && !isLineEnd(text_[at_])) ++at_;
    }

    [[nodiscard]] bool atDelimiter() const { return at_ < text_.size() && isDelimiter(text_[at_], delimiter_); }

    bool stepDelimiter() {
        if (!atDelimiter()) return false;
        do {
            ++at_;
        } while (delimiter_ == blanks && atDelimiter());
        return true;
    }

    void skipQuoted() {
        const std::size_t begin = at_ - 1;
        while (at_ < text_.size()) {
            if (text_[at_++] == '"' && !step('"')) return;
        }
        if (!unclosed_) unclosed_ = begin;
    }

    bool step(char expected) {
        if (at_ >= text_.size() || text_[at_] != expected) return false;
        ++at_;
        return true;
    }

    std::string_view text_;
    char delimiter_;
    std::size_t at_ = 0, row_ = 1;
    std::optional<std::size_t> unclosed_;
};

struct Start {
    char delimiter;
    std::size_t offset;  // of the first line of the table
};

/// Excel's own way to name the delimiter: a first line "sep=;", perhaps filled up with delimiters by a later save.
std::optional<Start> declaredStart(std::string_view text) {
    if (text.size() < 5 || !sameText(text.substr(0, 4), "sep=") || isLineEnd(text[4])) return std::nullopt;
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    if (text.substr(4, end - 4).find_first_not_of(text[4]) != std::string_view::npos) return std::nullopt;
    return Start{text[4],
                 end + (text.substr(end).starts_with("\r\n") ? 2 : std::min<std::size_t>(1, text.size() - end))};
}

char likelyDelimiter(std::string_view text) {
    static constexpr std::array<char, 4> candidates{',', ';', '\t', '|'};
    const std::size_t first = std::min(text.find_first_of(",;\t|"), text.size());
    const std::size_t begin = text.substr(0, first).find_last_of("\r\n") + 1;  // npos + 1 is 0
    const std::string_view line = text.substr(begin, text.find_first_of("\r\n", first) - begin);
    return *std::max_element(candidates.begin(), candidates.end(), [&](char a, char b) {
        return std::count(line.begin(), line.end(), a) < std::count(line.begin(), line.end(), b);
    });
}

/// Where a quoted cell begins that is never closed.
std::optional<std::size_t> split(Sheet& sheet, char delimiter) {
    const std::string_view utf8 = sheet.source().utf8();
    const auto declared = delimiter == 0 ? declaredStart(utf8) : std::nullopt;
    Splitter splitter(utf8, declared ? declared->delimiter : delimiter != 0 ? delimiter : likelyDelimiter(utf8));
    splitter.run(declared ? declared->offset : 0, sheet);
    return splitter.unclosed();
}

std::string unquoted(std::string_view written) {
    std::string text;
    std::size_t at = 1;
    for (; at < written.size(); ++at) {
        if (written[at] != '"') {
            text += written[at];
        } else if (at + 1 < written.size() && written[at + 1] == '"') {
            text += written[at++];
        } else {
            break;
        }
    }
    return text.append(written.substr(std::min(at + 1, written.size())));
}

}  // namespace

void Sheet::add(std::size_t rowNumber, Cell cell) {
    if (rows_.empty() || rows_.back().number < rowNumber) {
        rows_.push_back({rowNumber, cells_.size()});
    } else if (rows_.back().number > rowNumber || cells_.back().column >= cell.column) {
        return;
    }
    cells_.push_back(cell);
}

std::span<const Sheet::Cell> Sheet::cells(std::size_t row) const {
    const std::size_t end = row + 1 < rows_.size() ? rows_[row + 1].first : cells_.size();
    return std::span(cells_).subspan(rows_[row].first, end - rows_[row].first);
}

const Sheet::Cell* Sheet::cell(std::size_t row, std::size_t column) const {
    const auto all = cells(row);
    const auto found = std::ranges::lower_bound(all, column, {}, &Cell::column);
    return found != all.end() && found->column == column ? &*found : nullptr;
}

std::string Sheet::text(const Cell& cell) const {
    const std::string_view written = std::string_view(text_.utf8()).substr(cell.begin, cell.end - cell.begin);
    const bool open = quoted_ && written.starts_with('"');
    return std::string(withoutBlanks(open ? unquoted(written) : std::string(written)));
}

std::string Sheet::text(std::size_t row, std::size_t column) const {
    const Cell* const found = cell(row, column);
    return found == nullptr ? std::string() : text(*found);
}

std::string Sheet::rowText(std::size_t row) const {
    std::string joined;
    for (const Cell& c : cells(row)) {
        const std::string part = text(c);
        if (!part.empty()) joined.append(joined.empty() ? "" : " ").append(part, 0, rowTextSize);
        if (joined.size() > rowTextSize) break;
    }
    return joined;
}

Span Sheet::span(std::size_t row) const {
    const auto all = cells(row);
    return text_.wire(all.front().begin, all.back().end);
}

std::variant<Sheet, Finding> splitText(Text text, char delimiter) {
    Sheet sheet("", std::move(text), delimiter != blanks, delimiter == blanks);
    if (const auto at = split(sheet, delimiter)) {
        return Finding{"unclosed_quote", "a quoted cell is never closed",
                       sheet.source().wire(*at, sheet.source().utf8().size())};
    }
    return sheet;
}

Sheet splitHead(const Text& text, char delimiter) {
    const std::string head = text.utf8().substr(0, headSize);
    Text copy;
    copy.append(head, {0, head.size()});
    Sheet sheet("", std::move(copy), delimiter != blanks, delimiter == blanks);
    static_cast<void>(split(sheet, delimiter));  // whether a quotation mark stays open does not matter here
    return sheet;
}

}  // namespace touchstone::instruments
