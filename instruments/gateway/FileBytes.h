#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace touchstone::instruments {

/// The bytes of a file to be read once: mapped, so that one of gigabytes does not have to be in memory; taken in whole
/// where it cannot be mapped (a pipe). A UsageError when it cannot be read. A mapped file must not be shortened by
/// others meanwhile: that ends the process, so that what serves many files takes readFile.
class FileBytes {
public:
    explicit FileBytes(const std::string& path);
    ~FileBytes();
    FileBytes(const FileBytes&) = delete;
    FileBytes& operator=(const FileBytes&) = delete;

    [[nodiscard]] std::string_view view() const;

private:
    void* mapped_ = nullptr;
    std::size_t size_ = 0;
    std::string read_;
};

}  // namespace touchstone::instruments
