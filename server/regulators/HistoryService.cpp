#include "server/regulators/HistoryService.h"

#include <set>

#include "server/regulators/Outcome.h"
#include "server/regulators/Region.h"

namespace touchstone::regulators {
namespace {

Window lastMonths(Date today, int months) {
    const std::chrono::year_month_day now(monthOf(today));
    return {Date(now - std::chrono::months(months - 1)), Date(now)};
}

/// All tests by analyte.
std::map<std::int64_t, Base> basesOf(const std::vector<Count>& counts) {
    std::map<std::int64_t, Base> out;
    for (const Count& one : counts) {
        out[one.analyte].tested += one.tested;
        out[one.analyte].failing += one.failing;
    }
    return out;
}

}  // namespace

std::vector<FoundSubject> HistoryService::subjects(const Actor& actor, Subject::Kind kind, const std::string& part) {
    const std::string region = visibleRegion(actor);
    return database_.read([&](db::ReadTransaction& tx) { return store::subjects(tx, kind, part, region); });
}

History HistoryService::history(const Actor& actor, const Subject& subject, std::optional<std::int64_t> after,
                                std::int64_t limit) {
    const std::string region = visibleRegion(actor);
    return database_.read([&](db::ReadTransaction& tx) {
        const std::vector<HistoryEntry> newest = store::history(tx, subject, region, std::nullopt, 1);
        if (newest.empty()) throw Error(ErrorCode::NotFound, {"history", subject.key});
        return History{subject.kind == Subject::Kind::Maker ? subject.key : newest.front().productName,
                       store::years(tx, subject, region), store::history(tx, subject, region, after, limit)};
    });
}

Clusters HistoryService::clusters(const Actor& actor, ClusterBy by, int months, std::size_t most) {
    const std::string region = visibleRegion(actor);
    const Window window = lastMonths(Zone{}.dateOf(clock_.now()), months);
    return database_.read([&](db::ReadTransaction& tx) {
        const std::vector<Count> counts = store::counts(tx, by, window, region);
        // The groups of makers and of analytes are all tests; of batches only some are there.
        const auto bases =
            basesOf(by == ClusterBy::batch ? store::counts(tx, ClusterBy::analyte, window, region) : counts);
        Base all;
        for (const auto& [analyte, base] : bases) {
            all.tested += base.tested;
            all.failing += base.failing;
        }
        std::vector<Cluster> found;
        for (const Count& count : counts) {
            if (count.failing == 0) continue;
            found.push_back(compare(count, by == ClusterBy::analyte ? all : bases.at(count.analyte)));
        }
        Clusters out{window, found.size(), ranked(std::move(found), most), {}};
        std::set<std::int64_t> analytes;
        for (const Cluster& one : out.clusters) analytes.insert(one.count.analyte);
        out.analytes = store::analyteNames(tx, {analytes.begin(), analytes.end()});
        return out;
    });
}

}  // namespace touchstone::regulators
