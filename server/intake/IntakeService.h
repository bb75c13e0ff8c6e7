#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/intake/CommandStore.h"
#include "server/intake/IntakeStore.h"
#include "instruments/formats/Outline.h"
#include "server/intake/Matching.h"
#include "server/intake/Prior.h"
#include "server/intake/SearchStore.h"
#include "server/quality/Controls.h"
#include "server/testing/Recorder.h"

namespace touchstone::intake {

/// A message as a gateway brings it. `raw` has the SHA-256 that the gateway said.
struct Message {
    std::string uid;
    std::string instrument;
    std::string protocol;        ///< a name of instruments::formats(), or unframed
    std::string linkState;       ///< complete, incomplete, unframed
    Instant receivedAt;
    Sha256 sha256;
    std::string raw;
    std::optional<CommandId> command{};  ///< the reading that it answers, as the gateway knows it
};

/// A stored message that is to be read once more, and what holds for it from before.
struct Again {
    StoredMessage message;
    Prior prior;
    std::int64_t version = 2;    ///< of the reading to come
    std::string why;             ///< a person's reason
};

struct Replayed {
    std::string uid;
    std::int64_t version;
    std::string stateBefore;
    std::int64_t importedBefore;
    std::string state;
    std::optional<std::string> reason;
    std::optional<std::string> detail;
    std::int64_t observations;
    std::int64_t imported;
};

struct Receipt {
    std::string uid;
    bool duplicate = false;
};

/// Instrument messages become results: stored raw, read, matched and judged in one transaction a batch. Role instrument.
/// A message that cannot be read or matched is stored all the same and held with its reason; only a failing database
/// refuses a batch. The same uid again is answered `duplicate` and changes nothing. Thread-safe.
class IntakeService {
public:
    IntakeService(db::Database& database, const audit::Trail& trail, testing::Recorder& recorder, const Clock& clock)
        : database_(database), trail_(trail), recorder_(recorder), clock_(clock), controls_(clock) {}

    [[nodiscard]] std::vector<Receipt> bring(const Actor& actor, const std::vector<Message>& messages);

    [[nodiscard]] std::vector<InstrumentView> instruments(const Actor& actor);
    [[nodiscard]] MessagePage list(const Actor& actor, const MessageFilter& filter);
    [[nodiscard]] std::vector<HeldReason> held(const Actor& actor, const std::optional<std::string>& instrument);
    struct Detail {
        MessageView view;
        std::string raw;
        std::vector<ObservationView> observations;
        std::vector<ReadingView> readings;
    };
    [[nodiscard]] Detail message(const Actor& actor, const std::string& uid);
    /// Of an earlier reading.
    [[nodiscard]] std::vector<ObservationView> observations(const Actor& actor, const std::string& uid, std::int64_t reading);
    /// How the bytes are divided, by the mapping of the reading that stands.
    [[nodiscard]] instruments::Outline outline(const Actor& actor, const std::string& uid);

    /// Reads locked messages again under what their instruments are known by now; the caller checked the right. One answer each,
    /// in order.
    [[nodiscard]] std::vector<Replayed> readAgain(db::WriteTransaction& tx, const Actor& actor, const std::vector<Again>& agains);
    /// The next message is read under mappings and codes as they stand then.
    void forgetInstruments();

private:
    using Instruments = std::shared_ptr<const std::map<std::string, Instrument>>;
    using Scopes = std::shared_ptr<const GatewayScopes>;
    /// Remembered for 5 seconds, so that a changed mapping acts soon and a busy gateway costs no query.
    [[nodiscard]] Instruments knownInstruments(db::ReadTransaction& tx);
    /// Remembered as long and at once with the instruments.
    [[nodiscard]] Scopes knownScopes();
    /// Locks the tests of the samples that are named.
    [[nodiscard]] Tests testsOf(db::WriteTransaction& tx, const std::set<std::string>& specimens);

    db::Database& database_;
    const audit::Trail& trail_;
    testing::Recorder& recorder_;
    const Clock& clock_;
    quality::Controls controls_;
    std::mutex mutex_;
    Instruments instruments_;
    Scopes scopes_;
    Instant instrumentsUntil_{};
};

}  // namespace touchstone::intake
