#pragma once
#include <vector>

#include "server/certificates/Life.h"
#include "server/db/Database.h"

/// Notices as two stores read them.
#define TOUCHSTONE_NOTICE_COLUMNS                                                                                      \
    "x.id, c.number, x.kind, JSON_VALUE(c.frozen, '$.content.sample.product_name'), "           \
    "JSON_VALUE(c.frozen, '$.content.sample.batch_no'), p.name, o.name, x.made_at, x.delivered_at, " \
    "x.read_at, r.name, n.number, w.category"
#define TOUCHSTONE_NOTICE_TABLES                                                                                 \
    " FROM notice x JOIN certificate c ON c.id = x.certificate_id JOIN sample s ON s.id = c.sample_id "         \
    "JOIN person p ON p.id = x.person_id "                                \
    "JOIN organisation o ON o.id = p.organisation_id LEFT JOIN person r ON r.id = x.read_by "                   \
    "LEFT JOIN certificate n ON n.replaces_id = c.id AND n.status <> 'drawing' "                                \
    "LEFT JOIN withdrawal w ON w.certificate_id = c.id "

namespace touchstone::certificates::store {

[[nodiscard]] std::optional<Instant> optionalInstant(const db::Row& row, std::size_t column);
[[nodiscard]] std::vector<Notice> toNotices(const db::Rows& rows);

}  // namespace touchstone::certificates::store
