#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "instruments/formats/Observation.h"

/// What the chromatography data systems have in common.
namespace touchstone::instruments::cds {

struct Quantity {
    std::string text;  ///< as written; empty where the file does not have it
    std::string unit;
};

struct Peak {
    std::string compound;  ///< empty where the system found no name for it
    std::string channel;   ///< detector or signal
    std::string flags;     ///< how it was integrated, as written
    Quantity amount, concentration, area, height, retentionTime, areaPercent;
    char decimalSign = '.';
    Span span;
};

/// One rule for all systems: the compound's name alone is the code of the amount that the system reports, and of
/// nothing else, so that an area never passes for a result; "Caffeine/area", "/height", "/retention_time",
/// "/area_percent" and "/concentration" are the other quantities. A peak without a name goes by its retention time as
/// written: "2.677/area". The name of an observation tells the channel, where there is one.
/// injection: what is the same for all its peaks. A peak of an injection that names no specimen is a warning.
void addPeak(const Observation& injection, const Peak& peak, Reading& reading);

/// Standards are calibrations, checks and blanks are controls: told by the words that the systems use.
[[nodiscard]] ObservationKind kindOf(std::string_view sampleType);

/// Which of two numbers between slashes is the day. Never guessed: only another date of the same file can tell.
enum class DayOrder : std::uint8_t { Unknown, DayFirst, MonthFirst };

/// What a date tells of the order: "21/08/2024" that the day comes first.
[[nodiscard]] DayOrder dayOrder(std::string_view date);

/// "23-Aug-22, 12:48:20", "21.2.2012. 13:16:57", "10/17/2016 7:55:06 PM", "Thu Jun 06 17:25:48 2024" and what
/// readTime reads. Empty where the day cannot be told from the month.
[[nodiscard]] std::string readDate(std::string_view text, DayOrder order = DayOrder::Unknown);

/// Watches numbers for their decimal sign.
class DecimalEvidence {
public:
    void look(std::string_view number);
    /// ',' only where it can be nothing else: "0,05", "12,5", never a point; '.' where there was no comma. Nothing
    /// where it cannot be told: "1,234" alone, or both signs.
    [[nodiscard]] std::optional<char> sign() const;

private:
    bool point_ = false, comma_ = false, decimalComma_ = false;
};

/// Binary floating point, for points of series.
[[nodiscard]] std::optional<double> readDouble(std::string_view text, char decimalSign = '.');

}  // namespace touchstone::instruments::cds
