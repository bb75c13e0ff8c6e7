#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

namespace touchstone::instruments {

/// What may happen to a piece of a message: an ASTM frame, an MLLP block, a line, a file, a request.
enum class Fault : std::uint8_t {
    None,
    BadChecksum,  ///< it is wrong at its first sending (ASTM)
    Repeated,     ///< it comes twice, as though its acknowledgement had been lost
    Skipped,      ///< it never comes (ASTM, lines)
    CutAfter,     ///< the link is cut behind it
    CutInside,    ///< the link is cut in the middle of it
    Silence,      ///< a pause in the middle of it
    Garbage,      ///< bytes that mean nothing come before it
    Split         ///< every byte in a write of its own
};

struct FaultSettings {
    bool split = false;
    bool join = false;                                                            ///< see Player
    bool garbage = false;                                                         ///< before every message
    std::optional<std::size_t> badChecksum{}, repeated{}, skipped{}, cutAfter{};  ///< a piece of each message, from 1
    std::optional<std::size_t> cutAfterBytes{};                                   ///< of a run, once
    std::optional<std::chrono::milliseconds> silence{};                           ///< in the middle of each message
    std::optional<std::uint64_t> chaos{};                                         ///< seed of faults by chance
    double rate = 0;                                                              ///< share of pieces that they befall
    std::chrono::milliseconds pause{200};                                         ///< of a Silence by chance
};

/// Says what happens to each piece: as the settings name it, or by chance, the same for the same seed. What is sent
/// again because it was not acknowledged is spared what the settings name: they show one failure and how it is mended.
class FaultPlan {
public:
    /// possible: what chance may choose, as the protocol has it.
    FaultPlan(const FaultSettings& settings, std::vector<Fault> possible, std::uint64_t connection = 0);

    /// A message of so many pieces begins.
    [[nodiscard]] std::vector<Fault> next(std::size_t pieces, bool again);

private:
    [[nodiscard]] Fault byChance();

    const FaultSettings& settings_;
    std::vector<Fault> possible_;
    std::mt19937_64 random_;
};

}  // namespace touchstone::instruments
