#include "instruments/formats/Dates.h"

#include <array>
#include <cctype>
#include <optional>
#include <vector>

#include "instruments/formats/Pattern.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

/// A word of digits or of letters, and the sign behind it.
struct Word {
    std::string text;
    char after = 0;
    [[nodiscard]] bool digits() const { return text[0] >= '0' && text[0] <= '9'; }
};

bool isAlnum(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// A word; the reading goes on behind the sign that follows it.
std::optional<Word> takeWord(std::string_view& text) {
    std::size_t end = 0;
    while (end < text.size() && isAlnum(text[end]) && isDigit(text[end]) == isDigit(text[0])) ++end;
    if (end == 0 || end > 9) return std::nullopt;
    Word word{std::string(text.substr(0, end)), end < text.size() ? text[end] : '\0'};
    text.remove_prefix(end);
    if (!text.empty() && !isAlnum(text[0])) text.remove_prefix(1);
    return word;
}

std::optional<std::string> monthOf(const Word& word) {
    static constexpr std::array<std::string_view, 12> names{"jan", "feb", "mar", "apr", "may", "jun",
                                                            "jul", "aug", "sep", "oct", "nov", "dec"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (word.text.size() >= 3 && sameText(names[i], std::string_view(word.text).substr(0, 3))) {
            return std::to_string(i + 1);
        }
    }
    return std::nullopt;
}

/// "Friday, 27 February 2026" begins with what the date itself tells.
std::string_view withoutWeekday(std::string_view text) {
    static constexpr std::array<std::string_view, 7> names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos || comma < 3 || comma > 9) return text;
    for (const std::string_view name : names) {
        if (sameText(name, text.substr(0, 3))) return trimmed(text.substr(comma + 1));
    }
    return text;
}

struct Date {
    std::array<Word, 3> words;
    bool named = false;     // the month is a word
    std::string_view rest;  // the time
};

std::optional<Date> takeDate(std::string_view text) {
    Date date;
    for (Word& word : date.words) {
        const auto taken = takeWord(text);
        if (!taken) return std::nullopt;
        word = *taken;
    }
    const auto separates = [](char c) { return c == '/' || c == '-' || c == '.' || c == ' '; };
    if (!separates(date.words[0].after) || !separates(date.words[1].after)) return std::nullopt;
    for (Word& word : date.words) {
        if (word.digits()) continue;
        const auto month = monthOf(word);
        if (!month || date.named) return std::nullopt;
        word.text = *month;
        date.named = true;
    }
    date.rest = trimmed(text);
    return date;
}

std::string two(const std::string& digits) {
    return digits.size() == 1 ? "0" + digits : digits;
}

/// "04:38:28 PM(-07:00)" to "16:38:28-07:00".
std::optional<std::string> clockOf(std::string_view text) {
    std::vector<std::string> parts;
    std::string fraction, offset;
    while (!text.empty() && isDigit(text[0]) && parts.size() < 3) {
        const auto word = takeWord(text);
        if (!word) return std::nullopt;
        parts.push_back(two(word->text));
        if (word->after == ':') continue;
        if (word->after == '.' && parts.size() == 3) fraction = "." + takeWord(text).value_or(Word{}).text;
        break;
    }
    if (parts.size() < 2 || parts[0].size() > 2) return std::nullopt;
    text = trimmed(text);
    int hour = std::stoi(parts[0]);
    const HalfDay half = takeHalfDay(text);
    if (half == HalfDay::Afternoon && hour < 12) hour += 12;
    if (half == HalfDay::Morning && hour == 12) hour = 0;
    text = trimmed(text);
    if (text.starts_with('(') && text.ends_with(')')) text = offset = text.substr(1, text.size() - 2);
    return two(std::to_string(hour)) + ":" + parts[1] + (parts.size() > 2 ? ":" + parts[2] : "") + fraction + offset;
}

}  // namespace

DateOrder orderOf(std::string_view text) {
    const auto date = takeDate(withoutWeekday(trimmed(text)));
    if (!date || date->named || date->words[0].text.size() > 2 || date->words[1].text.size() > 2) {
        return DateOrder::Unknown;
    }
    const bool dayFirst = std::stoi(date->words[0].text) > 12, daySecond = std::stoi(date->words[1].text) > 12;
    if (dayFirst == daySecond) return DateOrder::Unknown;
    return dayFirst ? DateOrder::DayMonthYear : DateOrder::MonthDayYear;
}

std::string readDate(std::string_view text, DateOrder order) {
    text = withoutWeekday(trimmed(text));
    if (std::string plain = readTime(text); !plain.empty()) return plain;
    const auto date = takeDate(text);
    if (!date) return {};
    if (date->words[0].text.size() == 4) order = DateOrder::YearMonthDay;
    if (date->named && order != DateOrder::YearMonthDay) {
        order = date->words[0].after != 0 && monthOf(Word{std::string(text.substr(0, 3))}) ? DateOrder::MonthDayYear
                                                                                           : DateOrder::DayMonthYear;
    }
    if (order == DateOrder::Unknown) return {};
    const auto& w = date->words;
    const bool yearFirst = order == DateOrder::YearMonthDay, monthFirst = order == DateOrder::MonthDayYear;
    std::string year = yearFirst ? w[0].text : w[2].text;
    if (year.size() == 2) year.insert(0, "20");
    const std::string month = two(yearFirst ? w[1].text : monthFirst ? w[0].text : w[1].text);
    const std::string day = two(yearFirst ? w[2].text : monthFirst ? w[1].text : w[0].text);
    const std::string whole = year + "-" + month + "-" + day;
    if (date->rest.empty()) return readTime(whole);
    const auto clock = clockOf(date->rest);
    return clock ? readTime(whole + "T" + *clock) : std::string();
}

}  // namespace touchstone::instruments
