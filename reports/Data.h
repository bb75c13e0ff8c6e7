#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace touchstone::reports {

/// What a layout binds to: a text, a list, or a record of named members; a value type. Everything is text already: the
/// drawing neither counts nor rounds.
class Data {
public:
    using List = std::vector<Data>;
    using Member = std::pair<std::string, Data>;
    using Record = std::vector<Member>;

    Data() = default;
    Data(std::string text) : value_(std::move(text)) {}
    Data(std::string_view text) : value_(std::string(text)) {}
    Data(const char* text) : value_(std::string(text)) {}
    Data(List items) : value_(std::move(items)) {}
    Data(Record members) : value_(std::move(members)) {}

    [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&value_); }
    [[nodiscard]] const List* list() const { return std::get_if<List>(&value_); }
    [[nodiscard]] const Record* record() const { return std::get_if<Record>(&value_); }
    /// An empty text, list or record: as good as absent.
    [[nodiscard]] bool blank() const {
        return std::visit([](const auto& held) { return held.empty(); }, value_);
    }

    /// The member of that name, or null.
    [[nodiscard]] const Data* find(std::string_view name) const;
    /// Adds a member, or replaces the one of that name; a text or a list becomes a record first.
    Data& set(std::string_view name, Data value);

private:
    std::variant<std::string, List, Record> value_;
};

}  // namespace touchstone::reports
