#include "server/testing/TestQueries.h"

#include "server/core/Error.h"

namespace touchstone::testing {

TestQueries::Page TestQueries::list(const Actor& actor, const samples::TestFilter& filter) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        return Page{samples::listTests(tx, filter), samples::countTests(tx, filter)};
    });
}

TestQueries::Detail TestQueries::get(const Actor& actor, TestId id) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        auto test = samples::testById(tx, id);
        if (!test) throw Error(ErrorCode::NotFound, {"test", std::to_string(id.value)});
        return Detail{std::move(*test), versionsOf(tx, id), stepsOf(tx, id)};
    });
}

}  // namespace touchstone::testing
