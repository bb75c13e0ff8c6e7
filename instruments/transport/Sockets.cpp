#include "instruments/transport/Sockets.h"

#include <Poco/Net/NetException.h>
#include <poll.h>

#include <array>

namespace touchstone::instruments {
namespace {

using Poco::Net::Context;

constexpr int pollMilliseconds = 50;
const Poco::Timespan sendTime(15, 0);
const Poco::Timespan handshakeTime(5, 0);

Context::Ptr contextOf(Context::Usage usage, const TlsSettings& tls, bool verifies) {
    Context::Params params;
    params.certificateFile = tls.certificateFile;
    params.privateKeyFile = tls.keyFile;
    params.caLocation = tls.caFile;
    params.loadDefaultCAs = tls.caFile.empty();
    params.verificationMode = verifies ? Context::VERIFY_STRICT : Context::VERIFY_NONE;
    Context::Ptr context = new Context(usage, params);
    context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    return context;
}

/// Poco's own poll() makes and closes a descriptor for each call.
bool readable(const Poco::Net::StreamSocket& socket) {
    pollfd waiting{socket.impl()->sockfd(), POLLIN, 0};
    return ::poll(&waiting, 1, pollMilliseconds) > 0;  // also what went wrong is there to be read
}

}  // namespace

SocketConnection::SocketConnection(Poco::Net::StreamSocket socket, const std::atomic<bool>& stopping)
    : socket_(std::move(socket)), stopping_(stopping), peer_(socket_.peerAddress().toString()) {
    socket_.setNoDelay(true);
    socket_.setKeepAlive(true);
    socket_.setSendTimeout(sendTime);
    socket_.setReceiveTimeout(handshakeTime);
}

std::string SocketConnection::receive() {
    try {
        // TLS may hold bytes that it has taken from the socket already; then the socket itself stays silent.
        const bool held = socket_.secure() && socket_.available() > 0;
        if (!held && !readable(socket_)) return {};
        std::array<char, 16'384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
        const int count = socket_.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        if (count > 0) return {buffer.data(), static_cast<std::size_t>(count)};
        if (count < 0) return {};  // TLS has talked to itself
    } catch (const Poco::Exception&) {
        // A reset is the same news as an orderly end: the other side is gone, and closed() says so.
    }
    gone_ = true;
    return {};
}

bool SocketConnection::send(std::string_view bytes) {
    try {
        while (!gone_ && !bytes.empty()) {
            const int sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
            if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    } catch (const Poco::Exception&) {
        gone_ = true;
    }
    return bytes.empty();
}

Context::Ptr serverContext(const TlsSettings& tls) {
    Context::Ptr context = contextOf(Context::TLS_SERVER_USE, tls, !tls.caFile.empty());
    context->enableExtendedCertificateVerification(false);  // an instrument's certificate need not name its address
    return context;
}

Context::Ptr clientContext(const TlsSettings& tls) {
    return contextOf(Context::TLS_CLIENT_USE, tls, true);
}

}  // namespace touchstone::instruments
