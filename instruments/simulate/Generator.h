#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "instruments/simulate/Player.h"

namespace touchstone::instruments {

enum class Generated : std::uint8_t { Astm, Hl7, Csv };

/// Results that an instrument might have measured: each analyte has a usual magnitude, each specimen lies about it.
/// The n-th message is the same for the same settings; each is of one specimen and has a control id of its own.
/// Safe to call from many threads.
class Generator {
public:
    struct Analyte {
        std::string code, unit;
    };
    struct Settings {
        Generated format = Generated::Astm;
        std::vector<std::string> specimens;
        std::vector<Analyte> analytes;
        std::uint64_t seed = 1;
    };

    explicit Generator(Settings settings) : settings_(std::move(settings)) {}

    /// Beyond the specimens they begin again, with other values.
    [[nodiscard]] Message message(std::uint64_t n) const;
    [[nodiscard]] std::size_t specimens() const { return settings_.specimens.size(); }

private:
    [[nodiscard]] std::string value(std::uint64_t n, std::size_t analyte) const;
    [[nodiscard]] std::string astm(std::uint64_t n, const std::string& id, const std::string& specimen) const;
    [[nodiscard]] std::string hl7(std::uint64_t n, const std::string& id, const std::string& specimen) const;
    [[nodiscard]] std::string csv(std::uint64_t n, const std::string& specimen) const;

    Settings settings_;
};

}  // namespace touchstone::instruments
