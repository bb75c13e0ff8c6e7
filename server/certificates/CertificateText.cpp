#include "server/certificates/CertificateText.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "server/certificates/Claims.h"
#include "server/certificates/English.h"
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

/// Bodies whose mark stands on the certificate. What was frozen before there were scopes has none.
std::vector<std::string> markedBodies(const json::Value& content) {
    std::vector<std::string> out;
    if (const json::Value* marks = member(content, "laboratory").find("marks"))
        for (const json::Value& mark : marks->items()) out.push_back(textOf(mark, "body"));
    return out;
}

bool inScope(const json::Value& test, const std::string& body) {
    return std::ranges::any_of(member(test, "accredited").items(),
                               [&](const json::Value& one) { return one.text() == body; });
}

/// The marks that do not hold for all tests, each with the items it does not hold for.
Data outsideScope(const json::Value& content) {
    Data::List out;
    for (const std::string& body : markedBodies(content)) {
        Data::List items;
        for (const json::Value& test : member(content, "tests").items())
            if (!inScope(test, body)) items.emplace_back(textOf(test, "item"));
        if (!items.empty()) out.emplace_back(Data::Record{{"body", body}, {"items", std::move(items)}});
    }
    return out;
}

Data derived(const json::Value& content) {
    const std::vector<json::Value>& tests = member(content, "tests").items();
    return Data::Record{{"received_on", dayOf(textOf(member(content, "sample"), "received_at"))},
                        {"issued_on", dayOf(textOf(member(content, "signatory"), "at"))},
                        {"test_days", testDays(tests)},
                        {"test_count", std::to_string(tests.size())},
                        {"failing", failing(tests)},
                        {"outside_scope", outsideScope(content)},
                        {"analysts", hands(tests, "analyst")},
                        {"checkers", hands(tests, "checker")}};
}

Data testsData(const json::Value& content) {
    const std::vector<std::string> marked = markedBodies(content);
    Data::List out;
    for (const json::Value& test : member(content, "tests").items()) {
        const bool everywhere =
            std::ranges::all_of(marked, [&](const std::string& body) { return inScope(test, body); });
        out.push_back(asData(test));
        out.back().set("derived", Data::Record{{"result", printedResult(test)}, {"in_scope", everywhere ? "true" : "false"}});
    }
    return out;
}

/// Codes among the values say what they are codes of, so that a layout can put the one into words and leave the other.
Data replacesData(const json::Value& replaces) {
    Data out = asData(replaces);
    if (out.record() == nullptr) return out;
    Data::List changes;
    for (const json::Value& change : member(replaces, "changes").items()) {
        const std::string& what = textOf(change, "what");
        const bool coded = what == "verdict" || what == "seal_state" || what == "business_kind" || what == "language";
        const auto value = [&](std::string_view name) {
            const std::string& text = textOf(change, name);
            return coded && !text.empty() ? what + ":" + text : text;
        };
        changes.push_back(asData(change));
        changes.back().set("derived", Data::Record{{"old", value("old")}, {"new", value("new")}});
    }
    out.set("changes", std::move(changes));
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

std::int64_t revisionOf(const json::Value& frozen) {
    const json::Value* found = member(frozen, "content").find("revision");
    return found == nullptr ? 1 : std::stoll(found->text());
}

std::string issuedOn(const json::Value& frozen) {
    return dayOf(textOf(member(member(frozen, "content"), "signatory"), "at"));
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
    const json::Value& signedContent = member(frozen, "content");
    const std::optional<json::Value> english = languageOf(signedContent) == "en" ? std::optional(asPrinted(signedContent)) : std::nullopt;
    const json::Value& content = english ? *english : signedContent;
    Data::Record out;
    for (const auto& [name, held] : frozen.members())
        if (name != "content") out.emplace_back(name, asData(held));
    for (const auto& [name, held] : content.members())
        out.emplace_back(name, name == "tests" ? testsData(content) : name == "replaces" ? replacesData(held) : asData(held));
    out.emplace_back("derived", derived(content)).second.set("qr_text", qrText(frozen));
    return out;
}

}  // namespace touchstone::certificates
