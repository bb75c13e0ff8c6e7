#include "instruments/formats/Html.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "instruments/formats/Opening.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t mostColumns = 512, mostRowsOfCell = 65'534;
constexpr std::size_t spareRepeats = 4'096;  // of cells over several rows, more than there are cells
constexpr std::size_t longestReference = 12;

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string utf8Of(std::uint32_t character) {
    if (character == 0 || character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) return {};
    std::array<std::uint8_t, U8_MAX_LENGTH> buffer{};
    std::size_t length = 0;
    U8_APPEND_UNSAFE(buffer.data(), length, character);
    return {buffer.begin(), buffer.begin() + length};
}

/// "nbsp", "#181" or "#xB5" between '&' and ';'; empty where it is not known.
std::string referred(std::string_view name) {
    static constexpr auto names =
        std::to_array<std::string_view>({"nbsp", "amp", "lt", "gt", "quot", "apos", "micro", "mu", "deg", "plusmn",
                                         "le", "ge", "sup2", "sup3", "middot", "times", "minus"});
    static constexpr std::array characters{" ", "&", "<", ">", "\"", "'", "µ", "μ", "°",
                                           "±", "≤", "≥", "²", "³",  "·", "×", "−"};
    static_assert(names.size() == characters.size());
    if (!name.starts_with('#')) {
        const auto found = std::ranges::find(names, name);
        return found == names.end() ? std::string() : characters[static_cast<std::size_t>(found - names.begin())];
    }
    name.remove_prefix(1);
    const bool hex = name.starts_with('x') || name.starts_with('X');
    if (hex) name.remove_prefix(1);
    std::uint32_t character = 0;
    const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), character, hex ? 16 : 10);
    if (fault != std::errc() || end != name.data() + name.size()) return {};
    return character == 0xA0 ? " " : utf8Of(character);
}

/// A start or end tag, with how many columns and rows its cell has.
struct Tag {
    std::string name;
    bool end = false;
    std::size_t columns = 1, rows = 1;
};

std::size_t countOf(std::string_view value, std::size_t most) {
    std::size_t number = 1;
    static_cast<void>(std::from_chars(value.data(), value.data() + value.size(), number));
    return std::clamp<std::size_t>(number, 1, most);
}

/// Reads a document from its beginning to its end.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    [[nodiscard]] bool done() const { return at_ >= text_.size(); }
    [[nodiscard]] std::size_t at() const { return at_; }

    /// Goes on to the next blank, tag or character reference behind this character, and says where that is.
    std::size_t takePlain() {
        at_ += 1;
        while (at_ < text_.size() && text_[at_] != '<' && text_[at_] != '&' && !isBlank(text_[at_])) ++at_;
        return at_;
    }

    /// The character that "&amp;" stands for.
    std::optional<std::string> takeReference() {
        if (text_[at_] != '&') return std::nullopt;
        const std::size_t end = text_.substr(at_, longestReference).find(';');
        if (end == std::string_view::npos) return std::nullopt;
        std::string character = referred(text_.substr(at_ + 1, end - 1));
        if (character.empty()) return std::nullopt;
        at_ += end + 1;
        return character;
    }

    /// Whether a comment, a declaration or the like stood here.
    bool skipMarkup() {
        const std::string_view rest = text_.substr(at_);
        if (rest.starts_with("<!--")) return skipBehind("-->");
        return (rest.starts_with("<!") || rest.starts_with("<?")) && skipBehind(">");
    }

    std::optional<Tag> takeTag() {
        std::size_t at = at_;
        if (text_[at] != '<') return std::nullopt;
        ++at;
        Tag tag;
        tag.end = at < text_.size() && text_[at] == '/';
        if (tag.end) ++at;
        if (at >= text_.size() || !isLetter(text_[at])) return std::nullopt;
        const std::size_t begin = at;
        while (at < text_.size() && !isBlank(text_[at]) && text_[at] != '>' && text_[at] != '/') ++at;
        tag.name = lowered(text_.substr(begin, std::min<std::size_t>(at - begin, 16)));
        at_ = at;
        bool more = true;
        while (more) more = takeAttribute(tag);
        if (!tag.end && (tag.name == "script" || tag.name == "style")) skipTo("</" + tag.name);
        return tag;
    }

