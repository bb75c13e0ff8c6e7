#include "server/core/Json.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cmath>

#include "server/core/Bytes.h"
#include "server/core/Error.h"

namespace touchstone::json {

const Value* Value::find(std::string_view name) const noexcept {
    for (const auto& [key, value] : members_) {
        if (key == name) return &value;
    }
    return nullptr;
}

/// Builds a Value from the events of rapidjson's reader. An event that returns false ends the reading. Texts are
/// checked once more, since the reader makes bytes of a lone low surrogate ("\udc00").
class Builder {
public:
    bool Null() { return add(Value{}); }
    bool Bool(bool value) {
        Value made;
        made.kind_ = Value::Kind::Boolean;
        made.boolean_ = value;
        return add(std::move(made));
    }
    bool RawNumber(const char* digits, rapidjson::SizeType length, bool) {
        return add(withText(Value::Kind::Number, digits, length));
    }
    bool String(const char* utf8, rapidjson::SizeType length, bool) {
        return isUtf8({utf8, length}) && add(withText(Value::Kind::String, utf8, length));
    }
    bool StartObject() { return open(Value::Kind::Object); }
    bool Key(const char* utf8, rapidjson::SizeType length, bool) {
        if (!isUtf8({utf8, length})) return false;
        open_.back().members_.emplace_back(std::string(utf8, length), Value{});
        return true;
    }
    bool EndObject(rapidjson::SizeType) { return !repeatsKey(open_.back()) && close(); }
    bool StartArray() { return open(Value::Kind::Array); }
    bool EndArray(rapidjson::SizeType) { return close(); }

    // The reader's interface asks for these; with numbers as strings it never calls them.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

    Value take() { return std::move(root_); }

private:
    static constexpr std::size_t kMostDepth = 64;

    static Value withText(Value::Kind kind, const char* bytes, std::size_t length) {
        Value made;
        made.kind_ = kind;
        made.text_.assign(bytes, length);
        return made;
    }

    static bool repeatsKey(const Value& object) {
        std::vector<std::string_view> keys;
        keys.reserve(object.members_.size());
        for (const auto& member : object.members_) keys.emplace_back(member.first);
        std::sort(keys.begin(), keys.end());
        return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
    }

    bool open(Value::Kind kind) {
        if (open_.size() == kMostDepth) return false;
        open_.emplace_back();
        open_.back().kind_ = kind;
        return true;
    }

    bool close() {
        Value done = std::move(open_.back());
        open_.pop_back();
        return add(std::move(done));
    }

    bool add(Value value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (open_.back().kind_ == Value::Kind::Array) {
            open_.back().items_.push_back(std::move(value));
        } else {
            open_.back().members_.back().second = std::move(value);
        }
        return true;
    }

    Value root_;
    std::vector<Value> open_;
};

Value parse(std::string_view text) {
    constexpr unsigned flags =
        rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
    rapidjson::MemoryStream stream(text.data(), text.size());
    rapidjson::Reader reader;
    Builder builder;
    const rapidjson::ParseResult result = reader.Parse<flags>(stream, builder);
    if (result.IsError()) throw Error(ErrorCode::MalformedJson, {std::to_string(result.Offset())});
    // The reader takes a NUL for the end of its text.
    if (stream.Tell() != text.size()) throw Error(ErrorCode::MalformedJson, {std::to_string(stream.Tell())});
    return builder.take();
}

struct Writer::State {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
};

Writer::Writer() : state_(std::make_unique<State>()) {
}
Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;

Writer& Writer::beginObject() {
    state_->writer.StartObject();
    return *this;
}

Writer& Writer::endObject() {
    state_->writer.EndObject();
    return *this;
}

Writer& Writer::beginArray() {
    state_->writer.StartArray();
    return *this;
}

Writer& Writer::endArray() {
    state_->writer.EndArray();
    return *this;
}

Writer& Writer::key(std::string_view name) {
    state_->writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    return *this;
}

Writer& Writer::string(std::string_view utf8) {
    // rapidjson asserts on a null pointer, which an empty view may have.
    state_->writer.String(utf8.empty() ? "" : utf8.data(), static_cast<rapidjson::SizeType>(utf8.size()));
    return *this;
}

Writer& Writer::integer(std::int64_t number) {
    state_->writer.Int64(number);
    return *this;
}

Writer& Writer::number(std::string_view digits) {
    state_->writer.RawValue(digits.data(), digits.size(), rapidjson::kNumberType);
    return *this;
}

Writer& Writer::real(double number) {
    // JSON has no form for these; null says that there is no figure.
    if (!std::isfinite(number)) return null();
    state_->writer.Double(number);
    return *this;
}

Writer& Writer::boolean(bool value) {
    state_->writer.Bool(value);
    return *this;
}

Writer& Writer::null() {
    state_->writer.Null();
    return *this;
}

Writer& Writer::raw(std::string_view json) {
    state_->writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
    return *this;
}

std::string Writer::take() {
    std::string out(state_->buffer.GetString(), state_->buffer.GetSize());
    state_ = std::make_unique<State>();
    return out;
}

}  // namespace touchstone::json
