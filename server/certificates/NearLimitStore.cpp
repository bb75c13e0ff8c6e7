#include "server/certificates/NearLimitStore.h"

namespace touchstone::certificates::store {
namespace {

// Of several in force the one that began last stands.
constexpr db::Statement kInForce{
    "near_limit_in_force",
    "SELECT product_kind, share, effective_from, verified, source FROM near_limit_rule WHERE effective_from <= ? "
    "AND (effective_to IS NULL OR effective_to >= ?) ORDER BY effective_from"};
constexpr db::InsertStatement kInsert{
    "release_rule_insert",
    "INSERT INTO release_rule (job_id, product_kind, share, effective_from, verified, source) VALUES", 6};
constexpr db::Statement kOfJobs{
    "release_rules",
    "SELECT product_kind, share, effective_from, verified, source, job_id FROM release_rule WHERE job_id IN (??) "
    "ORDER BY job_id, product_kind"};

std::optional<NearLimitRule> toRule(const db::Row& row) {
    if (row.isNull(1)) return std::nullopt;
    return NearLimitRule{Decimal::of(row.text(1)), parseDate(row.text(2)).value(), row.flag(3), row.text(4)};
}

}  // namespace

NearLimitRules nearLimitRules(db::ReadTransaction& tx, Date day) {
    const std::string on = toText(day);
    NearLimitRules out;
    for (const db::Row& row : tx.query(kInForce, {on, on})) out[row.text(0)] = toRule(row);
    return out;
}

void insertRules(db::WriteTransaction& tx, std::int64_t job, const NearLimitRules& rules) {
    std::vector<db::Parameters> rows;
    for (const auto& [kind, rule] : rules) {
        if (rule) {
            rows.push_back({job, kind, rule->share.text(), toText(rule->from), std::int64_t{rule->verified}, rule->source});
        } else {
            rows.push_back({job, kind, nullptr, nullptr, nullptr, nullptr});
        }
    }
    tx.insert(kInsert, rows);
}

std::map<std::int64_t, NearLimitRules> rulesOf(db::ReadTransaction& tx, const std::vector<std::int64_t>& jobs) {
    std::map<std::int64_t, NearLimitRules> out;
    for (const db::Row& row : tx.query(kOfJobs, {}, {jobs.begin(), jobs.end()})) {
        out[row.integer(5)][row.text(0)] = toRule(row);
    }
    return out;
}

}  // namespace touchstone::certificates::store
