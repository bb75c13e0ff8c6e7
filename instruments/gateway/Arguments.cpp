#include "instruments/gateway/Arguments.h"

#include <array>
#include <charconv>
#include <fstream>

namespace touchstone::instruments {

Arguments::Arguments(const std::vector<std::string>& words, const std::set<std::string>& options,
                     const std::set<std::string>& flags) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!words[i].starts_with("--")) {
            rest_.push_back(words[i]);
            continue;
        }
        const std::size_t equals = words[i].find('=');
        const std::string name = words[i].substr(2, equals == std::string::npos ? equals : equals - 2);
        if (flags.contains(name) && equals == std::string::npos) {
            values_[name] = "";
        } else if (!options.contains(name)) {
            throw UsageError("unknown option " + words[i]);
        } else if (equals != std::string::npos) {
            values_[name] = words[i].substr(equals + 1);
        } else if (++i < words.size()) {
            values_[name] = words[i];
        } else {
            throw UsageError("--" + name + " needs a value");
        }
    }
}

std::string Arguments::get(const std::string& name, const std::string& otherwise) const {
    const auto found = values_.find(name);
    return found == values_.end() ? otherwise : found->second;
}

std::string Arguments::need(const std::string& name) const {
    if (!has(name)) throw UsageError("--" + name + " is needed");
    return values_.at(name);
}

std::uint64_t Arguments::number(const std::string& name, std::uint64_t otherwise) const {
    if (!has(name)) return otherwise;
    const std::string& text = values_.at(name);
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc() || end != text.data() + text.size()) throw UsageError("--" + name + " needs a number");
    return number;
}

std::string readFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw UsageError("cannot read " + path);
    std::string bytes;
    std::array<char, 65'536> block{};
    while (file.read(block.data(), block.size()), file.gcount() > 0) {
        bytes.append(block.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (file.bad()) throw UsageError("cannot read " + path);
    return bytes;
}

std::string readToken(const std::string& path) {
    std::string token = readFile(path);
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
    if (token.empty()) throw UsageError(path + " is empty");
    return token;
}

}  // namespace touchstone::instruments
