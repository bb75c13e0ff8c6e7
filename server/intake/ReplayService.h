#pragma once
#include <string>
#include <vector>

#include "server/intake/IntakeService.h"

namespace touchstone::intake {

/// What a person does with messages that wait: read them again, say what an observation means, set them aside. Raw bytes and earlier
/// readings never change. Roles technician and administrator; each act stands in the trail with its reason. Thread-safe.
class ReplayService {
public:
    ReplayService(db::Database& database, const audit::Trail& trail, IntakeService& intake, const Clock& clock)
        : database_(database), trail_(trail), intake_(intake), clock_(clock) {}

    /// Reads messages again under the mappings and codes of now; one that was set aside comes back. What became a result stays that
    /// result. Error(Invalid) names the rows that are no message.
    [[nodiscard]] std::vector<Replayed> replay(const Actor& actor, const std::vector<std::string>& uids, const std::string& reason);

    /// No observation of them is imported until somebody reads them again. Only what is held can be set aside.
    void setAside(const Actor& actor, const std::vector<std::string>& uids, const std::string& reason);

    /// What a person says that a held observation means; what is left out stays as it was read.
    struct Said {
        std::size_t row = 0;
        std::int64_t ordinal = 0;
        std::optional<std::string> specimen;
        std::optional<std::string> code;
    };
    /// Notes the corrections and reads the message again.
    [[nodiscard]] Replayed correct(const Actor& actor, const std::string& uid, const std::vector<Said>& said, const std::string& reason);

private:
    db::Database& database_;
    const audit::Trail& trail_;
    IntakeService& intake_;
    const Clock& clock_;
};

}  // namespace touchstone::intake
