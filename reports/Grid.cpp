// Fields and tables: what stands in frames side by side.
#include <algorithm>

#include "reports/Text.h"
#include "reports/Typesetter.h"

namespace touchstone::reports {
namespace {

// The second language of a label or a head, under the first.
TextStyle under(TextStyle style) {
    constexpr float smaller = 0.78F;
    return {style.size * smaller, style.leading * smaller, Weight::normal, style.colour};
}

}  // namespace

struct Typesetter::SetField {
    std::string label, english, value;
    std::size_t span = 1;
};

struct Typesetter::SetTable {
    const Table* table = nullptr;
    std::vector<const TableColumn*> columns;
    std::vector<float> widths;
    float width = 0;
    Row head;
    Piece::Rows repeated;
};

Typesetter::SetField Typesetter::setField(const Fields& fields, const Field& field, const Scope& scope) {
    SetField out{field.label.print(scope), field.english.print(scope), field.value.print(scope), field.span};
    if (fields.englishBeside && !out.english.empty()) {
        out.label += " " + out.english;
        out.english.clear();
    }
    return out;
}

std::vector<Cell> Typesetter::cells(const Fields& fields, const SetField& field, float width) {
    Cell label = cell(field.label, fields.labelWidth, fields.label, fields.framed ? Align::centre : Align::left);
    if (!field.english.empty())
        addLines(label.lines, field.english, fields.labelWidth - 2 * Row::padding, under(fields.label));
    label.shaded = fields.framed;
    return {std::move(label), cell(field.value, width - fields.labelWidth, fields.value, fields.align)};
}

// As many fields stand in a row as there are columns and as need one line each; the row is spread over the whole width.
void Typesetter::add(Pieces& to, const Fields& fields, float width, const Scope& scope) {
    std::vector<SetField> all;
    for (const Field& field : fields.fields)
        if (hold(field.conditions, scope)) all.push_back(setField(fields, field, scope));

    const auto unit = width / static_cast<float>(fields.columns);
    const auto fits = [&](const SetField& field) {
        const float room = static_cast<float>(field.span) * unit - fields.labelWidth - 2 * Row::padding;
        return !fields.widen || lines(field.value, room, fields.value).size() == 1;
    };
    for (std::size_t i = 0; i < all.size();) {
        std::size_t end = i, spans = 0;
        while (end < all.size() && spans + all[end].span <= fields.columns && fits(all[end])) spans += all[end++].span;
        if (end == i) spans = all[end++].span;
        Row row;
        row.framed = fields.framed;
        for (; i < end; ++i) {
            const float share = width * static_cast<float>(all[i].span) / static_cast<float>(spans);
            for (Cell& made : cells(fields, all[i], share)) row.cells.push_back(std::move(made));
        }
        count();
        to.push_back({.height = row.height(), .row = std::move(row)});
    }
    if (fields.after > 0) to.push_back({fields.after});
}

Typesetter::SetTable Typesetter::begin(const Table& table, float width, const Scope& scope) {
    SetTable out{&table, {}, {}, width, {}, {}};
    float shares = 0;
    for (const TableColumn& column : table.columns) {
        if (!hold(column.conditions, scope)) continue;
        out.columns.push_back(&column);
        shares += column.share;
    }
    for (const TableColumn* column : out.columns) {
        out.widths.push_back(width * column->share / shares);
        Cell head = cell(column->head.print(scope), out.widths.back(), table.head, Align::centre);
        if (const std::string english = column->english.print(scope); !english.empty())
            addLines(head.lines, english, out.widths.back() - 2 * Row::padding, under(table.head));
        head.shaded = true;
        out.head.cells.push_back(std::move(head));
    }
    out.repeated = std::make_shared<const std::vector<Row>>(1, out.head);
    return out;
}

Row Typesetter::row(const SetTable& table, const Scope& scope) {
    Row out;
    out.flagged = !table.table->flag.empty() && hold(table.table->flag, scope);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const TableColumn& column = *table.columns[i];
        out.cells.push_back(cell(column.value.print(scope), table.widths[i],
                                 out.flagged ? column.flagged : column.style, column.align));
    }
    return out;
}

void Typesetter::add(Pieces& to, const Table& table, float width, const Scope& scope) {
    Scope inner = scope;
    inner.rows.emplace_back();
    const SetTable set = begin(table, width, inner);
    if (set.columns.empty()) return;
    const auto wide = [&](const std::string& text, TextStyle style, Align align) {
        Row row;
        row.cells.push_back(cell(text, width, style, align));
        return row;
    };
    const auto put = [&](Row row, const Piece::Rows& repeated, bool keepsWithNext) {
        count();
        to.push_back(
            {.height = row.height(), .row = std::move(row), .repeated = repeated, .keepsWithNext = keepsWithNext});
    };
    put(set.head, {}, true);

    const Data::List* const items = listOf(table.list, scope);
    const std::string end = table.end.print(scope);
    const std::size_t rows = items == nullptr ? 0 : items->size();
    if (const std::string empty = table.empty.print(scope); rows == 0 && !empty.empty())
        put(wide(empty, {}, Align::centre), set.repeated, !end.empty());
    const auto textAt = [&](const Path& path, const Data& item) {
        inner.rows.back().data = &item;
        const Data* const found = path.find(inner);
        return found == nullptr || found->text() == nullptr ? std::string() : *found->text();
    };
    Piece::Rows repeated = set.repeated;
    std::string group;
    for (std::size_t i = 0; i < rows; ++i) {
        const Data& item = (*items)[i];
        inner.rows.back() = {&item, i + 1};
        Row made = row(set, inner);
        if (!table.group.empty()) {
            const Group& by = table.group.front();
            const std::string mine = textAt(by.by, item);
            if (i == 0 || mine != group) {
                group = mine;
                repeated = set.repeated;
                const bool isAlone = i + 1 == rows || textAt(by.by, (*items)[i + 1]) != group;
                const bool saysSame = !by.unlessAlone.empty() && textAt(by.unlessAlone.front(), item) == group;
                inner.rows.back() = {&item, i + 1};
                if (!group.empty() && !(isAlone && saysSame)) {
                    TextStyle bold;
                    bold.weight = Weight::bold;
                    put(wide(by.heading.print(inner), bold, Align::left), repeated, true);
                    repeated = std::make_shared<const std::vector<Row>>(
                        std::vector<Row>{set.head, wide(by.continued.print(inner), bold, Align::left)});
                }
            }
        }
        // The last row goes along with what ends the table and with the conclusion below it.
        put(std::move(made), repeated, i + 1 == rows && !end.empty());
    }
    if (!end.empty()) put(wide(end, {}, Align::centre), set.repeated, true);
}

}  // namespace touchstone::reports
