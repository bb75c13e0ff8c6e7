#include "instruments/formats/Values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <utility>
#include <vector>

#include "instruments/formats/Text.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t maxDigits = 34;  // of a decimal128
constexpr int maxExponent = 30;

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

Comparator takeComparator(std::string_view& text) {
    static constexpr std::array<std::pair<std::string_view, Comparator>, 6> signs{{
        {"<=", Comparator::LessOrEqual},
        {">=", Comparator::GreaterOrEqual},
        {"<", Comparator::Less},
        {">", Comparator::Greater},
        {"\xE2\x89\xA4", Comparator::LessOrEqual},
        {"\xE2\x89\xA5", Comparator::GreaterOrEqual},
    }};
    for (const auto& [written, comparator] : signs) {
        if (!text.starts_with(written)) continue;
        text = trimmed(text.substr(written.size()));
        return comparator;
    }
    return Comparator::None;
}

std::string takeDigits(std::string_view& text) {
    const auto end = std::find_if_not(text.begin(), text.end(), isDigit);
    std::string digits(text.begin(), end);
    text.remove_prefix(digits.size());
    return digits;
}

/// E+3, e-12; 0 when there is none; nothing when it is broken or beyond what a laboratory writes.
std::optional<int> takeExponent(std::string_view& text) {
    if (text.empty() || (text[0] != 'E' && text[0] != 'e')) return 0;
    text.remove_prefix(1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::string digits = takeDigits(text);
    if (digits.empty() || digits.size() > 4) return std::nullopt;
    const int exponent = std::stoi(digits);
    if (exponent > maxExponent) return std::nullopt;
    return negative ? -exponent : exponent;
}

void shiftPoint(std::string& whole, std::string& fraction, int by) {
    for (; by > 0; --by) {
        whole += fraction.empty() ? '0' : fraction.front();
        if (!fraction.empty()) fraction.erase(0, 1);
    }
    for (; by < 0; ++by) {
        fraction.insert(0, 1, whole.empty() ? '0' : whole.back());
        if (!whole.empty()) whole.pop_back();
    }
}

std::size_t significant(const std::string& whole, const std::string& fraction) {
    const std::string all = whole + fraction;
    const std::size_t first = all.find_first_not_of('0');
    return first == std::string::npos ? fraction.size() : all.size() - first;
}

}  // namespace

HalfDay takeHalfDay(std::string_view& text) {
    const auto is = [](std::string_view rest, char letter) {
        return !rest.empty() && std::tolower(static_cast<unsigned char>(rest[0])) == letter;
    };
    const HalfDay half = is(text, 'a') ? HalfDay::Morning : is(text, 'p') ? HalfDay::Afternoon : HalfDay::Unsaid;
    if (half == HalfDay::Unsaid) return half;
    const std::size_t m = text.find_first_not_of(". \xC2\xA0\xE2\x80\xAF", 1);
    const std::string_view rest = text.substr(std::min(m, text.size()));
    if (!is(rest, 'm') || (rest.size() > 1 && std::isalpha(static_cast<unsigned char>(rest[1])) != 0))
        return HalfDay::Unsaid;
    text = rest.substr(rest.substr(1).starts_with('.') ? 2 : 1);
    return half;
}

