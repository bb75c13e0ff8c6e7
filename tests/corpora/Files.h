#pragma once
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "instruments/formats/Formats.h"

namespace touchstone::instruments::test {

/// The files of one folder of the corpora in order of their names; says so and gives none where they are absent.
inline std::vector<std::filesystem::path> corpusFiles(const std::string& folder) {
    const char* const set = std::getenv("TOUCHSTONE_CORPORA");
    const auto root = set != nullptr ? std::filesystem::path(set) : std::filesystem::path(TOUCHSTONE_SOURCE) / "../shared/corpora";
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(root / folder)) {
        for (const auto& entry : std::filesystem::directory_iterator(root / folder)) files.push_back(entry.path());
    }
    if (files.empty()) std::cout << "SKIPPED: no files in " << (root / folder).string() << " (TOUCHSTONE_CORPORA)\n";
    std::sort(files.begin(), files.end());
    return files;
}

inline std::string fileBytes(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// What a file gives, with its series.
struct FileReading {
    std::string file;
    std::string bytes;
    Reading reading;
    std::vector<Series> series;

    explicit FileReading(const std::filesystem::path& path) : file(path.filename().string()), bytes(fileBytes(path)) {
        reading = read("", bytes, {}, [this](Series&& s) { series.push_back(std::move(s)); });
    }
    /// How many warnings have this code.
    [[nodiscard]] std::ptrdiff_t warnings(const std::string& code) const {
        return std::ranges::count(reading.warnings, code, &Finding::code);
    }
    [[nodiscard]] std::string row() const {
        std::size_t points = 0;
        for (const Series& s : series) points += s.y.size();
        std::string codes;
        for (const Finding& warning : reading.warnings) codes.append(" ").append(warning.code);
        return file + ": series " + std::to_string(series.size()) + ", points " + std::to_string(points) + ", observations " +
               std::to_string(reading.observations.size()) + ", warnings " + std::to_string(reading.warnings.size()) + codes +
               (reading.refused ? ", refused " + reading.refused->code : std::string());
    }
};

inline std::vector<FileReading> readCorpus(const std::string& folder) {
    std::vector<FileReading> all;
    for (const auto& path : corpusFiles(folder)) {
        all.emplace_back(path);
        std::cout << all.back().row() << '\n';
    }
    return all;
}

/// The first file whose name has this in it; null where there is none.
inline const FileReading* fileNamed(const std::vector<FileReading>& all, const std::string& part) {
    const auto found = std::ranges::find_if(all, [&](const FileReading& f) { return f.file.find(part) != std::string::npos; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace touchstone::instruments::test
