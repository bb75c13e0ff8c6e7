#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/intake/IntakeStore.h"

/// SQL by which people find messages.
namespace touchstone::intake {

/// Every part may be left out. `text` needs an instrument or a beginning of time: only the bytes say whether it is there.
struct MessageFilter {
    std::optional<std::string> state{};
    std::optional<std::string> instrument{};
    std::optional<std::string> reason{};
    std::optional<std::string> specimen{};    ///< of an observation that stands
    std::optional<std::string> code{};        ///< of an observation that is held
    std::optional<std::string> controlId{};
    std::optional<Instant> from{}, until{};     ///< received, from <= at < until
    std::optional<std::string> text{};        ///< in the bytes as UTF-8, GBK or UTF-16
    std::optional<std::int64_t> after{};
    std::int64_t limit = 50;
};

struct MessagePage {
    std::vector<MessageView> messages;      ///< newest first
    std::optional<std::int64_t> next;       ///< `after` of the next page; there may be one behind an empty page
};
/// Ids are found by indexes alone; the bytes of at most 2,000 messages a page are looked into.
[[nodiscard]] MessagePage findMessages(db::ReadTransaction& tx, const MessageFilter& filter);

struct HeldReason {
    std::string reason;
    std::int64_t messages;
};
[[nodiscard]] std::vector<HeldReason> heldReasons(db::ReadTransaction& tx, const std::optional<std::string>& instrument);

}  // namespace touchstone::intake
