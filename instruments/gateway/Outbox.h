#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "instruments/gateway/Dialogue.h"
#include "instruments/gateway/ServerClient.h"

namespace touchstone::instruments {

struct OutboxSettings {
    ServerAddress server;
    std::string folder;                    ///< of the spool
    std::chrono::seconds lease{120};       ///< a command taken and not spoken of comes again after this
    std::chrono::seconds wait{5};          ///< of one long poll
    std::chrono::seconds patience{10};     ///< of instruments that ask, for the server's answer
    std::size_t mostSamples = 20;          ///< in the answer to an instrument that asks for all
    std::chrono::milliseconds firstPause{500};
    std::chrono::milliseconds longestPause{30'000};
};

/// Brings the server's commands to the instruments' dialogues and what came of them back, each from a thread of its own.
/// A command comes at least once: what is taken and lost by a crash is leased again, and the instrument knows it by its
/// id. An outcome is on disk before it is told, and is told until the server has it.
class Outbox {
public:
    using Fault = std::function<void(const std::string& what)>;

    Outbox(OutboxSettings settings, Fault fault);
    ~Outbox();  ///< the requests under way are finished
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    /// A new one of the instrument, in place of one that there was; must not outlive the outbox. What an earlier one had
    /// in hand is leased again when its time is over.
    [[nodiscard]] std::shared_ptr<Dialogue> dialogue(const std::string& instrument, const OrderSettings& settings);
    void forget(const std::string& instrument);
    void start();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::instruments
