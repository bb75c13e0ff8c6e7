#include "instruments/formats/JcampOrdinates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "instruments/formats/JcampNumber.h"

namespace touchstone::instruments::jcamp {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Those up to Difference begin a number, those from Squeezed to there with a digit.
enum class Sort : std::uint8_t { Digit, Plus, Minus, Squeezed, Difference, Repeat, Missing, Blank, LineEnd, Comment, Other };

/// Sums of such numbers stay exact in an integer and in a double.
constexpr std::ptrdiff_t maxPlainDigits = 14;
constexpr std::int64_t maxPlain = 1'000'000'000'000'000;

/// What a character begins, and the digit that it stands for with its sign.
struct Meaning {
    Sort sort = Sort::Other;
    std::int8_t digit = -1;
    bool negative = false;
};
using Alphabet = std::array<Meaning, 256>;

constexpr void pseudoDigits(Alphabet& alphabet, char first, int digit, int last, Sort sort, bool negative) {
    for (; digit <= last; ++digit, ++first) {
        alphabet[static_cast<unsigned char>(first)] = {sort, static_cast<std::int8_t>(digit), negative};
    }
}

constexpr Alphabet alphabetWith(char point) {
    Alphabet alphabet{};
    pseudoDigits(alphabet, '0', 0, 9, Sort::Digit, false);
    pseudoDigits(alphabet, '@', 0, 9, Sort::Squeezed, false);
    pseudoDigits(alphabet, 'a', 1, 9, Sort::Squeezed, true);
    pseudoDigits(alphabet, '%', 0, 0, Sort::Difference, false);
    pseudoDigits(alphabet, 'J', 1, 9, Sort::Difference, false);
    pseudoDigits(alphabet, 'j', 1, 9, Sort::Difference, true);
    pseudoDigits(alphabet, 'S', 1, 8, Sort::Repeat, false);
    pseudoDigits(alphabet, 's', 9, 9, Sort::Repeat, false);
    alphabet['+'] = {Sort::Plus, -1, false};
    alphabet['-'] = {Sort::Minus, -1, true};
    alphabet['?'].sort = Sort::Missing;
    for (const char c : {' ', '\t', ',', ';'}) alphabet[static_cast<unsigned char>(c)].sort = Sort::Blank;
    alphabet['\r'].sort = alphabet['\n'].sort = Sort::LineEnd;
    alphabet['$'].sort = Sort::Comment;
    alphabet[static_cast<unsigned char>(point)].sort = Sort::Digit;
    return alphabet;
}

constexpr Alphabet withPoint = alphabetWith('.');
constexpr Alphabet withComma = alphabetWith(',');

class Decoder {
public:
    Decoder(std::string_view table, const TableStyle& style)
        : begin_(table.data()),
          cursor_{table.data(), table.data() + table.size(), style.point},
          alphabet_(style.point == ',' ? withComma : withPoint),
          maxPoints_(style.maxPoints),
          checks_(style.checks) {
        out_.y.reserve(std::min({style.expected, style.maxPoints, table.size()}));
    }

    Ordinates read() {
        for (toRow(); cursor_.at != cursor_.end && !out_.tooMany; toRow()) row();
        return std::move(out_);
    }

private:
    enum class Last : std::uint8_t { Nothing, Value, Difference };

    [[nodiscard]] Meaning meaning() const { return alphabet_[static_cast<unsigned char>(*cursor_.at)]; }
    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(cursor_.at - begin_); }

    /// Over comments, blanks and line ends.
    void toRow() {
        for (; cursor_.at != cursor_.end; ++cursor_.at) {
            const Sort sort = meaning().sort;
            if (sort == Sort::Comment) {
                cursor_.at = std::find_if(cursor_.at, cursor_.end, [](char c) { return c == '\r' || c == '\n'; });
                if (cursor_.at == cursor_.end) return;
            } else if (sort != Sort::Blank && sort != Sort::LineEnd) {
                return;
            }
        }
    }

    void row() {
        const std::size_t where = offset();
        firstIsCheck_ = checks_ && last_ == Last::Difference;
        last_ = Last::Nothing;
        if (const auto x = number(meaning())) {
            out_.rows.push_back({out_.y.size(), x->value(), quantum(x->scale), where});
        }
        while (cursor_.at != cursor_.end && !out_.tooMany) {
            const Meaning m = meaning();
            if (m.sort == Sort::LineEnd || m.sort == Sort::Comment) return;
            if (m.sort == Sort::Blank) {
                ++cursor_.at;
            } else {
                token(m);
            }
        }
    }

