#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/core/Post.h"

namespace touchstone::http {

enum class MailSecurity : std::uint8_t { plain, starttls, tls };
[[nodiscard]] std::optional<MailSecurity> mailSecurityOf(std::string_view name);

struct SmtpSettings {
    std::string host = {};  ///< empty: no mail is sent
    std::uint16_t port = 587;
    MailSecurity security = MailSecurity::starttls;
    std::string user = {}, password = {};  ///< without a user none is named
    std::string rootsFile = {};            ///< PEM; authorities beside the machine's own
    std::chrono::seconds timeout{30};      ///< for connecting, and for one mail
};

/// SMTP (RFC 5321) with STARTTLS (RFC 3207) or TLS from the start (RFC 8314), AUTH PLAIN or LOGIN (RFC 4954). The server's
/// certificate is checked. No answer and no silence holds it longer than the settings' time.
[[nodiscard]] std::unique_ptr<Post> smtp(const SmtpSettings& settings);

}  // namespace touchstone::http
