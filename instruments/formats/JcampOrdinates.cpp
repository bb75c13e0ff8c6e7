#include "instruments/formats/JcampOrdinates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "instruments/formats/JcampAlphabet.h"
#include "instruments/formats/JcampNumber.h"
#include "instruments/formats/JcampPlainRows.h"

namespace touchstone::instruments::jcamp {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Characters of a row, more or less (4.24, 4: lines of up to 80); only to reserve memory.
constexpr std::size_t usualRow = 64;

class Decoder {
public:
    Decoder(std::string_view table, const TableStyle& style)
        : begin_(table.data()),
          cursor_{table.data(), table.data() + table.size(), style.point},
          alphabet_(style.point == ',' ? withComma : withPoint),
          plainRows_(table, alphabet_, style.checks),
          maxPoints_(style.maxPoints),
          checks_(style.checks) {
        out_.y.reserve(std::min(std::min(style.expected, table.size()), style.maxPoints));
        out_.rows.reserve(table.size() / usualRow);
    }

    Ordinates read() {
        for (toRow(); cursor_.at != cursor_.end && !out_.tooMany; toRow()) {
            if (plainRows()) continue;
            row();
            plainRows_.goOnFrom(running());
        }
        return std::move(out_);
    }

private:
    [[nodiscard]] const Meaning& meaningOf(char c) const { return alphabet_[static_cast<unsigned char>(c)]; }
    [[nodiscard]] Meaning meaning() const { return meaningOf(*cursor_.at); }
    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(cursor_.at - begin_); }

    /// Over comments, blanks and line ends.
    void toRow() {
        const char* at = cursor_.at;
        for (; at != cursor_.end; ++at) {
            const Sort sort = meaningOf(*at).sort;
            if (sort == Sort::Comment) {
                at = std::find_if(at, cursor_.end, [](char c) { return c == '\r' || c == '\n'; });
                if (at == cursor_.end) break;
            } else if (sort != Sort::Blank && sort != Sort::LineEnd) {
                break;
            }
        }
        cursor_.at = at;
    }

    /// A row by the long way, which reads everything that there may be.
    void row() {
        const std::size_t where = offset();
        if (std::exchange(plainBefore_, false)) takeRunning();
        firstIsCheck_ = checks_ && last_ == Last::Difference;
        last_ = Last::Nothing;
        if (const auto x = number(meaning())) {
            out_.rows.push_back({out_.y.size(), x->value(), x->scale, where});
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

    /// Rows by the short way; false where the next one needs the long one.
    bool plainRows() {
        const std::size_t before = out_.y.size();
        const char* const from = std::exchange(cursor_.at, plainRows_.read(cursor_.at, out_));
        if (cursor_.at == from) return false;
        last_ = plainRows_.running().last;
        plainBefore_ = plainBefore_ || out_.y.size() != before;
        if (out_.y.size() > maxPoints_) {
            out_.y.resize(maxPoints_);
            out_.tooMany = true;
        }
        return true;
    }

    /// What the rows of the short way have come to, for the long one.
    void takeRunning() {
        const Running& now = plainRows_.running();
        known_ = true;
        running_ = Number{now.units, static_cast<std::int32_t>(now.scale)};
        step_ = Number{now.step};
    }

    [[nodiscard]] Running running() const {
        const bool plain = known_ && running_.exact && running_.scale == 0;
        return {running_.units, step_.units, plain ? 0 : Running::unknown, last_};
    }

    void token(Meaning m) {
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
        const bool isNumber = (m.sort > Sort::Blank && m.sort <= Sort::Difference) || m.sort == Sort::Point;
        if (leads || m.sort == Sort::Plus || m.sort == Sort::Minus) ++cursor_.at;
        const auto read = isNumber ? scanNumber(cursor_, leads ? m.digit : -1, m.sign < 0) : std::nullopt;
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
        if (!firstIsCheck_) return push(value);
        firstIsCheck_ = false;
        check(value.value());
    }

    void check(double value) {
        if (out_.y.empty()) return;
        if (!out_.rows.empty()) out_.rows.back().point = out_.y.size() - 1;
        if (std::isnan(out_.y.back())) return;
        ++out_.yChecks;
        if (value != out_.y.back()) out_.failedYChecks.at(offset());
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
    }

    void absent() {
        last_ = Last::Value;
        known_ = false;
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
    PlainRows plainRows_;
    std::size_t maxPoints_;
    bool checks_;
    Ordinates out_;
    Number running_, step_;       // the last ordinate, the last difference
    bool known_ = false;          // running_ is the last ordinate
    bool plainBefore_ = false;    // plainRows_ knows it better
    bool firstIsCheck_ = false;   // the next ordinate repeats the last one
    Last last_ = Last::Nothing;   // what a repeat count would repeat; behind a row: how it ended
};

}  // namespace

Ordinates readOrdinates(std::string_view table, const TableStyle& style) {
    return Decoder(table, style).read();
}

}  // namespace touchstone::instruments::jcamp