    /// Nearly all that tables hold, by a short way: whole numbers, whole differences between such, ordinates with a
    /// decimal point. False, and nothing done, where it is anything else.
    bool common(Meaning m) {
        const bool difference = m.sort == Sort::Difference;
        if (m.sort > Sort::Difference || firstIsCheck_ || (difference && !plain_) || out_.y.size() >= maxPoints_) return false;
        const bool leads = m.sort >= Sort::Squeezed;
        const char* at = cursor_.at + (m.sort == Sort::Digit ? 0 : 1);
        std::uint64_t digits = leads ? static_cast<std::uint64_t>(m.digit) : 0;
        std::ptrdiff_t count = scanDigits(at, cursor_.end, digits);
        std::int32_t scale = 0;
        if (at != cursor_.end && *at == cursor_.point && !difference) {
            ++at;
            scale = static_cast<std::int32_t>(scanDigits(at, cursor_.end, digits));
            count += scale;
        }
        if ((count == 0 && !leads) || count > maxPlainDigits) return false;
        if (at != cursor_.end && (*at == cursor_.point || mayBeExponent(at))) return false;
        const auto magnitude = static_cast<std::int64_t>(digits);
        const std::int64_t units = (m.negative ? -magnitude : magnitude) + (difference ? running_.units : 0);
        if (units > maxPlain || units < -maxPlain) return false;
        cursor_.at = at;
        if (difference) step_ = Number{units - running_.units};
        running_ = Number{units, scale};
        known_ = true;
        plain_ = scale == 0;
        last_ = difference ? Last::Difference : Last::Value;
        out_.finestScale = std::max(out_.finestScale, scale);
        const auto value = static_cast<double>(units);
        out_.y.push_back(scale == 0 ? value : value / powers[static_cast<std::size_t>(scale)]);
        return true;
    }

    [[nodiscard]] bool mayBeExponent(const char* at) const {
        return (*at == 'E' || *at == 'e') && at + 1 != cursor_.end && (at[1] == '+' || at[1] == '-');
    }

    void token(Meaning m) {
        if (common(m)) return;
        if (m.sort == Sort::Repeat) return repeat(m);
        if (m.sort == Sort::Missing) {
            ++cursor_.at;
            return absent();
        }
        const auto value = number(m);
        if (!value) return absent();
        m.sort == Sort::Difference ? difference(*value) : ordinate(*value);
    }

    /// A number where the cursor stands. What cannot be read is passed over, up to the next blank.
    std::optional<Number> number(Meaning m) {
        const char* const start = cursor_.at;
        const bool leads = m.sort == Sort::Squeezed || m.sort == Sort::Difference;
        const bool isNumber = leads || m.sort == Sort::Digit || m.sort == Sort::Plus || m.sort == Sort::Minus;
        if (leads || m.sort == Sort::Plus || m.sort == Sort::Minus) ++cursor_.at;
        const auto read = isNumber ? scanNumber(cursor_, leads ? m.digit : -1, m.negative) : std::nullopt;
        if (read && (read->exact || std::isfinite(read->rounded))) return read;
        cursor_.at = start;
        out_.unreadable.at(offset());
        do {
            ++cursor_.at;
        } while (cursor_.at != cursor_.end && meaning().sort != Sort::Blank && meaning().sort != Sort::LineEnd);
        return std::nullopt;
    }

    void ordinate(const Number& value) {
        last_ = Last::Value;
        running_ = value;
        known_ = true;
        plain_ = value.exact && value.scale == 0 && std::abs(value.units) < maxPlain;
        if (firstIsCheck_) return check(value);
        push(value);
    }

    void check(const Number& value) {
        firstIsCheck_ = false;
        if (out_.y.empty()) return;
        if (!out_.rows.empty()) out_.rows.back().point = out_.y.size() - 1;
        if (std::isnan(out_.y.back())) return;
        ++out_.yChecks;
        if (value.value() != out_.y.back()) out_.failedYChecks.at(offset());
    }

    void difference(const Number& value) {
        last_ = Last::Difference;
        firstIsCheck_ = false;
        step_ = value;
        if (!known_) {
            out_.unreadable.at(offset());
            return put(missing);
        }
        running_ = running_ + value;
        plain_ = plain_ && running_.exact && running_.scale == 0 && std::abs(running_.units) < maxPlain;
        push(running_);
    }

    void repeat(Meaning m) {
        ++cursor_.at;
        std::size_t count = static_cast<std::size_t>(m.digit);
        for (; cursor_.at != cursor_.end && *cursor_.at >= '0' && *cursor_.at <= '9'; ++cursor_.at) {
            count = std::min(count * 10 + static_cast<std::size_t>(*cursor_.at - '0'), maxPoints_ + 2);
        }
        if (last_ == Last::Nothing || out_.y.empty()) return out_.unreadable.at(offset());
        for (; count > 1 && !out_.tooMany; --count) {
            if (last_ == Last::Difference && known_) {
                running_ = running_ + step_;
                push(running_);
            } else {
                put(out_.y.back());
            }
        }
        plain_ = plain_ && running_.exact;
    }

    void absent() {
        last_ = Last::Value;
        known_ = plain_ = false;
        if (firstIsCheck_) {
            firstIsCheck_ = false;
            return;
        }
        put(missing);
    }

    void push(const Number& value) {
        out_.finestScale = std::max(out_.finestScale, value.scale);
        put(value.value());
    }

    void put(double value) {
        if (out_.y.size() >= maxPoints_) {
            out_.tooMany = true;
            return;
        }
        out_.y.push_back(value);
    }

    const char* begin_;
    Cursor cursor_;
    const Alphabet& alphabet_;
    std::size_t maxPoints_;
    bool checks_;
    Ordinates out_;
    Number running_, step_;       // the last ordinate, the last difference
    bool known_ = false;          // running_ is the last ordinate
    bool plain_ = false;          // … and a whole number, far from those that would not fit
    bool firstIsCheck_ = false;   // the next ordinate repeats the last one
    Last last_ = Last::Nothing;   // what a repeat count would repeat; behind a row: how it ended
};

}  // namespace

Ordinates readOrdinates(std::string_view table, const TableStyle& style) {
    return Decoder(table, style).read();
}

}  // namespace touchstone::instruments::jcamp
