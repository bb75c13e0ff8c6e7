#include "instruments/simulate/Site.h"

#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "instruments/transport/Sockets.h"

namespace touchstone::instruments {
namespace {

const std::atomic<bool> never = false;  // a run ends by itself

/// Our end of a pseudo terminal. While nobody has opened the other end, nothing is sent and nothing comes.
class Terminal final : public Connection {
public:
    Terminal() {
        std::array<char, 128> name{};
        termios line{};
        ::cfmakeraw(&line);
        if (::openpty(&ours_, &theirs_, name.data(), &line, nullptr) != 0) {
            throw std::system_error(errno, std::generic_category(), "no pseudo terminal");
        }
        name_ = name.data();
    }
    ~Terminal() override {
        ::close(ours_);
        ::close(theirs_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    std::string receive() override {
        // A gateway takes the line for itself alone; the next one must be let in all the same.
        static_cast<void>(::ioctl(theirs_, TIOCNXCL));
        pollfd waiting{ours_, POLLIN, 0};
        if (::poll(&waiting, 1, 50) <= 0) return {};
        std::array<char, 4'096> buffer{};
        const ssize_t count = ::read(ours_, buffer.data(), buffer.size());
        return {buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    }
    bool send(std::string_view bytes) override {
        while (!bytes.empty()) {
            const ssize_t count = ::write(ours_, bytes.data(), bytes.size());
            if (count < 0 && errno != EINTR) return false;
            if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }
    [[nodiscard]] bool closed() const override { return false; }
    [[nodiscard]] std::string peer() const override { return name_; }

private:
    int ours_ = -1;
    int theirs_ = -1;  ///< kept open, so that the line outlives a gateway that is started again
    std::string name_;
};

/// A line is not cut when a connection is given up: what we hold is one end of the same terminal again.
class Borrowed final : public Connection {
public:
    explicit Borrowed(std::shared_ptr<Connection> of) : of_(std::move(of)) {}

    std::string receive() override { return of_->receive(); }
    bool send(std::string_view bytes) override { return of_->send(bytes); }
    [[nodiscard]] bool closed() const override { return of_->closed(); }
    [[nodiscard]] std::string peer() const override { return of_->peer(); }

private:
    std::shared_ptr<Connection> of_;
};

Opener listening(const Site& site, const std::function<void(const std::string&)>& tell) {
    std::shared_ptr<Poco::Net::ServerSocket> socket = std::make_shared<Poco::Net::ServerSocket>();
    if (site.tls.on) socket = std::make_shared<Poco::Net::SecureServerSocket>(serverContext(site.tls));
    socket->bind(Poco::Net::SocketAddress(site.where), true);
    socket->listen();
    tell("listening on " + socket->address().toString());
    return [socket] { return std::make_unique<SocketConnection>(socket->acceptConnection(), never); };
}

Opener calling(const Site& site) {
    const Poco::Net::SocketAddress address(site.where);
    const std::string host = site.where.substr(0, site.where.rfind(':'));
    return [open = tcpTo(host, address.port(), site.tls)] { return open(never); };
}

}  // namespace

Opener openerOf(const Site& site, const std::function<void(const std::string&)>& tell) {
    switch (site.kind) {
        case Site::Kind::Listen:
            return listening(site, tell);
        case Site::Kind::Serial:
            return [open = serialOver(site.serial)] { return open(never); };
        case Site::Kind::Pty: {
            const auto terminal = std::make_shared<Terminal>();
            tell("terminal " + terminal->peer());
            return [terminal] { return std::make_unique<Borrowed>(terminal); };
        }
        case Site::Kind::Call:
            return calling(site);
        case Site::Kind::Folder:
            break;
    }
    throw std::invalid_argument(site.where + " is no line");
}

}  // namespace touchstone::instruments
