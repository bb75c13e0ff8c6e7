#include "server/people/MachineRules.h"

#include <algorithm>

#include "server/core/Error.h"

namespace touchstone::people {

std::optional<std::string> organisationOf(const Actor& actor) {
    actor.require({Role::administrator, Role::organisation_administrator});
    return actor.has(Role::administrator) ? std::nullopt : std::optional(actor.organisation);
}

std::string joined(const std::vector<std::string>& scopes) {
    std::string out;
    for (const std::string& scope : scopes) out += (out.empty() ? "" : ",") + scope;
    return out;
}

std::vector<std::string> parts(const std::string& scopes) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from < scopes.size();) {
        const std::size_t comma = std::min(scopes.find(',', from), scopes.size());
        out.push_back(scopes.substr(from, comma - from));
        from = comma + 1;
    }
    return out;
}

void refuseUnfit(const store::Person& person, const std::vector<std::string>& scopes) {
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < scopes.size(); ++i) {
        const Role needed = scopes[i] == "intake" ? Role::instrument : Role::regulator;
        const std::string field = "scopes." + std::to_string(i);
        if (std::ranges::count(scopes, scopes[i]) > 1) {
            errors.push_back({field, ErrorCode::Duplicate, {}, {}});
        } else if (std::ranges::find(person.roles, needed) == person.roles.end()) {
            errors.push_back({field, ErrorCode::NoRight, {std::string(name(needed))}, {}});
        }
    }
    if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, errors);
}

}  // namespace touchstone::people
