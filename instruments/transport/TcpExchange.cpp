#include "instruments/transport/TcpExchange.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

namespace touchstone::instruments {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int pollMilliseconds = 50;
constexpr std::chrono::seconds sendTime(15);

/// Never waits: neither for bytes nor until some can be sent.
class Caller final : public Connection {
public:
    Caller(Poco::Net::StreamSocket socket, const std::atomic<bool>& stopping)
        : socket_(std::move(socket)), stopping_(stopping), peer_(socket_.peerAddress().toString()) {
        socket_.setNoDelay(true);
        socket_.setKeepAlive(true);
    }

    [[nodiscard]] std::string receive() override {
        std::array<char, 16'384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
        const ssize_t count = ::recv(descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count > 0) return {buffer.data(), static_cast<std::size_t>(count)};
        // A reset is the same news as an orderly end.
        if (count == 0 || !isForNow(errno)) gone_ = true;
        return {};
    }

    bool send(std::string_view bytes) override {
        if (unsent_.empty()) {
            bytes.remove_prefix(put(bytes));
            blockedSince_ = Clock::now();
        }
        if (!gone_) unsent_ += bytes;
        return !gone_;
    }

    [[nodiscard]] bool closed() const override { return gone_ || stopping_; }
    [[nodiscard]] std::string peer() const override { return peer_; }

    [[nodiscard]] bool gone() const { return gone_; }
    [[nodiscard]] pollfd awaited() const {
        return {descriptor(), static_cast<short>(unsent_.empty() ? POLLIN : POLLOUT), 0};
    }
    [[nodiscard]] bool hasUnsent() const { return !unsent_.empty(); }
    /// What could not go out before.
    void sendOn() {
        const std::size_t sent = put(unsent_);
        unsent_.erase(0, sent);
        if (sent > 0) blockedSince_ = Clock::now();
        if (!unsent_.empty() && Clock::now() - blockedSince_ >= sendTime) gone_ = true;
    }

private:
    static bool isForNow(int fault) { return fault == EAGAIN || fault == EWOULDBLOCK || fault == EINTR; }

    [[nodiscard]] int descriptor() const { return socket_.impl()->sockfd(); }

    std::size_t put(std::string_view bytes) {
        if (bytes.empty() || gone_) return 0;
        const ssize_t count = ::send(descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0 && !isForNow(errno)) gone_ = true;
        return count < 0 ? 0 : static_cast<std::size_t>(count);
    }

    Poco::Net::StreamSocket socket_;
    const std::atomic<bool>& stopping_;
    std::string peer_;
    std::string unsent_{};
    Clock::time_point blockedSince_{};
    bool gone_ = false;
};

}  // namespace

class TcpExchange::Impl final : public Connections {
public:
    Impl(const std::string& host, std::uint16_t port, Handler handler) {
        // Not SO_REUSEPORT: two gateways on one port would each get some of the instrument's connections.
        socket_.bind(Poco::Net::SocketAddress(host, port), true, false);
        socket_.listen();
        thread_ = std::thread([this, serve = std::move(handler)] { serve(*this); });
    }

    ~Impl() override {
        stopping_ = true;
        thread_.join();
    }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] std::string address() const { return socket_.address().toString(); }
    [[nodiscard]] std::size_t open() const { return open_; }

    [[nodiscard]] std::vector<Heard> receive() override {
        std::erase_if(callers_, [](const Known& known) { return known.ended; });
        open_ = callers_.size();
        const std::vector<pollfd> events = wait();
        std::vector<Heard> heard;
        for (std::size_t i = 0; i < callers_.size(); ++i) attend(callers_[i], events[i], heard);
        if (events.back().revents != 0) accept(heard);
        return heard;
    }

    void hangUp(Connection& connection) override {
        const auto isIt = [&](const Known& known) { return known.caller.get() == &connection; };
        std::ranges::find_if(callers_, isIt)->ended = true;
    }
    [[nodiscard]] bool over() const override { return stopping_; }

private:
    /// ended: who serves them knows that they are gone.
    struct Known {
        std::unique_ptr<Caller> caller;
        bool ended = false;
    };

    /// What has happened to the callers, in their order, and to the listening socket.
    [[nodiscard]] std::vector<pollfd> wait() const {
        std::vector<pollfd> events;
        for (const Known& known : callers_) events.push_back(known.caller->awaited());
        events.push_back({socket_.impl()->sockfd(), POLLIN, 0});
        if (::poll(events.data(), events.size(), pollMilliseconds) > 0) return events;
        for (pollfd& event : events) event.revents = 0;  // what poll() leaves there when a signal ends it is not said
        return events;
    }

    static void attend(Known& known, const pollfd& event, std::vector<Heard>& heard) {
        Caller& caller = *known.caller;
        std::string bytes;
        if (caller.hasUnsent()) {
            caller.sendOn();
        } else if (event.revents != 0) {
            bytes = caller.receive();
        }
        known.ended = caller.gone();
        if (!bytes.empty() || known.ended) heard.push_back({caller, std::move(bytes)});
    }

    void accept(std::vector<Heard>& heard) {
        try {
            Poco::Net::StreamSocket socket = socket_.acceptConnection();
            if (callers_.size() >= kMostConnections) return;
            callers_.push_back({std::make_unique<Caller>(std::move(socket), stopping_)});
            heard.push_back({*callers_.back().caller, ""});
        } catch (const Poco::Exception&) {
            // The peer went away between its call and our answer, or files ran out: neither ends the listening.
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        open_ = callers_.size();
    }

    Poco::Net::ServerSocket socket_{};
    std::atomic<bool> stopping_ = false;
    std::atomic<std::size_t> open_ = 0;
    std::vector<Known> callers_{};
    std::thread thread_{};
};

TcpExchange::TcpExchange(const std::string& host, std::uint16_t port, Handler handler)
    : impl_(std::make_unique<Impl>(host, port, std::move(handler))) {
}

TcpExchange::~TcpExchange() = default;

std::string TcpExchange::address() const {
    return impl_->address();
}
std::size_t TcpExchange::connections() const {
    return impl_->open();
}

}  // namespace touchstone::instruments
