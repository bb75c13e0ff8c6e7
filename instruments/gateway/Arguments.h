#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace touchstone::instruments {

/// A command line that cannot be followed; exit status 2.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// "--name value" or "--name=value", "--flag" and the rest, in any order. Unknown options are a UsageError.
class Arguments {
public:
    Arguments(const std::vector<std::string>& words, const std::set<std::string>& options,
              const std::set<std::string>& flags);

    [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
    [[nodiscard]] std::string get(const std::string& name, const std::string& otherwise = "") const;
    [[nodiscard]] std::string need(const std::string& name) const;
    [[nodiscard]] std::uint64_t number(const std::string& name, std::uint64_t otherwise) const;
    [[nodiscard]] const std::vector<std::string>& rest() const { return rest_; }

private:
    std::map<std::string, std::string> values_;
    std::vector<std::string> rest_;
};

/// A whole file; a UsageError when it cannot be read.
[[nodiscard]] std::string readFile(const std::string& path);
/// A file of one secret, without the line's end; a UsageError when it cannot be read or is empty.
[[nodiscard]] std::string readToken(const std::string& path);

}  // namespace touchstone::instruments
