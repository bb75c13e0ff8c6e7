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

/// The number behind a mark, without its sign. Not plain: too many digits, more than one point, an exponent.
PlainRows::Plain PlainRows::plain(Mark mark) const {
    constexpr Plain none{0, 0, nullptr};
    const Meaning& lead = at(mark);
    const std::size_t digits = lengthBehind(mark);
    std::size_t scale = 0;
    if (digits > maxDigits) return none;
    std::uint64_t units = digitsBehind(marks_.begin(), mark) + lead.digit * wholePowers[digits];
    if (at(++mark).sort == Sort::Point) {
        scale = lengthBehind(mark);
        if (scale == 0 || digits + scale > maxDigits) return none;
        units = units * wholePowers[scale] + digitsBehind(marks_.begin(), mark);
        ++mark;
    }
    if (digits + scale == 0 && !lead.isPseudoDigit()) return none;
    const bool goesOn = at(mark).sort == Sort::Point || (at(mark).extends && meaning(place(mark)[1]).isSign());
    return {units, static_cast<std::uint32_t>(scale), goesOn ? nullptr : mark};
}

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

bool PlainRows::read(const char* at, bool isCheck, double* y, const double* yEnd, PlainRow& row) {
    if (static_cast<std::size_t>(yEnd - y) < room || !findMark(at)) return false;
    row.end = y;
    row.finest = 0;
    return abscissa(row) && ordinates(row, yEnd, isCheck);
}

bool PlainRows::abscissa(PlainRow& row) {
    if (lengthBehind(mark_) == 0 && at(mark_ + 1).sort <= Sort::Minus) ++mark_;
    const Plain x = plain(mark_);
    if (x.end == nullptr) return false;
    row.x = static_cast<double>(static_cast<std::int64_t>(x.units) * at(mark_).sign) / powers[x.scale];
    row.xScale = x.scale;
    mark_ = x.end;
    return true;
}

bool PlainRows::ordinates(PlainRow& row, const double* yEnd, bool isCheck) {
    const char* const text = marks_.begin();
    Running now{running_.units, running_.step, isCheck ? Running::unknown : running_.scale, Last::Nothing};
    double* y = row.end;
    Mark mark = mark_;
    const Meaning* m = &at(mark);
    const auto put = [&](std::uint64_t magnitude, std::uint32_t scale) {
        const std::int64_t value = static_cast<std::int64_t>(magnitude) * m->sign;
        if (m->sort == Sort::Difference) {
            if (now.scale != 0 || scale != 0 || isLarge(now.units + value)) return false;
            now.units += value;
            now.step = value;
            now.last = Last::Difference;
        } else {
            now.units = value;
            now.scale = scale;
            now.last = Last::Value;
        }
        *y++ = scale == 0 ? static_cast<double>(now.units) : static_cast<double>(now.units) / powers[scale];
        return true;
    };
    const auto repeat = [&](std::size_t digits) {
        if (now.last == Last::Nothing || digits > 8) return false;
        std::uint64_t count = m->digit * wholePowers[digits] + digitsBehind(text, mark);
        if (count + room > static_cast<std::uint64_t>(yEnd - y)) return false;
        for (; count > 1; --count, ++y) {
            if (now.last == Last::Value) {
                *y = y[-1];
                continue;
            }
            now.units += now.step;
            if (isLarge(now.units)) return false;
            *y = static_cast<double>(now.units);
        }
        return true;
    };
    for (;;) {
        const Meaning* const next = &at(mark + 1);
        const std::size_t digits = lengthBehind(mark);
        const char* const end = text + mark[1];
        const bool isBlank = end[-1] == ' ';  // all that lies between the marks
        const std::size_t needed = m->sort <= Sort::Minus ? 1 : 0;
        if (m->sort <= Sort::Difference && digits - needed < 8 && !isBlank && !next->extends) [[likely]] {
            // Nearly all are whole numbers of few digits.
            if (!put(upToEight(end, digits) + m->digit * wholePowers[digits], 0)) return false;
            ++mark;
            m = next;
            continue;
        }
        if (m->sort == Sort::Repeat) {
            if (!repeat(digits)) return false;
            ++mark;
        } else if (m->sort > Sort::Difference) {
            break;
        } else if (m->sort == Sort::Blank && (isBlank || digits == 0) && next->sort != Sort::Point) {
            ++mark;
        } else {
            const Plain number = plain(mark);
            if (number.end == nullptr || !put(number.units, number.scale)) return false;
            row.finest = std::max(row.finest, number.scale);
            mark = number.end;
        }
        m = &at(mark);
    }
    if (m->sort != Sort::LineEnd && m->sort != Sort::Comment) return false;
    // One by one: what was written in parts is slow to be copied as a whole.
    if (y != row.end) {
        running_.units = now.units;
        running_.step = now.step;
        running_.scale = now.scale;
    }
    running_.last = now.last;
    mark_ = mark;
    row.end = y;
    row.at = place(mark);
    return true;
}

}  // namespace touchstone::instruments::jcamp
