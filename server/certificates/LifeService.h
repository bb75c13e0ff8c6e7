#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/audit/Trail.h"
#include "server/certificates/Life.h"
#include "server/certificates/LifeStore.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/people/Accounts.h"
#include "server/testing/ReviewService.h"

namespace touchstone::certificates {

/// What is asked for when a certificate is to be amended.
struct Proposal {
    std::string reason;
    std::vector<HeadChange> changes = {};  ///< oldValue is not asked for
    std::vector<TestId> tests = {};        ///< to be reopened

    [[nodiscard]] AmendmentKind kind() const;
};

/// The life of a certificate after it was issued: 更正, 替代, 撤回, who is told, what is kept (ISO/IEC 17025:2017 7.8.8,
/// 8.4). One person proposes an amendment, another checks it, and the signatory releases it as any other certificate:
/// checking brings the sample back to `releasing`, at once or when its reopened tests were checked again. Nobody takes two
/// of the steps, which is a key of the schema too (amendment_separation). Safe to use from many threads.
class LifeService {
public:
    LifeService(db::Database& database, const audit::Trail& trail, people::AccountService& accounts,
                const testing::ReviewService& reviews, const Clock& clock)
        : database_(database), trail_(trail), accounts_(accounts), reviews_(reviews), clock_(clock) {}

    /// The newest certificate of a sample, issued or withdrawn. Roles of staff but administrator; by results: checker,
    /// signatory, quality_manager, as for a test that goes back. Error(NotFound), Error(WrongState), Error(Invalid).
    void propose(const Actor& actor, const std::string& number, const Proposal& proposal);
    /// Corrects the head of the sample, or reopens the tests. Roles checker, quality_manager. Error(SameHand),
    /// Error(WrongState), Error(Conflict) when the sample no longer says what the proposal would correct.
    void check(const Actor& actor, const std::string& number);
    /// Ends an amendment that was not released; what a checked one corrected goes back. One by results cannot be refused
    /// once its tests are open. Roles checker, signatory, quality_manager.
    void refuse(const Actor& actor, const std::string& number, const std::string& reason);
    /// An issued certificate holds no more, from this moment. Role signatory, with the password. Error(SignatureRefused),
    /// Error(WrongState).
    void withdraw(const Actor& actor, const std::string& number, const std::string& category, const std::string& reason,
                  const std::string& password);
    /// Sets or lifts a legal hold on a certificate, with all that its sample rests on. Role quality_manager.
    void hold(const Actor& actor, const std::string& number, bool set, const std::string& reason);

    /// Error(NotFound).
    [[nodiscard]] Life life(const Actor& actor, const std::string& number);
    /// What is kept, held, or may be disposed of. Roles technician, quality_manager, administrator.
    [[nodiscard]] std::vector<Kept> kept(const Actor& actor, const KeptFilter& filter);

    struct Inbox {
        std::vector<Notice> notices;
        std::int64_t unread = 0;
    };
    /// Notices to the actor's organisation.
    [[nodiscard]] Inbox inbox(const Actor& actor, const NoticeFilter& filter);
    /// Those of the actor's organisation among them; gives how many were unread.
    std::size_t read(const Actor& actor, const std::vector<std::int64_t>& ids);

private:
    [[nodiscard]] Date today() const { return Zone{}.dateOf(clock_.now()); }
    [[nodiscard]] static store::LockedCertificate locked(db::WriteTransaction& tx, const std::string& number);
    [[nodiscard]] static store::OpenAmendment open(db::WriteTransaction& tx, const store::LockedCertificate& certificate);
    void takeStep(db::WriteTransaction& tx, const Actor& actor, const store::LockedCertificate& certificate,
                  const store::AmendmentStep& step) const;

    db::Database& database_;
    const audit::Trail& trail_;
    people::AccountService& accounts_;
    const testing::ReviewService& reviews_;
    const Clock& clock_;
};

}  // namespace touchstone::certificates
