#include "instruments/simulate/Generator.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormatter.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <random>

namespace touchstone::instruments {
namespace {

/// A share between 0 and 1 that belongs to these numbers. No distribution of the library: they differ between
/// libraries.
double shareOf(std::uint64_t seed, std::uint64_t a, std::uint64_t b) {
    std::seed_seq numbers{seed, seed >> 32, a, a >> 32, b};
    std::array<std::uint32_t, 2> drawn{};
    numbers.generate(drawn.begin(), drawn.end());
    return (drawn[0] + drawn[1] / 4294967296.0) / 4294967296.0;
}

/// A minute after the other.
Poco::DateTime timeOf(std::uint64_t n) {
    const auto minutes = static_cast<Poco::Timespan::TimeDiff>(n % 500'000);
    return Poco::DateTime(2026, 1, 1, 8) + Poco::Timespan(minutes * Poco::Timespan::MINUTES);
}

}  // namespace

Message Generator::message(std::uint64_t n) const {
    const std::string& specimen = settings_.specimens[n % settings_.specimens.size()];
    const std::string id = std::to_string(settings_.seed) + "-" + std::to_string(n + 1);
    switch (settings_.format) {
        case Generated::Astm:
            return {id + ".astm", astm(n, id, specimen), id};
        case Generated::Hl7:
            return {id + ".hl7", hl7(n, id, specimen), id};
        case Generated::Csv:
            break;
    }
    return {id + ".csv", csv(n, specimen), id};
}

/// Three digits that count; a tenth to a hundred as the usual magnitude, and a third more or less.
std::string Generator::value(std::uint64_t n, std::size_t analyte) const {
    const std::uint64_t usual = ~std::uint64_t{0};
    const double magnitude = std::pow(10.0, 3 * shareOf(settings_.seed, usual, analyte) - 1);
    const double measured = magnitude * (0.67 + 0.66 * shareOf(settings_.seed, n, analyte));
    const int decimals = measured >= 100 ? 0 : measured >= 10 ? 1 : measured >= 1 ? 2 : measured >= 0.1 ? 3 : 4;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, measured);
    return text.data();
}

std::string Generator::astm(std::uint64_t n, const std::string& id, const std::string& specimen) const {
    const std::string time = Poco::DateTimeFormatter::format(timeOf(n), "%Y%m%d%H%M%S");
    std::string text = "H|\\^&|" + id + "||Simulator^1|||||||P|LIS2-A2|" + time + "\rP|1\rO|1|" + specimen + "||";
    for (std::size_t i = 0; i < settings_.analytes.size(); ++i) {
        text += (i == 0 ? "^^^" : "\\^^^") + settings_.analytes[i].code;
    }
    text += "|R||" + time + "||||N||||||||||||||F\r";
    for (std::size_t i = 0; i < settings_.analytes.size(); ++i) {
        text += "R|" + std::to_string(i + 1) + "|^^^" + settings_.analytes[i].code + "|" + value(n, i) + "|" +
                settings_.analytes[i].unit + "||N||F||||" + time + "\r";
    }
    return text + "L|1|N\r";
}

std::string Generator::hl7(std::uint64_t n, const std::string& id, const std::string& specimen) const {
    const std::string time = Poco::DateTimeFormatter::format(timeOf(n), "%Y%m%d%H%M%S");
    std::string text = "MSH|^~\\&|Simulator||||" + time + "||ORU^R01^ORU_R01|" + id +
                       "|P|2.5.1|||||UNICODE UTF-8\rPID|1\rOBR|1|" + specimen + "|" + specimen + "|ALL|||" + time +
                       "\r";
    for (std::size_t i = 0; i < settings_.analytes.size(); ++i) {
        text += "OBX|" + std::to_string(i + 1) + "|NM|" + settings_.analytes[i].code + "||" + value(n, i) + "|" +
                settings_.analytes[i].unit + "||N|||F|||" + time + "\r";
    }
    return text;
}

std::string Generator::csv(std::uint64_t n, const std::string& specimen) const {
    const std::string time = Poco::DateTimeFormatter::format(timeOf(n), "%Y-%m-%dT%H:%M:%S");
    std::string text = "Sample ID,Test,Result,Unit,Acquired\r\n";
    for (std::size_t i = 0; i < settings_.analytes.size(); ++i) {
        text += specimen + "," + settings_.analytes[i].code + "," + value(n, i) + "," + settings_.analytes[i].unit +
                "," + time + "\r\n";
    }
    return text;
}

}  // namespace touchstone::instruments
