#include "instruments/formats/Workbook.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "instruments/formats/SerialDate.h"
#include "instruments/formats/SheetBuilder.h"
#include "instruments/formats/Xml.h"
#include "instruments/formats/Zip.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t lastRow = 1'048'576, lastColumn = 16'384, longestText = 32'767;  // Excel's own
constexpr std::size_t mostBytes = std::size_t{256} << 20U;

/// Unpacks members until together they are more than an archive of that size may hold.
class Package {
public:
    Package(const Zip& zip, std::size_t size) : zip_(zip), budget_(std::min(mostBytes, (size + 65'536) * 100)) {}

    void read(const Zip::Member& member, xml::Handler& handler) {
        auto text = zip_.read(member, budget_);
        if (!text) throw SheetBuilder::TooLarge();
        budget_ -= text->size();
        xml::read(*text, handler, {.bytes = mostBytes, .depth = 64});
    }
    void read(const std::string& name, xml::Handler& handler) {
        if (const auto* const member = zip_.find(name)) read(*member, handler);
    }
    [[nodiscard]] const Zip::Member* find(const std::string& name) const { return zip_.find(name); }

private:
    const Zip& zip_;
    std::size_t budget_;
};

std::string attribute(const xml::Tag& tag, std::string_view local) {
    for (const auto& [name, value] : tag.attributes()) {
        if (name == local) return value;
    }
    return {};
}

template <class Number>
std::optional<Number> numberIn(std::string_view text) {
    Number number{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// Id to target and kind of what a part refers to.
struct Relationships final : xml::Handler {
    struct Entry {
        std::string id, target, kind;
    };
    std::vector<Entry> all;

    void start(const xml::Tag& tag) override {
        if (tag.name() != "Relationship") return;
        const std::string type = attribute(tag, "Type");
        all.push_back({attribute(tag, "Id"), attribute(tag, "Target"), type.substr(type.rfind('/') + 1)});
    }
    void end(const std::string&, std::string, std::size_t) override {}

    [[nodiscard]] std::string target(std::string_view value, std::string Entry::*by) const {
        const auto found = std::ranges::find(all, value, by);
        return found == all.end() ? std::string() : found->target;
    }
};

/// A target is relative to the folder of the part that names it, or absolute.
std::string resolved(const std::string& part, const std::string& target) {
    if (target.empty() || target.starts_with('/')) return target.substr(std::min<std::size_t>(1, target.size()));
    return part.substr(0, part.rfind('/') + 1) + target;
}

std::string relationsOf(const std::string& part) {
    const std::size_t name = part.rfind('/') + 1;
    return part.substr(0, name) + "_rels/" + part.substr(name) + ".rels";
}

struct Contents final : xml::Handler {
    struct Entry {
        std::string name, id;
    };
    std::vector<Entry> sheets;
    bool from1904 = false;

    void start(const xml::Tag& tag) override {
        if (tag.name() == "sheet") sheets.push_back({attribute(tag, "name"), attribute(tag, "id")});
        if (tag.name() != "workbookPr") return;
        const std::string flag = attribute(tag, "date1904");
        from1904 = flag == "1" || flag == "true";
    }
    void end(const std::string&, std::string, std::size_t) override {}
};

struct Styles final : xml::Handler {
    std::set<std::size_t> dateFormats;
    std::vector<bool> isDate;  ///< of a cell's style

    void start(const xml::Tag& tag) override {
        if (tag.name() == "cellXfs") inCells_ = true;
        if (tag.name() == "numFmt" && isDateFormat(attribute(tag, "formatCode"))) {
            if (const auto id = numberIn<std::size_t>(attribute(tag, "numFmtId"))) dateFormats.insert(*id);
        }
        if (tag.name() != "xf" || !inCells_) return;
        const std::size_t id = numberIn<std::size_t>(attribute(tag, "numFmtId")).value_or(0);
        isDate.push_back(isBuiltInDateFormat(id) || dateFormats.contains(id));
    }
    void end(const std::string& name, std::string, std::size_t) override {
        if (name == "cellXfs") inCells_ = false;
    }

private:
    bool inCells_ = false;
};

/// The text of a string item: its runs joined, without the readings that East Asian texts carry.
class ItemText {
public:
    void start(const std::string& name) { phonetic_ = phonetic_ || name == "rPh"; }
    void end(const std::string& name, std::string&& text) {
        if (name == "rPh") phonetic_ = false;
        if (name == "t" && !phonetic_ && text_.size() < longestText) text_.append(text, 0, longestText);
    }
    std::string take() { return std::exchange(text_, {}); }

private:
    std::string text_;
    bool phonetic_ = false;
};

struct Strings final : xml::Handler {
    std::vector<std::string> all;

    void start(const xml::Tag& tag) override { item_.start(tag.name()); }
    void end(const std::string& name, std::string text, std::size_t) override {
        item_.end(name, std::move(text));
        if (name == "si") all.push_back(item_.take());
    }

private:
    ItemText item_;
};

class SheetReader final : public xml::Handler {
public:
    SheetReader(const Strings& strings, const Styles& styles, bool from1904, std::size_t& room)
        : strings_(strings), styles_(styles), from1904_(from1904), cells_(room) {}

    void start(const xml::Tag& tag) override {
        if (tag.name() == "row") startRow(tag);
        if (tag.name() == "c") startCell(tag);
        if (tag.name() == "mergeCell") merge(attribute(tag, "ref"));
        item_.start(tag.name());
    }

    void end(const std::string& name, std::string text, std::size_t) override {
        if (name == "v") value_ = text;
        item_.end(name, std::move(text));
        if (name == "is") value_ = item_.take();
        if (name == "c") endCell();
    }

    Sheet finish(const std::string& name, Span span) { return cells_.finish(name, span); }

private:
    /// "C12": row 12, column 2.
    static std::optional<SheetPlace> placeOf(std::string_view reference) {
        std::size_t column = 0, at = 0;
        for (; at < reference.size() && at < 3 && reference[at] >= 'A' && reference[at] <= 'Z'; ++at) {
            column = column * 26 + static_cast<std::size_t>(reference[at] - 'A') + 1;
        }
        const auto row = numberIn<std::size_t>(reference.substr(at));
        if (column == 0 || column > lastColumn || !row || *row == 0 || *row > lastRow) return std::nullopt;
        return SheetPlace{*row, column - 1};
    }

    void startRow(const xml::Tag& tag) {
        place_ = {numberIn<std::size_t>(attribute(tag, "r")).value_or(place_.row + 1), 0};
        if (place_.row == 0 || place_.row > lastRow) throw xml::Fault(tag.line(), "a row beyond the last");
    }

    void startCell(const xml::Tag& tag) {
        type_ = style_ = {};
        value_.reset();
        for (const auto& [name, value] : tag.attributes()) {
            if (name == "t") type_ = value;
            if (name == "s") style_ = value;
            if (name != "r") continue;
            const auto place = placeOf(value);
            if (!place) throw xml::Fault(tag.line(), "a cell beyond the last");
            place_ = *place;
        }
    }

    void endCell() {
        const SheetPlace place = place_;
        ++place_.column;
        if (!value_ || value_->empty()) return;
        if (type_ == "s") {
            const auto index = numberIn<std::size_t>(*value_);
            if (index && *index < strings_.all.size()) cells_.addShared(place, *index, strings_.all[*index]);
        } else if (type_ == "b") {
            cells_.add(place, *value_ == "0" ? "FALSE" : "TRUE");
        } else {
            const bool number = type_.empty() || type_ == "n";
            const std::string date = number ? dateText() : std::string();
            cells_.add(place, date.empty() ? *value_ : date, number && date.empty());
        }
    }

    [[nodiscard]] std::string dateText() const {
        const std::size_t style = numberIn<std::size_t>(style_).value_or(0);
        if (style >= styles_.isDate.size() || !styles_.isDate[style]) return {};
        const auto serial = numberIn<double>(*value_);
        return serial ? serialDate(*serial, from1904_) : std::string();
    }

    void merge(const std::string& reference) {
        const std::size_t colon = reference.find(':');
        if (colon == std::string::npos) return;
        const auto first = placeOf(std::string_view(reference).substr(0, colon));
        const auto last = placeOf(std::string_view(reference).substr(colon + 1));
        if (first && last) cells_.merge(first->column, first->row, last->row);
    }

    const Strings& strings_;
    const Styles& styles_;
    bool from1904_;
    ItemText item_;
    std::string type_, style_;
    std::optional<std::string> value_;
    SheetPlace place_;
    SheetBuilder cells_;
};

std::vector<Sheet> readSheets(Package& package) {
    Relationships top, relations;
    package.read("_rels/.rels", top);
    const std::string named = resolved("", top.target("officeDocument", &Relationships::Entry::kind));
    const std::string part = named.empty() ? "xl/workbook.xml" : named;
    Contents contents;
    package.read(part, contents);
    package.read(relationsOf(part), relations);
    const auto other = [&](const char* kind) {
        return resolved(part, relations.target(kind, &Relationships::Entry::kind));
    };
    Styles styles;
    package.read(other("styles"), styles);
    Strings strings;
    package.read(other("sharedStrings"), strings);
    std::vector<Sheet> sheets;
    std::size_t room = mostBytes;
    for (const auto& [name, id] : contents.sheets) {
        const auto* const member = package.find(resolved(part, relations.target(id, &Relationships::Entry::id)));
        if (member == nullptr) continue;
        SheetReader reader(strings, styles, contents.from1904, room);
        package.read(*member, reader);
        sheets.push_back(reader.finish(name, member->span));
    }
    return sheets;
}

}  // namespace

std::variant<std::vector<Sheet>, Finding> readWorkbook(std::string_view bytes) {
    const auto zip = Zip::open(bytes);
    if (!zip) return Finding{"xlsx_broken", "the archive of the workbook cannot be opened", {}};
    Package package(*zip, bytes.size());
    try {
        std::vector<Sheet> sheets = readSheets(package);
        if (!sheets.empty()) return sheets;
        return Finding{"xlsx_broken", "the workbook holds no sheet", {}};
    } catch (const xml::Fault& e) {
        return Finding{"xlsx_broken", e.what(), {}};
    } catch (const SheetBuilder::TooLarge&) {
        return Finding{"too_large", "the workbook is broken or unpacks to more than can be read", {}};
    }
}

bool looksLikeWorkbook(std::string_view bytes) {
    return bytes.starts_with("PK\x03\x04") && bytes.find("xl/workbook") != std::string_view::npos;
}

}  // namespace touchstone::instruments
