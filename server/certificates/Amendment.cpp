#include "server/certificates/Amendment.h"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

#include "server/certificates/CertificateText.h"

namespace touchstone::certificates {
namespace {

constexpr std::array<std::string_view, 3> kKinds{"clerical", "results", "reissue"};

/// What is printed of the head, beside what a clerical amendment may change.
constexpr std::array<std::string_view, 3> kOtherOfHead{"business_kind", "seal_state", "edition"};

/// A field of the head in a frozen sample, where particulars stand in records of their own: import_port is import.port. Empty
/// where they do not stand, as in what was frozen before they were asked for.
std::string headText(const json::Value& sample, std::string_view field) {
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

void compareTest(Differences& out, const json::Value* before, const json::Value* after) {
    static const json::Value kNone = json::parse(
        R"({"item":"","compared":"","verdict":"","requirement":"","method":{"code":"","version":""}})");
    const json::Value& one = before == nullptr ? kNone : *before;
    const json::Value& other = after == nullptr ? kNone : *after;
    const std::string& item = textOf(after == nullptr ? one : other, "item");
    out.compare("result", item, textOf(one, "compared"), textOf(other, "compared"));
    out.compare("verdict", item, textOf(one, "verdict"), textOf(other, "verdict"));
    out.compare("requirement", item, textOf(one, "requirement"), textOf(other, "requirement"));
    const auto method = [](const json::Value& test) {
        const json::Value& found = member(test, "method");
        return textOf(found, "code") + " " + textOf(found, "version");
    };
    out.compare("method", item, method(one), method(other));
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
    Differences out;
    const json::Value& oldSample = member(before, "sample");
    const json::Value& newSample = member(after, "sample");
    for (const samples::HeadField& field : samples::headFields()) {
        out.compare(field.name, "", headText(oldSample, field.name), headText(newSample, field.name));
    }
    for (const std::string_view field : kOtherOfHead) out.compare(field, "", textOf(oldSample, field), textOf(newSample, field));
    const json::Value& oldLaboratory = member(before, "laboratory");
    const json::Value& newLaboratory = member(after, "laboratory");
    out.compare("laboratory", "", textOf(oldLaboratory, "name"), textOf(newLaboratory, "name"));
    out.compare("address", "", textOf(oldLaboratory, "address"), textOf(newLaboratory, "address"));

    std::map<std::string, std::pair<const json::Value*, const json::Value*>> tests;
    std::vector<std::string> order;
    for (const json::Value& test : member(after, "tests").items()) {
        order.push_back(textOf(test, "seq"));
        tests[order.back()].second = &test;
    }
    for (const json::Value& test : member(before, "tests").items()) {
        if (!tests.contains(textOf(test, "seq"))) order.push_back(textOf(test, "seq"));
        tests[textOf(test, "seq")].first = &test;
    }
    for (const std::string& seq : order) compareTest(out, tests[seq].first, tests[seq].second);
    out.compare("verdict", "", textOf(before, "verdict"), textOf(after, "verdict"));
    return out.take();
}

}  // namespace touchstone::certificates
