#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/db/Database.h"
#include "server/regulators/Subscription.h"

namespace touchstone::regulators {

/// A mail that waits to be sent.
struct Mail {
    std::int64_t id;
    std::int64_t subscription;
    std::string kind;  ///< confirm, digest, notice
    std::string recipient, subject, body;
    Instant madeAt;
    std::int64_t attempts;
    std::string salt;  ///< of the subscription
    Language language;
};

/// All SQL on mails.
namespace store {

struct NewMail {
    std::int64_t subscription;
    std::string kind, recipient, subject, body;
};
std::int64_t insertMail(db::WriteTransaction& tx, const NewMail& mail, Instant at);
/// db::DuplicateKey when one of the notices is told of by another mail.
void insertMailNotices(db::WriteTransaction& tx, std::int64_t mail, const std::vector<std::int64_t>& notices);

/// Whose time has come, oldest first; not what confirms a subscription whose time to be confirmed is over.
[[nodiscard]] std::vector<Mail> mailsToSend(db::ReadTransaction& tx, Instant now, std::size_t limit);
/// Counts an attempt and keeps others off until then; false when another took it or it was dropped.
[[nodiscard]] bool takeMail(db::WriteTransaction& tx, const Mail& mail, Instant until);
/// As if it had not been taken.
void putMailBack(db::WriteTransaction& tx, const Mail& mail);
/// The notices that it tells of are delivered with it.
void mailSent(db::WriteTransaction& tx, std::int64_t mail, Instant at);
void mailRefused(db::WriteTransaction& tx, std::int64_t mail, const std::string& said, Instant nextAt);
void mailFailed(db::WriteTransaction& tx, std::int64_t mail, const std::string& said, Instant at);

}  // namespace store
}  // namespace touchstone::regulators
