#include "instruments/formats/Measured.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <utility>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Pattern.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t sureDigits = 15;  // of a double

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// What "0,125" or "-43,6" says of the sign; "1,250" may be a thousand as well and says nothing.
bool betraysComma(std::string_view value) {
    const std::size_t comma = value.find(',');
    if (comma == std::string_view::npos || value.find(',', comma + 1) != std::string_view::npos) return false;
    const std::string_view whole = value.substr(0, comma), fraction = value.substr(comma + 1);
    const auto digits = std::ranges::find_if_not(fraction, isDigit) - fraction.begin();
    return digits > 0 && (digits != 3 || whole.ends_with("-0") || whole == "0") && readNumber(value, ',').has_value();
}

bool betraysPoint(std::string_view value) {
    return value.find('.') != std::string_view::npos && readNumber(value, '.').has_value();
}

/// The sign of the file; nothing where values contradict each other.
std::optional<char> decimalSign(const std::vector<Measured>& measured, const std::vector<Trace>& traces,
                                const Mapping& mapping) {
    if (!mapping.decimalAuto) return mapping.decimal;
    const auto anyValue = [&](bool (*betrays)(std::string_view)) {
        return std::ranges::any_of(measured, [&](const Measured& m) { return betrays(m.observation.value); }) ||
               std::ranges::any_of(traces, [&](const Trace& t) { return std::ranges::any_of(t.y, betrays); });
    };
    const auto anyPlace = [&](bool (*betrays)(std::string_view)) {
        return std::ranges::any_of(traces, [&](const Trace& t) { return std::ranges::any_of(t.x, betrays); });
    };
    const bool comma = anyValue(betraysComma), point = anyValue(betraysPoint);
    if (!comma && !point) return anyPlace(betraysComma) && !anyPlace(betraysPoint) ? ',' : '.';
    if (comma && point) return std::nullopt;
    return comma ? ',' : '.';
}

DateOrder dateOrder(const std::vector<Measured>& measured, const Mapping& mapping) {
    if (!mapping.datesAuto) return mapping.dates;
    DateOrder found = DateOrder::Unknown;
    for (const Measured& m : measured) {
        const DateOrder one = orderOf(m.observation.observedAt);
        if (one == DateOrder::Unknown || one == found) continue;
        if (found != DateOrder::Unknown) return DateOrder::Unknown;
        found = one;
    }
    return found;
}

/// Half away from zero at the last sure digit.
std::string rounded(const std::string& decimal) {
    const std::size_t point = decimal.find('.');
    const std::size_t first = decimal.find_first_of("123456789");
    if (point == std::string::npos || first == std::string::npos) return decimal;
    std::size_t end = first;
    for (std::size_t digits = 0; end < decimal.size() && digits < sureDigits; ++end) {
        if (decimal[end] != '.') ++digits;
    }
    if (end >= decimal.size() || end <= point) return decimal;
    std::string kept = decimal.substr(0, end);
    if (decimal[end] >= '5') {
        std::size_t at = kept.size();
        while (at-- > 0 && (kept[at] == '9' || kept[at] == '.')) {
            if (kept[at] == '9') kept[at] = '0';
        }
        if (at < kept.size() && isDigit(kept[at])) {
            ++kept[at];
        } else {
            kept.insert(kept.find_first_of("0123456789"), "1");
        }
    }
    kept.erase(kept.find_last_not_of('0') + 1);
    if (kept.ends_with('.')) kept.pop_back();
    return kept;
}

/// A blank between thousands may be one that does not break, or a thin one.
void dropThousands(std::string& text, char sign) {
    static constexpr std::array<std::string_view, 3> blanks{"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"};
    if (sign == 0) return;
    std::erase(text, sign);
    if (sign != ' ') return;
    for (const std::string_view blank : blanks) {
        for (std::size_t at = text.find(blank); at != std::string::npos; at = text.find(blank, at)) {
            text.erase(at, blank.size());
        }
    }
}

/// Takes "%" and a remark in brackets off the text of a number.
std::string bare(Observation& o, const Mapping& mapping, char sign) {
    std::string text = o.value;
    const std::size_t bracket = text.find(" (");
    if (bracket != std::string::npos && readNumber(text.substr(0, bracket), sign)) {
        const std::string remark = squeezed(text.substr(bracket));
        o.flags += (o.flags.empty() ? "" : " ") + remark;
        text.resize(bracket);
    }
    dropThousands(text, mapping.thousands);
    if (text.ends_with('%') && readNumber(text.substr(0, text.size() - 1), sign)) {
        text.pop_back();
        o.unit = "%";
    }
    return text;
}

