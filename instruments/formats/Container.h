#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// A file out of a zip archive.
struct Member {
    std::string name, bytes;
    Span span;  ///< of its packed bytes in the archive
};

/// Unpacks the members whose names are wanted. However little a bomb weighs, no more comes out than a hundred times the
/// archive, and never more than 256 MiB. A Finding where the archive is damaged (bad_zip) or too large (zip_bomb).
[[nodiscard]] std::variant<std::vector<Member>, Finding> unzip(
    std::string_view archive, const std::function<bool(std::string_view name)>& wanted);

/// Whether these bytes are a zip archive that holds a name with one of these parts in it, as far as its end tells.
[[nodiscard]] bool zipNames(std::string_view bytes, std::initializer_list<std::string_view> parts);

}  // namespace touchstone::instruments
