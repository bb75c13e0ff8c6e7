#include "server/certificates/Layouts.h"

#include <algorithm>
#include <tuple>

namespace touchstone::certificates {

const LayoutVersion* inForce(const std::vector<LayoutVersion>& versions, LayoutId layout, Date day) {
    const LayoutVersion* best = nullptr;
    const auto rank = [](const LayoutVersion& v) { return std::tuple(!v.shipped, v.from, v.version); };
    for (const LayoutVersion& v : versions) {
        if (v.layout != layout || v.state != "in_force" || v.from > day) continue;
        if (best == nullptr || rank(*best) < rank(v)) best = &v;
    }
    return best;
}

std::string standing(const std::vector<LayoutVersion>& versions, const LayoutVersion& one, Date day) {
    if (one.state != "in_force") return one.state;
    if (one.from > day) return "coming";
    const LayoutVersion* current = inForce(versions, one.layout, day);
    if (current->id == one.id) return "current";
    const bool newestShipped = std::none_of(versions.begin(), versions.end(), [&](const LayoutVersion& v) {
        return v.layout == one.layout && v.shipped && v.version > one.version;
    });
    return one.shipped && newestShipped && one.version > current->version ? "offered" : "past";
}

const LayoutUse* standingUse(const std::vector<LayoutUse>& uses, const std::string& productKind,
                             const std::optional<std::string>& businessKind, const std::string& language, Date day) {
    const LayoutUse* best = nullptr;
    const auto rank = [](const LayoutUse& u) { return std::tuple(!u.shipped, u.from, u.id); };
    for (const LayoutUse& u : uses) {
        if (u.productKind != productKind || u.businessKind != businessKind || u.language != language || u.from > day)
            continue;
        if (best == nullptr || rank(*best) < rank(u)) best = &u;
    }
    return best;
}

std::optional<LayoutId> layoutFor(const std::vector<LayoutUse>& uses, const std::string& productKind,
                                  const std::string& businessKind, const std::string& language, Date day) {
    const LayoutUse* own = standingUse(uses, productKind, businessKind, language, day);
    if (own != nullptr && own->layout) return own->layout;
    const LayoutUse* general = standingUse(uses, productKind, std::nullopt, language, day);
    return general != nullptr ? general->layout : std::nullopt;
}

std::optional<LayoutChoice> LayoutBook::choose(const std::string& productKind, const std::string& businessKind,
                                               const std::string& language, Date day) const {
    const auto id = layoutFor(uses, productKind, businessKind, language, day);
    if (!id) return std::nullopt;
    const auto layout = std::ranges::find(layouts, *id, &Layout::id);
    return layout == layouts.end() ? std::nullopt : named(layout->code, day);
}

std::optional<LayoutChoice> LayoutBook::named(const std::string& code, Date day) const {
    const auto layout = std::ranges::find(layouts, code, &Layout::code);
    if (layout == layouts.end()) return std::nullopt;
    const LayoutVersion* version = inForce(versions, layout->id, day);
    if (version == nullptr) return std::nullopt;
    return LayoutChoice{code, version->version, version->sha256};
}

}  // namespace touchstone::certificates
