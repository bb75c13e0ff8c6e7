#include "instruments/formats/AnimlSeries.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "instruments/formats/Text.h"

namespace touchstone::instruments::animl {
namespace {

struct TypeName {
    ValueType type;
    std::string_view name, element;
};
constexpr std::array<TypeName, 10> types{{
    {ValueType::Int32, "Int32", "I"},
    {ValueType::Int64, "Int64", "L"},
    {ValueType::Float32, "Float32", "F"},
    {ValueType::Float64, "Float64", "D"},
    {ValueType::String, "String", "S"},
    {ValueType::Boolean, "Boolean", "Boolean"},
    {ValueType::DateTime, "DateTime", "DateTime"},
    {ValueType::EmbeddedXml, "EmbeddedXML", "EmbeddedXML"},
    {ValueType::Png, "PNG", "PNG"},
    {ValueType::Svg, "SVG", "SVG"},
}};

constexpr std::uint64_t longestAxis = 1'000'000;  // of a set in which nothing is written down

[[noreturn]] void refuse(const char* code, std::string text, Span span, std::string about = {}) {
    throw Refusal{{code, std::move(text), span, std::move(about)}};
}

template <class T>
double integer(std::string_view text, Span span) {
    T value = 0;
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        refuse("bad_value", "not a whole number", span, std::string(clipped(text, 40)));
    return static_cast<double>(value);
}

double floating(std::string_view text, Span span) {
    if (text == "INF") return std::numeric_limits<double>::infinity();
    if (text == "-INF") return -std::numeric_limits<double>::infinity();
    if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const bool digits = text.find_first_of("0123456789") != std::string_view::npos;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!digits || error != std::errc() || end != text.data() + text.size()) {
        refuse("bad_value", "not a number", span, std::string(clipped(text, 40)));
    }
    return value;
}

/// 0 to 63; -1 for a blank, -2 for a '=', -3 for anything else.
int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    if (c == '/') return 63;
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return -1;
    return c == '=' ? -2 : -3;
}

std::vector<std::uint8_t> fromBase64(std::string_view text, Span span) {
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    std::size_t sextets = 0, padding = 0;
    for (const char c : text) {
        const int value = sextet(c);
        if (value == -1) continue;
        if (value == -2) {
            ++padding;
            continue;
        }
        if (value == -3 || padding != 0) refuse("bad_base64", "encoded values are no base64", span);
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        if (++sextets % 4 == 0) {
            bytes.insert(bytes.end(), {static_cast<std::uint8_t>(bits >> 16U), static_cast<std::uint8_t>(bits >> 8U),
                                       static_cast<std::uint8_t>(bits)});
        }
    }
    if (sextets % 4 == 1 || padding > 2 || (sextets + padding) % 4 != 0) {
        refuse("bad_base64", "encoded values are cut off", span);
    }
    if (sextets % 4 >= 2) bytes.push_back(static_cast<std::uint8_t>(bits >> (sextets % 4 == 2 ? 4U : 10U)));
    if (sextets % 4 == 3) bytes.push_back(static_cast<std::uint8_t>(bits >> 2U));
    return bytes;
}

template <class Word, class Value>
double littleEndian(const std::uint8_t* at) {
    Word word = 0;
    for (std::size_t i = sizeof(Word); i > 0; --i) word = static_cast<Word>(word << 8U | at[i - 1]);
    return static_cast<double>(std::bit_cast<Value>(word));
}

double valueAt(const MeasuredSeries& series, std::uint64_t index) {
    const auto after = std::ranges::upper_bound(series.sets, index, {}, &ValueSet::start);
    if (after == series.sets.begin()) return std::numeric_limits<double>::quiet_NaN();
    const ValueSet& set = *(after - 1);
    if (index >= set.end) return std::numeric_limits<double>::quiet_NaN();
    const std::uint64_t i = index - set.start;
    return set.automatic ? set.first + static_cast<double>(i) * set.increment : series.values[set.at + i];
}

bool isAxis(const MeasuredSeries& series) {
    return series.independent && isNumeric(series.type) && !series.sets.empty();
}

}  // namespace

std::optional<ValueType> valueType(std::string_view name) {
    const auto found = std::ranges::find(types, name, &TypeName::name);
    return found == types.end() ? std::nullopt : std::optional(found->type);
}

std::string_view elementOf(ValueType type) {
    return types.at(static_cast<std::size_t>(type)).element;
}

bool isNumeric(ValueType type) {
    return type <= ValueType::Float64;
}

double numberOf(ValueType type, std::string_view text, Span span) {
    if (type == ValueType::Int32) return integer<std::int32_t>(text, span);
    if (type == ValueType::Int64) return integer<std::int64_t>(text, span);
    return floating(text, span);
}

