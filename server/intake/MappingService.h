#pragma once
#include <string>
#include <vector>

#include "instruments/formats/Outline.h"
#include "server/intake/IntakeService.h"
#include "server/intake/MappingStore.h"

namespace touchstone::intake {

/// "auto" and the names of all formats that are read.
[[nodiscard]] std::vector<std::string> protocols();

/// How an instrument is understood: the versions of its mapping, which are only added to, its codes, its format. Staff reads; the roles
/// technician and administrator change, each time with a reason and a row in the trail. Thread-safe.
class MappingService {
public:
    MappingService(db::Database& database, const audit::Trail& trail, IntakeService& intake, const Clock& clock)
        : database_(database), trail_(trail), intake_(intake), clock_(clock) {}

    struct Detail {
        InstrumentView view;
        std::vector<MappingVersion> mappings;   ///< newest first
        std::vector<InstrumentCode> codes;
    };
    [[nodiscard]] Detail instrument(const Actor& actor, const std::string& code);
    [[nodiscard]] std::vector<AnalyteView> analytes(const Actor& actor);

    /// A new version over `base`, the newest that the person saw; 0 for the first. Error(Conflict) when there is a newer one by now,
    /// Error(Invalid) for a mapping that says what no format knows. Gives the number of the version.
    std::int64_t save(const Actor& actor, const std::string& code, std::int64_t base, const std::string& mapping, const std::string& reason);
    void setProtocol(const Actor& actor, const std::string& code, const std::string& protocol, const std::string& reason);
    void setCodes(const Actor& actor, const std::string& code, const std::vector<InstrumentCode>& codes, const std::string& reason);
    void removeCodes(const Actor& actor, const std::string& code, const std::vector<std::string>& codes, const std::string& reason);

    /// What a sample would be read as; nothing of it is kept.
    struct Preview {
        instruments::Outline outline;
        instruments::Reading reading;
    };
    [[nodiscard]] Preview preview(const Actor& actor, const std::string& protocol, const std::string& raw, const std::string& mapping) const;

private:
    [[nodiscard]] static LockedInstrument locked(db::WriteTransaction& tx, const std::string& code);

    db::Database& database_;
    const audit::Trail& trail_;
    IntakeService& intake_;
    const Clock& clock_;
};

}  // namespace touchstone::intake
