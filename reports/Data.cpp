#include "reports/Data.h"

#include <algorithm>

namespace touchstone::reports {

const Data* Data::find(std::string_view name) const {
    const Record* const members = record();
    if (members == nullptr) return nullptr;
    const auto found = std::ranges::find(*members, name, &Member::first);
    return found == members->end() ? nullptr : &found->second;
}

Data& Data::set(std::string_view name, Data value) {
    if (record() == nullptr) value_ = Record{};
    Record& members = std::get<Record>(value_);
    const auto found = std::ranges::find(members, name, &Member::first);
    if (found != members.end()) return found->second = std::move(value);
    return members.emplace_back(std::string(name), std::move(value)).second;
}

}  // namespace touchstone::reports
