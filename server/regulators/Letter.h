#pragma once
#include <string>
#include <string_view>

#include "server/core/Clock.h"

namespace touchstone::regulators {

/// A mail as it goes over the wire.
struct Letter {
    std::string from, to;     ///< addresses, isAddress()
    std::string subject;      ///< UTF-8
    std::string body;         ///< UTF-8 with LF
    std::string id;           ///< of its Message-ID, left of the @; the same each time it is sent
    std::string unsubscribe;  ///< URL of List-Unsubscribe (RFC 2369); empty: none
    Instant at;
};

/// An address that can stand in a mail's head and envelope as it is: local part of dots and atoms, domain of two labels
/// or more, ASCII (RFC 5321 4.1.2, without quoted strings and address literals).
[[nodiscard]] bool isAddress(std::string_view text);
/// Text of a header: as it is when plain, else in encoded words of at most 75 characters (RFC 2047); line ends and other
/// control characters become spaces.
[[nodiscard]] std::string headerText(std::string_view utf8);
/// The mail with CRLF (RFC 5322), its body in base64: no line is long and none begins with a dot. Throws
/// std::invalid_argument for what is no address.
[[nodiscard]] std::string compose(const Letter& letter);

}  // namespace touchstone::regulators
