#include "instruments/transport/TcpServer.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <array>
#include <list>
#include <thread>

namespace touchstone::instruments {
namespace {

const Poco::Timespan pollTime(0, 50'000);
const Poco::Timespan sendTime(15, 0);

class Accepted final : public Connection {
public:
    Accepted(Poco::Net::StreamSocket socket, const std::atomic<bool>& stopping)
        : socket_(std::move(socket)), stopping_(stopping), peer_(socket_.peerAddress().toString()) {
        socket_.setNoDelay(true);
        socket_.setKeepAlive(true);
        socket_.setSendTimeout(sendTime);
    }

    std::string receive() override {
        try {
            if (!socket_.poll(pollTime, Poco::Net::Socket::SELECT_READ)) return {};
            std::array<char, 16'384> buffer{};
            const int count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            if (count > 0) return {buffer.data(), static_cast<std::size_t>(count)};
        } catch (const Poco::Exception&) {
            // A reset is the same news as an orderly end: the other side is gone, and closed() says so.
        }
        gone_ = true;
        return {};
    }

    bool send(std::string_view bytes) override {
        try {
            while (!gone_ && !bytes.empty()) {
                const int sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            }
        } catch (const Poco::Exception&) {
            gone_ = true;
        }
        return bytes.empty();
    }

    [[nodiscard]] bool closed() const override { return gone_ || stopping_; }
    [[nodiscard]] std::string peer() const override { return peer_; }

private:
    Poco::Net::StreamSocket socket_;
    const std::atomic<bool>& stopping_;
    std::string peer_;
    bool gone_ = false;
};

}  // namespace

class TcpServer::Impl {
public:
    Impl(const std::string& host, std::uint16_t port, Handler handler, std::size_t maxConnections)
        : handler_(std::move(handler)), maxConnections_(maxConnections) {
        socket_.bind(Poco::Net::SocketAddress(host, port), true);
        socket_.listen();
        acceptor_ = std::thread([this] { accept(); });
    }

    ~Impl() {
        stopping_ = true;
        acceptor_.join();
        for (Served& served : served_) served.thread.join();
    }

    [[nodiscard]] Poco::Net::SocketAddress address() const { return socket_.address(); }
    [[nodiscard]] std::size_t connections() const { return open_; }

private:
    struct Served {
        std::thread thread;
        std::atomic<bool> done = false;
    };

    void accept() {
        while (!stopping_) {
            reap();
            if (!socket_.poll(pollTime, Poco::Net::Socket::SELECT_READ)) continue;
            try {
                Poco::Net::StreamSocket socket = socket_.acceptConnection();
                if (open_ < maxConnections_) serve(std::move(socket));
            } catch (const Poco::Exception&) {
                // The peer went away between its call and our answer, or files ran out: neither ends the listening.
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
            }
        }
    }

    void serve(Poco::Net::StreamSocket socket) {
        auto connection = std::make_shared<Accepted>(std::move(socket), stopping_);
        Served& served = served_.emplace_back();
        ++open_;
        served.thread = std::thread([this, &served, connection]() mutable {
            handler_(*connection);
            connection.reset();
            --open_;
            served.done = true;
        });
    }

    void reap() {
        for (auto it = served_.begin(); it != served_.end();) {
            if (it->done) {
                it->thread.join();
                it = served_.erase(it);
            } else {
                ++it;
            }
        }
    }

    Handler handler_;
    std::size_t maxConnections_;
    Poco::Net::ServerSocket socket_;
    std::atomic<bool> stopping_ = false;
    std::atomic<std::size_t> open_ = 0;
    std::list<Served> served_;
    std::thread acceptor_;
};

TcpServer::TcpServer(const std::string& host, std::uint16_t port, Handler handler, std::size_t maxConnections)
    : impl_(std::make_unique<Impl>(host, port, std::move(handler), maxConnections)) {
}

TcpServer::~TcpServer() = default;

std::string TcpServer::host() const {
    return impl_->address().host().toString();
}
std::uint16_t TcpServer::port() const {
    return impl_->address().port();
}
std::size_t TcpServer::connections() const {
    return impl_->connections();
}

}  // namespace touchstone::instruments
