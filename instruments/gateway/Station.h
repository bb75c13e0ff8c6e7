#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "instruments/gateway/Dialogue.h"
#include "instruments/gateway/Spool.h"
#include "instruments/gateway/Upload.h"
#include "instruments/transport/Astm.h"
#include "instruments/transport/Balance.h"
#include "instruments/transport/Dialer.h"
#include "instruments/transport/FileDrop.h"
#include "instruments/transport/Line.h"

namespace touchstone::instruments {

/// Sics, Sbi: balances that are asked, see Balance.h. Http: files that are uploaded, see Upload.h.
enum class Protocol : std::uint8_t { Astm, Mllp, Line, File, Sics, Sbi, Http };

/// listen: the instrument calls. connect: we do, again and again. serial: a line of this machine.
enum class Wire : std::uint8_t { Listen, Connect, Serial };

/// How one instrument is connected.
struct InstrumentSettings {
    std::string code;
    Protocol protocol = Protocol::Astm;
    Wire wire = Wire::Listen;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: a free one
    TlsSettings tls{};
    SerialSettings serial{};
    AstmSettings astm{};        ///< limits and timers also for the other protocols
    bool commitBlocks = false;  ///< MLLP of release 2
    bool answerAlways = true;   ///< HL7: also a message that wants no answer; many that say so wait for one
    LineSettings line{};        ///< of Protocol::Line, without the limit
    FileDropSettings drop{};    ///< of Protocol::File
    UploadSettings upload{};    ///< of Protocol::Http, without the limits
    BalanceSettings balance{};  ///< of Protocol::Sics and Protocol::Sbi, without the dialect
    OrderSettings orders{};
    std::string source{};  ///< the section of the configuration, by which another one is told from it
};

/// What was done with a message, for those who watch.
struct Handled {
    const Incoming& message;
    const Stored& stored;
    bool acknowledged = false;  ///< a positive answer has been sent: ACK, AA
};

/// What has happened at a station since it was opened.
struct StationCounts {
    std::int64_t messages = 0;      ///< taken from the instrument, repetitions among them
    std::int64_t acknowledged = 0;  ///< of them
    std::int64_t repeated = 0;      ///< of them: known already, sent again
    std::int64_t refused = 0;       ///< answers in the negative (NAK) and messages without a positive one
    std::int64_t faults = 0;
    std::string lastContact;  ///< RFC 3339, when bytes came last; or empty
    std::string lastFault;    ///< or empty
    std::string lastFaultAt;
};

/// Serves one instrument: listens (or watches its folder), stores what comes in the spool and then answers.
class Station {
public:
    /// Both are called from the station's threads. handled: all that came from one connection at a time.
    struct Watch {
        std::function<void(std::span<const Handled>)> handled;
        std::function<void(const std::string& instrument, const std::string& what)> fault;
    };

    /// The dialogue, if any, says what goes out to the instrument.
    Station(InstrumentSettings settings, Spool& spool, Watch watch, Dialogue* dialogue = nullptr);
    ~Station();
    Station(const Station&) = delete;
    Station& operator=(const Station&) = delete;

    [[nodiscard]] const InstrumentSettings& settings() const;
    [[nodiscard]] std::string address() const;  ///< "127.0.0.1:4001", the serial device, or the folder
    [[nodiscard]] std::size_t connections() const;
    [[nodiscard]] StationCounts counts() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::instruments
