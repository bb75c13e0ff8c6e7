#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "instruments/formats/JcampAlphabet.h"
#include "instruments/formats/JcampMarks.h"
#include "instruments/formats/JcampOrdinates.h"

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

/// The short way through a table of the form (X++(Y..Y)), for rows as nearly all are: an abscissa and ordinates without
/// exponents, none of more than 14 digits, differences between whole numbers, repeat counts. Such numbers are exact in
/// an integer of 64 bits and, divided by a power of ten, the nearest doubles.
class PlainRows {
public:
    /// checks: a row behind one in DIF form begins with its last ordinate again.
    PlainRows(std::string_view table, const Alphabet& alphabet, bool checks)
        : table_(table), alphabet_(alphabet), checks_(checks) {}

    /// Adds the rows from there on, and gives where it ended: in front of a row that needs the long way, at a comment,
    /// or behind the table.
    const char* read(const char* at, Ordinates& out);

    /// What the rows that were read have come to.
    [[nodiscard]] const Running& running() const { return running_; }
    void goOnFrom(const Running& running) { running_ = running; }

private:
    using Mark = const std::uint16_t*;
    struct Plain;
    struct Token;
    struct Progress;

    bool findMark(const char* at);
    const char* rows(Ordinates& out);
    bool row(Progress& now, Ordinates& out);
    bool ordinates(Progress& now) const;
    bool ordinate(Progress& now) const;
    void values(Progress& now) const;
    void differences(Progress& now) const;
    bool repeat(Progress& now) const;
    [[nodiscard]] bool isBlankOrEmpty(Mark mark) const;
    [[nodiscard]] Token token(Mark mark, const Meaning* lead) const;
    [[nodiscard]] Plain plain(Mark mark) const;
    [[nodiscard]] double* first() { return y_.data() + 1; }
    [[nodiscard]] const char* place(Mark mark) const { return marks_.begin() + *mark; }
    [[nodiscard]] const Meaning& meaning(char c) const { return alphabet_[static_cast<unsigned char>(c)]; }
    [[nodiscard]] const Meaning& at(Mark mark) const { return meaning(*place(mark)); }

    std::string_view table_;
    const Alphabet& alphabet_;
    bool checks_;
    Marks marks_;
    Mark mark_ = nullptr;  ///< how far the rows were read
    Running running_;
    /// In front, the last ordinate before them; then those of a window, and of its repeat counts as many as there is
    /// room for.
    std::array<double, 1 + Marks::window + 1024> y_;
};

}  // namespace touchstone::instruments::jcamp
