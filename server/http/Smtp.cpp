#include "server/http/Smtp.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <algorithm>

#include "server/core/Bytes.h"

namespace touchstone::http {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kMostLine = 2048;
constexpr std::size_t kMostReply = 16U << 10U;
constexpr std::size_t kMostSaid = 300;

struct Reply {
    int code;
    std::string text;
};

/// What a server says goes into the database and onto a page: printable ASCII, not too much of it.
std::string printable(std::string_view text) {
    std::string out(text.substr(0, kMostSaid));
    std::ranges::replace_if(
        out, [](char c) { return c < 0x20 || c > 0x7E; }, ' ');
    return out;
}

class Smtp final : public Post {
public:
    explicit Smtp(const SmtpSettings& settings) : settings_(settings) {}

    void open() override {
        if (socket_) return;
        try {
            begin();
            connect();
        } catch (const Poco::Exception& error) {
            drop();
            throw MailUnreachable(settings_.host + ": " + printable(error.displayText()));
        } catch (const std::exception& error) {
            drop();
            throw MailUnreachable(settings_.host + ": " + error.what());
        }
    }

    void send(const std::string& from, const std::string& to, const std::string& message) override {
        try {
            begin();
            deliver(from, to, message);
        } catch (const MailRefused&) {
            throw;
        } catch (const MailUnreachable&) {
            throw;
        } catch (const Poco::Exception& error) {
            drop();
            throw MailLost(printable(error.displayText()));
        } catch (const std::exception& error) {
            drop();
            throw MailLost(error.what());
        }
    }

    void close() noexcept override {
        if (socket_) {
            try {
                begin();
                write("QUIT\r\n");
            } catch (const std::exception&) {  // it is gone already, and nothing is under way
            }
        }
        drop();
    }

private:
    void begin() { end_ = SteadyClock::now() + settings_.timeout; }
    void drop() noexcept {
        socket_.reset();
        buffer_.clear();
    }

    void connect() {
        const Poco::Net::SocketAddress address(settings_.host, settings_.port);
        const Poco::Timespan time(settings_.timeout.count(), 0);
        if (settings_.security == MailSecurity::tls) {
            Poco::Net::SecureStreamSocket secure(context());
            secure.setPeerHostName(settings_.host);
            secure.connect(address, time);
            socket_ = std::make_unique<Poco::Net::StreamSocket>(secure);
        } else {
            socket_ = std::make_unique<Poco::Net::StreamSocket>();
            socket_->connect(address, time);
        }
        expect(read(), 220);
        std::string offers = greet();
        if (settings_.security == MailSecurity::starttls) {
            if (offers.find("\nSTARTTLS") == std::string::npos) throw std::runtime_error("it does not offer STARTTLS");
            expect(ask("STARTTLS"), 220);
            // What came before TLS must not be taken for what comes within it.
            if (!buffer_.empty()) throw std::runtime_error("it spoke before TLS began");
            socket_->setReceiveTimeout(time);
            socket_ = std::make_unique<Poco::Net::StreamSocket>(
                Poco::Net::SecureStreamSocket::attach(*socket_, settings_.host, context()));
            offers = greet();
        }
        if (!settings_.user.empty()) authenticate(offers);
    }

