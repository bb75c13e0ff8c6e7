#include "instruments/formats/Shipped.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "instruments/formats/Pattern.h"
#include "instruments/formats/ShippedTexts.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t searched = 200;  // rows of a sheet

std::vector<ShippedMapping> parseAll() {
    std::vector<ShippedMapping> all;
    for (const ShippedText& text : shippedTexts()) {
        auto mapping = Mapping::parse(text.json);
        if (const auto* const fault = std::get_if<Finding>(&mapping)) {
            throw std::logic_error("mapping " + std::string(text.name) + ": " + fault->message());
        }
        all.push_back({std::string(text.name), std::get<Mapping>(std::move(mapping))});
    }
    std::ranges::sort(all, {}, &ShippedMapping::name);
    return all;
}

}  // namespace

const std::vector<ShippedMapping>& shippedMappings() {
    static const std::vector<ShippedMapping> all = parseAll();
    return all;
}

const ShippedMapping* shippedMapping(std::string_view name) {
    const auto& all = shippedMappings();
    const auto found = std::ranges::find(all, name, &ShippedMapping::name);
    return found == all.end() ? nullptr : &*found;
}

FirstRows::FirstRows(const std::vector<Sheet>& sheets) {
    for (const Sheet& sheet : sheets) {
        texts_.push_back(folded(sheet.name()));
        for (std::size_t row = 0; row < std::min(sheet.rowCount(), searched); ++row) {
            texts_.push_back(folded(sheet.rowText(row)));
            auto& cells = rows_.emplace_back();
            for (const Sheet::Cell& cell : sheet.cells(row)) cells.push_back(folded(sheet.text(cell)));
        }
    }
}

bool FirstRows::areOf(const Mapping& mapping) const {
    if (mapping.contains.empty() && mapping.cells.empty()) return false;
    return std::ranges::all_of(mapping.contains, [this](const std::string& wanted) { return hold(wanted); }) &&
           (mapping.cells.empty() || holdInOne(mapping.cells));
}

bool FirstRows::hold(const std::string& wanted) const {
    const std::string words = folded(wanted);
    const bool pattern = isPattern(words);
    return std::ranges::any_of(texts_, [&, anywhere = "*" + words + "*"](const std::string& text) {
        return pattern ? match(anywhere, text).has_value() : text.find(words) != std::string::npos;
    });
}

bool FirstRows::holdInOne(const std::vector<std::string>& wanted) const {
    std::vector<std::string> words;
    for (const std::string& text : wanted) words.push_back(folded(text));
    return std::ranges::any_of(rows_, [&](const std::vector<std::string>& cells) {
        return std::ranges::all_of(words, [&](const std::string& word) {
            return std::ranges::any_of(cells, [&](const std::string& cell) {
                return isPattern(word) ? match(word, cell).has_value() : cell == word;
            });
        });
    });
}

const ShippedMapping* recogniseWorkbook(const std::vector<Sheet>& sheets) {
    const auto& all = shippedMappings();
    const FirstRows rows(sheets);
    const auto found = std::ranges::find_if(all, [&](const ShippedMapping& s) { return rows.areOf(s.mapping); });
    return found == all.end() ? nullptr : &*found;
}

const ShippedMapping* recogniseText(const Text& text) {
    std::map<char, FirstRows> heads;
    for (const ShippedMapping& shipped : shippedMappings()) {
        const char delimiter = shipped.mapping.delimiter;
        auto head = heads.find(delimiter);
        if (head == heads.end()) head = heads.emplace(delimiter, FirstRows({splitHead(text, delimiter)})).first;
        if (head->second.areOf(shipped.mapping)) return &shipped;
    }
    return nullptr;
}

}  // namespace touchstone::instruments
