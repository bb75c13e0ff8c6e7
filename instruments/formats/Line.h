#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

struct Mapping;

/// How to read the lines of a device that speaks no protocol: a regular expression (RE2's syntax, which takes linear time
/// on any input; ^ and $ stand for the ends of a line) whose named groups say what is what:
///   (?P<specimen>\S+)\s+(?P<value>[<>]?[0-9.]+)\s*(?P<unit>\S+)
/// Groups: specimen, position, code, name, value (needed), unit, flags, status, observed_at, operator, instrument.
/// Where a slip names the sample once and several values behind it, an alternative without a value is its heading:
///   ID: (?P<specimen>\S+)|(?P<code>[A-Z][a-z]?) +(?P<value>[0-9.]+)
struct LineTemplate {
    std::string pattern{};
    std::map<std::string, std::string> fixed{};  ///< texts for groups that the pattern has not, such as the code

    /// What is wrong with it, for people.
    [[nodiscard]] std::optional<std::string> fault() const;
};

/// Every match of mapping.line that holds a value becomes an Observation, which is its span; one that holds none says
/// what the matches behind it in the message do not say themselves, and where it names a specimen, nothing of headings
/// before it holds any longer. A line without a match is a warning, and a message without an observation is refused
/// (no_match), as is one in which a heading takes far more memory than its bytes (too_large).
[[nodiscard]] Reading readLine(std::string_view bytes, const Mapping& mapping);

}  // namespace touchstone::instruments
