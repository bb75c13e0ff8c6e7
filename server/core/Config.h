#pragma once
#include <cstdint>
#include <map>
#include <string>

namespace touchstone {

/// Settings of one process: an ini file (deploy/touchstone.example.ini documents every key), each of which an
/// environment variable TOUCHSTONE_SECTION_KEY may override. Unknown keys are refused by name, so that a typing
/// error is not silently a default. Immutable after load.
class Config {
public:
    /// knownWithDefaults: all keys ("http.port") this program understands. An empty file name means no file: defaults
    /// and environment only. Throws Error(BadConfiguration) naming the key.
    static Config load(const std::string& file, const std::map<std::string, std::string>& knownWithDefaults);

    [[nodiscard]] std::string text(const std::string& key) const;
    [[nodiscard]] std::int64_t integer(const std::string& key, std::int64_t least, std::int64_t most) const;
    [[nodiscard]] bool flag(const std::string& key) const;

private:
    std::map<std::string, std::string> values_;
};

}  // namespace touchstone
