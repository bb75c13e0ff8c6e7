#include "instruments/formats/Pattern.h"

#include <algorithm>

namespace touchstone::instruments {
namespace {

constexpr std::string_view number = "<n>";
constexpr std::size_t longestNumber = 64;  // so that trying it at every place takes linear time
constexpr std::string_view noBreakSpace = "\xC2\xA0";

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// The length of the number that the text begins with.
std::size_t numberAt(std::string_view text) {
    text = text.substr(0, longestNumber);
    const auto digits = [&](std::size_t from) {
        std::size_t at = from;
        while (at < text.size() && isDigit(text[at])) ++at;
        return at;
    };
    const std::size_t whole = digits(0);
    if (whole == 0 || whole + 1 >= text.size() || (text[whole] != '.' && text[whole] != ',')) return whole;
    const std::size_t fraction = digits(whole + 1);
    return fraction > whole + 1 ? fraction : whole;
}

/// The usual walk with one way back: to the last '*', which then takes one character more.
class Walk {
public:
    Walk(std::string_view pattern, std::string_view text) : pattern_(pattern), text_(text) {}

    std::optional<std::vector<std::string>> run() {
        while (at_ < text_.size() || here_ < pattern_.size()) {
            if (!step() && !back()) return std::nullopt;
        }
        return std::vector<std::string>(found_.begin(), found_.end());
    }

private:
    bool step() {
        const std::string_view rest = pattern_.substr(here_);
        if (rest.starts_with('*')) {
            star_ = here_;
            starAt_ = at_;
            length_ = 0;
            captures_ = found_.size();
            found_.emplace_back();
            ++here_;
            return true;
        }
        if (rest.starts_with(number)) {
            const std::size_t length = numberAt(text_.substr(at_));
            if (length == 0) return false;
            found_.push_back(text_.substr(at_, length));
            at_ += length;
            here_ += number.size();
            return true;
        }
        if (rest.empty() || at_ == text_.size() || lower(rest[0]) != lower(text_[at_])) return false;
        ++here_;
        ++at_;
        return true;
    }

    bool back() {
        if (star_ == std::string_view::npos || starAt_ + length_ >= text_.size()) return false;
        ++length_;
        found_.resize(captures_);
        found_.push_back(text_.substr(starAt_, length_));
        at_ = starAt_ + length_;
        here_ = star_ + 1;
        return true;
    }

    std::string_view pattern_, text_;
    std::size_t here_ = 0, at_ = 0;
    std::size_t star_ = std::string_view::npos, starAt_ = 0, length_ = 0, captures_ = 0;
    std::vector<std::string_view> found_;
};

}  // namespace

std::string squeezed(std::string_view text) {
    std::string words;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool wide = text.substr(i).starts_with(noBreakSpace);
        if (!wide && !isBlank(text[i])) {
            words += text[i];
            continue;
        }
        if (wide) ++i;
        if (!words.empty() && words.back() != ' ') {
            words += ' ';
        }
    }
    if (words.ends_with(' ')) words.pop_back();
    return words;
}

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view text) {
    const std::string wanted = squeezed(pattern), given = squeezed(text);
    return Walk(wanted, given).run();
}

std::string folded(std::string_view text) {
    std::string words = squeezed(text);
    std::ranges::transform(words, words.begin(), lower);
    return words;
}

bool sameText(std::string_view a, std::string_view b) {
    return folded(a) == folded(b);
}

}  // namespace touchstone::instruments
