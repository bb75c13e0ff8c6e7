#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "server/core/Id.h"

namespace touchstone {

enum class Role : std::uint8_t {
    technician, analyst, checker, signatory, quality_manager, administrator, regulator, instrument,
    organisation_administrator  ///< of the accounts, tokens and certificates of its own organisation, and of nothing else
};
[[nodiscard]] std::string_view name(Role role);
[[nodiscard]] std::optional<Role> roleOf(std::string_view name);

/// Who does an act, and from where. Every service method takes one; the trail records it.
struct Actor {
    PersonId id;
    std::string login;
    std::string name;
    std::set<Role> roles;
    std::string organisation;   ///< code
    std::string regionCode;     ///< of the organisation; a regulator sees this region and those below it
    std::string origin;         ///< network address, or "cli"
    /// What the token is good for by which a program acts, by commas (http/Scope.h); nothing: all that the account may do.
    std::optional<std::string> scopes{};

    /// Throws Error(NoRight) naming the roles unless the person has one of them.
    void require(std::initializer_list<Role> oneOf) const;
    [[nodiscard]] bool has(Role role) const { return roles.contains(role); }
};

/// Staff of the laboratory: every role but those of regulators and instrument.
inline constexpr std::initializer_list<Role> kStaff{Role::technician, Role::analyst,         Role::checker,
                                                    Role::signatory,  Role::quality_manager, Role::administrator};

}  // namespace touchstone
