#include "instruments/transport/TcpServer.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <list>
#include <thread>

#include "instruments/transport/Sockets.h"

namespace touchstone::instruments {
namespace {

const Poco::Timespan pollTime(0, 50'000);
}  // namespace

class TcpServer::Impl {
public:
    Impl(const std::string& host, std::uint16_t port, Handler handler, const TlsSettings& tls,
         std::size_t maxConnections)
        : handler_(std::move(handler)), maxConnections_(maxConnections) {
        if (tls.on) socket_ = Poco::Net::SecureServerSocket(serverContext(tls));
        // Not SO_REUSEPORT: two gateways on one port would each get some of the instrument's connections.
        socket_.bind(Poco::Net::SocketAddress(host, port), true, false);
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
        auto connection = std::make_shared<SocketConnection>(std::move(socket), stopping_);
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

TcpServer::TcpServer(const std::string& host, std::uint16_t port, Handler handler, const TlsSettings& tls,
                     std::size_t maxConnections)
    : impl_(std::make_unique<Impl>(host, port, std::move(handler), tls, maxConnections)) {
}

TcpServer::~TcpServer() = default;

std::string TcpServer::address() const {
    return impl_->address().toString();
}
std::uint16_t TcpServer::port() const {
    return impl_->address().port();
}
std::size_t TcpServer::connections() const {
    return impl_->connections();
}

}  // namespace touchstone::instruments
