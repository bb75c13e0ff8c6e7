#include "instruments/formats/JcampPlainRows.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "instruments/formats/JcampNumber.h"

namespace touchstone::instruments::jcamp {
namespace {

constexpr std::size_t maxDigits = 14;
constexpr std::uint64_t largest = 1'000'000'000'000'000;

bool isLarge(std::int64_t units) {
    return static_cast<std::uint64_t>(units) + largest > 2 * largest;
}

/// The number that the last characters before `end` are, `count` digits of eight characters that can be read.
inline std::uint64_t upToEight(const char* end, std::size_t count) {
    static constexpr std::array<std::uint64_t, 9> kept{
        0,
        0xFF00000000000000,
        0xFFFF000000000000,
        0xFFFFFF0000000000,
        0xFFFFFFFF00000000,
        0xFFFFFFFFFF000000,
        0xFFFFFFFFFFFF0000,
        0xFFFFFFFFFFFFFF00,
        0xFFFFFFFFFFFFFFFF,
    };
    std::uint64_t eight = 0;
    std::memcpy(&eight, end - sizeof eight, sizeof eight);
    return numberOf((eight ^ 0x3030303030303030U) & kept[count]);
}

/// How many digits stand behind a mark.
inline std::size_t lengthBehind(const std::uint16_t* mark) {
    return std::size_t{mark[1]} - mark[0] - 1;
}

/// The number that they are; of more than 16 the last ones.
inline std::uint64_t digitsBehind(const char* text, const std::uint16_t* mark) {
    const char* const end = text + mark[1];
    const std::size_t count = lengthBehind(mark);
    if (count <= 8) return upToEight(end, count);
    return upToEight(end - 8, std::min<std::size_t>(count - 8, 8)) * wholePowers[8] + upToEight(end, 8);
}

}  // namespace

/// units / 10^scale up to a mark, or nullptr.
struct PlainRows::Plain {
    std::uint64_t units;
    std::uint32_t scale;
    Mark end;
};

/// Sets mark_ to the character in front of a row. False where the window does not hold the row, or the bytes in front
/// of it are too few to be read eight at a time.
bool PlainRows::findMark(const char* at) {
    if (at - table_.data() < 16) return false;
    if (at >= marks_.end()) {
        marks_.take(at - 1, table_.data() + table_.size());
        mark_ = marks_.first();
    }
    if (at >= marks_.end()) return false;
    while (place(mark_) < at - 1) ++mark_;
    return place(mark_) == at - 1;
}

std::optional<PlainRow> PlainRows::read(const char* at, bool isCheck, double* y, const double* yEnd) {
    std::optional<PlainRow> row;
    if (static_cast<std::size_t>(yEnd - y) < room || !findMark(at)) return row;
    if (isCheck) running_.scale = Running::unknown;
    running_.last = Last::Nothing;
    row.emplace().end = y;
    if (!abscissa(*row) || !ordinates(*row, yEnd)) row.reset();
    return row;
}

bool PlainRows::abscissa(PlainRow& row) {
    if (lengthBehind(mark_) == 0 && at(mark_ + 1).sort <= Sort::Minus) ++mark_;
    const std::int64_t sign = at(mark_).sign;
    const std::size_t digits = lengthBehind(mark_);
    if (digits > maxDigits) return false;
    Plain x{digitsBehind(marks_.begin(), mark_), 0, mark_ + 1};
    if (at(x.end).extends) x = extended(x.end, x.units, digits);
    if (x.end == nullptr || digits + x.scale == 0) return false;
    row.x = static_cast<double>(static_cast<std::int64_t>(x.units) * sign) / powers[x.scale];
    row.xScale = x.scale;
    mark_ = x.end;
    return true;
}

/// What may follow digits and belong to their number. Not plain: more than one point, an exponent.
PlainRows::Plain PlainRows::extended(Mark mark, std::uint64_t units, std::size_t digits) const {
    std::size_t scale = 0;
    if (at(mark).sort == Sort::Point) {
        scale = lengthBehind(mark);
        if (scale == 0 || digits + scale > maxDigits) return {0, 0, nullptr};
        units = units * wholePowers[scale] + digitsBehind(marks_.begin(), mark);
        ++mark;
        if (at(mark).sort == Sort::Point) return {0, 0, nullptr};
    }
    const bool exponent = at(mark).extends && alphabet_[static_cast<unsigned char>(place(mark)[1])].isSign();
    return {units, static_cast<std::uint32_t>(scale), exponent ? nullptr : mark};
}

bool PlainRows::ordinates(PlainRow& row, const double* yEnd) {
    const char* const text = marks_.begin();
    Mark mark = mark_;
    double* y = row.end;
    std::int64_t units = running_.units;
    for (;;) {
        const Meaning& m = at(mark);
        if (m.sort > Sort::Difference) {
            row.end = y;
            running_.units = units;
            if (m.sort != Sort::Repeat) {
                row.at = place(mark);
                mark_ = mark;
                return m.sort == Sort::LineEnd || m.sort == Sort::Comment;
            }
            if (!repeat(row, mark, yEnd)) return false;
            ++mark;
            y = row.end;
            units = running_.units;
            continue;
        }
        if (m.sort == Sort::Blank && text[*mark + 1] == ' ') {
            ++mark;
            continue;
        }
        const std::size_t digits = lengthBehind(mark);
        if (digits - 1 >= maxDigits) {  // none, or too many
            if (digits > 0) return false;
            if (m.sort <= Sort::Minus && at(mark + 1).sort != Sort::Point) {
                if (m.sort != Sort::Blank) return false;
                ++mark;
                continue;
            }
        }
        std::uint64_t magnitude = digitsBehind(text, mark);
        magnitude += m.digit * wholePowers[digits];
        ++mark;
        if (at(mark).extends) [[unlikely]] {
            const Plain number = extended(mark, magnitude, digits);
            if (number.end == nullptr || m.sort == Sort::Difference) return false;
            mark = number.end;
            units = static_cast<std::int64_t>(number.units) * m.sign;
            running_.scale = number.scale;
            running_.last = Last::Value;
            row.finest = std::max(row.finest, number.scale);
            *y++ = static_cast<double>(units) / powers[number.scale];
            continue;
        }
        const std::int64_t value = static_cast<std::int64_t>(magnitude) * m.sign;
        if (m.sort == Sort::Difference) {
            units += value;
            if (running_.scale != 0 || isLarge(units)) return false;
            running_.step = value;
            running_.last = Last::Difference;
        } else {
            units = value;
            running_.scale = 0;
            running_.last = Last::Value;
        }
        *y++ = static_cast<double>(units);
    }
}

bool PlainRows::repeat(PlainRow& row, Mark mark, const double* yEnd) {
    const std::size_t digits = lengthBehind(mark);
    if (running_.last == Last::Nothing || digits > 8) return false;
    std::uint64_t count = at(mark).digit * wholePowers[digits] + digitsBehind(marks_.begin(), mark);
    if (count + room > static_cast<std::uint64_t>(yEnd - row.end)) return false;
    for (; count > 1; --count) {
        if (running_.last == Last::Difference) {
            running_.units += running_.step;
            if (isLarge(running_.units)) return false;
            *row.end = static_cast<double>(running_.units);
        } else {
            *row.end = row.end[-1];
        }
        ++row.end;
    }
    return true;
}

}  // namespace touchstone::instruments::jcamp
