#include "reports/Expression.h"

#include <algorithm>
#include <optional>

#include "reports/Layout.h"

namespace touchstone::reports {
namespace {

constexpr std::size_t mostParts = 400;

[[noreturn]] void refuse(Position position, const std::string& what) {
    throw LayoutError(position.line, position.column, what);
}

std::vector<std::string> split(std::string_view text, char by) {
    std::vector<std::string> parts;
    for (std::size_t at = 0;; ) {
        const std::size_t end = std::min(text.find(by, at), text.size());
        parts.emplace_back(text.substr(at, end - at));
        if (end == text.size()) return parts;
        at = end + 1;
    }
}

bool isName(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

// YYYY-MM-DD, whatever follows it.
std::optional<Data> dayOf(std::string_view text) {
    constexpr std::size_t length = 10;
    if (text.size() < length || text[4] != '-' || text[7] != '-') return std::nullopt;
    for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U})
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
    const std::string_view month = text.substr(5, 2), day = text.substr(8, 2);
    const auto plain = [](std::string_view digits) { return digits[0] == '0' ? digits.substr(1) : digits; };
    return Data::Record{{"year", text.substr(0, 4)}, {"month", month}, {"day", day}, {"m", plain(month)},
                        {"d", plain(day)}};
}

}  // namespace

Path::Path(std::string_view text, const std::vector<std::string>& loops, Position position)
    : name_(text), steps_(split(text, '.')), position_(position) {
    if (!std::ranges::all_of(steps_, isName))
        refuse(position, "\"" + name_ + "\" is no path; one looks like sample.batch_no");
    // The innermost loop of a name hides the others.
    const auto found = std::find(loops.rbegin(), loops.rend(), steps_.front());
    if (found == loops.rend()) return;
    row_ = static_cast<std::size_t>(loops.rend() - found) - 1;
    steps_.erase(steps_.begin());
}

const Data* Path::find(const Scope& scope) const {
    const Data* at = row_ == root ? scope.root : scope.rows[row_].data;
    for (const std::string& step : steps_) {
        at = at->find(step);
        if (at == nullptr) return nullptr;
    }
    return at;
}

Expression::Expression(std::string_view text, const std::vector<std::string>& loops, const Formats& formats,
                       const std::string& separator, Position position)
    : separator_(separator), position_(position) {
    std::string literal;
    const auto endLiteral = [&] {
        if (!literal.empty()) parts_.push_back({What::literal, std::move(literal), {}, 0, false, nullptr});
        literal.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c != '{' && c != '}') {
            literal += c;
        } else if (i + 1 < text.size() && text[i + 1] == c) {
            literal += c;
            ++i;
        } else if (c == '}') {
            refuse(position, "a } without its {; a brace to be printed is written }}");
        } else {
            const std::size_t end = text.find('}', i);
            if (end == std::string_view::npos)
                refuse(position, "a { without its }; a brace to be printed is written {{");
            endLiteral();
            if (parts_.size() > mostParts) refuse(position, "too many values in one text; print them in several");
            parts_.push_back(reference(text.substr(i + 1, end - i - 1), loops, formats));
            i = end;
        }
    }
    endLiteral();
}

Expression::Part Expression::reference(std::string_view text, const std::vector<std::string>& loops,
                                       const Formats& formats) const {
    Part part;
    if (const std::size_t bar = text.find('|'); bar != std::string_view::npos) {
        part.optional = true;
        part.text = text.substr(bar + 1);
        text = text.substr(0, bar);
    }
    if (text == "page" || text == "pages") {
        part.what = text == "page" ? What::page : What::pages;
        return part;
    }
    if (text.starts_with('#')) {
        const auto found = std::find(loops.rbegin(), loops.rend(), text.substr(1));
        if (found == loops.rend()) refuse(position_, "{" + std::string(text) + "}: no list of this name is open here");
        part.what = What::rowNumber;
        part.row = static_cast<std::size_t>(loops.rend() - found) - 1;
        return part;
    }
    part.what = What::value;
    if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
        const auto found = formats.find(text.substr(colon + 1));
        if (found == formats.end())
            refuse(position_, "no <words> and no <date> is named \"" + std::string(text.substr(colon + 1)) + "\"");
        part.format = &found->second;
        text = text.substr(0, colon);
    }
    part.path.emplace_back(text, loops, position_);
    return part;
}

std::string Expression::formatted(const Part& part, const std::string& value) const {
    if (part.format == nullptr) return value;
    if (part.format->date) {
        const std::optional<Data> day = dayOf(value);
        if (!day) refuse(position_, "{" + part.path.front().name() + "} is no date: " + value);
        return part.format->date->print({&*day, {}, 0, 0});
    }
    const auto found = part.format->words.find(value);
    if (found == part.format->words.end() && part.format->keepsOthers) return value;
    if (found == part.format->words.end())
        refuse(position_, "{" + part.path.front().name() + "}: no <word> has the code \"" + value + "\"");
    return found->second;
}

std::string Expression::value(const Part& part, const Scope& scope) const {
    const Data* const data = part.path.front().find(scope);
    if (data == nullptr || (part.optional && data->blank())) {
        if (part.optional) return part.text;
        refuse(position_, "there is no \"" + part.path.front().name() + "\" to print; write {" +
                              part.path.front().name() + "|/} where it may be absent");
    }
    if (const std::string* const text = data->text()) return text->empty() ? "" : formatted(part, *text);
    std::string joined;
    const Data::List* const items = data->list();
    if (items == nullptr) refuse(position_, "\"" + part.path.front().name() + "\" is a record, not a text");
    for (const Data& item : *items) {
        if (item.text() == nullptr)
            refuse(position_, "\"" + part.path.front().name() + "\" is a list of records; a <table> prints those");
        joined += (joined.empty() ? "" : separator_) + formatted(part, *item.text());
    }
    return joined;
}

std::string Expression::print(const Scope& scope) const {
    std::string out;
    for (const Part& part : parts_) {
        switch (part.what) {
            case What::literal:
                out += part.text;
                break;
            case What::value:
                out += value(part, scope);
                break;
            case What::rowNumber:
                out += std::to_string(scope.rows[part.row].number);
                break;
            case What::page:
                out += std::to_string(scope.page);
                break;
            case What::pages:
                out += std::to_string(scope.pages);
                break;
        }
    }
    return out;
}

bool Condition::holds(const Scope& scope) const {
    const Data* const data = path.find(scope);
    const bool present = data != nullptr && !data->blank();
    const bool same = data != nullptr && data->text() != nullptr && *data->text() == value;
    switch (kind) {
        case Kind::is:
            return same;
        case Kind::isNot:
            return !same;
        case Kind::present:
            return present;
        case Kind::absent:
            return !present;
    }
    return false;
}

bool hold(const Conditions& conditions, const Scope& scope) {
    return std::ranges::all_of(conditions, [&](const Condition& condition) { return condition.holds(scope); });
}

}  // namespace touchstone::reports
