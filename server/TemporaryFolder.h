#pragma once
#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace touchstone {

/// A folder of this run in the system's place for such, removed with all that is in it at the end.
class TemporaryFolder {
public:
    TemporaryFolder() {
        if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make " + path_);
        std::filesystem::permissions(path_, std::filesystem::perms(0755));
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_ = (std::filesystem::temp_directory_path() / "touchstone-bench-XXXXXX").string();
};

}  // namespace touchstone
