#pragma once
#include "instruments/transport/Link.h"

namespace touchstone::instruments {

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
