#include "instruments/formats/JcampPairs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "instruments/formats/JcampNumber.h"

namespace touchstone::instruments::jcamp {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

bool isLineEnd(char c) {
    return c == '\r' || c == '\n';
}

class Grouper {
public:
    Grouper(std::string_view table, const GroupForm& form)
        : form_(form), begin_(table.data()), cursor_{table.data(), table.data() + table.size(), form.point, true} {}

    Pairs read() {
        form_.bracketed ? brackets() : plain();
        return std::move(out_);
    }

private:
    [[nodiscard]] bool done() const { return cursor_.at == cursor_.end; }
    void skipLine() { cursor_.at = std::find_if(cursor_.at, cursor_.end, isLineEnd); }
    [[nodiscard]] bool atBlank() const { return *cursor_.at == ' ' || *cursor_.at == '\t' || isLineEnd(*cursor_.at); }
    [[nodiscard]] bool atComma() const { return *cursor_.at == ';' || (*cursor_.at == ',' && form_.point != ','); }
    [[nodiscard]] bool atSeparator() const { return atBlank() || atComma(); }
    /// A group ends with its row, so that a number that is left out moves no other ones.
    [[nodiscard]] bool atGroupEnd() const { return isLineEnd(*cursor_.at) || (*cursor_.at == ';' && form_.point != ','); }

    void plain() {
        while (!done()) {
            if (*cursor_.at == '$') {
                skipLine();
            } else if (atGroupEnd()) {
                finish();
                ++cursor_.at;
            } else if (atSeparator()) {
                ++cursor_.at;
            } else if (*cursor_.at == '<') {
                skipText();
            } else {
                take(number());
            }
        }
        finish();
    }

    void skipText() {
        cursor_.at = std::find(cursor_.at, cursor_.end, '>');
        if (!done()) ++cursor_.at;
        ++place_;
    }

    void take(double value) {
        if (place_ == form_.x) x_ = value;
        if (place_ == form_.y) y_ = value;
        if (++place_ >= form_.width) finish();
    }

    void finish() {
        if (place_ == 0) return;
        if (place_ <= form_.x || (place_ <= form_.y && form_.y < form_.width)) out_.incomplete = true;
        if (place_ > form_.x) {
            out_.x.push_back(x_);
            out_.y.push_back(y_);
        }
        place_ = 0;
        x_ = y_ = missing;
    }

    double number() {
        const char* const start = cursor_.at;
        if (*cursor_.at == '?') {
            ++cursor_.at;
            return missing;
        }
        const bool negative = *cursor_.at == '-';
        if (negative || *cursor_.at == '+') ++cursor_.at;
        if (const auto value = scanValue(cursor_, negative)) {
            const bool ends = done() || atSeparator() || *cursor_.at == '-' || *cursor_.at == '+' || *cursor_.at == '$';
            if (ends && std::isfinite(*value)) return *value;
        }
        if (out_.unreadable++ == 0) out_.firstUnreadable = static_cast<std::size_t>(start - begin_);
        cursor_.at = start + 1;
        while (!done() && !atSeparator()) ++cursor_.at;
        return missing;
    }

    /// "(1.24, 1.00, , <5>)": fields between commas, of which some may be empty.
    void brackets() {
        while (!done()) {
            if (*cursor_.at == '$') {
                skipLine();
            } else if (*cursor_.at++ == '(') {
                bracket();
            }
        }
    }

    void bracket() {
        for (std::size_t place = 0; !done(); ++place) {
            while (!done() && atBlank()) ++cursor_.at;
            const char* const start = cursor_.at;
            std::size_t inside = 0;
            for (; !done() && (inside > 0 || (!atComma() && *cursor_.at != ')')); ++cursor_.at) {
                inside = *cursor_.at == '<' ? inside + 1 : *cursor_.at == '>' && inside > 0 ? inside - 1 : inside;
            }
            if (place == form_.x || place == form_.y) {
                const auto read = headerNumber({start, static_cast<std::size_t>(cursor_.at - start)}, form_.point);
                (place == form_.x ? x_ : y_) = read && std::isfinite(read->value()) ? read->value() : missing;
            }
            if (done() || *cursor_.at == ')') break;
            ++cursor_.at;
        }
        if (done()) out_.incomplete = true;
        if (!std::isnan(x_)) {
            out_.x.push_back(x_);
            out_.y.push_back(y_);
        } else if (out_.unreadable++ == 0) {
            out_.firstUnreadable = static_cast<std::size_t>(cursor_.at - begin_);
        }
        x_ = y_ = missing;
    }

    const GroupForm& form_;
    const char* begin_;
    Cursor cursor_;
    Pairs out_;
    std::size_t place_ = 0;
    double x_ = missing, y_ = missing;
};

}  // namespace

Pairs readPairs(std::string_view table, const GroupForm& form) {
    return Grouper(table, form).read();
}

}  // namespace touchstone::instruments::jcamp
