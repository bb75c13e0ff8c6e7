#include "instruments/formats/Worklist.h"

#include <array>
#include <utility>

#include "instruments/formats/Fields.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

using Field = WorklistTemplate::Field;

constexpr std::array<std::pair<std::string_view, Field>, 7> fieldNames{{{"id", Field::Id},
                                                                        {"specimen", Field::Specimen},
                                                                        {"position", Field::Position},
                                                                        {"code", Field::Code},
                                                                        {"name", Field::Name},
                                                                        {"priority", Field::Priority},
                                                                        {"action", Field::Action}}};

std::string cell(const WorklistTemplate::Column& column, const Order& order, const Order::Test& test) {
    switch (column.field) {
        case Field::Id:
            return order.id;
        case Field::Specimen:
            return order.specimen;
        case Field::Position:
            return order.position;
        case Field::Code:
            return test.code;
        case Field::Name:
            return test.name;
        case Field::Priority:
            return {order.priority};
        case Field::Action:
            return order.act == Order::Act::Cancel ? "cancel" : "new";
        case Field::Fixed:
            return column.fixed;
    }
    return {};
}

std::string quoted(const std::string& text, char delimiter) {
    const bool edge = !text.empty() && trimmed(text).size() != text.size();
    if (!edge && text.find_first_of(std::string("\"\r\n") + delimiter) == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + "\"";
}

}  // namespace

std::optional<WorklistTemplate> WorklistTemplate::parse(std::string_view text) {
    WorklistTemplate layout;
    for (const std::string_view written : split(text, ';')) {
        const std::size_t middle = written.find('=');
        if (middle == std::string_view::npos) return std::nullopt;
        Column column{std::string(trimmed(written.substr(0, middle)))};
        const std::string_view source = trimmed(written.substr(middle + 1));
        bool known = source.size() >= 2 && source.front() == '"' && source.back() == '"';
        if (known) column.fixed = source.substr(1, source.size() - 2);
        for (const auto& [name, field] : fieldNames) {
            if (source != name) continue;
            column.field = field;
            known = true;
        }
        if (!known || column.title.empty()) return std::nullopt;
        layout.columns.push_back(std::move(column));
    }
    return layout;
}

std::string worklist(const std::vector<Order>& orders, const WorklistTemplate& layout) {
    std::string table;
    const auto line = [&](const auto& cellOf) {
        bool first = true;
        for (const WorklistTemplate::Column& column : layout.columns) {
            if (!std::exchange(first, false)) table += layout.delimiter;
            table += quoted(cellOf(column), layout.delimiter);
        }
        table += "\r\n";
    };
    line([](const WorklistTemplate::Column& column) { return column.title; });
    for (const Order& order : orders) {
        for (const Order::Test& test : order.tests) {
            line([&](const WorklistTemplate::Column& column) { return cell(column, order, test); });
        }
    }
    return table;
}

}  // namespace touchstone::instruments
