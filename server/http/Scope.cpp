#include "server/http/Scope.h"

#include <algorithm>
#include <array>

namespace touchstone::http {
namespace {

struct Rule {
    std::string_view prefix, scope;
};

// The first that fits counts.
constexpr std::array<Rule, 7> kRules{{{"/portal/feed", "feed"},
                                      {"/portal/changes", "feed"},
                                      {"/portal/events", "feed"},
                                      {"/portal/", "portal"},
                                      {"/intake/", "intake"},
                                      {"/gateways/status", "intake"},
                                      {"/gateways/configuration", "intake"}}};

bool contains(std::string_view scopes, std::string_view wanted) {
    while (!scopes.empty()) {
        const std::size_t comma = std::min(scopes.find(','), scopes.size());
        if (scopes.substr(0, comma) == wanted) return true;
        scopes.remove_prefix(std::min(comma + 1, scopes.size()));
    }
    return false;
}

}  // namespace

bool allows(std::string_view scopes, std::string_view verb, std::string_view pattern) {
    if (verb == "GET" && pattern == "/sessions/current") return true;
    const auto* rule = std::ranges::find_if(kRules, [&](const Rule& each) { return pattern.starts_with(each.prefix); });
    return rule != kRules.end() && contains(scopes, rule->scope);
}

}  // namespace touchstone::http
