#pragma once
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/people/Accounts.h"
#include "server/testing/Recorder.h"
#include "server/testing/ResultService.h"
#include "server/testing/ReviewService.h"
#include "tests/support/TestDatabase.h"

namespace touchstone::tests {

/// A laboratory with one product of three items and its people, before any sample. The sample N is "JP2026112200000N"
/// and has the tests 3N (含量, 95.0 to 105.0 %), 3N+1 (水分, at most 0.3 %) and 3N+2 (性状, a text).
class Laboratory : public TestDatabase {
public:
    Laboratory() {
        sql("INSERT INTO organisation (id, code, name, kind, region_code) VALUES (1, 'LAB', '检验院', 'laboratory', '15')");
        sql("INSERT INTO person (id, login, name, organisation_id, created_at) VALUES (1, 'analyst', '张', 1, NOW(6)), "
            "(2, 'checker', '李', 1, NOW(6)), (3, 'signatory', '王', 1, NOW(6)), (4, 'gateway', '网关', 1, NOW(6)), "
            "(5, 'checker2', '钱', 1, NOW(6))");
        sql("INSERT INTO standard (id, code, title) VALUES (1, 'S', '标准')");
        sql("INSERT INTO standard_edition (id, standard_id, edition, effective_from, verified, source) "
            "VALUES (1, 1, '标准2025年版', '2025-01-01', 0, 'invented')");
        sql("INSERT INTO product (id, code, name, kind, standard_id) VALUES (1, 'P', '示例片', 'drug', 1)");
        sql("INSERT INTO analyte (id, code, name) VALUES (1, 'A', '含量'), (2, 'B', '水分'), (3, 'C', '性状'), (4, 'D', '别的')");
        sql("INSERT INTO method (id, code, version, title, effective_from) VALUES (1, 'M', '1', '方法', '2025-01-01')");
        sql("INSERT INTO test_item (id, edition_id, product_id, seq, heading, name, analyte_id, method_id, unit, requirement, "
            "limit_kind, lower_limit, upper_limit, accepted, rejected, comparison, verified, source) VALUES "
            "(1, 1, 1, 1, '含量测定', '含量', 1, 1, '%', '应为95.0%~105.0%', 'range', '95.0', '105.0', NULL, NULL, 'rounded', 0, 'invented'), "
            "(2, 1, 1, 2, '检查', '水分', 2, 1, '%', '不得过0.3%', 'range', NULL, '0.3', NULL, NULL, 'full', 0, 'invented'), "
            "(3, 1, 1, 3, '性状', '性状', 3, 1, '', '白色片', 'text', NULL, NULL, '[\"白色片\"]', '[\"黄色片\"]', 'full', 0, 'invented')");
        sql("INSERT INTO registration (id, person_id, at, answer) VALUES (1, 1, NOW(6), '{}')");
    }

    void sql(const std::string& statement) {
        owner().runAlone([&](const auto& run) { run(statement); });
    }
    std::string text(const std::string& query) {
        std::string out;
        owner().runAlone([&](const auto& run) { out = run(query).at(0).text(0); });
        return out;
    }

    static std::string numberOf(std::int64_t id) { return "JP2026112200000" + std::to_string(id); }
    std::string sample(std::int64_t id) {
        const std::string key = std::to_string(id);
        sql("INSERT INTO sample (id, number, product_id, edition_id, specification, batch_no, maker, client, business_kind, "
            "voucher_no, sampled_on, seal_state, quantity, quantity_unit, region_code, received_at, registration_id) VALUES (" +
            key + ", '" + numberOf(id) + "', 1, 1, '0.1 g', 'B', '某厂', '某局', 'supervision', 'V', '2026-11-20', 'intact', '3', '盒', "
            "'15', '2026-11-21 01:00:00', 1)");
        sql("INSERT INTO test (id, sample_id, item_id, analyte_id) VALUES (" + std::to_string(3 * id) + ", " + key + ", 1, 1), (" +
            std::to_string(3 * id + 1) + ", " + key + ", 2, 2), (" + std::to_string(3 * id + 2) + ", " + key + ", 3, 3)");
        return numberOf(id);
    }
    static std::vector<TestId> testsOf(std::int64_t id) { return {{3 * id}, {3 * id + 1}, {3 * id + 2}}; }
    std::string statusOfSample(std::int64_t id) { return text("SELECT status FROM sample WHERE id = " + std::to_string(id)); }
    /// "waiting waiting resulted"
    std::string statusOfTests(std::int64_t id) {
        return text("SELECT GROUP_CONCAT(status ORDER BY id SEPARATOR ' ') FROM test WHERE sample_id = " + std::to_string(id));
    }
    void type(const Actor& actor, std::int64_t id) {
        static_cast<void>(results.enter(actor, {{0, {3 * id}, 1, "98.6", {}}, {1, {3 * id + 1}, 1, "0.1", {}}, {2, {3 * id + 2}, 1, "白色片", {}}}, {}, false));
    }
    /// Samples as they are after their results were submitted by the analyst.
    void submitted(std::int64_t id) {
        sample(id);
        type(analyst, id);
        reviews.submit(analyst, testsOf(id));
    }

    ManualClock clock{instantFromSql("2026-11-22 02:00:00.000000")};
    SystemRandom random;
    audit::Trail trail{std::string(32, 'k'), clock};
    people::AccountService accounts{application(), trail, clock, random};
    testing::Recorder recorder{clock};
    testing::ResultService results{application(), trail, recorder};
    testing::ReviewService reviews{application(), trail, clock};

    Actor analyst{{1}, "analyst", "张", {Role::technician, Role::analyst}, "LAB", "15", "test"};
    Actor checker{{2}, "checker", "李", {Role::checker, Role::signatory}, "LAB", "15", "test"};
    Actor checker2{{5}, "checker2", "钱", {Role::checker}, "LAB", "15", "test"};
    Actor signatory{{3}, "signatory", "王", {Role::signatory}, "LAB", "15", "test"};
    Actor gateway{{4}, "gateway", "网关", {Role::instrument}, "LAB", "15", "test"};
};

}  // namespace touchstone::tests
