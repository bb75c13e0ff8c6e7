#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::instruments {

/// Entries on disk, in the order in which they were appended. The file has its size from the start and is written in
/// place: an append is one write, and the disk has nothing to note of a file that grows, which takes it as long as the
/// bytes themselves.
///
/// An entry is there whole or not at all: it begins a block and carries its length and a CRC-32. Each filling of the file
/// is a generation of its own; what an earlier one has left behind is not read again.
///
/// Faults are thrown as std::runtime_error. The entry is then not there; but where the disk took it and failed to say so,
/// readJournal() may find it, as after a crash before append() returned. Used by one thread at a time.
class Journal {
public:
    /// Opens the file, or creates it with that size. What is in it is left alone until begin(), unless it has another
    /// size.
    Journal(std::string path, std::size_t size);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// From here on it is empty. The generation is higher than any before it, of this file or of another that is read
    /// together with it.
    void begin(std::uint64_t generation);
    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    [[nodiscard]] std::size_t filled() const { return at_; }
    [[nodiscard]] bool hasRoomFor(std::size_t bytes) const;
    /// Returns once the entry is on disk. There must be room.
    void append(std::string_view entry);

private:
    struct Free {
        void operator()(char* bytes) const;
    };
    using Blocks = std::unique_ptr<char, Free>;

    [[nodiscard]] static Blocks blocks(std::size_t size);
    void open(int flags);
    void fill();
    void write(const char* bytes, std::size_t size, std::size_t at) const;
    [[noreturn]] void fail() const;

    std::string path_;
    std::size_t size_;
    int file_ = -1;
    std::uint64_t generation_ = 0, salt_ = 0;
    std::size_t at_ = 0;  // where the next entry begins
    Blocks buffer_;       // what is being written, aligned, as writes past the page cache want it
    std::size_t capacity_ = 0;
};

struct JournalContent {
    std::uint64_t generation = 0;
    std::vector<std::string> entries{};
};

/// What was appended last; nothing where there is no file, or nothing was appended to it. Throws std::runtime_error where
/// there is one and it cannot be read.
[[nodiscard]] JournalContent readJournal(const std::string& path);

}  // namespace touchstone::instruments
