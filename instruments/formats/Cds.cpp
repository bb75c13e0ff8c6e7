#include "instruments/formats/Cds.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "instruments/formats/Values.h"

namespace touchstone::instruments::cds {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

template <std::size_t n>
bool containsAny(std::string_view text, const std::array<std::string_view, n>& words) {
    return std::ranges::any_of(words, [&](std::string_view w) { return text.find(w) != std::string_view::npos; });
}

bool isZero(const Quantity& quantity, char decimalSign) {
    const auto number = readNumber(quantity.text, decimalSign);
    return number && number->decimal.find_first_of("123456789") == std::string::npos;
}

/// A system that looked for a compound and did not find it writes zeros.
bool notFound(const Peak& peak) {
    return !peak.compound.empty() && isZero(peak.area, peak.decimalSign) &&
           isZero(peak.retentionTime, peak.decimalSign);
}

}  // namespace

void addPeak(const Observation& injection, const Peak& peak, Reading& reading) {
    if (injection.specimen.empty()) {
        reading.warnings.push_back({"no_specimen", "a peak belongs to no sample", peak.span});
        return;
    }
    const std::string what = peak.compound.empty() ? std::string(trimmed(peak.retentionTime.text)) : peak.compound;
    const auto add = [&](const Quantity& quantity, std::string code) {
        if (!readNumber(quantity.text, peak.decimalSign) && code != peak.compound) return;
        Observation o = injection;
        o.code = std::move(code);
        setValue(o, quantity.text, peak.decimalSign);
        if (o.value.empty()) return;
        o.unit = quantity.unit;
        o.name = peak.channel.empty() ? what : what + " (" + peak.channel + ")";
        o.flags = peak.flags;
        if (notFound(peak)) o.flags += o.flags.empty() ? "not found" : " not found";
        o.span = peak.span;
        reading.observations.push_back(std::move(o));
    };
    if (!peak.compound.empty()) {
        add(peak.amount, peak.compound);
        add(peak.concentration, peak.compound + "/concentration");
        add(peak.retentionTime, peak.compound + "/retention_time");
    }
    add(peak.area, what + "/area");
    add(peak.areaPercent, what + "/area_percent");
    add(peak.height, what + "/height");
}

ObservationKind kindOf(std::string_view sampleType) {
    static constexpr std::array<std::string_view, 11> controls{
        "check", "control", "qc", "blank", "kontroll", "blind", "leerwert", "validat", "质控", "空白", "对照"};
    static constexpr std::array<std::string_view, 7> calibrations{"standard", "calib", "std", "kalibr",
                                                                  "标准",     "标样",  "校准"};
    const std::string type = lowered(sampleType);
    if (containsAny(type, controls)) return ObservationKind::Control;
    return containsAny(type, calibrations) ? ObservationKind::Calibration : ObservationKind::Sample;
}

void DecimalEvidence::look(std::string_view number) {
    number = trimmed(number);
    if (number.starts_with('-') || number.starts_with('+')) number.remove_prefix(1);
    const std::size_t end = std::min(number.find_first_of("eE"), number.size());
    const std::string_view mantissa = number.substr(0, end);
    if (mantissa.empty() || !std::ranges::all_of(mantissa, [](char c) { return isDigit(c) || c == '.' || c == ','; }))
        return;
    if (mantissa.find('.') != std::string_view::npos) point_ = true;
    const std::size_t comma = mantissa.find(',');
    if (comma == std::string_view::npos) return;
    comma_ = true;
    const bool thousands = mantissa.size() - comma - 1 == 3 && comma >= 1 && comma <= 3 && mantissa[0] != '0';
    if (mantissa.rfind(',') == comma && !thousands) decimalComma_ = true;
}

std::optional<char> DecimalEvidence::sign() const {
    if (!comma_) return '.';
    return decimalComma_ && !point_ ? std::optional(',') : std::nullopt;
}

std::optional<double> readDouble(std::string_view text, char decimalSign) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    std::array<char, 64> buffer{};
    if (text.empty() || text.size() > buffer.size()) return std::nullopt;
    const auto end = std::ranges::replace_copy(text, buffer.begin(), decimalSign, '.').out;
    if (decimalSign != '.' && text.find('.') != std::string_view::npos) return std::nullopt;
    double value = 0;
    const char* const last = buffer.data() + (end - buffer.begin());
    const auto [stopped, error] = std::from_chars(buffer.data(), last, value);
    return error == std::errc() && stopped == last ? std::optional(value) : std::nullopt;
}

}  // namespace touchstone::instruments::cds
