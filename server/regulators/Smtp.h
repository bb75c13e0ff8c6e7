#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace touchstone::regulators {

enum class MailSecurity : std::uint8_t { plain, starttls, tls };
[[nodiscard]] std::optional<MailSecurity> mailSecurityOf(std::string_view name);

/// How mails leave; off without a host.
struct MailSettings {
    std::string host = {};
    std::uint16_t port = 587;
    MailSecurity security = MailSecurity::starttls;
    std::string user = {}, password = {};  ///< without a user none is named
    std::string from = {};
    std::string rootsFile = {};  ///< PEM; authorities beside the machine's own
    std::chrono::seconds timeout{30};  ///< for one mail, and for connecting
    std::chrono::seconds retry{60};    ///< after the first attempt; then doubled
    std::chrono::seconds digest{900};  ///< between two digests of one subscription
    [[nodiscard]] bool on() const { return !host.empty(); }
};

/// The mail server cannot be reached or does not want us: nothing can be sent now.
struct MailUnreachable : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// It refused this one mail.
struct MailRefused : std::runtime_error {
    MailRefused(bool forever, const std::string& said) : std::runtime_error(said), permanent(forever) {}
    bool permanent;  ///< 5yz (RFC 5321 4.2.1)
};
/// The connection broke while a mail was under way: it may have been taken.
struct MailLost : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Where mails are handed over. One thread at a time.
class Post {
public:
    virtual ~Post() = default;
    /// Throws MailUnreachable.
    virtual void open() = 0;
    /// Throws MailRefused, after which the next may be sent; MailLost and MailUnreachable, after which it is closed.
    virtual void send(const std::string& from, const std::string& to, const std::string& message) = 0;
    virtual void close() noexcept = 0;
};

/// SMTP (RFC 5321) with STARTTLS (RFC 3207) or TLS from the start (RFC 8314), AUTH PLAIN or LOGIN. The server's
/// certificate is checked. No answer and no silence holds it longer than the settings' time.
[[nodiscard]] std::unique_ptr<Post> smtp(const MailSettings& settings);

}  // namespace touchstone::regulators
