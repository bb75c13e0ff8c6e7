#pragma once
#include "instruments/transport/Link.h"

namespace touchstone::instruments {

/// Minimal lower layer protocol of HL7: 0B, message, 1C 0D. The 0D is not waited for: it may come in the next segment.
/// A block in which another begins was broken off by its sender and stays as an incomplete message.
/// A message's bytes are what stood between 0B and 1C.
class MllpReceiver final : public Link {
public:
    explicit MllpReceiver(std::size_t maxMessage = 4'000'000,
                          std::chrono::milliseconds silence = std::chrono::seconds(30))
        : maxMessage_(maxMessage), silence_(silence) {}

    [[nodiscard]] std::vector<LinkEvent> feed(std::string_view bytes, Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> tick(Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> close() override;

private:
    void take(char byte);
    void breakOff(std::string_view why);
    [[nodiscard]] std::vector<LinkEvent> taken();

    std::size_t maxMessage_;
    std::chrono::milliseconds silence_;
    Moment heard_{};
    bool inside_ = false;
    bool overlong_ = false;
    std::string bytes_{};  ///< of the block, or of what stands between blocks
    std::vector<LinkEvent> events_{};
};

[[nodiscard]] std::string mllpFrame(std::string_view message);

/// Devices that only print lines (balances): every line that is not empty is a message, without its line end.
class LineReceiver final : public Link {
public:
    explicit LineReceiver(std::size_t maxLine = 64'000) : maxLine_(maxLine) {}

    [[nodiscard]] std::vector<LinkEvent> feed(std::string_view bytes, Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> tick(Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> close() override;

private:
    std::size_t maxLine_;
    std::string line_{};
};

}  // namespace touchstone::instruments