void settleValue(Measured& measured, const Mapping& mapping, std::optional<char> sign) {
    Observation& o = measured.observation;
    const std::string value = o.value;
    const char decimal = measured.binary ? '.' : sign.value_or('.');
    setValue(o, bare(o, mapping, decimal), decimal);
    if (!sign && !measured.binary && value.find_first_of(".,") != std::string::npos) o.decimal.reset();
    if (measured.binary && o.decimal) o.decimal = rounded(*o.decimal);
    o.value = value;
}

/// "0:02:30" is 150; "" where it is no time.
std::string secondsOf(std::string_view text) {
    double seconds = 0;
    if (text.find(':') == std::string_view::npos) return {};
    while (!text.empty()) {
        const std::size_t colon = std::min(text.find(':'), text.size());
        const auto part = readNumber(text.substr(0, colon));
        if (!part) return {};
        seconds = seconds * 60 + std::strtod(part->decimal.c_str(), nullptr);
        text.remove_prefix(std::min(colon + 1, text.size()));
    }
    return std::to_string(seconds);
}

/// "1 h 3 min" and "0 h 45 min 30 s" in seconds; "" where it is no such time.
std::string spokenSecondsOf(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, int>, 3> units{{{" h", 3600}, {" min", 60}, {" s", 1}}};
    double seconds = 0;
    bool any = false;
    for (const auto& [unit, size] : units) {
        const std::size_t at = text.find(unit);
        if (at == std::string_view::npos) continue;
        const std::size_t behind = at + unit.size();
        const auto part = readNumber(trimmed(text.substr(0, at)));
        if (!part || (behind < text.size() && text[behind] != ' ')) return {};
        seconds += size * std::strtod(part->decimal.c_str(), nullptr);
        text.remove_prefix(behind);
        any = true;
    }
    return any && trimmed(text).empty() ? std::to_string(seconds) : std::string();
}

double pointOf(const std::string& text, char sign) {
    std::string seconds = secondsOf(text);
    if (seconds.empty()) seconds = spokenSecondsOf(text);
    const auto number = seconds.empty() ? readNumber(text, sign) : readNumber(seconds);
    if (number) return std::strtod(number->decimal.c_str(), nullptr);
    const auto tiny = cds::readDouble(text, sign);  // 1.5E-38 is no decimal
    return tiny && std::isfinite(*tiny) ? *tiny : std::numeric_limits<double>::quiet_NaN();
}

std::vector<double> points(const std::vector<std::string>& texts, std::optional<char> sign) {
    std::vector<double> numbers;
    numbers.reserve(texts.size());
    for (const std::string& text : texts) numbers.push_back(pointOf(text, sign.value_or('.')));
    return numbers;
}

}  // namespace

bool isMissing(const Mapping& mapping, std::string_view text) {
    if (trimmed(text).empty()) return true;
    return std::ranges::any_of(mapping.missing, [&](const std::string& word) { return match(word, text).has_value(); });
}

void settle(std::vector<Measured> measured, std::vector<Trace> traces, const Mapping& mapping, Reading& reading,
            const SeriesSink& sink) {
    const auto sign = decimalSign(measured, traces, mapping);
    const DateOrder order = dateOrder(measured, mapping);
    if (!sign) reading.warnings.push_back({"decimal_unclear", "some values have a decimal point and some a comma", {}});
    std::string lastUnread;
    reading.observations.reserve(measured.size());
    for (Measured& m : measured) {
        settleValue(m, mapping, sign);
        const std::string when = std::exchange(m.observation.observedAt, {});
        if (!when.empty()) m.observation.observedAt = readDate(when, order);
        if (!when.empty() && m.observation.observedAt.empty() && when != lastUnread) {
            reading.warnings.push_back({"time_unread", "a time could not be read", m.observation.span, when});
            lastUnread = when;
        }
        reading.observations.push_back(std::move(m.observation));
    }
    for (Trace& trace : traces) {
        trace.series.x = points(trace.x, sign);
        trace.series.y = points(trace.y, sign);
        if (sink) sink(std::move(trace.series));
    }
}

}  // namespace touchstone::instruments
