#include "instruments/formats/Block.h"

#include <algorithm>

#include "instruments/formats/Pattern.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t searched = 500;  // rows at either end

bool isSign(std::string_view text) {
    return text == ":" || text == "=";
}

/// What stands behind the label and a ':' or '=' in the same cell; nothing where the cell is not this label's. "" is
/// the label alone.
std::optional<std::string> behind(const std::string& label, const std::string& cell) {
    if (sameText(cell, label)) return "";
    for (std::size_t at = cell.find_first_of(":="); at != std::string::npos; at = cell.find_first_of(":=", at + 1)) {
        if (at > label.size() + 8) return std::nullopt;
        if (sameText(std::string_view(cell).substr(0, at), label)) {
            return squeezed(std::string_view(cell).substr(at + 1));
        }
    }
    return std::nullopt;
}

}  // namespace

Block::Block(const std::vector<Sheet>& sheets, std::size_t sheet, Block* outer)
    : sheets_(&sheets), sheet_(sheet), outer_(outer), last_(sheets[sheet].rowCount()) {
}

std::vector<Block> Block::find(const Section& section) {
    if (section.sheet.empty()) {
        Block whole(*sheets_, sheet_, this);
        whole.first_ = first_;
        whole.last_ = last_;
        return parts(section, whole);
    }
    std::vector<Block> found;
    for (std::size_t i = 0; i < sheets_->size(); ++i) {
        if (!match(section.sheet, (*sheets_)[i].name())) continue;
        Block whole(*sheets_, i, this);
        for (Block& part : parts(section, whole)) found.push_back(std::move(part));
    }
    return found;
}

std::vector<Block> Block::parts(const Section& section, Block& whole) const {
    if (section.begin.empty()) return {whole};
    std::vector<Block> found;
    const bool ends = section.end && !section.end->empty();
    bool open = false;
    for (std::size_t row = whole.first_; row < whole.last_; ++row) {
        const std::string text = whole.sheet().rowText(row);
        if (auto captures = match(section.begin, text)) {
            if (open) found.back().last_ = row;
            found.push_back(whole);
            found.back().first_ = row;
            found.back().begun_ = open = true;
            found.back().captures_ = std::move(*captures);
        } else if (open && ends && match(*section.end, text)) {
            found.back().last_ = row;
            open = false;
        }
    }
    return found;
}

std::string Block::begin(std::size_t number) const {
    if (number > 0 && number <= captures_.size()) return captures_[number - 1];
    return outer_ == nullptr || begun_ ? std::string() : outer_->begin(number);
}

std::string Block::above() const {
    if (!begun_) return outer_ == nullptr ? std::string() : outer_->above();
    if (first_ == 0 || sheet().number(first_ - 1) + 1 != sheet().number(first_)) return {};
    const auto cells = sheet().cells(first_ - 1);
    return cells.size() == 1 ? sheet().text(cells[0]) : std::string();
}

std::string Block::note(const std::string& label) {
    const auto known = notes_.find(label);
    if (known != notes_.end()) return known->second;
    std::string found = ownNote(label);
    if (found.empty() && outer_ != nullptr) found = outer_->note(label);
    for (std::size_t i = 0; found.empty() && outer_ == nullptr && i < sheets_->size(); ++i) {
        if (i != sheet_) found = Block(*sheets_, i, nullptr).ownNote(label);
    }
    return notes_[label] = found;
}

std::string Block::ownNote(const std::string& label) const {
    for (std::size_t row = first_; row < last_; ++row) {
        if (row - first_ >= searched && last_ - row > searched) continue;
        const auto cells = sheet().cells(row);
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto rest = behind(label, sheet().text(cells[i]));
            if (!rest) continue;
            if (!rest->empty()) return *rest;
            for (++i; i < cells.size(); ++i) {
                if (std::string text = sheet().text(cells[i]); !isSign(text) && !text.empty()) return text;
            }
        }
    }
    return {};
}

std::string Block::cell(std::size_t row, std::size_t column) const {
    for (std::size_t i = first_; i < last_ && sheet().number(i) < sheet().number(first_) + row; ++i) {
        if (sheet().number(i) + 1 == sheet().number(first_) + row) {
            return sheet().counted() ? sheet().rowText(i) : sheet().text(i, column - 1);
        }
    }
    return {};
}

std::string Block::specimen(const std::string& well, std::size_t row) const {
    const auto names = names_.size() == 1 ? names_.begin() : names_.lower_bound(row);
    if (names != names_.end()) {
        const auto found = names->second.find(well);
        if (found != names->second.end()) return found->second;
    }
    return outer_ == nullptr ? std::string() : outer_->specimen(well, row);
}

}  // namespace touchstone::instruments
