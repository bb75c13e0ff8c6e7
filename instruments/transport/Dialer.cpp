#include "instruments/transport/Dialer.h"

#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "instruments/transport/Sockets.h"

namespace touchstone::instruments {

class Dialer::Impl {
public:
    Impl(std::string address, Open open, Handler handler, Fault fault, DialPauses pauses)
        : address_(std::move(address)),
          open_(std::move(open)),
          handler_(std::move(handler)),
          fault_(std::move(fault)),
          pauses_(pauses),
          thread_([this] { run(); }) {}

    ~Impl() {
        {
            const std::lock_guard guard(mutex_);
            stopping_ = true;
        }
        stop_.notify_all();
        thread_.join();
    }

    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] std::size_t connections() const { return connected_ ? 1 : 0; }

private:
    void run() {
        std::chrono::milliseconds pause = pauses_.first;
        bool told = false;
        while (!stopping_) {
            try {
                const std::unique_ptr<Connection> connection = open_(stopping_);
                told = false;
                connected_ = true;
                const auto since = std::chrono::steady_clock::now();
                handler_(*connection);
                // Who accepts and hangs up at once is not asked again and again without a pause.
                if (std::chrono::steady_clock::now() - since >= pauses_.longest) pause = pauses_.first;
            } catch (const std::exception& fault) {
                if (!told) fault_(address_ + ": " + fault.what());
                told = true;
            }
            connected_ = false;
            std::unique_lock guard(mutex_);
            stop_.wait_for(guard, pause, [this] { return stopping_.load(); });
            pause = std::min(pause * 2, pauses_.longest);
        }
    }

    std::string address_;
    Open open_;
    Handler handler_;
    Fault fault_;
    DialPauses pauses_;
    std::mutex mutex_;
    std::condition_variable stop_;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> connected_ = false;
    std::thread thread_;
};

Dialer::Dialer(std::string address, Open open, Handler handler, Fault fault, DialPauses pauses)
    : impl_(std::make_unique<Impl>(std::move(address), std::move(open), std::move(handler), std::move(fault), pauses)) {
}

Dialer::~Dialer() = default;

std::string Dialer::address() const {
    return impl_->address();
}
std::size_t Dialer::connections() const {
    return impl_->connections();
}

Dialer::Open tcpTo(const std::string& host, std::uint16_t port, const TlsSettings& tls) {
    const Poco::Net::Context::Ptr context = tls.on ? clientContext(tls) : nullptr;
    return [host, port, context](const std::atomic<bool>& stopping) -> std::unique_ptr<Connection> {
        const Poco::Timespan patience(5, 0);
        const Poco::Net::SocketAddress address(host, port);
        Poco::Net::StreamSocket socket;
        if (context) {
            Poco::Net::SecureStreamSocket secure(context);
            secure.setPeerHostName(host);
            secure.connect(address, patience);
            secure.setReceiveTimeout(patience);
            secure.completeHandshake();
            socket = secure;
        } else {
            socket.connect(address, patience);
        }
        return std::make_unique<SocketConnection>(std::move(socket), stopping);
    };
}

}  // namespace touchstone::instruments
