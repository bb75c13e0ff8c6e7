#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// The streams at the top of an OLE2 compound file ([MS-CFB]). Chains of sectors are followed once around at most, and
/// sizes are only believed as far as the bytes bear them out.
class CompoundFile {
public:
    struct Stream {
        std::string bytes;
        std::vector<std::size_t> sectors;  ///< where they stand in the file
        std::size_t sectorSize = 0;

        /// Where [begin, end) begins in the file, as far as it stands there in one piece.
        [[nodiscard]] Span span(std::size_t begin, std::size_t end) const;
    };

    [[nodiscard]] static bool recognises(std::string_view bytes);
    /// bytes must outlive this. Nothing where the file is broken.
    [[nodiscard]] static std::optional<CompoundFile> open(std::string_view bytes);

    [[nodiscard]] bool holds(std::string_view name) const { return find(name) != nullptr; }
    /// Nothing where there is no such stream, or where its sectors do not hold all of it.
    [[nodiscard]] std::optional<Stream> read(std::string_view name) const;

private:
    struct Entry {
        std::string name;  ///< without regard to case
        std::uint32_t first = 0;
        std::uint64_t size = 0;
    };

    explicit CompoundFile(std::string_view bytes) : bytes_(bytes) {}
    bool openHeader();
    bool readFat();
    bool readDirectory();
    [[nodiscard]] std::string_view sector(std::size_t number) const;
    [[nodiscard]] std::optional<std::vector<std::size_t>> chain(std::uint32_t first) const;
    [[nodiscard]] std::optional<std::vector<std::size_t>> smallChain(std::uint32_t first) const;
    [[nodiscard]] const Entry* find(std::string_view name) const;

    std::string_view bytes_;
    std::size_t sectorSize_ = 0, sectorCount_ = 0;
    std::vector<std::uint32_t> fat_, smallFat_;  ///< of each sector the next
    std::vector<std::size_t> smallStream_;       ///< where the sectors stand that small ones lie in
    std::vector<Entry> entries_;
};

}  // namespace touchstone::instruments
