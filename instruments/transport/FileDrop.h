#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/transport/Link.h"

namespace touchstone::instruments {

struct FileDropSettings {
    std::string folder;
    std::chrono::milliseconds settle{2'000};  ///< size and time of change must stand so long: it may still be written
    std::uint64_t maxFile = 4'000'000;
    std::string suffix{};  ///< ".csv": only such files; empty: all but hidden ones. For writers that rename at the end
    std::string marker{};  ///< ".ok": a file is taken when "a.csv.ok" or "a.ok" stands beside "a.csv", and only then
};

/// A folder into which instruments drop files. A file that has settled (or has its marker) is read and handed over;
/// only when that returns (the spool has it on disk) is it moved to archive/, with its marker. A file that is too
/// large, empty for a minute or cannot be read goes to quarantine/ with the reason beside it. No file holds up another;
/// nothing is deleted or replaced. A crash between the two steps hands the same bytes over again, and the spool knows
/// them.
class FileDrop {
public:
    /// Stores the bytes or throws; then the file stays and is tried again.
    using Store = std::function<void(const std::string& name, std::string bytes)>;

    /// Creates the folder and those below it.
    FileDrop(FileDropSettings settings, Store store);

    struct Scan {
        std::size_t taken = 0;              ///< archived or put into quarantine
        std::size_t waiting = 0;            ///< seen, not yet to be taken
        std::vector<std::string> faults{};  ///< what could not be stored or moved, to be tried again
    };
    /// One look at the folder. Throws when it cannot be looked at.
    Scan scan(Moment now);

private:
    struct Seen {
        std::uintmax_t size = 0;
        std::int64_t changed = 0;
        Moment since{};
        friend bool operator==(const Seen&, const Seen&) = default;
    };

    [[nodiscard]] bool ready(const std::string& name, Moment now);
    [[nodiscard]] std::optional<Seen> look(const std::string& name, Moment now) const;
    [[nodiscard]] std::string markerOf(const std::string& name) const;
    [[nodiscard]] bool take(const std::string& name);
    void moveTo(const std::string& name, std::string_view subfolder, std::string_view reason) const;

    FileDropSettings settings_;
    Store store_;
    std::map<std::string, Seen> seen_;
};

/// Sleeps until something happens in a folder. Network shares do not tell what others do on them: wait no longer than
/// a look now and then may take.
class FolderWatch {
public:
    explicit FolderWatch(std::string folder);
    ~FolderWatch();
    FolderWatch(const FolderWatch&) = delete;
    FolderWatch& operator=(const FolderWatch&) = delete;

    void wait(std::chrono::milliseconds atMost);
    void wake();  ///< ends a wait, from any thread

private:
    void listen() const;

    std::string folder_;
    int events_ = -1;
    int wake_ = -1;
};

}  // namespace touchstone::instruments
