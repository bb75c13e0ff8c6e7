#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

/// All SQL on instruments, inbound messages and observations.
namespace touchstone::intake {

/// An instrument with what its codes mean.
struct Instrument {
    struct Analyte {
        std::int64_t id;
        std::string unit;   ///< that it must send; empty: that of the test item
    };
    InstrumentId id;
    std::string code;
    std::string protocol;   ///< a format of instruments/formats, or "auto": by the bytes
    std::string mapping;    ///< JSON; empty: the format's defaults
    bool enabled = true;
    std::map<std::string, Analyte> analytes{};
    std::int64_t mappingVersion = 0;   ///< 0: it never had a mapping
};
/// By code.
[[nodiscard]] std::map<std::string, Instrument> instruments(db::ReadTransaction& tx);

/// Codes of the instruments that a gateway may bring messages for; one that is not here: all.
using GatewayScopes = std::map<PersonId, std::set<std::string>>;
[[nodiscard]] GatewayScopes gatewayScopes(db::ReadTransaction& tx);

struct NewMessage {
    std::string uid;
    std::optional<std::int64_t> instrumentId;
    std::string instrument;
    std::string protocol;
    Instant receivedAt;
    Sha256 sha256;
    std::string raw;
    std::string controlId;
    std::string state;
    std::optional<std::string> reason;
    std::optional<std::string> detail;
    std::int64_t observations = 0;
    std::int64_t imported = 0;
    std::string linkState = "complete";
};
struct NewObservation {
    std::int64_t message = 0;
    std::int64_t ordinal = 0;
    std::string specimen;
    std::string code;
    std::string value;
    std::string unit;
    std::string flags;
    std::string observedAt;
    std::int64_t spanOffset = 0;
    std::int64_t spanLength = 0;
    std::string state;
    std::optional<std::string> reason;
    std::optional<std::int64_t> test;
    std::int64_t reading = 1;
    std::optional<std::int64_t> correction;   ///< by which a person said specimen and code
};

[[nodiscard]] std::set<std::string> knownUids(db::ReadTransaction& tx, const std::vector<std::string>& uids);
[[nodiscard]] std::set<std::string> knownSamples(db::ReadTransaction& tx, const std::vector<std::string>& numbers);
[[nodiscard]] std::vector<std::int64_t> insertMessages(db::WriteTransaction& tx, const std::vector<NewMessage>& messages, PersonId person,
                                                       Instant storedAt);
[[nodiscard]] std::vector<std::int64_t> insertObservations(db::WriteTransaction& tx, const std::vector<NewObservation>& observations);

struct InstrumentView {
    InstrumentId id;
    std::string code;
    std::string name;
    std::string model;
    std::string protocol;
    bool enabled;
    std::optional<Instant> lastMessageAt;
    std::int64_t messagesToday;
    std::int64_t held;
};
[[nodiscard]] std::vector<InstrumentView> instrumentViews(db::ReadTransaction& tx, Instant today);

struct MessageView {
    std::int64_t id;
    std::string uid;
    std::string instrument;
    std::string protocol;
    std::string state;
    std::optional<std::string> reason;
    std::optional<std::string> detail;
    Instant receivedAt;
    Instant storedAt;
    std::int64_t bytes;
    std::string sha256;
    std::int64_t observations;
    std::int64_t imported;
    std::string controlId;
    std::int64_t reading;
};
/// A row of: id, uid, instrument, protocol, state, reason, detail, received_at, stored_at, OCTET_LENGTH(raw), HEX(sha256), observations,
/// imported, control_id, reading.
[[nodiscard]] MessageView toMessage(const db::Row& row);
[[nodiscard]] std::optional<MessageView> messageView(db::ReadTransaction& tx, const std::string& uid);
[[nodiscard]] std::optional<std::string> messageRaw(db::ReadTransaction& tx, const std::string& uid);

struct ObservationView {
    NewObservation stored;
    std::optional<std::string> sample;
};
[[nodiscard]] std::vector<ObservationView> observationViews(db::ReadTransaction& tx, std::int64_t message, std::int64_t reading);

}  // namespace touchstone::intake
