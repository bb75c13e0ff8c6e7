#pragma once
#include <deque>

#include "instruments/transport/Link.h"

namespace touchstone::instruments {

struct MllpSettings {
    std::size_t maxMessage = 4'000'000;
    std::chrono::milliseconds silence{30'000};  ///< then a block that has begun is incomplete, and one sent NotSent
    /// Release 2: every block is answered by one that holds a single 06 (it is on disk) or 15 (it is not), before any
    /// answer of HL7's own.
    bool commitBlocks = false;
};

/// Minimal lower layer protocol of HL7: 0B, message, 1C 0D. The 0D is not waited for: it may come in the next segment.
/// A block in which another begins was broken off by its sender and stays as an incomplete message.
/// A message's bytes are what stood between 0B and 1C.
///
/// send() in release 1 puts the message on the wire at once; its answer is a Message like any other. In release 2 one
/// message at a time waits for its commit block and is then Sent or NotSent.
class MllpLink final : public Link {
public:
    explicit MllpLink(MllpSettings settings = {}) : settings_(settings) {}

    [[nodiscard]] std::vector<LinkEvent> feed(std::string_view bytes, Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> tick(Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> close() override;
    [[nodiscard]] std::vector<LinkEvent> send(std::string id, std::string_view message, Moment now) override;

private:
    struct Outgoing {
        std::string id, block;
    };

    void take(char mark);
    void keep(std::string_view plain);
    void endBlock();
    void breakOff(std::string_view why);
    void settle(LinkEvent::Kind outcome, std::string note);
    void sendFirst();
    [[nodiscard]] std::vector<LinkEvent> taken();

    MllpSettings settings_;
    Moment heard_{};
    Moment now_{};
    bool inside_ = false;
    bool overlong_ = false;
    std::string bytes_{};              ///< of the block, or of what stands between blocks
    std::deque<Outgoing> outgoing_{};  ///< the first one is on its way
    Moment sentAt_{};
    std::vector<LinkEvent> events_{};
};

[[nodiscard]] std::string mllpFrame(std::string_view message);

}  // namespace touchstone::instruments
