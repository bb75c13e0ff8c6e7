#include "instruments/transport/FileDrop.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

namespace touchstone::instruments {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::minutes emptyPatience{1};  // some writers create a file long before they fill it

/// Never replaces a file that is there.
bool renameOnto(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno == EEXIST) return false;
    if (errno != EINVAL) throw std::system_error(errno, std::generic_category(), "cannot move to " + to.string());
    if (fs::exists(to)) return false;  // a file system that knows no such rename; one gateway alone writes here
    fs::rename(from, to);
    return true;
}

fs::path freeName(const fs::path& folder, const std::string& name, const fs::path& from) {
    fs::path target = folder / name;
    for (int n = 1; !renameOnto(from, target); ++n) target = folder / (name + "." + std::to_string(n));
    return target;
}

}  // namespace

FileDrop::FileDrop(FileDropSettings settings, Store store) : settings_(std::move(settings)), store_(std::move(store)) {
    fs::create_directories(fs::path(settings_.folder) / "archive");
    fs::create_directories(fs::path(settings_.folder) / "quarantine");
}

FileDrop::Scan FileDrop::scan(Moment now) {
    std::set<std::string> names;  // in order of name: exports carry their time in it
    for (const auto& entry : fs::directory_iterator(settings_.folder)) {
        const std::string name = entry.path().filename().string();
        const bool wanted = name.ends_with(settings_.suffix);
        const bool marker = !settings_.marker.empty() && name.ends_with(settings_.marker);
        std::error_code gone;
        const bool file = entry.symlink_status(gone).type() == fs::file_type::regular;  // no links out of the folder
        if (file && !name.starts_with('.') && wanted && !marker) names.insert(name);
    }
    std::erase_if(seen_, [&](const auto& seen) { return !names.contains(seen.first); });
    Scan result;
    for (const std::string& name : names) {
        try {
            const bool taken = ready(name, now) && take(name);
            if (taken) seen_.erase(name);
            ++(taken ? result.taken : result.waiting);
        } catch (const std::exception& fault) {
            ++result.waiting;
            result.faults.push_back(name + ": " + fault.what());
        }
    }
    return result;
}

std::optional<FileDrop::Seen> FileDrop::look(const std::string& name, Moment now) const {
    std::error_code gone;
    const fs::path path = fs::path(settings_.folder) / name;
    const std::uintmax_t size = fs::file_size(path, gone);
    const std::int64_t changed = gone ? 0 : fs::last_write_time(path, gone).time_since_epoch().count();
    if (gone) return std::nullopt;  // its writer took it away again
    return Seen{size, changed, now};
}

bool FileDrop::ready(const std::string& name, Moment now) {
    const std::optional<Seen> current = look(name, now);
    if (!current) return false;
    Seen& seen = seen_.try_emplace(name, *current).first->second;
    if (seen.size != current->size || seen.changed != current->changed) seen = *current;
    if (!settings_.marker.empty()) return !markerOf(name).empty();
    return now - seen.since >= (seen.size == 0 ? std::max<Moment::duration>(settings_.settle, emptyPatience)
                                               : Moment::duration(settings_.settle));
}

std::string FileDrop::markerOf(const std::string& name) const {
    if (settings_.marker.empty()) return {};
    const fs::path folder(settings_.folder);
    for (const std::string& marker : {name + settings_.marker, fs::path(name).stem().string() + settings_.marker}) {
        if (fs::exists(folder / marker)) return marker;
    }
    return {};
}

/// False when it changed while it was read: then it has not settled after all.
bool FileDrop::take(const std::string& name) {
    const Seen before = seen_.at(name);
    if (before.size > settings_.maxFile) {
        moveTo(name, "quarantine", "the file is larger than allowed");
        return true;
    }
    std::ifstream file(fs::path(settings_.folder) / name, std::ios::binary);
    std::string bytes(static_cast<std::size_t>(before.size) + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (!file.is_open() || file.bad()) {
        moveTo(name, "quarantine", "the file could not be read");
        return true;
    }
    if (bytes.size() != before.size || look(name, before.since) != before) return false;
    if (bytes.empty()) {
        moveTo(name, "quarantine", "the file is empty");
        return true;
    }
    store_(name, std::move(bytes));
    moveTo(name, "archive", "");
    return true;
}

void FileDrop::moveTo(const std::string& name, std::string_view subfolder, std::string_view reason) const {
    const fs::path from(settings_.folder);
    const fs::path folder = from / subfolder;
    const std::string marker = markerOf(name);
    const fs::path target = freeName(folder, name, from / name);
    if (!marker.empty()) static_cast<void>(freeName(folder, marker, from / marker));
    if (reason.empty()) return;
    std::ofstream file(target.string() + ".reason");
    file << reason << '\n';
    if (!file.flush()) throw std::runtime_error("the reason could not be written: " + std::string(reason));
}

}  // namespace touchstone::instruments
