#include "server/intake/Command.h"

#include <algorithm>
#include <stdexcept>

namespace touchstone::intake {
namespace {

template <class Enum, std::size_t N>
Enum find(const std::array<std::string_view, N>& names, std::string_view name, const char* what) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) throw std::logic_error(std::string(what) + " " + std::string(name));
    return static_cast<Enum>(found - names.begin());
}

}  // namespace

CommandKind commandKindOf(std::string_view name) { return find<CommandKind>(kCommandKinds, name, "command kind"); }

CommandState commandStateOf(std::string_view name) { return find<CommandState>(kCommandStates, name, "command state"); }

}  // namespace touchstone::intake
