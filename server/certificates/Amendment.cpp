#include "server/certificates/Amendment.h"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include "server/certificates/CertificateText.h"
#include "server/certificates/English.h"

namespace touchstone::certificates {
namespace {

constexpr std::array<std::string_view, 3> kKinds{"clerical", "results", "reissue"};

/// What is printed of the head, beside what a clerical amendment may change.
constexpr std::array<std::string_view, 3> kOtherOfHead{"business_kind", "seal_state", "edition"};

/// A field of the head in a frozen sample, where particulars stand in records of their own: import_port is import.port. Empty
/// where they do not stand, as in what was frozen before they were asked for.
std::string headText(const json::Value& sample, std::string_view field) {
    if (field == "language") return sample.find(field) == nullptr ? "zh" : textOf(sample, field);
    const auto& particulars = samples::particularFields();
    const auto found = std::ranges::find(particulars, field, &samples::ParticularField::name);
    if (found == particulars.end()) return textOf(sample, field);
    const json::Value* record = sample.find(found->business);
    return record == nullptr ? "" : textOf(*record, field.substr(found->business.size() + 1));
}

class Differences {
public:
    void compare(std::string_view what, const std::string& item, const std::string& before, const std::string& after) {
        if (before != after) out_.push_back({std::string(what), item, before, after});
    }
    std::vector<FrozenChange> take() { return std::move(out_); }

private:
    std::vector<FrozenChange> out_;
};

void compareTest(Differences& out, const std::string& item, const json::Value* before, const json::Value* after) {
    static const json::Value kNone = json::parse(
        R"({"item":"","compared":"","verdict":"","requirement":"","method":{"code":"","version":""}})");
    const json::Value& one = before == nullptr ? kNone : *before;
    const json::Value& other = after == nullptr ? kNone : *after;
    out.compare("result", item, textOf(one, "compared"), textOf(other, "compared"));
    out.compare("verdict", item, textOf(one, "verdict"), textOf(other, "verdict"));
    out.compare("requirement", item, textOf(one, "requirement"), textOf(other, "requirement"));
    const auto method = [](const json::Value& test) {
        const json::Value& found = member(test, "method");
        return textOf(found, "code") + " " + textOf(found, "version");
    };
    out.compare("method", item, method(one), method(other));
}

/// By their places; `named`: whose names they are called by.
void compareTests(Differences& out, const json::Value& before, const json::Value& after, const json::Value& named) {
    std::map<std::string, std::pair<const json::Value*, const json::Value*>> tests;
    std::map<std::string, std::string> names;
    std::vector<std::string> order;
    for (const json::Value& test : member(after, "tests").items()) {
        order.push_back(textOf(test, "seq"));
        tests[order.back()].second = &test;
    }
    for (const json::Value& test : member(before, "tests").items()) {
        const std::string& seq = textOf(test, "seq");
        if (!tests.contains(seq)) order.push_back(seq);
        tests[seq].first = &test;
        names[seq] = textOf(test, "item");
    }
    for (const json::Value& test : member(named, "tests").items()) names[textOf(test, "seq")] = textOf(test, "item");
    for (const std::string& seq : order) compareTest(out, names[seq], tests[seq].first, tests[seq].second);
}

}  // namespace

std::string_view name(AmendmentKind kind) {
    return kKinds.at(static_cast<std::size_t>(kind));
}

AmendmentKind amendmentKindOf(std::string_view name) {
    const auto found = std::ranges::find(kKinds, name);
    if (found == kKinds.end()) throw std::logic_error("amendment kind " + std::string(name));
    return static_cast<AmendmentKind>(found - kKinds.begin());
}

std::vector<FrozenChange> differences(const json::Value& before, const json::Value& after) {
    // As both are printed; where the languages differ, what is behind both of them is compared.
    const bool sameLanguage = languageOf(before) == languageOf(after);
    const json::Value printed = asPrinted(after);
    const json::Value& now = sameLanguage ? printed : after;
    const json::Value then = sameLanguage ? asPrinted(before) : before;
    Differences out;
    const json::Value& oldSample = member(then, "sample");
    const json::Value& newSample = member(now, "sample");
    for (const samples::HeadField& field : samples::headFields()) {
        if (!field.english) out.compare(field.name, "", headText(oldSample, field.name), headText(newSample, field.name));
    }
    for (const std::string_view field : kOtherOfHead) out.compare(field, "", textOf(oldSample, field), textOf(newSample, field));
    const json::Value& oldLaboratory = member(then, "laboratory");
    const json::Value& newLaboratory = member(now, "laboratory");
    out.compare("laboratory", "", textOf(oldLaboratory, "name"), textOf(newLaboratory, "name"));
    out.compare("address", "", textOf(oldLaboratory, "address"), textOf(newLaboratory, "address"));
    compareTests(out, then, now, printed);
    out.compare("verdict", "", textOf(before, "verdict"), textOf(after, "verdict"));
    return out.take();
}

}  // namespace touchstone::certificates
