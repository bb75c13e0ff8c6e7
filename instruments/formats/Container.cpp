#include "instruments/formats/Container.h"

#include <algorithm>
#include <utility>

#include "instruments/formats/Text.h"
#include "instruments/formats/Zip.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t mostBytes = std::size_t{1} << 30U;
constexpr std::size_t mostTimes = 100;
constexpr std::size_t smallest = 65536;

/// What a Mac puts beside each file in an archive, under the file's own name.
bool isCompanion(std::string_view name) {
    return name.starts_with("__MACOSX/");
}

}  // namespace

std::size_t unpackingBudget(std::string_view archive) {
    return std::clamp(archive.size() * mostTimes, smallest, mostBytes);
}

std::optional<Finding> unzip(std::string_view archive, std::size_t& budget,
                             const std::function<bool(std::string_view name)>& wanted,
                             const std::function<std::optional<Finding>(const Member&)>& take) {
    const auto zip = Zip::open(archive);
    if (!zip) return Finding{"bad_zip", "the archive is damaged", {}};
    for (const Zip::Member& packed : zip->members()) {
        if (isCompanion(packed.name) || !wanted(packed.name)) continue;
        auto bytes = zip->read(packed, budget);
        if (!bytes) {
            const std::string name = decode(packed.name, "").text.utf8();
            return Finding{"bad_zip", "a part of the archive is damaged or unpacks to more than is sensible",
                           packed.span, name};
        }
        budget -= bytes->size();
        if (auto fault = take({packed.name, std::move(*bytes), packed.span})) return fault;
    }
    return std::nullopt;
}

bool zipNames(std::string_view bytes, std::initializer_list<std::string_view> parts) {
    if (!bytes.starts_with("PK\x03\x04")) return false;
    constexpr std::size_t directory = std::size_t{1} << 18U;
    const std::string_view end = bytes.substr(bytes.size() - std::min(bytes.size(), directory));
    return std::ranges::any_of(parts, [&](std::string_view part) { return end.find(part) != std::string_view::npos; });
}

}  // namespace touchstone::instruments
