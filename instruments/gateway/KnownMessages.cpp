#include "instruments/gateway/KnownMessages.h"

#include <algorithm>

namespace touchstone::instruments {
namespace {

std::string keyOf(const Incoming& message, const std::string& sha256) {
    return sha256 + message.instrument + '\0' + message.controlId;
}

bool canBeRepeated(const SpoolRow& row) {
    return !row.message.part && !row.id.empty() && row.duplicateOf.empty() &&
           row.message.state == MessageState::Complete;
}

}  // namespace

std::optional<KnownMessages::Known> KnownMessages::find(const Incoming& message, const std::string& sha256,
                                                        std::int64_t sinceMs) {
    auto select = database_.prepare(
        "SELECT id, answer FROM message WHERE instrument = ? AND sha256 = ? AND control_id = ? AND state = 'complete'"
        " AND duplicate_of IS NULL AND received_ms >= ? AND command = ? ORDER BY seq LIMIT 1");
    select.bind(1, message.instrument).bind(2, sha256).bind(3, message.controlId).bind(4, sinceMs);
    if (select.bind(5, message.command).step()) return Known{select.text(0), select.text(1)};
    const auto equal = coming_.find(keyOf(message, sha256));
    if (equal == coming_.end()) return std::nullopt;
    const auto first = std::ranges::find_if(equal->second, [&](const Coming& one) {
        return one.receivedMs >= sinceMs && one.command == message.command;
    });
    return first == equal->second.end() ? std::nullopt : std::optional(first->known);
}

void KnownMessages::add(const SpoolRow& row) {
    if (!canBeRepeated(row)) return;
    coming_[keyOf(row.message, row.sha256)].push_back(
        {{row.id, row.message.answer}, row.receivedMs, row.message.command});
}

void KnownMessages::forget(const SpoolRow& row) {
    const auto equal = coming_.find(keyOf(row.message, row.sha256));
    if (equal == coming_.end()) return;
    std::erase_if(equal->second, [&](const Coming& one) { return one.known.id == row.id; });
    if (equal->second.empty()) coming_.erase(equal);
}

}  // namespace touchstone::instruments
