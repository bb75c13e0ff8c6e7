#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/certificates/LayoutStore.h"
#include "server/certificates/ShippedLayouts.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"

namespace touchstone::certificates {

/// How a layout comes into force: written as a draft (quality manager, administrator), proposed for a day, checked by a
/// second person and approved by a third (quality manager, signatory, administrator). Each act stands in the trail with
/// its reason. What a draft says is checked against the engine before it is kept. Thread-safe.
class LayoutService {
public:
    LayoutService(db::Database& database, const audit::Trail& trail, const Clock& clock)
        : database_(database), trail_(trail), clock_(clock) {}

    struct Overview {
        LayoutBook book;
        std::vector<LayoutDraft> drafts;
        Date today;
    };
    [[nodiscard]] Overview list(const Actor& actor);

    struct Detail {
        Layout layout;
        std::vector<LayoutVersion> versions;
        std::vector<LayoutHand> hands;
        std::optional<LayoutDraft> draft;
        std::string xml;  ///< of the draft, else of the version in force, else of the newest
        Date today;
    };
    /// Staff reads. Error(NotFound).
    [[nodiscard]] Detail get(const Actor& actor, const std::string& code);
    [[nodiscard]] std::string xml(const Actor& actor, const std::string& code, std::int64_t version);

    /// A new layout with its first draft. Error(Invalid) for a code that is taken, Error(BadLayout).
    void create(const Actor& actor, const Layout& layout, const std::string& xml);
    /// Saves over revision `base`, 0 where there is none; gives the new revision. Error(Conflict) when somebody saved
    /// meanwhile, Error(BadLayout) within Error(Invalid) for what the engine does not take.
    std::int64_t saveDraft(const Actor& actor, const std::string& code, std::int64_t base, const std::string& xml);
    /// Makes a version of the draft as the person saw it; gives its number. Error(Conflict), Error(WrongState) while
    /// another version waits, Error(NothingToDo) for a draft that was proposed already.
    std::int64_t propose(const Actor& actor, const std::string& code, std::int64_t revision, Date from,
                         const std::string& reason);
    /// The next step of a proposed version, check or approve; or its refusal, which ends it. Gives the step.
    /// Error(OwnWork) for a person who had a hand in it, Error(WrongState).
    std::string decide(const Actor& actor, const std::string& code, std::int64_t version, bool accept,
                       const std::string& reason);
    /// A version of the laboratory in force draws no more; what stands before it does again. Error(NoLayout) where
    /// nothing would and the layout is in use, Error(WrongState).
    void retire(const Actor& actor, const std::string& code, std::int64_t version, const std::string& reason);

    struct Use {
        std::string productKind;
        std::optional<std::string> businessKind;
        std::string language;
        std::optional<std::string> layout;  ///< code; nothing: by the rule for all business kinds
        Date from;
    };
    /// Which layout draws what, from a day on. Error(Invalid), Error(NoLayout).
    void setUse(const Actor& actor, const Use& use, const std::string& reason);

    /// Brings in what a release ships: a text that is not known yet becomes a version, in force as long as the laboratory
    /// has none of its own. The same release again changes nothing. Gives the number of new versions.
    std::size_t ship(const std::vector<ShippedLayout>& layouts);

private:
    [[nodiscard]] Date today() const { return Zone{}.dateOf(clock_.now()); }
    bool shipVersion(db::WriteTransaction& tx, const ShippedLayout& shipped, const Layout& layout, const Actor& actor);

    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
};

}  // namespace touchstone::certificates
