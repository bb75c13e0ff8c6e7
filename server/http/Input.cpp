#include "server/http/Input.h"

#include <algorithm>
#include <charconv>

#include "server/core/Bytes.h"

namespace touchstone::http {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

/// Nothing but blanks: of ASCII, of Chinese keyboards, or the kind that does not break.
bool isBlank(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = text.starts_with(' ') ? 1 : text.starts_with("\u00A0") ? 2 : text.starts_with("\u3000") ? 3 : 0;
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

/// The years that a DATETIME of the database keeps.
bool isStorable(Instant at) {
    using std::chrono::year;
    return at >= Date(year(1000) / 1 / 1) && at < Date(year(10000) / 1 / 1);
}

const std::vector<json::Value> kNoItems;
constexpr std::size_t kMostDigits = 40;   // of a decimal, as columns hold it

std::string onOneLine(std::string text) {
    for (char& c : text) {
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    }
    return text;
}

}  // namespace

bool isPlainText(std::string_view utf8) {
    if (!isUtf8(utf8)) return false;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        if (byte < 0x20 || byte == 0x7F) return false;
        if (byte == 0xC2 && static_cast<unsigned char>(utf8[i + 1]) < 0xA0) return false;  // C1 controls
    }
    return true;
}

std::optional<std::int64_t> parseInteger(std::string_view digits, std::int64_t least, std::int64_t most) {
    const std::string_view magnitude = digits.substr(digits.starts_with('-') ? 1 : 0);
    if (magnitude.size() > 1 && magnitude.front() == '0') return std::nullopt;
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (problem != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (number < least || number > most) return std::nullopt;
    return number;
}

Fields::Fields(const json::Value& body) : object_(body) {
    if (body.kind() != json::Value::Kind::Object) throw Error(ErrorCode::Invalid, {}, {{"", ErrorCode::WrongType, {"object"}, {}}});
}

Fields::Fields(const json::Value& row, const std::string& path, std::size_t index, std::vector<FieldError>& into)
    : object_(row), path_(path + "." + std::to_string(index) + "."), row_(index), into_(&into), before_(into.size()) {
    if (row.kind() != json::Value::Kind::Object) {
        into.push_back({path + "." + std::to_string(index), ErrorCode::WrongType, {"object"}, index});
    }
}

void Fields::fail(const std::string& name, ErrorCode code, std::vector<std::string> arguments) {
    errors().push_back({path_ + name, code, std::move(arguments), row_});
}

const json::Value* Fields::find(const std::string& name, bool required) {
    known_.push_back(name);
    const json::Value* value = object_.find(name);
    if (value != nullptr && value->kind() == json::Value::Kind::Null) value = nullptr;
    if (value == nullptr && required && object_.kind() == json::Value::Kind::Object) fail(name, ErrorCode::Required);
    return value;
}

std::optional<std::string> Fields::checked(const json::Value& value, const std::string& name, TextRule rule) {
    if (value.kind() != json::Value::Kind::String) {
        fail(name, ErrorCode::WrongType, {"string"});
    } else if (!isPlainText(rule.lines ? onOneLine(value.text()) : value.text())) {
        fail(name, ErrorCode::WrongCharacters);
    } else if (characters(value.text()) < rule.least) {
        fail(name, value.text().empty() ? ErrorCode::Required : ErrorCode::TooShort, {std::to_string(rule.least)});
    } else if (characters(value.text()) > rule.most) {
        fail(name, ErrorCode::TooLong, {std::to_string(rule.most)});
    } else if (rule.least > 0 && isBlank(value.text())) {
        fail(name, ErrorCode::Required);
    } else {
        return value.text();
    }
    return std::nullopt;
}

std::string Fields::text(const std::string& name, TextRule rule) {
    const json::Value* value = find(name, true);
    return value == nullptr ? "" : checked(*value, name, rule).value_or("");
}

std::optional<std::string> Fields::optionalText(const std::string& name, TextRule rule) {
    const json::Value* value = find(name, false);
    return value == nullptr ? std::nullopt : checked(*value, name, rule);
}

std::string Fields::oneOf(const std::string& name, const std::vector<std::string>& allowed,
                          const std::optional<std::string>& byDefault) {
    const json::Value* value = find(name, !byDefault.has_value());
    if (value == nullptr) return byDefault.value_or("");
    if (value->kind() != json::Value::Kind::String) {
        fail(name, ErrorCode::WrongType, {"string"});
    } else if (std::find(allowed.begin(), allowed.end(), value->text()) == allowed.end()) {
        fail(name, ErrorCode::NotOneOf, {joined(allowed)});
    } else {
        return value->text();
    }
    return "";
}

std::int64_t Fields::integer(const std::string& name, std::int64_t least, std::int64_t most) {
    return integerOf(find(name, true), name, least, most).value_or(0);
}

std::optional<std::int64_t> Fields::optionalInteger(const std::string& name, std::int64_t least, std::int64_t most) {
    return integerOf(find(name, false), name, least, most);
}

std::optional<std::int64_t> Fields::integerOf(const json::Value* value, const std::string& name, std::int64_t least,
                                              std::int64_t most) {
    if (value == nullptr) return std::nullopt;
    if (value->kind() != json::Value::Kind::Number) {
        fail(name, ErrorCode::WrongType, {"integer"});
        return std::nullopt;
    }
    const auto number = parseInteger(value->text(), least, most);
    if (!number) fail(name, ErrorCode::OutOfRange, {std::to_string(least), std::to_string(most)});
    return number;
}

std::optional<Date> Fields::dateOf(const json::Value* value, const std::string& name) {
    if (value == nullptr) return std::nullopt;
    const auto day = value->kind() == json::Value::Kind::String ? parseDate(value->text()) : std::nullopt;
    if (!day) fail(name, ErrorCode::NotADate);
    return day;
}

std::optional<Date> Fields::date(const std::string& name) { return dateOf(find(name, true), name); }

std::optional<Date> Fields::optionalDate(const std::string& name) { return dateOf(find(name, false), name); }

std::optional<Instant> Fields::instant(const std::string& name) { return instantOf(find(name, true), name); }

std::optional<Instant> Fields::optionalInstant(const std::string& name) { return instantOf(find(name, false), name); }

std::optional<Instant> Fields::instantOf(const json::Value* value, const std::string& name) {
    if (value == nullptr) return std::nullopt;
    const auto at = value->kind() == json::Value::Kind::String ? parseRfc3339(value->text()) : std::nullopt;
    if (!at) {
        fail(name, ErrorCode::WrongType, {"RFC 3339 date-time"});
    } else if (!isStorable(*at)) {
        fail(name, ErrorCode::OutOfRange, {"1000-01-01", "9999-12-31"});
    } else {
        return at;
    }
    return std::nullopt;
}

std::optional<Decimal> Fields::decimal(const std::string& name) {
    const json::Value* value = find(name, true);
    if (value == nullptr) return std::nullopt;
    const auto digits = checked(*value, name, {.most = kMostDigits});
    if (!digits) return std::nullopt;
    const auto number = Decimal::parse(*digits);
    if (!number) fail(name, ErrorCode::NotANumber);
    return number;
}

const std::vector<json::Value>& Fields::array(const std::string& name, std::size_t most) {
    return itemsOf(find(name, true), name, most);
}

const std::vector<json::Value>& Fields::optionalArray(const std::string& name, std::size_t most) {
    return itemsOf(find(name, false), name, most);
}

const std::vector<json::Value>& Fields::itemsOf(const json::Value* value, const std::string& name, std::size_t most) {
    if (value == nullptr) return kNoItems;
    if (value->kind() != json::Value::Kind::Array) {
        fail(name, ErrorCode::WrongType, {"array"});
    } else if (value->items().empty()) {
        fail(name, ErrorCode::NothingToDo);
    } else if (value->items().size() > most) {
        fail(name, ErrorCode::TooMany, {std::to_string(most)});
    } else {
        return value->items();
    }
    return kNoItems;
}

std::vector<std::string> Fields::texts(const std::string& name, std::size_t mostItems, TextRule rule) {
    return textsOf(array(name, mostItems), name, rule);
}

std::vector<std::string> Fields::optionalTexts(const std::string& name, std::size_t mostItems, TextRule rule) {
    return textsOf(optionalArray(name, mostItems), name, rule);
}

std::vector<std::string> Fields::textsOf(const std::vector<json::Value>& items, const std::string& name, TextRule rule) {
    std::vector<std::string> out;
    std::size_t index = 0;
    for (const json::Value& item : items) {
        if (auto one = checked(item, name + "." + std::to_string(index++), rule)) out.push_back(std::move(*one));
    }
    return out;
}

std::vector<std::int64_t> Fields::integers(const std::string& name, std::size_t mostItems) {
    std::vector<std::int64_t> out;
    std::size_t index = 0;
    for (const json::Value& item : array(name, mostItems)) {
        const std::string place = name + "." + std::to_string(index++);
        const auto number = item.kind() == json::Value::Kind::Number ? parseInteger(item.text(), 1, INT64_MAX) : std::nullopt;
        if (number) {
            out.push_back(*number);
        } else {
            fail(place, ErrorCode::WrongType, {"positive integer"});
        }
    }
    return out;
}

void Fields::finish() {
    for (const auto& [name, value] : object_.members()) {
        if (std::find(known_.begin(), known_.end(), name) == known_.end()) fail(name, ErrorCode::UnknownField);
    }
    if (into_ == nullptr && !own_.empty()) throw Error(ErrorCode::Invalid, {}, own_);
}

const std::string* Query::find(const std::string& name) {
    known_.push_back(name);
    const auto found = parameters_.find(name);
    return found == parameters_.end() || found->second.empty() ? nullptr : &found->second;
}

std::optional<std::string> Query::text(const std::string& name, std::size_t most) {
    const std::string* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (!isPlainText(*value)) {
        errors_.push_back({name, ErrorCode::WrongCharacters, {}, {}});
    } else if (characters(*value) > most) {
        errors_.push_back({name, ErrorCode::TooLong, {std::to_string(most)}, {}});
    } else {
        return *value;
    }
    return std::nullopt;
}

std::string Query::requiredText(const std::string& name, std::size_t most) {
    const bool given = parameters_.contains(name) && !parameters_.at(name).empty();
    auto value = text(name, most);
    if (!given) errors_.push_back({name, ErrorCode::Required, {}, {}});
    return value.value_or("");
}

std::optional<std::string> Query::oneOf(const std::string& name, const std::vector<std::string>& allowed) {
    const std::string* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (std::find(allowed.begin(), allowed.end(), *value) != allowed.end()) return *value;
    errors_.push_back({name, ErrorCode::NotOneOf, {joined(allowed)}, {}});
    return std::nullopt;
}

std::int64_t Query::integer(const std::string& name, std::int64_t least, std::int64_t most, std::int64_t byDefault) {
    const std::string* value = find(name);
    if (value == nullptr) return byDefault;
    const auto number = parseInteger(*value, least, most);
    if (!number) errors_.push_back({name, ErrorCode::OutOfRange, {std::to_string(least), std::to_string(most)}, {}});
    return number.value_or(byDefault);
}

bool Query::flag(const std::string& name) { return oneOf(name, {"true", "false"}) == "true"; }

std::optional<Date> Query::date(const std::string& name) {
    const std::string* value = find(name);
    if (value == nullptr) return std::nullopt;
    const auto day = parseDate(*value);
    if (day && isStorable(*day)) return day;
    errors_.push_back({name, ErrorCode::NotADate, {}, {}});
    return std::nullopt;
}

std::optional<Instant> Query::instant(const std::string& name) {
    const std::string* value = find(name);
    if (value == nullptr) return std::nullopt;
    const auto at = parseRfc3339(*value);
    if (at && isStorable(*at)) return at;
    errors_.push_back({name, ErrorCode::WrongType, {"RFC 3339 date-time"}, {}});
    return std::nullopt;
}

void Query::fail(const std::string& name, ErrorCode code, std::vector<std::string> arguments) {
    errors_.push_back({name, code, std::move(arguments), {}});
}

std::optional<std::int64_t> Query::after() {
    const std::string* value = find("after");
    if (value == nullptr) return std::nullopt;
    const auto id = parseInteger(*value, 0, INT64_MAX);
    if (!id) errors_.push_back({"after", ErrorCode::WrongType, {"the next of a page"}, {}});
    return id;
}

void Query::finish() {
    for (const auto& [name, value] : parameters_) {
        if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
            errors_.push_back({name, ErrorCode::UnknownField, {}, {}});
        }
    }
    if (!errors_.empty()) throw Error(ErrorCode::Invalid, {}, errors_);
}

}  // namespace touchstone::http
