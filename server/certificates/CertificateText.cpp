#include "server/certificates/CertificateText.h"

#include <algorithm>
#include <stdexcept>

#include "server/core/Clock.h"

namespace touchstone::certificates {
namespace {

using reports::Data;

std::string dayOf(const std::string& instant) {
    const auto at = parseRfc3339(instant);
    if (!at) throw std::runtime_error("frozen certificate: not a time: " + instant);
    return toText(Zone{}.dateOf(*at));
}

/// The days on which results came about (ISO/IEC 17025:2017 7.8.2.1 i).
Data testDays(const std::vector<json::Value>& tests) {
    std::string first, last;
    for (const json::Value& test : tests) {
        const std::string day = dayOf(textOf(member(test, "entered_by"), "at"));
        if (first.empty() || day < first) first = day;
        last = std::max(last, day);
    }
    return Data::Record{{"first", first}, {"last", first == last ? "" : last}};
}

/// The value as it was compared with the limit: where the standard has it rounded first (修约值比较法), the rounded
/// value is the one reported. A unit follows figures only.
std::string printedResult(const json::Value& test) {
    const std::string& value = textOf(test, "compared");
    const std::string& unit = textOf(test, "unit");
    const bool figure = !value.empty() && value.back() >= '0' && value.back() <= '9';
    if (unit.empty() || !figure) return value;
    return value + (unit == "%" ? "" : " ") + unit;
}

/// The names of all who took the step, and the day on which the last of them did.
Data hands(const std::vector<json::Value>& tests, std::string_view step) {
    Data::List names;
    std::string last;
    for (const json::Value& test : tests) {
        const json::Value& hand = member(test, step);
        const std::string& name = textOf(hand, "name");
        if (std::ranges::none_of(names, [&](const Data& known) { return *known.text() == name; }))
            names.emplace_back(name);
        last = std::max(last, textOf(hand, "at"));
    }
    return Data::Record{{"names", std::move(names)}, {"last_day", last.empty() ? "" : dayOf(last)}};
}

Data failing(const std::vector<json::Value>& tests) {
    Data::List items;
    for (const json::Value& test : tests)
        if (textOf(test, "verdict") == "fails") items.emplace_back(textOf(test, "item"));
    return items;
}

Data derived(const json::Value& content) {
    const std::vector<json::Value>& tests = member(content, "tests").items();
    return Data::Record{{"received_on", dayOf(textOf(member(content, "sample"), "received_at"))},
                        {"issued_on", dayOf(textOf(member(content, "signatory"), "at"))},
                        {"test_days", testDays(tests)},
                        {"test_count", std::to_string(tests.size())},
                        {"failing", failing(tests)},
                        {"analysts", hands(tests, "analyst")},
                        {"checkers", hands(tests, "checker")}};
}

Data testData(const json::Value& test) {
    Data out = asData(test);
    out.set("derived", Data::Record{{"result", printedResult(test)}});
    return out;
}

}  // namespace

const json::Value& member(const json::Value& object, std::string_view name) {
    const json::Value* found = object.find(name);
    if (found == nullptr) throw std::runtime_error("frozen certificate lacks " + std::string(name));
    return *found;
}

const std::string& textOf(const json::Value& object, std::string_view name) {
    return member(object, name).text();
}

Data asData(const json::Value& value) {
    using Kind = json::Value::Kind;
    if (value.kind() == Kind::Boolean) return value.boolean() ? "true" : "false";
    if (value.kind() == Kind::Array) {
        Data::List items;
        items.reserve(value.items().size());
        for (const json::Value& item : value.items()) items.push_back(asData(item));
        return items;
    }
    if (value.kind() == Kind::Object) {
        Data::Record members;
        members.reserve(value.members().size() + 1);
        for (const auto& [name, held] : value.members()) members.emplace_back(name, asData(held));
        return members;
    }
    return value.text();
}

Data toData(const json::Value& frozen) {
    const json::Value& content = member(frozen, "content");
    Data::Record out;
    for (const auto& [name, held] : frozen.members())
        if (name != "content") out.emplace_back(name, asData(held));
    for (const auto& [name, held] : content.members()) {
        if (name != "tests") {
            out.emplace_back(name, asData(held));
            continue;
        }
        Data::List tests;
        for (const json::Value& test : held.items()) tests.push_back(testData(test));
        out.emplace_back(name, std::move(tests));
    }
    out.emplace_back("derived", derived(content));
    return out;
}

}  // namespace touchstone::certificates
