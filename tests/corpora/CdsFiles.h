#pragma once
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "instruments/formats/Formats.h"

namespace touchstone::instruments::test {

/// A file of the corpora, read where it lies, and what the library makes of it.
struct CorpusFile {
    std::string name, bytes;
    Reading reading;
    std::vector<Series> series;

    [[nodiscard]] std::string refused() const { return reading.refused ? reading.refused->code : ""; }
};

inline std::filesystem::path corporaFolder() {
    const char* const set = std::getenv("TOUCHSTONE_CORPORA");
    return set != nullptr ? std::filesystem::path(set) : std::filesystem::path(TOUCHSTONE_SOURCE) / "../shared/corpora";
}

/// Those of a folder whose names hold this, by name. Says so where there are none.
inline std::vector<CorpusFile> cdsFiles(const std::string& folder, const std::string& part) {
    std::vector<CorpusFile> files;
    const std::filesystem::path place = corporaFolder() / folder;
    if (std::filesystem::is_directory(place)) {
        for (const auto& entry : std::filesystem::directory_iterator(place)) {
            const std::string name = entry.path().filename().string();
            if (!entry.is_regular_file() || name.find(part) == std::string::npos) continue;
            std::ifstream stream(entry.path(), std::ios::binary);
            files.push_back({name, {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()}, {}, {}});
        }
    }
    std::ranges::sort(files, {}, &CorpusFile::name);
    for (CorpusFile& file : files) {
        file.reading = read("", file.bytes, {}, [&](Series&& series) { file.series.push_back(std::move(series)); });
    }
    if (files.empty())
        std::cout << "SKIPPED: no " << folder << " at " << corporaFolder().string() << " (TOUCHSTONE_CORPORA)\n";
    return files;
}

inline void printTable(const std::vector<CorpusFile>& files) {
    for (const CorpusFile& file : files) {
        std::cout << "  " << file.name << ": " << file.reading.format << ", observations "
                  << file.reading.observations.size() << ", series " << file.series.size() << ", warnings "
                  << file.reading.warnings.size() << ", refused "
                  << (file.reading.refused ? file.reading.refused->code : "no") << '\n';
    }
}

/// What xmllint counts in a file; empty where there is no xmllint.
inline std::string xmllintCount(const std::string& folder, const std::string& name, const std::string& xpath) {
    const std::string command =
        "xmllint --xpath \"" + xpath + "\" '" + (corporaFolder() / folder / name).string() + "' 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string out;
    for (int c = pipe ? std::fgetc(pipe.get()) : EOF; c != EOF; c = std::fgetc(pipe.get())) out += static_cast<char>(c);
    while (out.ends_with('\n')) out.pop_back();
    if (out.empty()) std::cout << "SKIPPED: no xmllint to count " << xpath << '\n';
    return out;
}

}  // namespace touchstone::instruments::test
