#pragma once
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "server/core/Clock.h"

namespace touchstone::regulators {

/// A ZIP archive (APPNOTE 6.3.10) of entries that are stored, not deflated, whose every byte follows from the list of
/// entries: it is never kept, and any range of it can be written again. ZIP64 where sizes or counts need it. Immutable.
class Zip {
public:
    struct Entry {
        std::string name;  ///< UTF-8
        std::uint64_t size;
        std::uint32_t crc32;
    };
    /// at: what every entry carries as its time.
    Zip(std::vector<Entry> entries, Instant at);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// The bytes of entry i, as many as it was said to have; asked for in order, and only where a byte of it is wanted.
    using Content = std::function<std::string(std::size_t)>;
    /// Writes the bytes from `from` up to, not including, `to`. Stops early when the stream is no longer good. Throws
    /// std::logic_error for content of another size, so that no archive is wrong without a sign.
    void write(std::ostream& out, std::uint64_t from, std::uint64_t to, const Content& content) const;

private:
    [[nodiscard]] std::string localHeader(std::size_t entry) const;
    [[nodiscard]] std::string directoryHeader(std::size_t entry) const;
    [[nodiscard]] std::string end() const;

    std::vector<Entry> entries_;
    std::uint32_t time_;                  ///< MS-DOS date and time
    std::vector<std::uint64_t> offsets_;  ///< of the local headers, then of the directory
    std::uint64_t directorySize_ = 0;
    std::uint64_t size_ = 0;
};

/// A range of RFC 9110 14.2 over so many bytes: [from, to). Of several ranges, and of what is no range of bytes, none.
struct ByteRange {
    enum class Kind : std::uint8_t { Whole, Part, Unsatisfiable } kind;
    std::uint64_t from, to;
};
[[nodiscard]] ByteRange byteRange(const std::string& header, std::uint64_t size);

}  // namespace touchstone::regulators
