#pragma once
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// A file out of a zip archive.
struct Member {
    std::string name, bytes;
    Span span;  ///< of its packed bytes in the archive
};

/// How much may come out of an archive, however little a bomb weighs: a hundred times its bytes, at most 1 GiB.
[[nodiscard]] std::size_t unpackingBudget(std::string_view archive);

/// Unpacks the members whose names are wanted, one at a time, and takes their bytes off the budget; `take` may end it
/// with a Finding. A Finding (bad_zip) where the archive is damaged or a member unpacks to more than is left.
[[nodiscard]] std::optional<Finding> unzip(std::string_view archive, std::size_t& budget,
                                           const std::function<bool(std::string_view name)>& wanted,
                                           const std::function<std::optional<Finding>(const Member&)>& take);

/// Whether these bytes are a zip archive that holds a name with one of these parts in it, as far as its end tells.
[[nodiscard]] bool zipNames(std::string_view bytes, std::initializer_list<std::string_view> parts);

}  // namespace touchstone::instruments
