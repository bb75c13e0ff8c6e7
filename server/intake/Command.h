#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/core/Id.h"

/// What an instrument is asked to do.
namespace touchstone::intake {

enum class CommandKind : std::uint8_t {
    order,   ///< do these tests of the sample
    cancel,  ///< do them no more
    read,    ///< give the value that stands now, for this test (a balance)
};
enum class CommandState : std::uint8_t {
    waiting, taken, sent,
    acknowledged, rejected, failed, cancelled  ///< closed: nothing follows
};

inline constexpr std::array<std::string_view, 3> kCommandKinds{"order", "cancel", "read"};
inline constexpr std::array<std::string_view, 7> kCommandStates{"waiting",      "taken",    "sent",     "acknowledged",
                                                               "rejected", "failed", "cancelled"};
[[nodiscard]] inline std::string_view name(CommandKind kind) { return kCommandKinds[static_cast<std::size_t>(kind)]; }
[[nodiscard]] inline std::string_view name(CommandState state) { return kCommandStates[static_cast<std::size_t>(state)]; }
[[nodiscard]] CommandKind commandKindOf(std::string_view name);
[[nodiscard]] CommandState commandStateOf(std::string_view name);

[[nodiscard]] inline bool isOpen(CommandState state) { return state <= CommandState::sent; }

/// Whether a gateway's word moves a command on. What is closed stays; a repeated word changes nothing; `waiting` gives
/// it back to be taken again.
[[nodiscard]] inline bool moves(CommandState from, CommandState to) {
    return isOpen(from) && from != to && to != CommandState::taken && to != CommandState::cancelled;
}

struct CommandTag;
using CommandId = Id<CommandTag>;

}  // namespace touchstone::intake
