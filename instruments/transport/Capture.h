#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What somebody wrote down who listened in on a line.
namespace touchstone::instruments {

/// Logs and manuals print control characters by their names: "<STX>1H|…<CR><ETX>8B<CR><LF>", "[STX]". Gives the bytes as
/// they were on the line; what stands between the frames (times, directions, acknowledgements) is left out, and within
/// them a line end that follows a printed <CR>. Nothing where no frame or block is printed so, or bytes are there themselves.
[[nodiscard]] std::optional<std::string> fromPrinted(std::string_view log);

/// The messages in the bytes of a line: what stands in MLLP's blocks, or in E1381's sessions between ENQ and EOT. All bytes
/// are one message where they begin with neither.
[[nodiscard]] std::vector<std::string> capturedMessages(std::string_view bytes);

}  // namespace touchstone::instruments
