#include "instruments/transport/FileDrop.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

namespace touchstone::instruments {

namespace fs = std::filesystem;

FileDrop::FileDrop(FileDropSettings settings, Store store) : settings_(std::move(settings)), store_(std::move(store)) {
    fs::create_directories(fs::path(settings_.folder) / "archive");
    fs::create_directories(fs::path(settings_.folder) / "quarantine");
}

std::size_t FileDrop::scan(Moment now) {
    std::set<std::string> names;  // in order of name: exports carry their time in it
    for (const auto& entry : fs::directory_iterator(settings_.folder)) {
        const std::string name = entry.path().filename().string();
        const bool wanted = settings_.suffix.empty() || name.ends_with(settings_.suffix);
        if (entry.is_regular_file() && !name.starts_with('.') && wanted) names.insert(name);
    }
    std::erase_if(seen_, [&](const auto& seen) { return !names.contains(seen.first); });
    std::size_t taken = 0;
    for (const std::string& name : names) {
        if (!settled(name, now)) continue;
        take(name);
        seen_.erase(name);
        ++taken;
    }
    return taken;
}

bool FileDrop::settled(const std::string& name, Moment now) {
    std::error_code gone;
    const fs::path path = fs::path(settings_.folder) / name;
    const std::uintmax_t size = fs::file_size(path, gone);
    const std::int64_t changed = gone ? 0 : fs::last_write_time(path, gone).time_since_epoch().count();
    if (gone) return false;  // its writer took it away again
    const auto [entry, isNew] = seen_.try_emplace(name, Seen{size, changed, now});
    Seen& seen = entry->second;
    if (seen.size != size || seen.changed != changed) seen = {size, changed, now};
    return now - seen.since >= settings_.settle;
}

void FileDrop::take(const std::string& name) {
    const fs::path path = fs::path(settings_.folder) / name;
    if (fs::file_size(path) > settings_.maxFile) return moveTo(name, "quarantine", "the file is larger than allowed");
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file.is_open() || file.bad()) return moveTo(name, "quarantine", "the file could not be read");
    if (bytes.empty()) return moveTo(name, "quarantine", "the file is empty");
    store_(name, std::move(bytes));
    moveTo(name, "archive", "");
}

void FileDrop::moveTo(const std::string& name, std::string_view subfolder, std::string_view reason) const {
    const fs::path folder = fs::path(settings_.folder) / subfolder;
    fs::path target = folder / name;
    for (int n = 1; fs::exists(target); ++n) target = folder / (name + "." + std::to_string(n));
    fs::rename(fs::path(settings_.folder) / name, target);
    if (!reason.empty()) std::ofstream(target.string() + ".reason") << reason << '\n';
}

}  // namespace touchstone::instruments
