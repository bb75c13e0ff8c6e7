#include "instruments/gateway/FileBytes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "instruments/gateway/Arguments.h"

namespace touchstone::instruments {

FileBytes::FileBytes(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) throw UsageError("cannot read " + path);
    struct stat status {};
    if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
        void* const mapped = ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, file, 0);
        if (mapped != MAP_FAILED) {
            mapped_ = mapped;
            size_ = static_cast<std::size_t>(status.st_size);
        }
    }
    ::close(file);
    if (mapped_ == nullptr) read_ = readFile(path);
}

FileBytes::~FileBytes() {
    if (mapped_ != nullptr) ::munmap(mapped_, size_);
}

std::string_view FileBytes::view() const {
    return mapped_ == nullptr ? std::string_view(read_) : std::string_view(static_cast<const char*>(mapped_), size_);
}

}  // namespace touchstone::instruments
