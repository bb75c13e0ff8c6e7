#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "instruments/gateway/Outbox.h"
#include "instruments/gateway/Spool.h"
#include "instruments/gateway/Station.h"

namespace touchstone::instruments {

/// All stations of a gateway, by the code of their instrument, and the configuration they run. Safe to use from many
/// threads.
class Floor {
public:
    Floor(Spool& spool, Outbox& outbox, Station::Watch watch)
        : spool_(spool), outbox_(outbox), watch_(std::move(watch)) {}

    /// Only stations whose section is another than before are closed and opened. When one cannot be opened, all is as it
    /// was and the reason is thrown. version: of the server, nothing for the gateway's own file.
    void apply(const std::vector<InstrumentSettings>& instruments, std::optional<std::int64_t> version);
    void close();

    struct StationView {
        InstrumentSettings settings;
        std::string address;
        std::size_t connections = 0;
        StationCounts counts;
    };
    struct View {
        std::optional<std::int64_t> version;
        std::vector<StationView> stations;
    };
    [[nodiscard]] View view() const;

private:
    /// The station goes before the dialogue that it speaks to.
    struct Place {
        std::shared_ptr<Dialogue> dialogue;
        std::unique_ptr<Station> station;
    };
    using Wanted = std::map<std::string, InstrumentSettings>;

    void open(const InstrumentSettings& instrument);
    void closeAllBut(const Wanted& wanted);

    Spool& spool_;
    Outbox& outbox_;
    Station::Watch watch_;
    mutable std::mutex mutex_;
    std::map<std::string, Place> places_;
    std::optional<std::int64_t> version_;
};

}  // namespace touchstone::instruments
