#include "server/certificates/RefusalRow.h"

#include "server/core/Json.h"

namespace touchstone::certificates::store {

db::Value errorOf(const std::optional<Error>& refusal) {
    return refusal ? db::Value(static_cast<std::int64_t>(refusal->code())) : db::Value(nullptr);
}

db::Value argumentsOf(const std::optional<Error>& refusal) {
    if (!refusal) return nullptr;
    json::Writer out;
    out.beginArray();
    for (const std::string& argument : refusal->arguments()) out.string(argument);
    out.endArray();
    return out.take();
}

std::optional<Error> toRefusal(const db::Row& row, std::size_t column) {
    if (row.isNull(column)) return std::nullopt;
    std::vector<std::string> arguments;
    const json::Value list = json::parse(row.text(column + 1));
    for (const json::Value& one : list.items()) arguments.push_back(one.text());
    return Error(static_cast<ErrorCode>(row.integer(column)), arguments);
}

}  // namespace touchstone::certificates::store
