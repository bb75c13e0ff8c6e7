#pragma once
#include <boost/test/unit_test.hpp>

#include "server/core/Error.h"
#include "server/regulators/DisclosureService.h"
#include "server/regulators/HistoryService.h"
#include "server/regulators/OutcomeService.h"
#include "server/regulators/RiskService.h"
#include "tests/db/certificates/Laboratory.h"

namespace touchstone::tests {

/// A laboratory with a term for the risk list, a second regulator of the city and one of its county, and all that
/// follows its certificates.
struct Follower : Laboratory {
    Follower() {
        sql("INSERT INTO organisation (id, code, name, kind, region_code, address) VALUES "
            "(3, 'COUNTY', '某县局', 'regulator', '150102', ''), (4, 'OTHER', '他市局', 'regulator', '1502', '')");
        accounts.create(people::systemActor("test"), {{"second", "钱七", kPassword, {Role::regulator}, "REG"},
                                                      {"county", "孙八", kPassword, {Role::regulator}, "COUNTY"},
                                                      {"other", "周九", {}, {Role::regulator}, "OTHER"}});
        sql("INSERT INTO deadline_rule (business_kind, product_kind, days, counting, effective_from, verified, source) "
            "VALUES "
            "('risk_report', 'drug', 2, 'working', '2020-01-01', 0, 'invented')");
    }

    Actor regulator(const std::string& login, const std::string& organisation, const std::string& region) {
        return {{number("SELECT id FROM person WHERE login = '" + login + "'")},
                login,
                login,
                {Role::regulator},
                organisation,
                region,
                "test"};
    }
    Actor first() { return regulator("regulator", "REG", "1501"); }
    Actor second() { return regulator("second", "REG", "1501"); }
    Actor county() { return regulator("county", "COUNTY", "150102"); }
    Actor other() { return regulator("other", "OTHER", "1502"); }

    /// The number of the certificate of a new sample; water above 0.3 fails.
    std::string issued(std::int64_t id, const std::string& region = "150102", const std::string& water = "0.1") {
        return release({checkedSample(id, region, water)})
            .at(0)
            .number;
    }
    /// What the life of certificates does: the status and its publication.
    void end(const std::string& certificate, const std::string& kind) {
        sql("UPDATE certificate SET status = '" + kind + "' WHERE number = '" + certificate + "'");
        sql("INSERT INTO publication (certificate_id, kind, at) SELECT id, '" + kind +
            "', '2026-11-22 02:00:00' FROM certificate WHERE number = '" + certificate + "'");
    }
    regulators::Disclosure publish(const Actor& who, std::int64_t id) {
        return disclosures.publish(who, id, "同意公开", kPassword);
    }
    std::int64_t tested(const std::string& region) {
        return number("SELECT COALESCE(SUM(tested), 0) FROM outcome_tally WHERE region = '" + region + "'");
    }

    regulators::OutcomeService outcomes{application(), trail, clock};
    regulators::RiskService risks{application(), trail, accounts, clock};
    regulators::DisclosureService disclosures{application(), trail, accounts, clock};
    regulators::HistoryService histories{application(), clock};
};

inline auto refusedAs(ErrorCode code) {
    return [code](const Error& error) {
        BOOST_TEST_MESSAGE(error.what());
        return error.code() == code;
    };
}

}  // namespace touchstone::tests