std::vector<double> decodeValues(ValueType type, std::string_view base64, Span span) {
    if (!isNumeric(type)) refuse("type_mismatch", "encoded values in a series that is not of numbers", span);
    const std::vector<std::uint8_t> bytes = fromBase64(base64, span);
    const std::size_t size = type == ValueType::Int32 || type == ValueType::Float32 ? 4 : 8;
    if (bytes.size() % size != 0) {
        refuse("byte_count", "the bytes are no whole number of values", span, std::to_string(bytes.size()));
    }
    std::vector<double> values;
    values.reserve(bytes.size() / size);
    for (std::size_t at = 0; at < bytes.size(); at += size) {
        const std::uint8_t* const word = bytes.data() + at;
        if (type == ValueType::Int32) values.push_back(littleEndian<std::uint32_t, std::int32_t>(word));
        if (type == ValueType::Int64) values.push_back(littleEndian<std::uint64_t, std::int64_t>(word));
        if (type == ValueType::Float32) values.push_back(littleEndian<std::uint32_t, float>(word));
        if (type == ValueType::Float64) values.push_back(littleEndian<std::uint64_t, double>(word));
    }
    return values;
}

void SeriesSet::place(MeasuredSeries& series) const {
    std::uint64_t next = 0;
    for (ValueSet& set : series.sets) {
        set.start = set.declaredStart.value_or(next);
        if (set.start > length_)
            refuse("index_out_of_range", "values begin behind the end of a series", series.span, series.name);
        if (set.declaredEnd && (*set.declaredEnd >= length_ || *set.declaredEnd < set.start)) {
            refuse("index_out_of_range", "values end outside of a series", series.span, series.name);
        }
        set.end = set.automatic ? (set.declaredEnd ? *set.declaredEnd + 1 : length_) : set.start + set.count;
        if (set.declaredEnd && set.end != *set.declaredEnd + 1) {
            refuse("value_count", "a series holds more or fewer values than their places", series.span,
                   series.name + ": " + std::to_string(set.count));
        }
        if (set.end > length_) refuse("length_mismatch", "a series is longer than its set", series.span, series.name);
        next = set.end;
    }
}

void SeriesSet::add(MeasuredSeries series, std::vector<Finding>& warnings) {
    place(series);
    std::ranges::stable_sort(series.sets, {}, &ValueSet::start);
    std::uint64_t covered = 0, behind = 0;
    bool sparse = false;
    for (const ValueSet& set : series.sets) {
        if (set.start < behind) refuse("values_overlap", "values of a series overlap", series.span, series.name);
        covered += set.end - set.start;
        behind = set.end;
        sparse = sparse || set.declaredStart || set.declaredEnd;
    }
    if (covered != length_ && !sparse && !series.sets.empty()) {
        refuse("length_mismatch", "a series is not as long as its set declares", series.span,
               series.name + ": " + std::to_string(length_) + " ≠ " + std::to_string(covered));
    }
    if (covered != length_) {
        warnings.push_back({"values_missing", "a series does not cover its set", series.span, series.name});
    }
    const auto same = [&](const MeasuredSeries& other) { return other.id == series.id; };
    if (!std::exchange(duplicate_, std::ranges::any_of(series_, same) || duplicate_) && duplicate_) {
        warnings.push_back({"duplicate_series_id", "two series of a set have one id", series.span, series.id});
    }
    series_.push_back(std::move(series));
}

void SeriesSet::give(const SeriesSink& sink, std::vector<Finding>& warnings) const {
    const bool written = std::ranges::any_of(series_, [](const MeasuredSeries& s) { return !s.values.empty(); });
    if (!written && length_ > longestAxis && !series_.empty()) {
        refuse("too_long", "a set declares many points and writes none down", span_, std::to_string(length_));
    }
    const auto axis = std::ranges::find_if(series_, isAxis);
    if (std::ranges::count_if(series_, isAxis) > 1) {
        warnings.push_back(
            {"more_axes", "a set has more than one independent series; the first is taken for x", span_});
    }
    for (const MeasuredSeries& y : series_) {
        if (!y.independent && !isNumeric(y.type)) {
            warnings.push_back({"text_series", "a series is not of numbers and left out", y.span, y.name});
        }
        if (y.independent || y.values.empty() || !sink) continue;
        Series series{.name = y.name, .kind = y.kind, .xUnit = {}, .unit = y.unit, .x = {}, .y = {}, .span = y.span};
        if (axis != series_.end()) series.xUnit = axis->unit;
        series.x.reserve(y.values.size());
        series.y.reserve(y.values.size());
        for (const ValueSet& set : y.sets) {
            if (set.automatic) continue;
            for (std::uint64_t i = set.start; i < set.end; ++i) {
                series.x.push_back(axis != series_.end() ? valueAt(*axis, i) : static_cast<double>(i));
                series.y.push_back(y.values[set.at + (i - set.start)]);
            }
        }
        sink(std::move(series));
    }
}

}  // namespace touchstone::instruments::animl
