#pragma once
#include <string>
#include <vector>

#include "reports/Certificate.h"
#include "reports/Signer.h"
#include "server/audit/Trail.h"
#include "server/certificates/CertificateService.h"
#include "server/certificates/Issuing.h"
#include "server/certificates/LayoutService.h"
#include "server/certificates/LayoutShelf.h"
#include "server/certificates/ReleaseService.h"
#include "server/people/Accounts.h"
#include "server/regulators/PortalService.h"
#include "server/regulators/VerificationService.h"
#include "server/testing/ReviewService.h"
#include "tests/support/TestDatabase.h"

namespace touchstone::tests {

inline const char* const kPassword = "a long password 1";

/// The authority, key and font of all cases of the program: making them is slow.
struct Press {
    reports::DemonstrationAuthority authority = reports::DemonstrationAuthority::make("测试检验院", 30);
    reports::CertificatePrinter printer{"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"};
    static const Press& instance() {
        static const Press press;
        return press;
    }
};

/// A laboratory with a product of two tests, its people, a regulator of region 1501, and the services.
class Laboratory : public TestDatabase {
public:
    Laboratory() {
        sql("INSERT INTO organisation (id, code, name, kind, region_code, address) VALUES "
            "(1, 'LAB', '测试检验院', 'laboratory', '15', '一号路'), (2, 'REG', '某市局', 'regulator', '1501', '')");
        accounts.create(people::systemActor("test"),
                        {{"analyst", "张三", {}, {Role::analyst}, "LAB"},
                         {"checker", "李四", kPassword, {Role::checker, Role::signatory}, "LAB"},
                         {"signatory", "王五", kPassword, {Role::signatory}, "LAB"},
                         {"regulator", "赵六", kPassword, {Role::regulator}, "REG"}});
        sql("INSERT INTO standard (id, code, title) VALUES (1, 'S', '标准')");
        sql("INSERT INTO standard_edition (id, standard_id, edition, effective_from, verified, source) "
            "VALUES (1, 1, '标准2025年版', '2025-01-01', 0, 'invented')");
        sql("INSERT INTO product (id, code, name, kind, standard_id) VALUES (1, 'P', '示例片', 'drug', 1)");
        sql("INSERT INTO analyte (id, code, name) VALUES (1, 'A', '含量'), (2, 'B', '水分')");
        sql("INSERT INTO method (id, code, version, title, effective_from) VALUES (1, 'M', '1', '方法', '2025-01-01')");
        sql("INSERT INTO test_item (id, edition_id, product_id, seq, heading, name, analyte_id, method_id, unit, "
            "requirement, "
            "limit_kind, lower_limit, upper_limit, comparison, verified, source) VALUES "
            "(1, 1, 1, 1, '含量测定', '含量', 1, 1, '%', '应为95.0%~105.0%', 'range', '95.0', '105.0', 'rounded', 0, "
            "'invented'), "
            "(2, 1, 1, 2, '检查', '水分', 2, 1, '%', '不得过0.3%', 'range', NULL, '0.3', 'rounded', 0, 'invented')");
        layouts.ship(certificates::readShipment(TOUCHSTONE_SOURCE "/templates").layouts);
        sql("INSERT INTO registration (id, person_id, at, answer) VALUES (1, " +
            std::to_string(actor("analyst").id.value) + ", '2026-11-22 00:00:00', '{}')");
    }

    void sql(const std::string& statement) {
        owner().runAlone([&](const auto& run) { run(statement); });
    }
    std::int64_t number(const std::string& query) {
        std::int64_t out = 0;
        owner().runAlone([&](const auto& run) { out = run(query).at(0).integer(0); });
        return out;
    }
    std::string text(const std::string& query) {
        std::string out;
        owner().runAlone([&](const auto& run) { out = run(query).at(0).text(0); });
        return out;
    }

    Actor actor(const std::string& login) {
        static const std::map<std::string, Actor> kinds{
            {"analyst", {{}, "analyst", "张三", {Role::analyst}, "LAB", "15", "test"}},
            {"checker", {{}, "checker", "李四", {Role::checker, Role::signatory}, "LAB", "15", "test"}},
            {"signatory", {{}, "signatory", "王五", {Role::signatory}, "LAB", "15", "test"}},
            {"regulator", {{}, "regulator", "赵六", {Role::regulator}, "REG", "1501", "test"}}};
        Actor out = kinds.at(login);
        out.id = {number("SELECT id FROM person WHERE login = '" + login + "'")};
        return out;
    }

