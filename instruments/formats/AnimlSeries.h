#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Observation.h"

/// The SeriesSets of AnIML 0.90 with the checks that its schema cannot make. Nothing is ever as large as a document
/// declares it: only values that stand in the document are kept, and what is counted up is worked out point by point.
namespace touchstone::instruments::animl {

/// Thrown by what makes the data untrustworthy; the reading is refused.
struct Refusal {
    Finding finding;
};

enum class ValueType : std::uint8_t {
    Int32,
    Int64,
    Float32,
    Float64,
    String,
    Boolean,
    DateTime,
    EmbeddedXml,
    Png,
    Svg
};

/// By the name that parameterType and seriesType use.
[[nodiscard]] std::optional<ValueType> valueType(std::string_view name);
/// The element that holds one such value: "I", "L", "F", "D", "S" …
[[nodiscard]] std::string_view elementOf(ValueType type);
[[nodiscard]] bool isNumeric(ValueType type);
/// XML Schema's numbers, with INF and NaN for the floating ones. Throws Refusal bad_value.
[[nodiscard]] double numberOf(ValueType type, std::string_view text, Span span);
/// The numbers of an EncodedValueSet: base64, little-endian. Throws Refusal bad_base64, byte_count or type_mismatch.
[[nodiscard]] std::vector<double> decodeValues(ValueType type, std::string_view base64, Span span);

/// Values at the places start, start + 1, … of their series.
struct ValueSet {
    std::optional<std::uint64_t> declaredStart, declaredEnd;
    bool automatic = false;  ///< value i is first + i * increment
    double first = 0, increment = 0;
    std::size_t at = 0, count = 0;     ///< in MeasuredSeries::values, for numbers that are written down
    std::uint64_t start = 0, end = 0;  ///< worked out by SeriesSet::add; end is behind the last
};

struct MeasuredSeries {
    std::string name, id, unit;
    ValueType type = ValueType::Float64;
    bool independent = false;
    std::vector<double> values;
    std::vector<ValueSet> sets;
    std::string firstText;  ///< the first value as written
    std::string kind;       ///< see Series
    Span span;
};

class SeriesSet {
public:
    SeriesSet(std::uint64_t length, Span span) : length_(length), span_(span) {}

    /// Throws Refusal: value_count, index_out_of_range, length_mismatch, values_overlap.
    void add(MeasuredSeries series, std::vector<Finding>& warnings);
    [[nodiscard]] std::uint64_t length() const { return length_; }
    [[nodiscard]] const std::vector<MeasuredSeries>& series() const { return series_; }
    /// Hands each dependent series of numbers to the sink; x is the first independent series of numbers, else the
    /// index. Throws Refusal too_long.
    void give(const SeriesSink& sink, std::vector<Finding>& warnings) const;

private:
    void place(MeasuredSeries& series) const;

    std::uint64_t length_;
    Span span_;
    std::vector<MeasuredSeries> series_;
    bool duplicate_ = false;  // a series id was given twice
};

}  // namespace touchstone::instruments::animl
