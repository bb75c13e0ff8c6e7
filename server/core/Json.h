#pragma once
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// JSON in and out over rapidjson. Numbers are read as their text, so that 98.60 stays 98.60.
namespace touchstone::json {

/// A parsed document; a value type with deep copies. Members keep their order; a repeated key is refused when parsed.
class Value {
public:
    enum class Kind : std::uint8_t { Null, Boolean, Number, String, Array, Object };

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool boolean() const noexcept { return boolean_; }
    /// The text of a string, or the digits of a number as they stood.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] const std::vector<Value>& items() const noexcept { return items_; }
    [[nodiscard]] const std::vector<std::pair<std::string, Value>>& members() const noexcept { return members_; }
    /// The member of that name, or nothing.
    [[nodiscard]] const Value* find(std::string_view name) const noexcept;

private:
    friend class Builder;
    Kind kind_ = Kind::Null;
    bool boolean_ = false;
    std::string text_;
    std::vector<Value> items_;
    std::vector<std::pair<std::string, Value>> members_;
};

/// Throws Error(MalformedJson) with the byte at which it is wrong: bad syntax, bad UTF-8, a repeated key, a depth of
/// more than 64, anything after the value.
[[nodiscard]] Value parse(std::string_view text);

/// Writes compact JSON. Calls must nest properly; programmer errors assert.
class Writer {
public:
    Writer();
    ~Writer();
    Writer(Writer&&) noexcept;
    Writer& operator=(Writer&&) noexcept;

    Writer& beginObject();
    Writer& endObject();
    Writer& beginArray();
    Writer& endArray();
    Writer& key(std::string_view name);
    Writer& string(std::string_view utf8);
    Writer& integer(std::int64_t number);
    /// Digits as they are, for decimals whose zeros matter to a reader of JSON numbers.
    Writer& number(std::string_view digits);
    /// A figure of a measurement (bench), never a result.
    Writer& real(double number);
    Writer& boolean(bool value);
    Writer& null();
    /// JSON that was written before.
    Writer& raw(std::string_view json);

    /// A member whose value is text, a flag, a whole number, or nothing (null).
    template <class T>
    Writer& field(std::string_view name, const T& value) {
        key(name);
        if constexpr (std::is_same_v<T, bool>) {
            return boolean(value);
        } else if constexpr (std::integral<T>) {
            return integer(static_cast<std::int64_t>(value));
        } else if constexpr (std::convertible_to<T, std::string_view>) {
            return string(value);
        } else {
            return value ? string(*value) : null();
        }
    }

    [[nodiscard]] std::string take();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace touchstone::json