    /// A sample with both results, submitted and checked; water as given: more than 0.3 fails.
    std::string checkedSample(std::int64_t id, const std::string& region = "150102", const std::string& water = "0.1",
                              const std::string& batch = "B-1") {
        const std::string key = std::to_string(id);
        const std::string name = "JP20261122000" + key;
        sql("INSERT INTO sample (id, number, product_id, edition_id, specification, batch_no, maker, client, "
            "business_kind, "
            "voucher_no, sampled_on, seal_state, quantity, quantity_unit, region_code, received_at, registration_id) "
            "VALUES (" +
            key + ", '" + name + "', 1, 1, '0.1 g', '" + batch +
            "', '某厂', '某局', 'supervision', 'V1', '2026-11-20', 'intact', '3', '盒', '" + region +
            "', '2026-11-21 01:00:00', 1)");
        const std::string first = std::to_string(id * 2), second = std::to_string(id * 2 + 1);
        const std::string person = std::to_string(actor("analyst").id.value);
        sql("INSERT INTO test (id, sample_id, item_id, analyte_id, status) VALUES (" + first + ", " + key +
            ", 1, 1, 'resulted'), (" + second + ", " + key + ", 2, 2, 'resulted')");
        sql("INSERT INTO inbound_message (id, uid, instrument, protocol, person_id, received_at, stored_at, sha256, "
            "raw, state, "
            "observations, imported) VALUES (" +
            key + ", 'uid-" + key + "', 'HPLC-1', 'astm', " + person +
            ", NOW(6), NOW(6), UNHEX(SHA2('raw', 256)), 'raw', 'imported', 1, 1)");
        sql("INSERT INTO observation (id, message_id, ordinal, specimen, code, value, unit, flags, observed_at, "
            "span_offset, "
            "span_length, state, test_id) VALUES (" +
            key + ", " + key + ", 1, 'x', 'A', '94.96', '%', '', '', 5, 9, 'imported', " + first + ")");
        const std::string verdict = water > "0.3" ? "fails" : "conforms";
        sql("INSERT INTO result_version (id, test_id, version_no, value, compared, verdict, requirement, edition, "
            "comparison, "
            "rounding, source, observation_id, person_id, at) VALUES (" +
            first + ", " + first +
            ", 1, '94.96', '95.0', 'conforms', '应为95.0%~105.0%', '标准2025年版', 'rounded', "
            "'GB/T 8170-2008 to 1 decimals', 'instrument', " +
            key + ", " + person + ", '2026-11-21 02:00:00'), (" + second + ", " + second + ", 1, '" + water + "', '" +
            water + "', '" + verdict + "', '不得过0.3%', '标准2025年版', 'rounded', 'none', 'manual', NULL, " + person +
            ", '2026-11-21 02:00:00')");
        sql("UPDATE test t JOIN result_version r ON r.test_id = t.id SET t.result_id = r.id, t.verdict = r.verdict "
            "WHERE t.sample_id = " +
            key);
        const std::vector<TestId> both{{id * 2}, {id * 2 + 1}};
        reviews.submit(actor("analyst"), both);
        reviews.check(actor("checker"), both);
        return name;
    }

    /// Prepares, signs and issues; gives the certificates in the order of the samples.
    std::vector<certificates::Certificate> release(const std::vector<std::string>& samples,
                                                   const std::string& login = "signatory",
                                                   const std::string& password = kPassword) {
        const auto prepared = releases.prepare(actor(login), samples);
        static_cast<void>(sign(prepared, login, password));
        static_cast<void>(service.resume());
        std::vector<certificates::Certificate> out;
        for (const std::string& sample : samples) {
            for (const auto& one : service.list(actor("analyst"), {.q = sample})) out.push_back(one);
        }
        return out;
    }
    certificates::ReleaseJob sign(const certificates::ReleaseJob& prepared, const std::string& login = "signatory",
                                  const std::string& password = kPassword) {
        return releases.sign(actor(login), prepared.id, prepared.shownHash, password, "检验完成");
    }

    ManualClock clock{instantFromSql("2026-11-22 02:00:00.000000")};
    SystemRandom random;
    audit::Trail trail{std::string(32, 'k'), clock};
    people::AccountService accounts{application(), trail, clock, random};
    testing::ReviewService reviews{application(), trail, clock};
    certificates::LayoutService layouts{application(), trail, accounts, clock};
    certificates::LayoutShelf shelf{application()};
    certificates::Issuing issuing{Press::instance().printer,
                                  [this](const json::Value& frozen) { return *shelf.of(frozen); },
                                  {.keyPem = Press::instance().authority.keyPem,
                                   .chainPem = Press::instance().authority.chainPem,
                                   .rootsPem = Press::instance().authority.caPem},
                                  {},
                                  clock};
    certificates::CertificateService service{application(), trail, issuing, clock};
    int signings = 0;  ///< how often the service said that there is something to draw
    certificates::ReleaseService releases{application(),
                                          trail,
                                          accounts,
                                          reviews,
                                          service,
                                          clock,
                                          random,
                                          {"https://lims.example.cn", "LAB", "测试检验院 检验专用章", "测试", "TEST"},
                                          [this] { ++signings; }};
    regulators::FeedService feed{application(), 2};
    regulators::PortalService portal{application(), trail, clock, feed};
    regulators::VerificationService verification{application(), Press::instance().authority.caPem};
};

}  // namespace touchstone::tests
