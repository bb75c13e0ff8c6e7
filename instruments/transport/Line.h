#pragma once
#include "instruments/transport/Link.h"

namespace touchstone::instruments {

struct LineSettings {
    std::size_t maxLine = 64'000;
    std::string begin{};   ///< bytes before a message, such as STX; what stands before them is not of it
    std::string end{};     ///< bytes behind it, such as ETX; empty: CR, LF or both
    std::string answer{};  ///< to send once it is on disk, such as ACK
};

/// Devices that only print (balances, meters, analysers with texts between STX and ETX): what stands between begin and
/// end is a message, without them. Empty ones are passed over.
class LineReceiver final : public Link {
public:
    explicit LineReceiver(LineSettings settings = {}) : settings_(std::move(settings)) {}

    [[nodiscard]] std::vector<LinkEvent> feed(std::string_view bytes, Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> tick(Moment now) override;
    [[nodiscard]] std::vector<LinkEvent> close() override;

private:
    void take(char byte);
    [[nodiscard]] std::size_t endOf(const std::string& line) const;
    void finish(MessageState state, std::string_view note);

    LineSettings settings_;
    bool inside_ = false;  ///< behind begin
    std::string line_{};
    std::vector<LinkEvent> events_{};
};

}  // namespace touchstone::instruments
