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
#include "server/intake/Matching.h"
#include "server/testing/Recorder.h"

namespace touchstone::intake {

/// A message as a gateway brings it. `raw` has the SHA-256 that the gateway said.
struct Message {
    std::string uid;
    std::string instrument;
    std::string protocol;        ///< astm, hl7, csv, unframed
    std::string linkState;       ///< complete, incomplete, unframed
    Instant receivedAt;
    Sha256 sha256;
    std::string raw;
    std::optional<CommandId> command{};  ///< the reading that it answers, as the gateway knows it
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
        : database_(database), trail_(trail), recorder_(recorder), clock_(clock) {}

    [[nodiscard]] std::vector<Receipt> bring(const Actor& actor, const std::vector<Message>& messages);

    [[nodiscard]] std::vector<InstrumentView> instruments(const Actor& actor);
    [[nodiscard]] std::vector<MessageView> list(const Actor& actor, const MessageFilter& filter);
    struct Detail {
        MessageView view;
        std::string raw;
        std::vector<ObservationView> observations;
    };
    [[nodiscard]] Detail message(const Actor& actor, const std::string& uid);

private:
    using Instruments = std::shared_ptr<const std::map<std::string, Instrument>>;
    /// Remembered for 5 seconds, so that a changed mapping acts soon and a busy gateway costs no query.
    [[nodiscard]] Instruments knownInstruments(db::ReadTransaction& tx);
    /// Locks the tests of the samples that are named.
    [[nodiscard]] Tests testsOf(db::WriteTransaction& tx, const std::set<std::string>& specimens);

    db::Database& database_;
    const audit::Trail& trail_;
    testing::Recorder& recorder_;
    const Clock& clock_;
    std::mutex mutex_;
    Instruments instruments_;
    Instant instrumentsUntil_{};
};

}  // namespace touchstone::intake
