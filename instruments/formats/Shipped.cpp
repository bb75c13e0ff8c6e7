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
            throw std::logic_error("mapping " + std::string(text.name) + ": " + fault->message);
        }
        all.push_back({std::string(text.name), std::get<Mapping>(std::move(mapping))});
    }
    std::ranges::sort(all, {}, &ShippedMapping::name);
    return all;
}

bool says(const std::string& wanted, const std::string& text) {
    return isPattern(wanted) ? match(wanted, text).has_value() : sameText(wanted, text);
}

/// The texts that were not found yet grow fewer with each row.
class Search {
public:
    explicit Search(const Mapping& mapping) : contains_(mapping.contains), cells_(mapping.cells) {}

    void look(const std::string& text) {
        std::erase_if(contains_,
                      [&](const std::string& wanted) { return match("*" + wanted + "*", text).has_value(); });
    }
    void look(const Sheet& sheet, std::size_t row) {
        if (!contains_.empty()) look(sheet.rowText(row));
        if (cells_.empty()) return;
        std::vector<std::string> texts;
        for (const Sheet::Cell& c : sheet.cells(row)) texts.push_back(sheet.text(c));
        const bool all = std::ranges::all_of(cells_, [&](const std::string& wanted) {
            return std::ranges::any_of(texts, [&](const std::string& text) { return says(wanted, text); });
        });
        if (all) cells_.clear();
    }
    [[nodiscard]] bool done() const { return contains_.empty() && cells_.empty(); }

private:
    std::vector<std::string> contains_, cells_;
};

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

bool recognises(const Mapping& mapping, const std::vector<Sheet>& sheets) {
    if (mapping.contains.empty() && mapping.cells.empty()) return false;
    Search search(mapping);
    for (const Sheet& sheet : sheets) {
        search.look(sheet.name());
        for (std::size_t row = 0; row < std::min(sheet.rowCount(), searched) && !search.done(); ++row) {
            search.look(sheet, row);
        }
    }
    return search.done();
}

const ShippedMapping* recogniseWorkbook(const std::vector<Sheet>& sheets) {
    const auto& all = shippedMappings();
    const auto found =
        std::ranges::find_if(all, [&](const ShippedMapping& s) { return recognises(s.mapping, sheets); });
    return found == all.end() ? nullptr : &*found;
}

const ShippedMapping* recogniseText(const Text& text) {
    std::map<char, std::vector<Sheet>> heads;
    for (const ShippedMapping& shipped : shippedMappings()) {
        const char delimiter = shipped.mapping.delimiter;
        if (!heads.contains(delimiter)) heads[delimiter].push_back(splitHead(text, delimiter));
        if (recognises(shipped.mapping, heads[delimiter])) return &shipped;
    }
    return nullptr;
}

}  // namespace touchstone::instruments
