#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "instruments/formats/Formats.h"
#include "server/catalogue/Institute.h"
#include "server/core/Decimal.h"
#include "server/core/Json.h"

namespace touchstone::catalogue {
namespace {

/// Visits the elements and notes what is wrong with each.
class Checker {
public:
    std::vector<FieldError> take() { return std::move(errors_); }

    void term(const xml::Element& element) {
        const auto to = element.find("to");
        if (to && *to < element.at("from")) note(element, "it ends before it begins");
    }

    void limit(const xml::Element& limit) {
        if (limit.name == "range") {
            range(limit);
        } else {
            words(limit);
        }
    }

    void targets(const xml::Element& chart) {
        for (const xml::Element& target : chart.children) {
            term(target);
            if (Decimal::of(target.at("sd")) <= Decimal()) note(target, "a standard deviation is above 0");
        }
    }

    void scope(const xml::Element& scope, const std::set<std::string>& methods) {
        term(scope);
        const auto method = scope.find("method");
        if (method && !methods.contains(*method)) note(scope, "there is no method " + *method);
        const bool named = scope.find("product") || scope.find("analyte") || scope.find("method");
        if (!named) note(scope, "a scope names a product, an analyte or a method");
    }

    void mapping(const xml::Element& mapping) {
        try {
            if (json::parse(mapping.text).kind() != json::Value::Kind::Object) note(mapping, "the mapping is no JSON object");
        } catch (const Error&) {
            note(mapping, "the mapping is no JSON");
        }
    }

    void protocol(const xml::Element& instrument) {
        const std::string protocol = instrument.at("protocol");
        const auto formats = instruments::formats();
        const bool known = std::ranges::find(formats, protocol, &instruments::Format::name) != formats.end();
        if (!known && protocol != "auto") note(instrument, "no format that is read: " + protocol);
    }

    void note(const xml::Element& element, const std::string& what) {
        const std::string line = std::to_string(element.line);
        errors_.push_back({"line " + line, ErrorCode::BadDocument, {line, what}, {}});
    }

private:
    void range(const xml::Element& range) {
        const auto lower = range.find("lower");
        const auto upper = range.find("upper");
        if (!lower && !upper) note(range, "a range needs a bound");
        if (lower && upper && Decimal::of(*lower) > Decimal::of(*upper)) note(range, "the lower bound is above the upper");
    }

    void words(const xml::Element& list) {
        std::map<std::string, std::string> verdicts;
        for (const xml::Element& word : list.children) {
            if (!verdicts.emplace(word.text, word.name).second) note(word, word.text + " stands twice");
        }
    }

    std::vector<FieldError> errors_;
};

}  // namespace

std::vector<FieldError> checkInstitute(const xml::Element& institute) {
    Checker check;
    std::map<std::string, std::string> standardOf;
    std::set<std::string> methods;
    for (const xml::Element& element : institute.children) {
        if (element.find("from")) check.term(element);
        if (element.name == "method") methods.insert(element.at("code"));
        if (element.name == "instrument") check.protocol(element);
        for (const xml::Element& child : element.children) {
            if (child.name == "edition") {
                check.term(child);
                standardOf[child.at("name")] = element.at("code");
            }
            if (child.name == "mapping") check.mapping(child);
            if (child.name == "chart") check.targets(child);
            if (child.name == "scope") check.scope(child, methods);
            if (child.name != "items") continue;
            if (standardOf[child.at("edition")] != element.at("standard")) check.note(child, "this edition is of another standard");
            for (const xml::Element& item : child.children) check.limit(item.children.at(0));
        }
    }
    return check.take();
}

}  // namespace touchstone::catalogue
