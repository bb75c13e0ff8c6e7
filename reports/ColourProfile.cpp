#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "reports/Archive.h"

namespace touchstone::reports {
namespace {

void put16(std::string& out, unsigned value) {
    out += static_cast<char>(value >> 8);
    out += static_cast<char>(value);
}

void put32(std::string& out, std::uint32_t value) {
    put16(out, value >> 16);
    put16(out, value & 0xFFFF);
}

void putFixed(std::string& out, double value) {
    put32(out, static_cast<std::uint32_t>(static_cast<std::int32_t>(std::lround(value * 65536))));
}

std::string numbers(const char* type, std::initializer_list<double> values) {
    std::string out(type);
    put32(out, 0);
    for (const double value : values) putFixed(out, value);
    return out;
}

// textType, ASCII only.
std::string text(const std::string& words) {
    std::string out("text");
    put32(out, 0);
    return out + words + '\0';
}

// textDescriptionType, of whose three forms only the ASCII one is used.
std::string description(const std::string& words) {
    constexpr std::size_t otherForms = 4 + 4 + 2 + 1 + 67;
    std::string out("desc");
    put32(out, 0);
    put32(out, static_cast<std::uint32_t>(words.size() + 1));
    return out + words + '\0' + std::string(otherForms, '\0');
}

// One value for each of the 256 that a screen has.
std::string toneCurve() {
    constexpr int count = 256;
    std::string out("curv");
    put32(out, 0);
    put32(out, count);
    for (int i = 0; i < count; ++i) {
        const double x = i / (count - 1.0);
        const double y = x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
        put16(out, static_cast<unsigned>(std::lround(y * 65535)));
    }
    return out;
}

}  // namespace

std::string sRgbProfile() {
    // Primaries and white adapted to D50 with the Bradford matrix, as the ICC publishes them.
    const std::vector<std::pair<std::string, std::string>> tags = {
        {"desc", description("sRGB IEC61966-2.1")},
        {"cprt", text("No copyright, use freely")},
        {"wtpt", numbers("XYZ ", {0.9642, 1.0, 0.8249})},
        {"chad", numbers("sf32", {1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168})},
        {"rXYZ", numbers("XYZ ", {0.43607, 0.22249, 0.01392})},
        {"gXYZ", numbers("XYZ ", {0.38515, 0.71687, 0.09708})},
        {"bXYZ", numbers("XYZ ", {0.14307, 0.06061, 0.71410})},
        {"rTRC", toneCurve()},
        {"gTRC", toneCurve()},
        {"bTRC", toneCurve()},
    };
    std::string directory, data;
    put32(directory, static_cast<std::uint32_t>(tags.size()));
    const std::size_t start = 128 + 4 + 12 * tags.size();
    for (const auto& [name, content] : tags) {
        directory += name;
        put32(directory, static_cast<std::uint32_t>(start + data.size()));
        put32(directory, static_cast<std::uint32_t>(content.size()));
        data += content;
        data.resize((data.size() + 3) / 4 * 4);
    }
    std::string header;
    put32(header, static_cast<std::uint32_t>(start + data.size()));
    put32(header, 0);
    put32(header, 0x02400000);  // version 2.4, which every part of PDF/A takes
    header += "mntrRGB XYZ ";
    for (const unsigned part : {2026U, 1U, 1U, 0U, 0U, 0U}) put16(header, part);
    header += "acsp";
    header.resize(68, '\0');
    for (const double white : {0.9642, 1.0, 0.8249}) putFixed(header, white);
    header.resize(128, '\0');
    return header + directory + data;
}

}  // namespace touchstone::reports
