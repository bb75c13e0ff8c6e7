#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <vector>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Values.h"

// Dates as the systems write them for people, each after the regional settings of its computer.
namespace touchstone::instruments::cds {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// 1 to 12; 0 for other words.
unsigned monthOf(std::string_view word) {
    static constexpr std::array<std::string_view, 12> english{"jan", "feb", "mar", "apr", "may", "jun",
                                                              "jul", "aug", "sep", "oct", "nov", "dec"};
    if (word.size() < 3) return 0;
    std::string begin(word.substr(0, 3));
    std::ranges::transform(begin, begin.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (begin == "mai") return 5;
    if (begin == "okt") return 10;
    if (begin == "dez") return 12;
    const auto found = std::ranges::find(english, begin);
    return found == english.end() ? 0 : static_cast<unsigned>(found - english.begin()) + 1;
}

struct Number {
    unsigned value = 0;
    std::size_t digits = 0;
    char after = 0;
};

/// A date taken apart: the numbers of the day, the clock, and a month that was a word.
struct Parts {
    std::vector<Number> day;
    std::string clock;  // "7:55:06"
    unsigned month = 0;
    HalfDay half = HalfDay::Unsaid;
};

std::size_t wordEnd(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0) ++at;
    return at;
}

/// The word at the beginning of the text, taken off it.
void takeWord(Parts& parts, std::string_view& text) {
    if (const HalfDay half = takeHalfDay(text); half != HalfDay::Unsaid) {
        parts.half = half;
        return;
    }
    const std::size_t end = wordEnd(text);
    const unsigned month = monthOf(text.substr(0, end));
    if (parts.month == 0) parts.month = month;
    text.remove_prefix(end);
}

Parts takeApart(std::string_view text) {
    Parts parts;
    for (std::size_t at = 0; at < text.size();) {
        if (isDigit(text[at])) {
            std::size_t end = at;
            while (end < text.size() && isDigit(text[end])) ++end;
            if (end < text.size() && text[end] == ':') {
                while (end < text.size() && (isDigit(text[end]) || text[end] == ':' || text[end] == '.')) ++end;
                if (parts.clock.empty()) parts.clock = text.substr(at, end - at);
            } else if (end - at <= 4) {
                parts.day.push_back({static_cast<unsigned>(std::stoul(std::string(text.substr(at, end - at)))),
                                     end - at, end < text.size() ? text[end] : '\0'});
            }
            at = end;
        } else if (std::string_view rest = text.substr(at); wordEnd(rest) > 0) {
            takeWord(parts, rest);
            at = text.size() - rest.size();
        } else {
            ++at;
        }
    }
    return parts;
}

unsigned yearOf(const Number& number) {
    if (number.digits >= 3) return number.value;
    return number.value + (number.value < 70 ? 2000 : 1900);
}

std::optional<std::chrono::year_month_day> dayOf(const Parts& parts, DayOrder order) {
    const auto date = [](unsigned y, unsigned m, unsigned d) {
        return std::chrono::year_month_day{std::chrono::year(static_cast<int>(y)), std::chrono::month(m),
                                           std::chrono::day(d)};
    };
    const auto& n = parts.day;
    if (parts.month != 0 && n.size() == 2) return date(yearOf(n[1]), parts.month, n[0].value);
    if (parts.month != 0 || n.size() != 3) return std::nullopt;
    if (n[0].digits == 4) return date(n[0].value, n[1].value, n[2].value);
    const bool dots = n[0].after == '.' && n[1].after == '.';
    if (dots || n[0].value > 12 || (order == DayOrder::DayFirst && n[1].value <= 12)) {
        return date(yearOf(n[2]), n[1].value, n[0].value);
    }
    if (n[1].value > 12 || order == DayOrder::MonthFirst) return date(yearOf(n[2]), n[0].value, n[1].value);
    return std::nullopt;
}

std::string two(unsigned number) {
    return {static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
}

}  // namespace

DayOrder dayOrder(std::string_view date) {
    const auto& n = takeApart(date).day;
    if (n.size() != 3 || n[0].digits == 4 || n[0].after == '.') return DayOrder::Unknown;
    if (n[0].value > 12 && n[1].value <= 12) return DayOrder::DayFirst;
    return n[1].value > 12 && n[0].value <= 12 ? DayOrder::MonthFirst : DayOrder::Unknown;
}

std::string readDate(std::string_view text, DayOrder order) {
    if (const std::string time = readTime(text); !time.empty()) return time;
    if (text.size() > 80) return {};
    const Parts parts = takeApart(text);
    const auto date = dayOf(parts, order);
    if (!date || !date->ok()) return {};
    const std::string day = std::to_string(static_cast<int>(date->year())) + "-" +
                            two(static_cast<unsigned>(date->month())) + "-" + two(static_cast<unsigned>(date->day()));
    if (parts.clock.empty()) return readTime(day);
    std::string clock = parts.clock;
    if (clock.find(':') == 1) clock.insert(0, 1, '0');
    const auto hour = static_cast<unsigned>((clock[0] - '0') * 10 + (clock[1] - '0'));
    if (parts.half != HalfDay::Unsaid && (hour == 0 || hour > 12)) return {};
    if (parts.half == HalfDay::Afternoon && hour != 12) clock.replace(0, 2, two(hour + 12));
    if (parts.half == HalfDay::Morning && hour == 12) clock.replace(0, 2, "00");
    return readTime(day + "T" + clock);
}

}  // namespace touchstone::instruments::cds
