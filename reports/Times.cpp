#include "reports/Times.h"

#include <openssl/err.h>

namespace touchstone::reports {
namespace {

std::optional<int> number(std::string_view text, std::size_t at, std::size_t length) {
    if (text.size() < at + length) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(at, length)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

// YYYYMMDDHHmmSS
std::optional<std::time_t> parseDigits(std::string_view text) {
    const auto year = number(text, 0, 4), month = number(text, 4, 2), day = number(text, 6, 2),
               hour = number(text, 8, 2), minute = number(text, 10, 2), second = number(text, 12, 2);
    if (!year || !month || !day || !hour || !minute || !second || *year < 1900 || *month < 1 || *month > 12 ||
        *day < 1 || *day > 31 || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    std::tm utc{};
    utc.tm_year = *year - 1900;
    utc.tm_mon = *month - 1;
    utc.tm_mday = *day;
    utc.tm_hour = *hour;
    utc.tm_min = *minute;
    utc.tm_sec = *second;
    return ::timegm(&utc);
}

}  // namespace

std::optional<std::time_t> parsePdfDate(std::string_view date) {
    constexpr std::size_t zoneAt = 16;
    if (!date.starts_with("D:") || date.size() <= zoneAt) return std::nullopt;
    const auto time = parseDigits(date.substr(2));
    if (!time) return std::nullopt;
    if (date[zoneAt] == 'Z') return time;
    const auto hours = number(date, zoneAt + 1, 2), minutes = number(date, zoneAt + 4, 2);
    if ((date[zoneAt] != '+' && date[zoneAt] != '-') || !hours || !minutes) return std::nullopt;
    return *time - (date[zoneAt] == '+' ? 1 : -1) * (*hours * 3600 + *minutes * 60);
}

std::optional<std::time_t> parseGeneralizedTime(std::string_view text) {
    constexpr std::size_t digits = 14;
    if (text.size() <= digits || text.back() != 'Z') return std::nullopt;
    const std::string_view fraction = text.substr(digits, text.size() - digits - 1);
    if (!fraction.empty() && (fraction[0] != '.' || fraction.find_first_not_of("0123456789", 1) != std::string::npos))
        return std::nullopt;
    return parseDigits(text);
}

std::optional<std::time_t> timeOf(const ASN1_TIME* time) {
    std::tm utc{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &utc) != 1) {
        ERR_clear_error();
        return std::nullopt;
    }
    return ::timegm(&utc);
}

std::string rfc3339(std::time_t time) {
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

}  // namespace touchstone::reports
