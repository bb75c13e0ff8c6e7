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
#include "server/people/Accounts.h"

namespace touchstone::certificates {

/// How a layout comes into force: written as a draft (quality manager, administrator), proposed for a day, checked by a
/// second person and approved by a third (quality manager, signatory, administrator), who signs. Each act stands in the
/// trail with its reason. What a draft says is checked against the engine before it is kept. Thread-safe.
class LayoutService {
public:
    LayoutService(db::Database& database, const audit::Trail& trail, people::AccountService& accounts,
                  const Clock& clock)
        : database_(database), trail_(trail), accounts_(accounts), clock_(clock) {}

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
    /// The check of a proposed version; or, at any time before its approval, its refusal, which ends it.
    /// Error(OwnWork) for a person who had a hand in it, Error(WrongState).
    void check(const Actor& actor, const std::string& code, std::int64_t version, const std::string& reason);
    void refuse(const Actor& actor, const std::string& code, std::int64_t version, const std::string& reason);
    /// The approval of a checked one, by electronic signature. As check(), Error(SignatureRefused),
    /// Error(AccountLocked).
    void approve(const Actor& actor, const std::string& code, std::int64_t version, const std::string& reason,
                 const std::string& password);
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
    /// A step of a proposed version that is no hand of the actor's yet; it must have been checked, or not, as the step
    /// needs.
    void step(db::WriteTransaction& tx, const Actor& actor, const std::string& code, std::int64_t version,
              const std::string& step, const std::string& reason);
    bool shipVersion(db::WriteTransaction& tx, const ShippedLayout& shipped, const Layout& layout, const Actor& actor);

    db::Database& database_;
    const audit::Trail& trail_;
    people::AccountService& accounts_;
    const Clock& clock_;
};

}  // namespace touchstone::certificates
