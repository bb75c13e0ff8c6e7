#pragma once
#include <rapidjson/document.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <thread>

#include "tests/support/TempFolder.h"

namespace touchstone::instruments::test {

/// The ports a gateway took, from its status file.
inline std::map<std::string, int> portsOf(const TempFolder& folder) {
    for (int i = 0; i < 500; ++i) {
        std::ifstream file(folder.path("status.json"));
        const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        rapidjson::Document status;
        status.Parse(text.c_str());
        std::map<std::string, int> ports;
        if (!status.HasParseError()) {
            for (const auto& i2 : status["instruments"].GetArray()) {
                ports[i2["code"].GetString()] = i2.HasMember("port") ? i2["port"].GetInt() : 0;
            }
            return ports;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return {};
}

}  // namespace touchstone::instruments::test
