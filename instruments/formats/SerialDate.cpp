#include "instruments/formats/SerialDate.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

constexpr double lastSerial = 2'958'466;  // 10000-01-01

void appendNumber(std::string& text, unsigned number, std::size_t digits) {
    const std::string written = std::to_string(number);
    text.append(digits - std::min(digits, written.size()), '0').append(written);
}

std::string dateText(int days, bool from1904) {
    using namespace std::chrono_literals;
    using std::chrono::sys_days;
    // Day 60 of the 1900 system is a 29 February that was none: what comes before it counts from one day later.
    const auto epoch = from1904 ? sys_days(1904y / 1 / 1) : sys_days(1899y / 12 / (days < 60 ? 31 : 30));
    const std::chrono::year_month_day date(epoch + std::chrono::days(days));
    std::string text;
    appendNumber(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    appendNumber(text += '-', static_cast<unsigned>(date.month()), 2);
    appendNumber(text += '-', static_cast<unsigned>(date.day()), 2);
    return text;
}

/// Whether a number format shows a part of the number by one of these letters.
bool shows(std::string_view code, std::string_view letters) {
    for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
        if (code[i] == '"' || code[i] == '[') {
            const std::size_t close = code.find(code[i] == '"' ? '"' : ']', i + 1);
            if (close == std::string_view::npos) return false;
            i = close;
        } else if (code[i] == '\\' || code[i] == '_' || code[i] == '*') {
            ++i;
        } else if (letters.find(code[i]) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string serialDate(double serial, bool from1904) {
    if (!(serial >= 0) || serial >= lastSerial) return {};
    auto days = static_cast<int>(serial);
    auto seconds = static_cast<unsigned>(std::lround((serial - days) * 86'400));
    if (seconds == 86'400) {
        ++days;
        seconds = 0;
    }
    std::string text = serial >= 1 ? dateText(days, from1904) : std::string();
    if (seconds == 0 && !text.empty()) return text;
    if (!text.empty()) text += 'T';
    appendNumber(text, seconds / 3'600, 2);
    appendNumber(text += ':', seconds / 60 % 60, 2);
    appendNumber(text += ':', seconds % 60, 2);
    return text;
}

bool isDateFormat(std::string_view code) {
    return shows(code, "yYmMdDhHsS");
}

bool isBuiltInDateFormat(std::size_t id) {
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

bool isPercentFormat(std::string_view code) {
    return shows(code, "%");
}

bool isBuiltInPercentFormat(std::size_t id) {
    return id == 9 || id == 10;
}

std::string percentOf(const std::string& stored) {
    const auto number = readNumber(stored);
    const auto hundredfold = number ? readNumber(number->decimal + "e2") : std::nullopt;
    return hundredfold ? hundredfold->decimal + "%" : stored;
}

}  // namespace touchstone::instruments
