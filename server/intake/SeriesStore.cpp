#include "server/intake/SeriesStore.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "server/core/Bytes.h"
#include "server/intake/SeriesCodec.h"

namespace touchstone::intake {
namespace {

constexpr std::size_t kMostTraces = 200;
constexpr std::size_t kMostSpectra = 200;
constexpr std::size_t kMostPoints = 2'000'000;
constexpr std::size_t kMostBytes = 8U << 20U;

constexpr db::InsertStatement kInsertFound{"message_series_insert", "INSERT INTO message_series (message_id, found) VALUES", 2};
constexpr db::InsertStatement kInsert{
    "series_insert",
    "INSERT INTO series (message_id, ordinal, name, kind, x_unit, y_unit, specimen, points, x_min, x_max, y_min, y_max, data) VALUES", 13};
constexpr db::Statement kFound{"message_series_found", "SELECT found FROM message_series WHERE message_id = ?"};
constexpr db::Statement kHaving{"message_series_having", "SELECT message_id FROM message_series WHERE message_id IN (??)"};
constexpr db::Statement kViews{
    "series_views",
    "SELECT ordinal, name, kind, x_unit, y_unit, specimen, points, x_min, x_max, y_min, y_max FROM series WHERE message_id = ? "
    "ORDER BY ordinal"};
constexpr db::Statement kStored{
    "series_stored",
    "SELECT ordinal, name, kind, x_unit, y_unit, specimen, points, x_min, x_max, y_min, y_max, data FROM series "
    "WHERE message_id = ? AND ordinal = ?"};

std::string shortened(const std::string& utf8, std::size_t most) {
    if (!isUtf8(utf8)) return "";
    std::size_t end = 0;
    for (std::size_t count = 0; end < utf8.size() && count < most; ++count) {
        do ++end;
        while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xC0U) == 0x80U);
    }
    return utf8.substr(0, end);
}

struct Extent {
    std::optional<double> least, most;
};
Extent extentOf(const std::vector<double>& values) {
    Extent out;
    for (const double value : values) {
        if (!std::isfinite(value)) continue;
        if (!out.least || value < *out.least) out.least = value;
        if (!out.most || value > *out.most) out.most = value;
    }
    return out;
}

db::Value toCell(const std::optional<double>& number) {
    if (!number) return nullptr;
    char text[32];
    const auto [end, error] = std::to_chars(std::begin(text), std::end(text), *number);
    if (error != std::errc()) throw std::logic_error("a double of more than 32 characters");
    return std::string(text, end);
}

std::optional<double> toNumber(const db::Row& row, std::size_t column) {
    if (row.isNull(column)) return std::nullopt;
    const std::string& text = row.text(column);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) throw std::logic_error("column " + std::to_string(column) + " is no number");
    return number;
}

SeriesView toView(const db::Row& row) {
    return {row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.integer(6),
            toNumber(row, 7), toNumber(row, 8), toNumber(row, 9), toNumber(row, 10)};
}

}  // namespace

SeriesView describe(const instruments::Series& series, std::int64_t ordinal) {
    const Extent x = extentOf(series.x);
    const Extent y = extentOf(series.y);
    return {ordinal, shortened(series.name, 200), shortened(series.kind, 40), shortened(series.xUnit, 32), shortened(series.unit, 32), "",
            static_cast<std::int64_t>(series.x.size()), x.least, x.most, y.least, y.most};
}

void SeriesCollector::take(const instruments::Series& series) {
    const std::int64_t ordinal = found_++;
    const std::size_t points = series.x.size();
    if (points != series.y.size() || points > kMostPoints) return;
    const bool spectrum = series.kind.ends_with("spectrum");
    std::size_t& count = spectrum ? spectra_ : traces_;
    if (count == (spectrum ? kMostSpectra : kMostTraces)) return;
    std::string data = packPoints(series.x, series.y);
    if (bytes_ + data.size() > kMostBytes) return;
    ++count;
    bytes_ += data.size();
    kept_.push_back({0, describe(series, ordinal), std::move(data)});
}

void insertSeries(db::WriteTransaction& tx, const std::vector<FoundSeries>& found, const std::vector<NewSeries>& series) {
    std::vector<db::Parameters> counts;
    for (const FoundSeries& one : found) counts.push_back({one.message, one.found});
    tx.insert(kInsertFound, counts);
    // One statement holds up to a hundred rows, and a hundred large series would be more than a packet takes.
    constexpr std::size_t kMostInOne = 16U << 20U;
    std::vector<db::Parameters> rows;
    std::size_t bytes = 0;
    for (const NewSeries& one : series) {
        const SeriesView& v = one.view;
        if (bytes + one.data.size() > kMostInOne) {
            tx.insert(kInsert, rows);
            rows.clear();
            bytes = 0;
        }
        bytes += one.data.size();
        rows.push_back({one.message, v.ordinal, v.name, v.kind, v.xUnit, v.yUnit, v.specimen, v.points, toCell(v.xMin), toCell(v.xMax),
                        toCell(v.yMin), toCell(v.yMax), db::Blob{one.data}});
    }
    tx.insert(kInsert, rows);
}

std::set<std::int64_t> messagesWithSeries(db::ReadTransaction& tx, const std::vector<std::int64_t>& messages) {
    std::set<std::int64_t> out;
    for (const db::Row& row : tx.query(kHaving, {}, {messages.begin(), messages.end()})) out.insert(row.integer(0));
    return out;
}

std::int64_t seriesFound(db::ReadTransaction& tx, std::int64_t message) {
    const auto rows = tx.query(kFound, {message});
    return rows.empty() ? 0 : rows.front().integer(0);
}

std::vector<SeriesView> seriesViews(db::ReadTransaction& tx, std::int64_t message) {
    std::vector<SeriesView> out;
    for (const db::Row& row : tx.query(kViews, {message})) out.push_back(toView(row));
    return out;
}

std::optional<StoredSeries> storedSeries(db::ReadTransaction& tx, std::int64_t message, std::int64_t ordinal) {
    const auto rows = tx.query(kStored, {message, ordinal});
    if (rows.empty()) return std::nullopt;
    return StoredSeries{toView(rows.front()), rows.front().text(11)};
}

}  // namespace touchstone::intake