private:
    bool skipBehind(std::string_view end) {
        const std::size_t found = text_.find(end, at_);
        at_ = found == std::string_view::npos ? text_.size() : found + end.size();
        return true;
    }

    /// Before an end tag, in letters of any case.
    void skipTo(std::string_view tag) {
        while (at_ < text_.size()) {
            at_ = std::min(text_.find('<', at_), text_.size());
            if (lowered(text_.substr(at_, tag.size())) == tag) return;
            at_ = std::min(at_ + 1, text_.size());
        }
    }

    /// One of a tag; false behind its '>'.
    bool takeAttribute(Tag& tag) {
        while (at_ < text_.size() && (isBlank(text_[at_]) || text_[at_] == '/')) ++at_;
        if (at_ >= text_.size()) return false;
        if (text_[at_] == '>') return ++at_, false;
        const std::size_t begin = at_;
        const auto goesOn = [&](std::string_view ends) {
            return at_ < text_.size() && !isBlank(text_[at_]) && ends.find(text_[at_]) == std::string_view::npos;
        };
        while (goesOn("=>/") || at_ == begin) ++at_;
        const std::string_view name = text_.substr(begin, at_ - begin);
        while (at_ < text_.size() && isBlank(text_[at_])) ++at_;
        if (at_ >= text_.size() || text_[at_] != '=') return true;
        ++at_;
        while (at_ < text_.size() && isBlank(text_[at_])) ++at_;
        std::size_t from = at_;
        std::size_t to = 0;
        if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
            to = std::min(text_.find(text_[at_], at_ + 1), text_.size());
            ++from;
            at_ = std::min(to + 1, text_.size());
        } else {
            while (goesOn(">")) ++at_;
            to = at_;
        }
        const std::string_view value = text_.substr(from, to - from);
        if (lowered(name) == "colspan") tag.columns = countOf(value, mostColumns);
        if (lowered(name) == "rowspan") tag.rows = countOf(value, mostRowsOfCell);
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

class Reader {
public:
    explicit Reader(const Text& document) : document_(document), scanner_(document.utf8()) {}

    std::variant<std::vector<Sheet>, Finding> read() {
        const std::string_view text = document_.utf8();
        while (!scanner_.done() && !fault_) {
            const std::size_t begin = scanner_.at();
            if (scanner_.skipMarkup()) continue;
            if (const auto tag = scanner_.takeTag()) {
                take(*tag, begin);
            } else if (const auto character = scanner_.takeReference()) {
                say(*character, begin, scanner_.at());
            } else {
                const bool blank = isBlank(text[begin]);
                const std::size_t word = blank ? begin + 1 : begin;
                blank_ = blank_ || blank;
                const std::size_t end = scanner_.takePlain();
                if (word < end) say(text.substr(word, end - word), word, end);
            }
        }
        if (!fault_ && depth_ > 0) fault_ = Finding{"truncated", "the document ends within a table", {}};
        if (fault_) return *fault_;
        endLine();
        Sheet sheet("", std::move(texts_), false);
        for (const auto& [row, cell] : cells_) sheet.add(row, cell);
        return std::vector{std::move(sheet)};
    }

private:
    struct Held {
        std::size_t until = 0;  ///< the row behind its last
        std::size_t begin = 0, end = 0;
    };

    void take(const Tag& tag, std::size_t at) {
        static constexpr auto lines =
            std::to_array<std::string_view>({"p",  "div", "br", "hr", "h1", "h2", "h3",    "h4",   "h5",   "h6",
                                             "li", "ul",  "ol", "td", "th", "tr", "title", "body", "head", "caption"});
        if (tag.name == "table") {
            if (tag.end) return endTable();
            if (depth_++ == 0) endLine();
            blank_ = true;
            return;
        }
        if (depth_ == 1 && tag.name == "tr") {
            endRow();
            if (!tag.end) beginRow();
            return;
        }
        if (depth_ == 1 && (tag.name == "td" || tag.name == "th")) {
            endCell();
            if (!tag.end) beginCell(tag, at);
            return;
        }
        if (std::ranges::find(lines, std::string_view(tag.name)) == lines.end()) return;
        blank_ = true;
        if (depth_ == 0) endLine();
    }

