#include "server/samples/TestView.h"

#include "server/catalogue/CatalogueStore.h"

namespace touchstone::samples {
namespace {

#define TOUCHSTONE_TESTS                                                                                              \
    "SELECT t.id, s.number, p.code, p.name, s.batch_no, i.heading, i.name, i.unit, i.requirement, i.comparison, "     \
    "i.limit_kind, i.accepted, t.status, t.version, r.value, r.compared, t.verdict, r.source, submitter.name, "       \
    "checker.name, e.edition, TRIM(CONCAT(m.code, ' ', m.version)) FROM test t JOIN sample s ON s.id = t.sample_id "  \
    "JOIN product p ON p.id = s.product_id JOIN test_item i ON i.id = t.item_id "                                     \
    "JOIN standard_edition e ON e.id = i.edition_id JOIN method m ON m.id = i.method_id "                             \
    "LEFT JOIN result_version r ON r.id = t.result_id "                                                               \
    "LEFT JOIN review_step submitted ON submitted.test_id = t.id AND submitted.round = t.round "                      \
    "AND submitted.step = 'submit' LEFT JOIN person submitter ON submitter.id = submitted.person_id "                 \
    "LEFT JOIN review_step checked ON checked.test_id = t.id AND checked.round = t.round "                            \
    "AND checked.step = 'check' LEFT JOIN person checker ON checker.id = checked.person_id "
#define TOUCHSTONE_TEST_FILTER \
    "(? IS NULL OR s.number = ?) AND (? IS NULL OR p.code = ?) AND (? IS NULL OR t.verdict = ?) "

constexpr db::Statement kList{"test_list", TOUCHSTONE_TESTS "WHERE t.id > ? AND (? IS NULL OR t.status = ?) AND "
                                           TOUCHSTONE_TEST_FILTER "ORDER BY t.id LIMIT ?"};
constexpr db::Statement kCount{"test_count",
                               "SELECT t.status, COUNT(*) FROM test t JOIN sample s ON s.id = t.sample_id "
                               "JOIN product p ON p.id = s.product_id WHERE " TOUCHSTONE_TEST_FILTER "GROUP BY t.status"};
constexpr db::Statement kById{"test_by_id", TOUCHSTONE_TESTS "WHERE t.id = ?"};
constexpr db::Statement kOfSample{"test_of_sample", TOUCHSTONE_TESTS "WHERE t.sample_id = ? ORDER BY t.id"};
#undef TOUCHSTONE_TESTS
#undef TOUCHSTONE_TEST_FILTER

TestView toView(const db::Row& row) {
    TestView test;
    test.id = TestId{row.integer(0)};
    test.sample = row.text(1);
    test.product = row.text(2);
    test.productName = row.text(3);
    test.batchNo = row.text(4);
    test.heading = row.text(5);
    test.item = row.text(6);
    test.unit = row.text(7);
    test.requirement = row.text(8);
    test.comparison = row.text(9);
    test.limitKind = row.text(10);
    test.accepted = catalogue::textsOfJson(row.optionalText(11));
    test.status = row.text(12);
    test.version = row.integer(13);
    test.value = row.optionalText(14);
    test.compared = row.optionalText(15);
    test.verdict = row.optionalText(16);
    test.source = row.optionalText(17);
    test.submittedBy = row.optionalText(18);
    test.checkedBy = row.optionalText(19);
    test.edition = row.text(20);
    test.method = row.text(21);
    return test;
}

std::vector<TestView> toViews(const db::Rows& rows) {
    std::vector<TestView> out;
    out.reserve(rows.size());
    for (const db::Row& row : rows) out.push_back(toView(row));
    return out;
}

}  // namespace

std::vector<TestView> listTests(db::ReadTransaction& tx, const TestFilter& f) {
    const db::Value status = db::orNull(f.status);
    const db::Value sample = db::orNull(f.sample);
    const db::Value product = db::orNull(f.product);
    const db::Value verdict = db::orNull(f.verdict);
    return toViews(tx.query(kList, {f.after, status, status, sample, sample, product, product, verdict, verdict, f.limit}));
}

std::map<std::string, std::int64_t> countTests(db::ReadTransaction& tx, const TestFilter& f) {
    const db::Value sample = db::orNull(f.sample);
    const db::Value product = db::orNull(f.product);
    const db::Value verdict = db::orNull(f.verdict);
    std::map<std::string, std::int64_t> out;
    for (const db::Row& row : tx.query(kCount, {sample, sample, product, product, verdict, verdict})) {
        out[row.text(0)] = row.integer(1);
    }
    return out;
}

std::optional<TestView> testById(db::ReadTransaction& tx, TestId id) {
    const db::Rows rows = tx.query(kById, {id.value});
    return rows.empty() ? std::nullopt : std::optional(toView(rows.front()));
}

std::vector<TestView> testsOfSample(db::ReadTransaction& tx, SampleId sample) {
    return toViews(tx.query(kOfSample, {sample.value}));
}

void writeTest(json::Writer& out, const TestView& test) {
    out.field("id", test.id.value).field("sample", test.sample).field("product", test.product);
    out.field("product_name", test.productName).field("batch_no", test.batchNo).field("heading", test.heading);
    out.field("item", test.item).field("unit", test.unit).field("requirement", test.requirement);
    out.field("comparison", test.comparison).field("limit_kind", test.limitKind);
    out.key("accepted").beginArray();
    for (const std::string& text : test.accepted) out.string(text);
    out.endArray();
    out.field("status", test.status).field("version", test.version).field("value", test.value);
    out.field("compared", test.compared).field("verdict", test.verdict).field("source", test.source);
    out.field("submitted_by", test.submittedBy).field("checked_by", test.checkedBy);
}

}  // namespace touchstone::samples
