#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/transport/Link.h"

namespace touchstone::instruments {

struct FileDropSettings {
    std::string folder;
    std::chrono::milliseconds settle{2'000};  ///< size and time of change must stand so long: it may still be written
    std::uint64_t maxFile = 4'000'000;
    std::string suffix{};  ///< ".csv": only such files; empty: all but hidden ones
};

/// A folder into which instruments drop files. A file that has settled is read and handed over; only when that returns
/// (the spool has it on disk) is it moved to archive/. A file that cannot be read or is too large goes to quarantine/
/// with the reason beside it, so that it does not hold up the others. Nothing is deleted. A crash between the two steps
/// hands the same bytes over again, and the spool knows them.
class FileDrop {
public:
    /// Stores the bytes or throws; then the file stays and is tried again.
    using Store = std::function<void(const std::string& name, std::string bytes)>;

    FileDrop(FileDropSettings settings, Store store);

    /// One look at the folder; how many files were taken. To be called about once a second.
    std::size_t scan(Moment now);

private:
    struct Seen {
        std::uintmax_t size = 0;
        std::int64_t changed = 0;
        Moment since{};
    };

    [[nodiscard]] bool settled(const std::string& name, Moment now);
    void take(const std::string& name);
    void moveTo(const std::string& name, std::string_view subfolder, std::string_view reason) const;

    FileDropSettings settings_;
    Store store_;
    std::map<std::string, Seen> seen_;
};

}  // namespace touchstone::instruments
