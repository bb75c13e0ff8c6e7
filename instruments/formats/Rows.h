#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "instruments/formats/Block.h"
#include "instruments/formats/Mapping.h"

namespace touchstone::instruments {

/// The rows of a table in a block, under its column names. What it refers to must outlive it.
class Rows {
public:
    struct Wide {
        const Section::WideColumn* wanted;
        std::vector<std::string> captures;  ///< of the pattern of its column
    };

    Rows(const Section& section, const Block& block, const Mapping& mapping);

    /// Why there is no such table: no_header, no_column.
    [[nodiscard]] const std::optional<Finding>& fault() const { return fault_; }
    /// Behind the last row: the table ends at names of other columns, which the rows below them belong to.
    [[nodiscard]] const std::optional<Finding>& cut() const { return cut_; }
    /// By key; where the mapping says nothing, the columns named as the keys.
    [[nodiscard]] const std::map<std::string, Place>& columns() const { return columns_; }
    [[nodiscard]] const std::map<std::size_t, Wide>& wide() const { return wide_; }  ///< by column

    /// Goes to the next row that is wanted.
    [[nodiscard]] bool next();

    [[nodiscard]] bool has(const std::string& column) const { return indexOf(column).has_value(); }
    [[nodiscard]] std::string text(const std::string& column) const;  ///< "" where the column or its text is missing
    [[nodiscard]] const Sheet::Cell* valueCell() const;               ///< of the first column of the key value
    [[nodiscard]] std::string next(const Sheet::Cell& cell) const;    ///< right of a wide column's
    [[nodiscard]] std::string before(const Sheet::Cell& cell) const;  ///< left of it
    [[nodiscard]] std::size_t row() const { return row_; }            ///< index in the sheet; transposed: the column
    [[nodiscard]] Span span() const;
    void eachWide(const std::function<void(const Wide&, const Sheet::Cell&)>& take) const;

private:
    struct Name {
        std::size_t column;
        std::string text;
    };
    void findHeader();
    void findAnchor();
    void checkColumns();
    void nameColumns();
    void findWide();
    void need(const Place& place);
    [[nodiscard]] bool isTaken(std::size_t column) const;  ///< whether a key has it
    [[nodiscard]] bool isHeader(std::size_t row) const;
    [[nodiscard]] bool repeatsHeader(std::size_t row) const;
    [[nodiscard]] bool isOtherHeader(std::size_t row) const;
    [[nodiscard]] std::optional<std::size_t> indexOf(const std::string& column) const;
    [[nodiscard]] std::optional<std::size_t> named(const std::string& column) const;
    [[nodiscard]] const Sheet::Cell* cell(std::size_t column) const;
    [[nodiscard]] bool wanted() const;
    void carry();

    const Section& section_;
    const Block& block_;
    const Sheet& sheet_;
    std::optional<Finding> fault_, cut_;
    std::map<std::string, Place> columns_;
    std::map<std::size_t, Wide> wide_;
    std::vector<Name> names_;
    std::vector<std::string> nameRows_;  ///< the texts of each row of the names, joined
    mutable std::map<std::string, std::optional<std::size_t>> indexes_;
    std::map<std::size_t, std::string> carried_;
    std::optional<std::size_t> header_;    ///< index of the last row of the names
    const Sheet::Cell* anchor_ = nullptr;  ///< in the header: the first of the texts that it was found by
    std::string anchorText_;
    std::size_t anchorRow_ = 0;  ///< from the first row of the names
    std::size_t row_ = 0;        ///< of the sheet; transposed: the column
    std::size_t end_ = 0;
    bool started_ = false;
};

}  // namespace touchstone::instruments
