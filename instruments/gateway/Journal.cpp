#include "instruments/gateway/Journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <new>
#include <stdexcept>
#include <utility>

#include "instruments/gateway/Digest.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t blockSize = 4096;
constexpr std::uint32_t magic = 0x314A5354;  // "TSJ1"

/// In front of an entry. The check is of what follows it: the rest of the header, then the entry.
struct Header {
    std::uint32_t magic = 0;
    std::uint32_t check = 0;
    std::uint64_t generation = 0;
    std::uint64_t salt = 0;  ///< of the generation: bytes of a message cannot pass for an entry
    std::uint64_t length = 0;
};
constexpr std::size_t unchecked = 8;
static_assert(sizeof(Header) == 32);

std::size_t blocksFor(std::size_t entry) {
    return (sizeof(Header) + entry + blockSize - 1) / blockSize * blockSize;
}

std::uint32_t checkOf(const char* header, std::size_t entry) {
    const auto* const from = reinterpret_cast<const unsigned char*>(header) + unchecked;
    return static_cast<std::uint32_t>(::crc32_z(0, from, sizeof(Header) - unchecked + entry));
}

/// Whether the bytes begin with a whole entry; its header.
bool readHeader(std::string_view bytes, Header& header) {
    if (bytes.size() < sizeof header) return false;
    std::memcpy(&header, bytes.data(), sizeof header);
    return header.magic == magic && header.length <= bytes.size() - sizeof header &&
           header.check == checkOf(bytes.data(), header.length);
}

}  // namespace

JournalContent readJournal(const std::string& path) {
    JournalContent content;
    if (!std::filesystem::exists(path)) return content;
    std::string all(std::filesystem::file_size(path), '\0');
    std::ifstream file(path, std::ios::binary);
    if (!file.read(all.data(), static_cast<std::streamsize>(all.size()))) {
        throw std::runtime_error("spool: " + path + " cannot be read");
    }
    std::string_view rest = all;
    std::uint64_t salt = 0;
    for (Header header; readHeader(rest, header);) {
        if (content.entries.empty()) {
            content.generation = header.generation;
            salt = header.salt;
        }
        if (header.generation != content.generation || header.salt != salt) break;
        content.entries.emplace_back(rest.substr(sizeof header, header.length));
        rest.remove_prefix(std::min(blocksFor(header.length), rest.size()));
    }
    return content;
}

Journal::Journal(std::string path, std::size_t size) : path_(std::move(path)), size_(blocksFor(size - sizeof(Header))) {
    open(O_DIRECT);
    if (file_ < 0 && errno == EINVAL) open(0);  // a file system that knows no other way than its cache
    if (file_ < 0) fail();
    struct stat status {};
    if (::fstat(file_, &status) != 0) fail();
    if (status.st_size != static_cast<off_t>(size_)) fill();
}

Journal::~Journal() {
    ::close(file_);
}

void Journal::open(int flags) {
    file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_DSYNC | flags, 0600);
}

/// With zeros, which are on disk then, as is the file's name.
void Journal::fill() {
    if (::ftruncate(file_, 0) != 0) fail();
    errno = ::posix_fallocate(file_, 0, static_cast<off_t>(size_));  // it is all there, or nothing is taken
    if (errno != 0) fail();
    write(blocks(size_).get(), size_, 0);
    const std::string folder = std::filesystem::path(path_).parent_path();
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (!synced) fail();
}

void Journal::begin(std::uint64_t generation) {
    generation_ = generation;
    salt_ = randomNumber();
    at_ = 0;
}

bool Journal::hasRoomFor(std::size_t bytes) const {
    return bytes <= size_ && blocksFor(bytes) <= size_ - at_;
}

void Journal::append(std::string_view entry) {
    const std::size_t size = blocksFor(entry.size());
    if (capacity_ < size) {
        buffer_ = blocks(size);
        capacity_ = size;
    }
    Header header{magic, 0, generation_, salt_, entry.size()};
    char* const bytes = buffer_.get();
    std::memcpy(bytes, &header, sizeof header);
    std::memcpy(bytes + sizeof header, entry.data(), entry.size());
    header.check = checkOf(bytes, entry.size());
    std::memcpy(bytes, &header, sizeof header);
    write(bytes, size, at_);
    at_ += size;
}

void Journal::write(const char* bytes, std::size_t size, std::size_t at) const {
    for (std::size_t done = 0; done < size;) {
        errno = EIO;  // for a write of nothing
        const ssize_t count = ::pwrite(file_, bytes + done, size - done, static_cast<off_t>(at + done));
        if (count > 0) done += static_cast<std::size_t>(count);
        if (count <= 0 && errno != EINTR) fail();
    }
}

void Journal::fail() const {
    throw std::runtime_error("spool: " + path_ + ": " + std::strerror(errno));
}

Journal::Blocks Journal::blocks(std::size_t size) {
    Blocks all(static_cast<char*>(std::aligned_alloc(blockSize, size)));
    if (!all) throw std::bad_alloc();
    std::memset(all.get(), 0, size);
    return all;
}

void Journal::Free::operator()(char* bytes) const {
    std::free(bytes);
}

}  // namespace touchstone::instruments
