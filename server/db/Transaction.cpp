#include <algorithm>
#include <array>
#include <charconv>

#include "server/db/Connection.h"
#include "server/db/Database.h"

namespace touchstone::db {
namespace {

constexpr std::array<std::size_t, 7> kChunks{100, 50, 25, 10, 5, 2, 1};
constexpr std::size_t kLongestList = 16384;
constexpr std::string_view kListMark = "(??)";

std::vector<const Value*> pointers(const Parameters& parameters) {
    std::vector<const Value*> out;
    out.reserve(parameters.size());
    for (const Value& value : parameters) out.push_back(&value);
    return out;
}

/// "(?, ?, ?)"
std::string placeholders(std::size_t count) {
    std::string out = "(?";
    for (std::size_t i = 1; i < count; ++i) out += ", ?";
    return out += ')';
}

/// A statement with its "(??)" filled in.
struct Expanded {
    std::string name;
    std::string sql;
    std::vector<const Value*> values;
};

/// The list is padded by repeating its last value, which changes neither IN nor NOT IN.
Expanded expand(const Statement& statement, const Parameters& parameters, const std::vector<Value>& list) {
    const auto mark = statement.sql.find(kListMark);
    if (mark == std::string_view::npos) throw std::logic_error(std::string(statement.name) + " has no (??)");
    std::size_t size = 1;
    while (size < list.size()) size *= 4;
    if (size > kLongestList) throw std::length_error(std::string(statement.name) + " was given too long a list");

    const std::string_view before = statement.sql.substr(0, mark);
    const auto leading = static_cast<std::size_t>(std::count(before.begin(), before.end(), '?'));
    Expanded out{std::string(statement.name) + "/" + std::to_string(size),
                 std::string(before) + placeholders(size) + std::string(statement.sql.substr(mark + kListMark.size())),
                 pointers(parameters)};
    std::vector<const Value*> items(size, &list.back());
    for (std::size_t i = 0; i < list.size(); ++i) items[i] = &list[i];
    out.values.insert(out.values.begin() + static_cast<std::ptrdiff_t>(leading), items.begin(), items.end());
    return out;
}

/// Gives one multi-row statement after the other, the largest first, to the function: (name, sql, values).
template <class F>
void inChunks(const InsertStatement& statement, std::string_view ending, const std::vector<Parameters>& rows, F&& run) {
    std::size_t done = 0;
    for (const std::size_t chunk : kChunks) {
        if (rows.size() - done < chunk) continue;
        std::string sql(statement.sql);
        for (std::size_t i = 0; i < chunk; ++i) sql += (i == 0 ? " " : ", ") + placeholders(statement.columns);
        sql += ' ';
        sql += statement.sqlEnd;
        sql += ending;
        const std::string name = std::string(statement.name) + "/" + std::to_string(chunk) + std::string(ending);
        for (; rows.size() - done >= chunk; done += chunk) {
            std::vector<const Value*> values;
            values.reserve(chunk * statement.columns);
            for (std::size_t i = done; i < done + chunk; ++i) {
                if (rows[i].size() != statement.columns)
                    throw std::logic_error(name + " was given a row of another width");
                for (const Value& value : rows[i]) values.push_back(&value);
            }
            run(name, sql, values);
        }
    }
}

}  // namespace

const std::string& Row::text(std::size_t column) const {
    const auto& cell = cells_.at(column);
    if (!cell) throw std::logic_error("column " + std::to_string(column) + " is NULL");
    return *cell;
}

std::int64_t Row::integer(std::size_t column) const {
    const std::string& digits = text(column);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) {
        throw std::logic_error("column " + std::to_string(column) + " is no integer");
    }
    return number;
}

std::optional<std::int64_t> Row::optionalInteger(std::size_t column) const {
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

Rows ReadTransaction::query(const Statement& statement, const Parameters& parameters) {
    return connection_.query(statement.name, std::string(statement.sql), pointers(parameters));
}

Rows ReadTransaction::query(const Statement& statement, const Parameters& parameters, const std::vector<Value>& list) {
    if (list.empty()) return {};
    const Expanded expanded = expand(statement, parameters, list);
    return connection_.query(expanded.name, expanded.sql, expanded.values);
}

std::uint64_t WriteTransaction::execute(const Statement& statement, const Parameters& parameters) {
    return connection_.update(statement.name, std::string(statement.sql), pointers(parameters));
}

std::uint64_t WriteTransaction::execute(const Statement& statement, const Parameters& parameters,
                                        const std::vector<Value>& list) {
    if (list.empty()) return 0;
    const Expanded expanded = expand(statement, parameters, list);
    return connection_.update(expanded.name, expanded.sql, expanded.values);
}

void WriteTransaction::insert(const InsertStatement& statement, const std::vector<Parameters>& rows) {
    inChunks(statement, "", rows,
             [&](const auto& name, const auto& sql, const auto& values) { connection_.update(name, sql, values); });
}

std::vector<std::int64_t> WriteTransaction::insertReturningIds(const InsertStatement& statement,
                                                               const std::vector<Parameters>& rows) {
    std::vector<std::int64_t> ids;
    ids.reserve(rows.size());
    inChunks(statement, " RETURNING id", rows, [&](const auto& name, const auto& sql, const auto& values) {
        for (const Row& row : connection_.query(name, sql, values)) ids.push_back(row.integer(0));
    });
    return ids;
}

}  // namespace touchstone::db
