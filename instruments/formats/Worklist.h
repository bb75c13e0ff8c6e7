#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Order.h"

namespace touchstone::instruments {

/// How an instrument's software wants its work in a file: a table with a row for each test.
struct WorklistTemplate {
    enum class Field : std::uint8_t { Id, Specimen, Position, Code, Name, Priority, Action, Fixed };
    struct Column {
        std::string title;
        Field field = Field::Fixed;
        std::string fixed{};  ///< of Field::Fixed
    };
    std::vector<Column> columns;
    char delimiter = ',';

    /// "Sample ID=specimen; Test=code; Type=\"Unknown\"": titles with id, specimen, position, code, name, priority,
    /// action or a fixed text. Nothing where it is not of this form.
    [[nodiscard]] static std::optional<WorklistTemplate> parse(std::string_view text);
};

/// The table with its titles, lines ended by CR LF, UTF-8. Cells are quoted where they must be.
[[nodiscard]] std::string worklist(const std::vector<Order>& orders, const WorklistTemplate& layout);

}  // namespace touchstone::instruments