std::string lowered(std::string_view text) {
    std::string small(text);
    for (char& c : small) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return small;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<Number> readNumber(std::string_view text, char decimalSign) {
    text = trimmed(text);
    Number number;
    number.comparator = takeComparator(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    std::string whole = takeDigits(text);
    std::string fraction;
    if (text.starts_with(decimalSign)) {
        text.remove_prefix(1);
        fraction = takeDigits(text);
    }
    if (whole.empty() && fraction.empty()) return std::nullopt;
    const auto exponent = takeExponent(text);
    if (!exponent || !text.empty()) return std::nullopt;
    shiftPoint(whole, fraction, *exponent);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    if (significant(whole, fraction) > maxDigits) return std::nullopt;
    const bool zero = whole.empty() && fraction.find_first_not_of('0') == std::string::npos;
    number.decimal = negative && !zero ? "-" : "";
    number.decimal += whole.empty() ? "0" : whole;
    if (!fraction.empty()) number.decimal += "." + fraction;
    return number;
}

std::string_view sign(Comparator comparator) {
    switch (comparator) {
        case Comparator::None:
            return "";
        case Comparator::Less:
            return "<";
        case Comparator::LessOrEqual:
            return "<=";
        case Comparator::Greater:
            return ">";
        case Comparator::GreaterOrEqual:
            return ">=";
    }
    return "";
}

namespace {

struct TimeParts {
    std::array<int, 6> parts{0, 1, 1, 0, 0, 0};  // year … second
    std::size_t count = 0;
    std::string rest;  // fraction and offset
};

std::optional<TimeParts> takeCompact(std::string_view& text) {
    const std::string digits = takeDigits(text);
    if (digits.size() < 8 || digits.size() > 14 || digits.size() % 2 != 0) return std::nullopt;
    TimeParts time;
    time.parts[0] = std::stoi(digits.substr(0, 4));
    for (time.count = 1; time.count * 2 + 2 < digits.size(); ++time.count) {
        time.parts[time.count] = std::stoi(digits.substr(time.count * 2 + 2, 2));
    }
    return time;
}

std::optional<TimeParts> takeSeparated(std::string_view& text) {
    static constexpr std::array<std::string_view, 6> after{"-/.", "-/.", "T ", ":", ":", ""};
    TimeParts time;
    while (time.count < time.parts.size()) {
        const std::string digits = takeDigits(text);
        const std::size_t limit = time.count == 0 ? 4 : 2;
        if (digits.empty() || digits.size() > limit || (time.count == 0 && digits.size() < 4)) return std::nullopt;
        time.parts[time.count] = std::stoi(digits);
        if (text.empty() || after[time.count].find(text[0]) == std::string_view::npos) {
            ++time.count;
            break;
        }
        ++time.count;
        text.remove_prefix(1);
    }
    return time.count >= 3 && time.count != 4 ? std::optional(time) : std::nullopt;
}

/// "+0800", "+08:00", "Z" as RFC 3339 writes it.
std::optional<std::string> takeOffset(std::string_view& text) {
    if (text.empty()) return "";
    if (text == "Z") {
        text = {};
        return "Z";
    }
    const char way = text[0];
    std::string digits;
    for (const char c : text.substr(1)) {
        if (c != ':') digits += c;
    }
    if ((way != '+' && way != '-') || digits.size() != 4 || !std::all_of(digits.begin(), digits.end(), isDigit)) {
        return std::nullopt;
    }
    text = {};
    return way + digits.substr(0, 2) + ":" + digits.substr(2);
}

std::string two(int number) {
    return {static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

}  // namespace

std::string readTime(std::string_view text) {
    text = trimmed(text);
    const bool compact = text.size() >= 8 && std::all_of(text.begin(), text.begin() + 8, isDigit);
    const bool divided = compact && text.size() > 8 && (text[8] == ' ' || text[8] == 'T');
    if (divided) {  // then the clock may have separators, too
        std::string separated(text);
        return readTime(separated.insert(6, "-").insert(4, "-"));
    }
    auto time = compact ? takeCompact(text) : takeSeparated(text);
    if (!time) return {};
    std::string fraction;
    if (time->count == 6 && text.starts_with('.')) {
        text.remove_prefix(1);
        fraction = "." + takeDigits(text);
        if (fraction.size() == 1) return {};
    }
    const auto offset = takeOffset(text);
    const auto& [year, month, day, hour, minute, second] = time->parts;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!offset || !date.ok() || hour > 23 || minute > 59 || second > 60) return {};
    std::string result = two(year / 100) + two(year % 100) + "-" + two(month) + "-" + two(day);
    if (time->count == 3) return offset->empty() ? result : std::string();
    return result + "T" + two(hour) + ":" + two(minute) + ":" + two(second) + fraction + *offset;
}

std::optional<std::string> hexText(std::string_view digits) {
    std::string bytes;
    if (digits.empty() || digits.size() % 2 != 0) return std::nullopt;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        unsigned value = 0;
        const char* const end = digits.data() + i + 2;
        if (std::from_chars(digits.data() + i, end, value, 16).ptr != end) return std::nullopt;
        bytes += static_cast<char>(value);
    }
    return isUtf8(bytes) ? std::optional(bytes) : std::nullopt;
}

std::string hexOf(char byte) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    const auto value = static_cast<unsigned char>(byte);
    return {digits[value >> 4U], digits[value & 0x0FU]};
}

void setValue(Observation& observation, std::string_view value, char decimalSign) {
    observation.value = trimmed(value);
    const auto number = readNumber(observation.value, decimalSign);
    observation.decimal = number ? std::optional(number->decimal) : std::nullopt;
    observation.comparator = number ? number->comparator : Comparator::None;
}

}  // namespace touchstone::instruments
