#pragma once
#include <stdexcept>
#include <string>

namespace touchstone {

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

/// Where mails are handed over; injected. One thread at a time.
class Post {
public:
    virtual ~Post() = default;
    /// Nothing to do when it is open. Throws MailUnreachable.
    virtual void open() = 0;
    /// Throws MailRefused, after which the next may be sent; MailLost and MailUnreachable, after which it is closed.
    virtual void send(const std::string& from, const std::string& to, const std::string& message) = 0;
    virtual void close() noexcept = 0;
};

}  // namespace touchstone
