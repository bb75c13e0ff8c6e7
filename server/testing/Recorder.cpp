#include "server/testing/Recorder.h"

#include <set>

#include "server/catalogue/CatalogueStore.h"
#include "server/core/Json.h"

namespace touchstone::testing {
namespace {

std::string describe(const NewResult& result) {
    json::Writer out;
    out.beginObject()
        .field("test", result.test.id.value)
        .field("version", result.test.resultVersion + 1)
        .field("value", result.value)
        .field("compared", result.judgement.compared)
        .field("verdict", catalogue::name(result.judgement.verdict));
    if (result.observation) out.field("message", result.messageUid).field("observation", *result.observation);
    return out.endObject().take();
}

std::optional<std::string> describeBefore(const LockedTest& test) {
    if (test.resultVersion == 0) return std::nullopt;
    json::Writer out;
    out.beginObject().field("test", test.id.value).field("version", test.resultVersion);
    return out.endObject().take();
}

}  // namespace

std::map<TestItemId, catalogue::TestItem> Recorder::items(db::ReadTransaction& tx, const std::vector<TestItemId>& ids) {
    const std::lock_guard lock(mutex_);
    std::set<TestItemId> missing;
    for (const TestItemId id : ids) {
        if (!known_.contains(id)) missing.insert(id);
    }
    if (!missing.empty()) known_.merge(catalogue::itemsById(tx, {missing.begin(), missing.end()}));
    std::map<TestItemId, catalogue::TestItem> out;
    for (const TestItemId id : ids) out.emplace(id, known_.at(id));
    return out;
}

std::vector<audit::Entry> Recorder::record(db::WriteTransaction& tx, const Actor& actor, const std::vector<NewResult>& results) {
    std::vector<TestItemId> ids;
    for (const NewResult& result : results) ids.push_back(result.test.item);
    const auto byId = items(tx, ids);

    std::vector<NewVersion> versions;
    versions.reserve(results.size());
    for (const NewResult& result : results) {
        const catalogue::TestItem& item = byId.at(result.test.item);
        versions.push_back({result.test.id, result.test.resultVersion + 1, result.value, result.judgement, item.limit.requirement,
                            item.editionName, item.limit.comparison, result.observation, actor.id, result.reason});
    }
    const auto versionIds = insertVersions(tx, versions, clock_.now());

    std::vector<LockedTest> tests;
    std::vector<audit::Entry> entries;
    tests.reserve(results.size());
    entries.reserve(results.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
        LockedTest test = results[i].test;
        test.status = TestStatus::resulted;
        test.resultId = versionIds[i];
        test.verdict = results[i].judgement.verdict;
        tests.push_back(std::move(test));
        entries.push_back({results[i].observation ? "result.import" : "result.enter", "sample", results[i].test.sampleNumber,
                           describeBefore(results[i].test), describe(results[i]), results[i].reason});
    }
    updateTests(tx, tests);
    return entries;
}

}  // namespace touchstone::testing
