#include "instruments/formats/JcampPlainRows.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "instruments/formats/JcampNumber.h"

namespace touchstone::instruments::jcamp {
namespace {

constexpr std::size_t maxDigits = 14;
constexpr std::uint64_t largest = 1'000'000'000'000'000;

static_assert(Marks::window < Meaning::never, "no mark has so many digits behind it");

bool isLarge(std::int64_t units) {
    return static_cast<std::uint64_t>(units) + largest > 2 * largest;
}

/// The number that the last characters before `end` are, `count` digits of eight characters that can be read.
inline std::uint64_t upToEight(const char* end, std::size_t count) {
    // Of each digit the value, of the characters before them nothing.
    static constexpr std::array<std::uint64_t, 9> kept{
        0,
        0x0F00000000000000,
        0x0F0F000000000000,
        0x0F0F0F0000000000,
        0x0F0F0F0F00000000,
        0x0F0F0F0F0F000000,
        0x0F0F0F0F0F0F0000,
        0x0F0F0F0F0F0F0F00,
        0x0F0F0F0F0F0F0F0F,
    };
    std::uint64_t eight = 0;
    std::memcpy(&eight, end - sizeof eight, sizeof eight);
    return numberOf(eight & kept[count]);
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

/// How far the rows were read, and into where.
struct PlainRows::Progress {
    Mark mark;
    double* y;
    int finest;  ///< decimals of an ordinate
    Running running;
};

/// The number behind a mark, without its sign. Not plain: too many digits, more than one point, an exponent.
inline PlainRows::Plain PlainRows::plain(Mark mark) const {
    constexpr Plain none{0, 0, nullptr};
    const char* const text = marks_.begin();
    const Meaning& lead = at(mark);
    const std::size_t digits = lengthBehind(mark);
    std::size_t scale = 0;
    if (digits > maxDigits) return none;
    std::uint64_t units = digitsBehind(text, mark) + lead.digit * wholePowers[digits];
    if (at(++mark).sort == Sort::Point) {
        scale = lengthBehind(mark);
        if (scale == 0 || digits + scale > maxDigits) return none;
        units = units * wholePowers[scale] + digitsBehind(text, mark);
        ++mark;
    }
    if (digits + scale == 0 && !lead.isPseudoDigit()) return none;
    const Meaning& next = at(mark);
    const bool goesOn = next.sort == Sort::Point || (next.extends && meaning(place(mark)[1]).isSign());
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

const char* PlainRows::read(const char* at, Ordinates& out) {
    while (findMark(at)) {
        const char* const from = std::exchange(at, rows(out));
        if (at == from) break;
    }
    return at;
}

/// No digits stand behind a mark: nothing, or blanks.
inline bool PlainRows::isBlankOrEmpty(Mark mark) const {
    return lengthBehind(mark) == 0 || place(mark + 1)[-1] == ' ';
}

/// A mark and the digits behind it, up to the next mark.
struct PlainRows::Token {
    const Meaning* lead;
    std::size_t digits;
    const char* end;
    const Meaning* next;

    /// A whole number of few digits, as nearly all are.
    [[nodiscard]] bool isWhole() const { return digits - lead->fewest < 8 && !next->extends; }
    [[nodiscard]] std::int64_t whole() const {
        return static_cast<std::int64_t>(upToEight(end, digits) + lead->digit * wholePowers[digits]) * lead->sign;
    }
};

inline PlainRows::Token PlainRows::token(Mark mark, const Meaning* lead) const {
    const char* const end = marks_.begin() + mark[1];
    return {lead, lengthBehind(mark), end, &meaning(*end)};
}

/// Whole numbers that are no differences, one behind the other, and blanks between them.
void PlainRows::values(Progress& now) const {
    Mark mark = now.mark;
    double* y = now.y;
    std::int64_t units = 0;
    for (const Meaning* lead = &at(mark);; ++mark) {
        const Token here = token(mark, lead);
        lead = here.next;
        if (here.end[-1] == ' ' && here.lead->sort == Sort::Blank && lead->sort != Sort::Point) continue;
        if (!here.isWhole() || here.lead->sort == Sort::Difference) break;
        units = here.whole();
        *y++ = static_cast<double>(units);
    }
    now.mark = mark;
    if (y == now.y) return;
    now.y = y;
    now.running.units = units;
    now.running.scale = 0;
    now.running.last = Last::Value;
}

/// Whole differences one behind the other. All that a window has of them together are not large.
void PlainRows::differences(Progress& now) const {
    Mark mark = now.mark;
    double* y = now.y;
    std::int64_t units = now.running.units, step = now.running.step;
    for (const Meaning* lead = &at(mark);; ++mark) {
        const Token here = token(mark, lead);
        lead = here.next;
        if (here.lead->sort != Sort::Difference || !here.isWhole()) break;
        step = here.whole();
        units += step;
        *y++ = static_cast<double>(units);
    }
    if (y == now.y) return;
    now.mark = mark;
    now.y = y;
    now.running.units = units;
    now.running.step = step;
    now.running.last = Last::Difference;
}

/// A number that is none of those.
bool PlainRows::ordinate(Progress& now) const {
    const Meaning& lead = at(now.mark);
    const Plain number = plain(now.mark);
    if (number.end == nullptr) return false;
    const std::int64_t value = static_cast<std::int64_t>(number.units) * lead.sign;
    Running& running = now.running;
    if (lead.sort == Sort::Difference) {
        if (running.scale != 0 || number.scale != 0 || isLarge(running.units + value)) return false;
        running = {running.units + value, value, 0, Last::Difference};
    } else {
        running = {value, running.step, number.scale, Last::Value};
    }
    *now.y++ = static_cast<double>(running.units) / powers[running.scale];
    now.finest = std::max(now.finest, static_cast<int>(number.scale));
    now.mark = number.end;
    return true;
}

bool PlainRows::repeat(Progress& now) const {
    const std::size_t digits = lengthBehind(now.mark);
    Running& running = now.running;
    if (running.last == Last::Nothing || digits > 8) return false;
    std::uint64_t count = at(now.mark).digit * wholePowers[digits] + digitsBehind(marks_.begin(), now.mark);
    const auto rest = static_cast<std::uint64_t>(marks_.end() - place(now.mark));  // it may hold as many ordinates
    if (count + rest > static_cast<std::uint64_t>(y_.data() + y_.size() - now.y)) return false;
    for (; count > 1; --count, ++now.y) {
        if (running.last == Last::Value) {
            *now.y = now.y[-1];
            continue;
        }
        running.units += running.step;
        if (isLarge(running.units)) return false;
        *now.y = static_cast<double>(running.units);
    }
    ++now.mark;
    return true;
}

/// Up to the end of a row.
bool PlainRows::ordinates(Progress& now) const {
    for (;;) {
        values(now);
        if (now.running.scale == 0) differences(now);
        const Meaning& m = at(now.mark);
        if (m.sort == Sort::Repeat) {
            if (!repeat(now)) return false;
        } else if (m.sort > Sort::Difference) {
            return (m.sort == Sort::LineEnd || m.sort == Sort::Comment) && !isLarge(now.running.units);
        } else if (m.sort == Sort::Blank && isBlankOrEmpty(now.mark) && at(now.mark + 1).sort != Sort::Point) {
            ++now.mark;
        } else if (!ordinate(now)) {
            return false;
        }
    }
}

/// A row; false, and nothing done, where it is not plain.
bool PlainRows::row(Progress& now, Ordinates& out) {
    const Progress before = now;
    // An ordinate that is a check is put in place of the one that it repeats.
    const bool isCheck = checks_ && now.running.last == Last::Difference && (now.y != first() || !out.y.empty());
    double* const begin = now.y - (isCheck ? 1 : 0);
    const double repeated = isCheck ? *begin : 0;
    now.y = begin;
    now.running.last = Last::Nothing;
    if (isCheck) now.running.scale = Running::unknown;
    if (isBlankOrEmpty(now.mark) && at(now.mark + 1).isSign()) ++now.mark;
    const Meaning& lead = at(now.mark);
    const Plain x = plain(now.mark);
    now.mark = x.end;
    bool isPlain = x.end != nullptr && ordinates(now);
    if (isCheck) isPlain = std::exchange(*begin, repeated) == repeated && isPlain;
    if (!isPlain) {
        now = before;
        return false;
    }
    const bool isEmpty = now.y == begin;
    if (isEmpty) {
        now.y = before.y;
        now.running.scale = before.running.scale;
    } else if (isCheck) {
        ++out.yChecks;
    }
    Ordinates::Row& begun = out.rows.emplace_back();
    begun.point = out.y.size() + static_cast<std::size_t>((isEmpty ? now.y : begin) - first());
    begun.x = static_cast<double>(static_cast<std::int64_t>(x.units) * lead.sign) / powers[x.scale];
    begun.scale = static_cast<std::int32_t>(x.scale);
    begun.offset = static_cast<std::size_t>(place(before.mark) + 1 - table_.data());
    return true;
}

/// The rows of the window from mark_ on; where they end. In one function, in which all that is known of a row stays in
/// registers: memory that was written in parts is slow to be read as a whole.
[[gnu::flatten]] const char* PlainRows::rows(Ordinates& out) {
    if (!out.y.empty()) y_[0] = out.y.back();
    Progress now{mark_, first(), out.finestScale, running_};
    const char* const last = marks_.end() - 1;
    do {
        while (place(now.mark) != last && isBlankOrEmpty(now.mark) && at(now.mark + 1).isBetweenRows()) ++now.mark;
    } while (place(now.mark) != last && row(now, out) && at(now.mark).sort != Sort::Comment);
    mark_ = now.mark;
    running_ = now.running;
    out.finestScale = now.finest;
    out.y.insert(out.y.end(), first(), now.y);
    return place(mark_) + (at(mark_).sort == Sort::Comment ? 0 : 1);
}

}  // namespace touchstone::instruments::jcamp
