#pragma once
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

#include "instruments/simulate/Faults.h"
#include "instruments/simulate/Site.h"

namespace touchstone::instruments {

/// The link was cut because a fault wanted it.
class CutAsAsked : public std::runtime_error {
public:
    CutAsAsked() : std::runtime_error("cut as asked") {}
};

/// A connection that is opened when first needed and again after it was cut; suffers the faults that befall bytes.
class Cable {
public:
    Cable(Opener open, const FaultSettings& faults) : open_(std::move(open)), faults_(faults) {}

    /// Throws when the other side is gone, and CutAsAsked. Of the faults those of the line are done here: CutInside,
    /// Silence, Garbage, Split.
    void send(std::string_view bytes, Fault fault = Fault::None);
    /// What has come within a moment; throws when the other side is gone.
    [[nodiscard]] std::string receive();
    /// What is still on its way to us is lost with it.
    void cut() { connection_.reset(); }
    /// Cuts and throws CutAsAsked.
    [[noreturn]] void cutAsAsked();

private:
    Connection& connection();
    void write(std::string_view bytes, bool split);

    Opener open_;
    const FaultSettings& faults_;
    std::unique_ptr<Connection> connection_{};
    std::size_t sent_ = 0;
};

}  // namespace touchstone::instruments
