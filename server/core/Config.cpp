#include "server/core/Config.h"

#include <Poco/AutoPtr.h>
#include <Poco/Exception.h>
#include <Poco/Util/IniFileConfiguration.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string>
#include <vector>

#include "server/core/Error.h"

namespace touchstone {
namespace {

using Ini = Poco::Util::IniFileConfiguration;

[[noreturn]] void refuse(const std::string& key, const std::string& why) {
    throw Error(ErrorCode::BadConfiguration, {key, why});
}

/// http.port is TOUCHSTONE_HTTP_PORT.
std::string environmentName(const std::string& key) {
    std::string name = "TOUCHSTONE_" + key;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return c == '.' ? '_' : static_cast<char>(std::toupper(c)); });
    return name;
}

Poco::AutoPtr<Ini> open(const std::string& file) {
    try {
        return Poco::AutoPtr<Ini>(new Ini(file));
    } catch (const Poco::Exception& e) {
        refuse(file, e.displayText());
    }
}

/// Full names ("http.port") of all that the file sets below a section.
std::vector<std::string> leaves(const Ini& ini, const std::string& section) {
    std::vector<std::string> names;
    ini.keys(section, names);
    if (names.empty() && !section.empty()) return {section};
    std::vector<std::string> out;
    for (const std::string& name : names) {
        for (std::string& leaf : leaves(ini, section.empty() ? name : section + "." + name)) {
            out.push_back(std::move(leaf));
        }
    }
    return out;
}

}  // namespace

Config Config::load(const std::string& file, const std::map<std::string, std::string>& knownWithDefaults) {
    Config config;
    config.values_ = knownWithDefaults;
    if (!file.empty()) {
        const auto ini = open(file);
        for (const std::string& key : leaves(*ini, "")) {
            if (!knownWithDefaults.contains(key)) refuse(key, "there is no such setting");
            config.values_[key] = ini->getRawString(key);
        }
    }
    for (auto& [key, value] : config.values_) {
        if (const char* given = std::getenv(environmentName(key).c_str())) value = given;
    }
    return config;
}

std::string Config::text(const std::string& key) const {
    return values_.at(key);
}

std::int64_t Config::integer(const std::string& key, std::int64_t least, std::int64_t most) const {
    const std::string& value = values_.at(key);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number < least || number > most) {
        refuse(key, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
    return number;
}

bool Config::flag(const std::string& key) const {
    const std::string& value = values_.at(key);
    if (value == "true") return true;
    if (value != "false") refuse(key, "must be true or false");
    return false;
}

}  // namespace touchstone
