#include "server/regulators/Letter.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "server/core/Bytes.h"

namespace touchstone::regulators {
namespace {

constexpr std::size_t kWordBytes = 42;  // as base64 with its frame fewer than 75 characters
constexpr std::size_t kBodyLine = 76;

bool isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool isAtom(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return isLetterOrDigit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
    });
}

bool isLabel(std::string_view text) {
    return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
           std::ranges::all_of(text, [](char c) { return isLetterOrDigit(c) || c == '-'; });
}

/// Each part between dots is one; gives their count, or 0.
template <class Rule>
std::size_t parts(std::string_view text, Rule rule) {
    std::size_t count = 0;
    while (true) {
        const std::size_t dot = text.find('.');
        if (!rule(text.substr(0, dot))) return 0;
        ++count;
        if (dot == std::string_view::npos) return count;
        text.remove_prefix(dot + 1);
    }
}

bool isContinuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// "Sun, 22 Nov 2026 02:00:00 +0000" (RFC 5322 3.3).
std::string dateText(Instant at) {
    constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const Date day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day parts(day);
    const std::string time = toRfc3339(at).substr(11, 8);
    return std::string(kDays[std::chrono::weekday(day).c_encoding()]) + ", " +
           std::to_string(static_cast<unsigned>(parts.day())) + " " + kMonths[static_cast<unsigned>(parts.month()) - 1] +
           " " + std::to_string(static_cast<int>(parts.year())) + " " + time + " +0000";
}

std::string withCrlf(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\r') continue;
        if (c == '\n') out += '\r';
        out += c;
    }
    return out;
}

}  // namespace

bool isAddress(std::string_view text) {
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos || at > 64 || text.size() > 254) return false;
    return parts(text.substr(0, at), isAtom) > 0 && parts(text.substr(at + 1), isLabel) > 1;
}

std::string headerText(std::string_view utf8) {
    std::string clean(utf8);
    std::ranges::replace_if(
        clean, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }, ' ');
    const bool plain = std::ranges::all_of(clean, [](char c) { return c > 0; }) && clean.size() <= 60 &&
                       clean.find("=?") == std::string::npos;
    if (plain) return clean;
    std::string out;
    for (std::string_view rest = clean; !rest.empty();) {
        std::size_t take = std::min(rest.size(), kWordBytes);
        while (take > 1 && take < rest.size() && isContinuation(rest[take])) --take;
        if (!out.empty()) out += "\r\n ";
        out += "=?utf-8?B?" + toBase64(rest.substr(0, take)) + "?=";
        rest.remove_prefix(take);
    }
    return out;
}

std::string compose(const Letter& letter) {
    if (!isAddress(letter.from) || !isAddress(letter.to)) throw std::invalid_argument("not an address");
    std::string out = "From: <" + letter.from + ">\r\nTo: <" + letter.to + ">\r\nSubject: " + headerText(letter.subject) +
                      "\r\nDate: " + dateText(letter.at) + "\r\nMessage-ID: <" + letter.id +
                      letter.from.substr(letter.from.find('@')) + ">\r\n";
    if (!letter.unsubscribe.empty()) out += "List-Unsubscribe: <" + letter.unsubscribe + ">\r\n";
    out += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
           "Content-Transfer-Encoding: base64\r\n\r\n";
    const std::string body = toBase64(withCrlf(letter.body));
    for (std::size_t from = 0; from < body.size(); from += kBodyLine) out += body.substr(from, kBodyLine) + "\r\n";
    return out;
}

}  // namespace touchstone::regulators
