#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "instruments/formats/JcampAlphabet.h"
#include "instruments/formats/JcampMarks.h"

namespace touchstone::instruments::jcamp {

/// What was read last in a row, so that a repeat count would repeat it; behind the row: how it ended.
enum class Last : std::uint8_t { Nothing, Value, Difference };

/// The last ordinate, units / 10^scale, and the last difference between whole ones.
struct Running {
    static constexpr std::uint32_t unknown = 99;  ///< a scale: to this ordinate no difference can be added

    std::int64_t units = 0, step = 0;
    std::uint32_t scale = unknown;
    Last last = Last::Nothing;
};

/// A row that was read.
struct PlainRow {
    double x = 0;
    double* end = nullptr;     ///< behind its ordinates
    const char* at = nullptr;  ///< where its line ends, or a comment begins
    std::uint32_t xScale = 0;  ///< decimals that x was written with
    std::uint32_t finest = 0;  ///< most decimals that an ordinate was written with
};

/// The short way through a table of the form (X++(Y..Y)), for rows as nearly all are: an abscissa and ordinates without
/// exponents, none of more than 14 digits, differences between whole numbers, repeat counts. Such numbers are exact in
/// an integer of 64 bits and, divided by a power of ten, the nearest doubles.
class PlainRows {
public:
    /// So many ordinates a row needs room for, repeats not counted.
    static constexpr std::size_t room = Marks::window;

    PlainRows(std::string_view table, const Alphabet& alphabet) : table_(table), alphabet_(alphabet) {}

    /// The row that begins there, its ordinates from y on. False where it needs the long way, or more than y to yEnd
    /// has room for; y and row then hold anything, and where to go on from is to be said anew. isCheck: the first ordinate
    /// is another one's check, to which no difference is added.
    [[nodiscard]] bool read(const char* at, bool isCheck, double* y, const double* yEnd, PlainRow& row);

    /// Where the rows that were read have come to.
    [[nodiscard]] const Running& running() const { return running_; }
    void goOnFrom(const Running& running) { running_ = running; }

private:
    using Mark = const std::uint16_t*;
    struct Plain;

    bool findMark(const char* at);
    bool abscissa(PlainRow& row);
    bool ordinates(PlainRow& row, const double* yEnd, bool isCheck);
    [[nodiscard]] Plain plain(Mark mark) const;
    [[nodiscard]] const char* place(Mark mark) const { return marks_.begin() + *mark; }
    [[nodiscard]] const Meaning& meaning(char c) const { return alphabet_[static_cast<unsigned char>(c)]; }
    [[nodiscard]] const Meaning& at(Mark mark) const { return meaning(*place(mark)); }

    std::string_view table_;
    const Alphabet& alphabet_;
    Marks marks_;
    Mark mark_ = nullptr;  ///< how far the rows were read
    Running running_;
};

}  // namespace touchstone::instruments::jcamp
