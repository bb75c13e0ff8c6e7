#include "server/certificates/ScopeStore.h"

namespace touchstone::certificates::store {
namespace {

constexpr db::Statement kHits{
    "accreditation_scope_of_tests",
    "SELECT DISTINCT t.sample_id, i.seq, a.body, a.number FROM test t JOIN test_item i ON i.id = t.item_id "
    "JOIN product p ON p.id = i.product_id JOIN analyte n ON n.id = i.analyte_id JOIN method m ON m.id = i.method_id "
    "JOIN accreditation a ON a.effective_from <= ? AND (a.effective_to IS NULL OR a.effective_to >= ?) "
    "JOIN accreditation_scope s ON s.accreditation_id = a.id AND s.product IN ('', p.code) "
    "AND s.analyte IN ('', n.code) AND s.method IN ('', m.code) AND s.effective_from <= ? "
    "AND (s.effective_to IS NULL OR s.effective_to >= ?) "
    "WHERE t.sample_id IN (??) ORDER BY t.sample_id, i.seq, a.body, a.number"};

constexpr db::Statement kRules{
    "mark_rule_in_force",
    "SELECT body, partly = 'marked' FROM mark_rule WHERE effective_from <= ? AND (effective_to IS NULL OR effective_to >= ?) "
    "ORDER BY effective_from"};

}  // namespace

std::vector<ScopeHit> scopeHits(db::ReadTransaction& tx, const std::vector<SampleId>& samples, Date day) {
    std::vector<db::Value> ids;
    for (const SampleId id : samples) ids.emplace_back(id.value);
    const std::string on = toText(day);
    std::vector<ScopeHit> out;
    for (const db::Row& row : tx.query(kHits, {on, on, on, on}, ids)) {
        out.push_back({{row.integer(0)}, row.integer(1), {row.text(2), row.text(3)}});
    }
    return out;
}

PartlyMarked markRules(db::ReadTransaction& tx, Date day) {
    const std::string on = toText(day);
    PartlyMarked out;
    for (const db::Row& row : tx.query(kRules, {on, on})) out[row.text(0)] = row.flag(1);
    return out;
}

}  // namespace touchstone::certificates::store