    /// What the server offers, each behind a line end, in capitals.
    std::string greet() {
        const Poco::Net::IPAddress own = socket_->address().host();
        const bool six = own.family() == Poco::Net::IPAddress::IPv6;
        const Reply reply = ask("EHLO [" + std::string(six ? "IPv6:" : "") + own.toString() + "]");
        expect(reply, 250);
        std::string out = reply.text;
        std::ranges::transform(out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        return out;
    }

    void authenticate(const std::string& offers) {
        const std::size_t at = offers.find("\nAUTH");
        if (at == std::string::npos) throw std::runtime_error("it does not offer AUTH");
        const std::string ways = offers.substr(at + 1, offers.find('\n', at + 1) - at - 1) + " ";
        if (ways.find(" PLAIN ") != std::string::npos) {
            const std::string zero(1, '\0');
            expect(ask("AUTH PLAIN " + toBase64(zero + settings_.user + zero + settings_.password)), 235);
        } else {
            expect(ask("AUTH LOGIN"), 334);
            expect(ask(toBase64(settings_.user)), 334);
            expect(ask(toBase64(settings_.password)), 235);
        }
    }

    void deliver(const std::string& from, const std::string& to, const std::string& message) {
        // Nothing of the mail is known yet: who is refused here is this server.
        const Reply sender = ask("MAIL FROM:<" + from + ">");
        if (sender.code != 250) {
            drop();
            throw MailUnreachable(settings_.host + ": " + printable(std::to_string(sender.code) + sender.text));
        }
        accept(ask("RCPT TO:<" + to + ">"), 250);
        accept(ask("DATA"), 354);
        write(message + ".\r\n");
        accept(read(), 250);
    }

    static void expect(const Reply& reply, int code) {
        if (reply.code != code) throw std::runtime_error(printable(std::to_string(reply.code) + reply.text));
    }
    /// 421 ends the connection, whatever it answers (RFC 5321 3.8).
    void accept(const Reply& reply, int code) {
        if (reply.code / 10 == code / 10) return;
        const std::string said = printable(std::to_string(reply.code) + reply.text);
        if (reply.code == 421) throw std::runtime_error(said);
        const Reply reset = ask("RSET");
        if (reset.code != 250) drop();
        throw MailRefused(reply.code / 100 == 5, said);
    }

    Reply ask(const std::string& line) {
        write(line + "\r\n");
        return read();
    }

    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            socket_->setSendTimeout(left());
            const int sent = socket_->sendBytes(bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 16384)));
            if (sent <= 0) throw std::runtime_error("the connection broke");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// A reply of one or more lines "250-text", "250 text"; its texts, each behind a line end.
    Reply read() {
        Reply out{0, ""};
        while (out.text.size() < kMostReply) {
            const std::string line = readLine();
            const auto digit = [&](std::size_t i) { return line.size() > i && line[i] >= '0' && line[i] <= '9'; };
            if (!digit(0) || !digit(1) || !digit(2)) throw std::runtime_error("not an answer: " + printable(line));
            out.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
            out.text += "\n" + (line.size() > 4 ? line.substr(4) : "");
            if (line.size() == 3 || line[3] != '-') return out;
        }
        throw std::runtime_error("the answer is too long");
    }

    std::string readLine() {
        while (true) {
            const std::size_t at = buffer_.find('\n');
            if (at != std::string::npos) {
                std::string line = buffer_.substr(0, at);
                buffer_.erase(0, at + 1);
                if (!line.empty() && line.back() == '\r') line.pop_back();
                return line;
            }
            if (buffer_.size() > kMostLine) throw std::runtime_error("the answer is too long");
            char bytes[1024];
            socket_->setReceiveTimeout(left());
            const int got = socket_->receiveBytes(bytes, sizeof bytes);
            if (got <= 0) throw std::runtime_error("the connection broke");
            buffer_.append(bytes, static_cast<std::size_t>(got));
        }
    }

    [[nodiscard]] Poco::Timespan left() const {
        const auto time = std::chrono::duration_cast<std::chrono::microseconds>(end_ - SteadyClock::now());
        if (time.count() <= 0) throw std::runtime_error("it takes too long");
        return {time.count() / 1'000'000, time.count() % 1'000'000};
    }

    Poco::Net::Context::Ptr context() {
        if (tls_.isNull()) {
            tls_ = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, settings_.rootsFile,
                                          Poco::Net::Context::VERIFY_STRICT, 9, true);
            tls_->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
        }
        return tls_;
    }

    SmtpSettings settings_;
    Poco::Net::Context::Ptr tls_;
    std::unique_ptr<Poco::Net::StreamSocket> socket_;
    std::string buffer_;
    SteadyClock::time_point end_;
};

}  // namespace

std::optional<MailSecurity> mailSecurityOf(std::string_view name) {
    if (name == "plain") return MailSecurity::plain;
    if (name == "starttls") return MailSecurity::starttls;
    if (name == "tls") return MailSecurity::tls;
    return std::nullopt;
}

std::unique_ptr<Post> smtp(const SmtpSettings& settings) {
    return std::make_unique<Smtp>(settings);
}

}  // namespace touchstone::http
