#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Id.h"
#include "server/core/Json.h"
#include "server/db/Database.h"

namespace touchstone::samples {

/// A test with its limit, its standing result and its hands, as lists and pages show it.
struct TestView {
    TestId id;
    std::string sample;       ///< number
    std::string product;      ///< code
    std::string productName;
    std::string batchNo;
    std::string heading;
    std::string item;
    std::string unit;
    std::string requirement;
    std::string comparison;
    std::string limitKind;
    std::vector<std::string> accepted;
    std::string status;
    std::int64_t version = 1;
    std::optional<std::string> value;
    std::optional<std::string> compared;
    std::optional<std::string> verdict;
    std::optional<std::string> source;
    std::optional<std::string> submittedBy;   ///< name, in the round that stands
    std::optional<std::string> checkedBy;
    std::string edition;
    std::string method;                       ///< code and version
};

struct TestFilter {
    std::optional<std::string> status = {};
    std::optional<std::string> sample = {};    ///< number
    std::optional<std::string> product = {};   ///< code
    std::optional<std::string> verdict = {};
    std::int64_t after = 0;               ///< ids above this one
    std::int64_t limit = 50;
};

/// In order of id, which is the order of samples and of the items of their edition.
[[nodiscard]] std::vector<TestView> listTests(db::ReadTransaction& tx, const TestFilter& filter);
/// Tests by status, under the other filters.
[[nodiscard]] std::map<std::string, std::int64_t> countTests(db::ReadTransaction& tx, const TestFilter& filter);
[[nodiscard]] std::optional<TestView> testById(db::ReadTransaction& tx, TestId id);
[[nodiscard]] std::vector<TestView> testsOfSample(db::ReadTransaction& tx, SampleId sample);

/// The members of `Test` in openapi.yaml, into an object that the caller begins and ends.
void writeTest(json::Writer& out, const TestView& test);

}  // namespace touchstone::samples