    /// Blanks between words become one.
    void say(std::string_view text, std::size_t begin, std::size_t end) {
        if (depth_ > 0 && !inCell_) return;
        if (text == " ") {
            blank_ = true;
            return;
        }
        const Span wire = document_.wire(begin, end);
        if (blank_ && texts_.utf8().size() > textBegin_) texts_.append(" ", document_.wire(begin - 1, begin));
        blank_ = false;
        texts_.append(text, wire);
        if (document_.bad(wire)) texts_.markBad(wire);
    }

    void beginText() {
        textBegin_ = texts_.utf8().size();
        blank_ = false;
    }

    void put(std::size_t column, std::size_t begin, std::size_t end) {
        if (begin < end) cells_.push_back({row_, {static_cast<std::uint32_t>(column), false, begin, end}});
    }

    /// A line of text that is of no table.
    void endLine() {
        if (texts_.utf8().size() > textBegin_) {
            put(0, textBegin_, texts_.utf8().size());
            ++row_;
        }
        beginText();
    }

    void beginRow() {
        inRow_ = true;
        column_ = 0;
    }

    void beginCell(const Tag& tag, std::size_t at) {
        if (!inRow_) beginRow();
        passHeld();
        if (fault_) return;
        if (column_ + tag.columns > mostColumns) {
            fault_ = Finding{"too_large", "a row of a table is too long", document_.wire(at, at + 1)};
            return;
        }
        spans_ = tag;
        inCell_ = true;
        ++own_;
        beginText();
    }

    /// Cells of rows above that reach down to this one, as far as the next free column.
    void passHeld() {
        if (held_.size() <= column_) held_.resize(column_ + 1);
        for (; column_ < held_.size() && held_[column_].until > row_; ++column_) {
            const Held& held = held_[column_];
            if (held.begin == held.end) continue;
            if (++repeated_ > own_ + spareRepeats) {
                fault_ = Finding{"too_large", "cells of a table reach over too many rows", {}};
                return;
            }
            put(column_, held.begin, held.end);
        }
    }

    void endCell() {
        if (!std::exchange(inCell_, false)) return;
        const std::size_t begin = textBegin_, end = texts_.utf8().size();
        put(column_, begin, end);
        const std::size_t next = column_ + spans_.columns;
        if (held_.size() < next) held_.resize(next);
        for (std::size_t column = column_; spans_.rows > 1 && column < next; ++column) {
            held_[column] = column == column_ ? Held{row_ + spans_.rows, begin, end} : Held{row_ + spans_.rows, 0, 0};
        }
        column_ = next;
        beginText();
    }

    void endRow() {
        endCell();
        if (!std::exchange(inRow_, false)) return;
        for (; column_ > 0 && column_ < held_.size() && !fault_; ++column_) passHeld();
        ++row_;
    }

    void endTable() {
        if (depth_ == 0) return;
        blank_ = true;
        if (--depth_ > 0) return;
        endRow();
        ++row_;
        held_.clear();
        beginText();
    }

    const Text& document_;
    Scanner scanner_;
    Text texts_;
    std::vector<std::pair<std::size_t, Sheet::Cell>> cells_;
    std::vector<Held> held_;  // by column
    std::optional<Finding> fault_;
    Tag spans_{};
    std::size_t depth_ = 0, row_ = 1, column_ = 0, textBegin_ = 0;
    std::size_t own_ = 0, repeated_ = 0;
    bool inCell_ = false, inRow_ = false, blank_ = false;
};

}  // namespace

bool looksLikeHtml(std::string_view bytes) {
    std::string head = lowered(opening(bytes, 512));
    head.erase(0, std::min(head.find_first_not_of(" \t\r\n"), head.size()));
    if (head.starts_with("<?xml")) {
        head.erase(0, std::min(head.find('>'), head.size() - 1) + 1);
        head.erase(0, std::min(head.find_first_not_of(" \t\r\n"), head.size()));
    }
    return head.starts_with("<html") || head.starts_with("<!doctype html") || head.starts_with("<table");
}

std::variant<std::vector<Sheet>, Finding> readHtmlTables(const Text& document) {
    return Reader(document).read();
}

}  // namespace touchstone::instruments
