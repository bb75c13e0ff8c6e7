#include "server/core/Actor.h"

#include <array>

#include "server/core/Error.h"

namespace touchstone {
namespace {

constexpr std::array<std::string_view, 9> kNames{"technician",      "analyst",       "checker",   "signatory",
                                                 "quality_manager", "administrator", "regulator", "instrument",
                                                 "organisation_administrator"};

}  // namespace

std::string_view name(Role role) { return kNames.at(static_cast<std::size_t>(role)); }

std::optional<Role> roleOf(std::string_view name) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames.at(i) == name) return static_cast<Role>(i);
    }
    return std::nullopt;
}

void Actor::require(std::initializer_list<Role> oneOf) const {
    std::string names;
    for (const Role role : oneOf) {
        if (has(role)) return;
        names += (names.empty() ? "" : ", ") + std::string(touchstone::name(role));
    }
    throw Error(ErrorCode::NoRight, {names});
}

}  // namespace touchstone
