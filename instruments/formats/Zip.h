#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// The files in a zip archive (PKWARE APPNOTE 6.3), by its central directory. Declared sizes are only believed as far
/// as the bytes bear them out. Not read: archives of several volumes, ZIP64, encryption.
class Zip {
public:
    struct Member {
        std::string name;
        Span span;  ///< of its compressed bytes, always inside the archive
        bool deflated = false;
    };

    /// bytes must outlive this. Nothing where they are no such archive.
    [[nodiscard]] static std::optional<Zip> open(std::string_view bytes);

    [[nodiscard]] const std::vector<Member>& members() const { return members_; }
    [[nodiscard]] const Member* find(std::string_view name) const;  ///< without regard to case, as Excel does
    /// Unpacked; nothing where that is broken or would be longer than most bytes.
    [[nodiscard]] std::optional<std::string> read(const Member& member, std::size_t most) const;

private:
    std::string_view bytes_;
    std::vector<Member> members_;
};

}  // namespace touchstone::instruments
