#pragma once
#include <string>
#include <vector>

namespace touchstone::instruments {

/// The frames of a capture, or those that bare records are put into.
[[nodiscard]] std::vector<std::string> astmFramesOf(const std::string& message);

/// The message with a control id (H.3, MSH-10) that no other message has.
[[nodiscard]] std::string withFreshAstmId(const std::string& message, const std::string& id);
[[nodiscard]] std::string withFreshHl7Id(const std::string& message, const std::string& id);

}  // namespace touchstone::instruments
