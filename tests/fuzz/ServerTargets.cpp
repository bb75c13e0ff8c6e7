#include "tests/fuzz/ServerTargets.h"

#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/core/Decimal.h"
#include "server/core/Error.h"
#include "server/core/Json.h"
#include "tests/fuzz/Promise.h"

namespace touchstone::fuzz {
namespace {

void write(json::Writer& out, const json::Value& value) {
    switch (value.kind()) {
        case json::Value::Kind::Null:
            out.null();
            break;
        case json::Value::Kind::Boolean:
            out.boolean(value.boolean());
            break;
        case json::Value::Kind::Number:
            out.number(value.text());
            break;
        case json::Value::Kind::String:
            out.string(value.text());
            break;
        case json::Value::Kind::Array:
            out.beginArray();
            for (const json::Value& item : value.items()) write(out, item);
            out.endArray();
            break;
        case json::Value::Kind::Object:
            out.beginObject();
            for (const auto& [name, member] : value.members()) write(out.key(name), member);
            out.endObject();
            break;
    }
}

std::string written(const json::Value& value) {
    json::Writer out;
    write(out, value);
    return out.take();
}

/// Bodies of requests: what is understood says the same when it is written and read again.
void readJson(std::string_view bytes) {
    try {
        const std::string once = written(json::parse(bytes));
        promise(written(json::parse(once)) == once, "JSON that is written is read as it was");
    } catch (const Error& error) {
        promise(error.code() == ErrorCode::MalformedJson, "JSON that is not understood is said to be malformed");
    }
}

/// The texts that requests carry in JSON: bytes of messages, their hashes, numbers, times.
void readFields(std::string_view bytes) {
    if (const auto raw = fromBase64(bytes)) promise(fromBase64(toBase64(*raw)) == raw, "base64 goes there and back");
    if (const auto raw = fromHex(bytes)) promise(fromHex(toHex(*raw)) == raw, "hexadecimal goes there and back");
    if (const auto number = Decimal::parse(bytes)) {
        promise(Decimal::parse(number->text()).has_value(), "a decimal that is written can be read");
    }
    if (const auto at = parseRfc3339(bytes)) promise(parseRfc3339(toRfc3339(*at)) == at, "a time goes there and back");
    static_cast<void>(parseDate(bytes));
}

}  // namespace

void addServer(std::map<std::string, Target>& all) {
    all.emplace("json", [](std::span<const std::uint8_t> bytes) { readJson(text(bytes)); });
    all.emplace("fields", [](std::span<const std::uint8_t> bytes) { readFields(text(bytes)); });
}

}  // namespace touchstone::fuzz
