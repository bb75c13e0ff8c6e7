#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/core/Actor.h"
#include "server/gateways/GatewayStore.h"

namespace touchstone::gateways {

/// Gateways report and fetch what they are to run; staff see them, administrators set them up. Thread-safe.
class GatewayService {
public:
    GatewayService(db::Database& database, const audit::Trail& trail, const Clock& clock)
        : database_(database), trail_(trail), clock_(clock) {}

    /// Of the caller's own gateway; gives the number of its newest configuration. Not in the trail: see the schema.
    std::optional<std::int64_t> report(const Actor& actor, const Report& report);
    /// The newest of the caller's own gateway.
    [[nodiscard]] std::optional<Configuration> configuration(const Actor& actor);

    struct View {
        Gateway gateway{};
        State state = State::never;
        std::optional<LastReport> last{};
        std::optional<std::chrono::seconds> silence{};      ///< since its last report
        std::optional<std::chrono::seconds> backlogAge{};
        std::vector<std::string> mayBring{};                ///< codes; empty: all
        std::optional<std::int64_t> newest{};               ///< configuration
    };
    [[nodiscard]] std::vector<View> list(const Actor& actor);
    [[nodiscard]] std::vector<Configuration> versions(const Actor& actor, const std::string& login);

    /// A new version behind `base`, the number of the one that was edited (0: there was none); Error(Conflict) when somebody
    /// saved another meanwhile, Error(Invalid) with the faults that the gateway would find.
    Configuration save(const Actor& actor, const std::string& login, std::int64_t base, const std::string& text,
                       const std::string& reason);
    /// None: the gateway may bring messages for all instruments. Acts within 5 seconds.
    void allow(const Actor& actor, const std::string& login, const std::vector<std::string>& instruments, const std::string& reason);

private:
    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
};

}  // namespace touchstone::gateways
