#include "server/overview/OverviewStore.h"

namespace touchstone::overview {
namespace {

constexpr db::Statement kTests{"overview_tests", "SELECT status, COUNT(*) FROM test GROUP BY status"};
constexpr db::Statement kSamples{"overview_samples", "SELECT status, COUNT(*) FROM sample GROUP BY status"};
constexpr db::Statement kOverdue{"overview_overdue", "SELECT COUNT(*) FROM sample WHERE status <> 'released' AND due_on < ?"};
constexpr db::Statement kMessages{"overview_messages", "SELECT state, COUNT(*) FROM inbound_message GROUP BY state"};
constexpr db::Statement kCertificates{
    "overview_certificates",
    "SELECT COUNT(*), COALESCE(SUM(verdict = 'fails'), 0), COALESCE(SUM(issued_at >= ?), 0) FROM certificate WHERE status = 'issued'"};
constexpr db::Statement kTurnaround{
    "overview_turnaround",
    "SELECT DISTINCT day, COUNT(*) OVER (PARTITION BY day), MEDIAN(hours) OVER (PARTITION BY day) FROM "
    "(SELECT DATE(DATE_ADD(c.released_at, INTERVAL ? MINUTE)) AS day, TIMESTAMPDIFF(SECOND, s.received_at, c.released_at) / 3600 AS hours "
    "FROM certificate c JOIN sample s ON s.id = c.sample_id WHERE c.released_at >= ? AND c.revision = 1) x ORDER BY day"};

std::map<std::string, std::int64_t> counts(const db::Rows& rows) {
    std::map<std::string, std::int64_t> out;
    for (const db::Row& row : rows) out[row.text(0)] = row.integer(1);
    return out;
}

Instant beginOf(Date day, const Zone& zone) { return std::chrono::time_point_cast<std::chrono::microseconds>(day) - zone.offset; }

}  // namespace

Overview read(db::ReadTransaction& tx, const Zone& zone, Instant now) {
    const Date today = zone.dateOf(now);
    Overview out;
    out.tests = counts(tx.query(kTests));
    out.samples = counts(tx.query(kSamples));
    out.overdue = tx.query(kOverdue, {toText(today)}).front().integer(0);
    out.messages = counts(tx.query(kMessages));
    const auto certificates = tx.query(kCertificates, {toSql(beginOf(today, zone))});
    out.issued = certificates.front().integer(0);
    out.failed = certificates.front().integer(1);
    out.issuedToday = certificates.front().integer(2);
    const Date first = today - std::chrono::days(13);
    for (Date day = first; day <= today; day += std::chrono::days(1)) out.turnaround.push_back({toText(day), 0, std::nullopt});
    for (const db::Row& row : tx.query(kTurnaround, {std::int64_t{zone.offset.count()}, toSql(beginOf(first, zone))})) {
        for (ReleaseDay& day : out.turnaround) {
            if (day.day == row.text(0)) day = {day.day, row.integer(1), std::stod(row.text(2))};
        }
    }
    return out;
}

}  // namespace touchstone::overview
