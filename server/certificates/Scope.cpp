#include "server/certificates/Scope.h"

#include <algorithm>

namespace touchstone::certificates {
namespace {

/// Of one sample: by place of a test, the marks it is in scope for.
using MarksOfTests = std::map<std::int64_t, std::vector<FrozenMark>>;

void apply(FrozenContent& content, const MarksOfTests& found, const PartlyMarked& rule) {
    std::map<std::string, std::string> numbers;  // by body: a map, so that the order is the same each time
    std::map<std::string, std::size_t> inScope;
    for (FrozenTest& test : content.tests) {
        test.accredited.clear();
        const auto marks = found.find(test.seq);
        if (marks == found.end()) continue;
        for (const FrozenMark& mark : marks->second) {
            if (std::ranges::find(test.accredited, mark.body) != test.accredited.end()) continue;
            test.accredited.push_back(mark.body);
            numbers.emplace(mark.body, mark.number);
            ++inScope[mark.body];
        }
        std::ranges::sort(test.accredited);
    }
    content.laboratory.marks.clear();
    for (const auto& [body, number] : numbers) {
        const auto partly = rule.find(body);
        const bool partlyMarked = partly != rule.end() && partly->second;
        if (inScope[body] == content.tests.size() || partlyMarked) content.laboratory.marks.push_back({body, number});
    }
}

}  // namespace

void applyScope(std::map<std::string, FrozenContent>& contents, const std::vector<ScopeHit>& hits, const PartlyMarked& rule) {
    std::map<SampleId, MarksOfTests> bySample;
    for (const ScopeHit& hit : hits) bySample[hit.sample][hit.seq].push_back(hit.mark);
    for (auto& [number, content] : contents) apply(content, bySample[content.sample.id], rule);
}

}  // namespace touchstone::certificates
