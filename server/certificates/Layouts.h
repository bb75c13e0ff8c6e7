#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"

/// Layouts (报告模板) as the laboratory owns them: versions that two further persons approved, and which of them draws
/// what on which day. Values and rules; what a layout may say is reports::Layout's.
namespace touchstone::certificates {

using LayoutId = Id<struct LayoutTag>;
using LayoutVersionId = Id<struct LayoutVersionTag>;

struct Layout {
    LayoutId id;
    std::string code, title;
    std::string kind;  ///< certificate, label, record
};

/// What was proposed or shipped, without its XML. It never changes but for its state.
struct LayoutVersion {
    LayoutVersionId id;
    LayoutId layout;
    std::int64_t version;
    bool shipped;                          ///< came with a release
    std::optional<std::int64_t> revision;  ///< of the draft that it was
    std::string sha256;                    ///< hex, of the XML
    std::string state;                     ///< proposed, in_force, retired, refused
    Date from;
    Instant at;
    std::string reason;
};

/// The version that draws on a day: among those in force that began, the laboratory's own before those that came with a
/// release, the latest day before earlier ones. Nothing where none is in force.
[[nodiscard]] const LayoutVersion* inForce(const std::vector<LayoutVersion>& versions, LayoutId layout, Date day);

/// The state of one version as people see it on a day: proposed, refused, retired; of those in force `current`,
/// `coming` (its day is not there yet), `offered` (a newer one of a release, which the laboratory's own keeps back), `past`.
[[nodiscard]] std::string standing(const std::vector<LayoutVersion>& versions, const LayoutVersion& one, Date day);

/// A rule of which layout draws what.
struct LayoutUse {
    std::int64_t id;
    std::string productKind;
    std::optional<std::string> businessKind;  ///< nothing: every kind that has no rule of its own
    std::string language;                     ///< zh, en
    std::optional<LayoutId> layout;           ///< nothing: the business kind goes by the rule for all
    bool shipped;
    Date from;
    std::optional<std::string> person;
    Instant at;
    std::string reason;
};

/// The rule that stands on a day for exactly this business kind, or for all of them.
[[nodiscard]] const LayoutUse* standingUse(const std::vector<LayoutUse>& uses, const std::string& productKind,
                                           const std::optional<std::string>& businessKind, const std::string& language,
                                           Date day);
/// The layout for a certificate: by the rule of its business kind, else by that for all.
[[nodiscard]] std::optional<LayoutId> layoutFor(const std::vector<LayoutUse>& uses, const std::string& productKind,
                                                const std::string& businessKind, const std::string& language, Date day);

/// What a certificate is drawn by; frozen into it.
struct LayoutChoice {
    std::string code;
    std::int64_t version;
    std::string sha256;  ///< hex, of the XML
};

/// All layouts with their versions and the rules of their use, as they stood in one moment.
struct LayoutBook {
    std::vector<Layout> layouts;
    std::vector<LayoutVersion> versions;
    std::vector<LayoutUse> uses;

    /// Nothing where no rule names a layout that is in force.
    [[nodiscard]] std::optional<LayoutChoice> choose(const std::string& productKind, const std::string& businessKind,
                                                     const std::string& language, Date day) const;
    /// The version in force of the layout of that code; nothing where there is none.
    [[nodiscard]] std::optional<LayoutChoice> named(const std::string& code, Date day) const;
};

}  // namespace touchstone::certificates
