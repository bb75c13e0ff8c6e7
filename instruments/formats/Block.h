#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Table.h"

namespace touchstone::instruments {

/// Some rows of a sheet that belong together, within a block around them. What it refers to must outlive it.
class Block {
public:
    /// A whole sheet.
    Block(const std::vector<Sheet>& sheets, std::size_t sheet, Block* outer);

    /// The blocks that a part of the mapping finds within this one.
    [[nodiscard]] std::vector<Block> find(const Section& section);

    [[nodiscard]] const Sheet& sheet() const { return (*sheets_)[sheet_]; }
    [[nodiscard]] std::size_t first() const { return first_; }  ///< index of a row; with "begin" the one that matched
    [[nodiscard]] std::size_t last() const { return last_; }    ///< behind its last row
    [[nodiscard]] bool begun() const { return begun_; }         ///< whether its first row matched "begin"
    /// What the '*' of "begin" stood for, from 1, here or else in the blocks around.
    [[nodiscard]] std::string begin(std::size_t number) const;
    /// The only text of the line right above "begin", of this block or of one around; "" where there is none.
    [[nodiscard]] std::string above() const;
    /// The text beside a label, here, around or on another sheet; "" where there is none. Only the first and the last
    /// 500 rows of a block are searched.
    [[nodiscard]] std::string note(const std::string& label);
    /// What stands in a cell of this block, counted from 1 at its first row; in all of the row where columns are counted.
    [[nodiscard]] std::string cell(std::size_t row, std::size_t column) const;
    [[nodiscard]] const Block* outer() const { return outer_; }

    /// The name of the sample in a well, here or around; "" where none was given. Of several plates of names the first
    /// behind the row counts.
    [[nodiscard]] std::string specimen(const std::string& well, std::size_t row) const;
    /// For the blocks beside this one; in which row the plate of names begins.
    void giveSpecimen(const std::string& well, std::size_t row, std::string name) {
        (outer_ ? outer_ : this)->names_[row][well] = std::move(name);
    }

private:
    [[nodiscard]] std::vector<Block> parts(const Section& section, Block& whole) const;
    [[nodiscard]] std::string ownNote(const std::string& label) const;

    const std::vector<Sheet>* sheets_;
    std::size_t sheet_;
    Block* outer_;
    std::size_t first_ = 0, last_ = 0;
    bool begun_ = false;
    std::vector<std::string> captures_;
    std::map<std::string, std::string> notes_;
    std::map<std::size_t, std::map<std::string, std::string>> names_;  // by row and well
};

}  // namespace touchstone::instruments
