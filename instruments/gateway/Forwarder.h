#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "instruments/gateway/ServerClient.h"
#include "instruments/gateway/Spool.h"

namespace touchstone::instruments {

struct ForwarderSettings {
    ServerAddress server;
    std::size_t maxMessages = 100;     ///< in one request
    std::size_t maxBytes = 5'500'000;  ///< raw; in base64 and JSON below the server's limit of 8 MB
    std::chrono::milliseconds firstPause{500};
    std::chrono::milliseconds longestPause{60'000};
    std::chrono::seconds timeout{30};
};

struct ForwarderStatus {
    std::string lastSuccess;  ///< RFC 3339, or empty
    std::string lastError;    ///< empty when the last request went well
    std::int64_t forwarded = 0;
    std::int64_t duplicates = 0;  ///< of them those the server had already
};

/// Takes the spool's messages to the server, in order and in batches, from a thread of its own:
/// POST {url}/api/v1/intake/messages with a bearer token. The server knows a message by its UUID, so that sending a
/// batch again after an answer was lost does no harm. Faults of line and server are retried with growing, jittered
/// pauses. A batch that the server refuses (4xx) is sent message by message; a message refused alone is marked with the
/// reason and no longer holds up the others.
class Forwarder {
public:
    Forwarder(Spool& spool, ForwarderSettings settings);
    ~Forwarder();  ///< the request under way is finished
    Forwarder(const Forwarder&) = delete;
    Forwarder& operator=(const Forwarder&) = delete;

    [[nodiscard]] ForwarderStatus status() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::instruments
