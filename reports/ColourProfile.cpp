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

// multiLocalizedUnicodeType with one record, ASCII only.
std::string localized(const std::string& text) {
    std::string out("mluc");
    put32(out, 0);
    put32(out, 1);
    put32(out, 12);
    out += "enUS";
    put32(out, static_cast<std::uint32_t>(2 * text.size()));
    put32(out, 28);
    for (const char c : text) put16(out, static_cast<unsigned char>(c));
    return out;
}

std::string toneCurve() {
    std::string out("para");
    put32(out, 0);
    put16(out, 3);  // Y = (aX + b)^g from d on, cX below
    put16(out, 0);
    for (const double value : {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045}) putFixed(out, value);
    return out;
}

}  // namespace

std::string sRgbProfile() {
    // Primaries and white adapted to D50 with the Bradford matrix, as the ICC publishes them.
    const std::vector<std::pair<std::string, std::string>> tags = {
        {"desc", localized("sRGB IEC61966-2.1")},
        {"cprt", localized("No copyright, use freely")},
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
    put32(header, 0x04200000);  // version 4.2
    header += "mntrRGB XYZ ";
    for (const unsigned part : {2026U, 1U, 1U, 0U, 0U, 0U}) put16(header, part);
    header += "acsp";
    header.resize(68, '\0');
    for (const double white : {0.9642, 1.0, 0.8249}) putFixed(header, white);
    header.resize(128, '\0');
    return header + directory + data;
}

}  // namespace touchstone::reports
