#pragma once
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "server/audit/Trail.h"
#include "server/core/Actor.h"
#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/core/Error.h"
#include "server/db/Database.h"
#include "server/people/Signature.h"

namespace touchstone::people {

namespace store {
struct Person;
}

struct Account {
    std::string login;
    std::string name;
    std::vector<Role> roles;
    std::string organisation;
    bool enabled = true;
    std::optional<Instant> lockedUntil;
    std::string nameEnglish = {};   ///< on certificates in English; empty: nobody said it
};

struct NewAccount {
    std::string login;
    std::string name;
    std::optional<std::string> password;   ///< none: signs in by token only
    std::vector<Role> roles;
    std::string organisation;              ///< code
    std::string nameEnglish = {};
};

struct SignedIn {
    Actor actor;
    std::string token;
    Instant expiresAt;
};

/// Rules of accounts (21 CFR 11.300): five wrong passwords lock for 15 minutes; a session ends after 12 hours, or after
/// 30 minutes without a request.
struct AccountRules {
    int attempts = 5;
    std::chrono::minutes lock{15};
    std::chrono::hours session{12};
    std::chrono::minutes idle{30};
};

/// Accounts, sessions and electronic signatures. Safe to use from many threads.
class AccountService {
public:
    AccountService(db::Database& database, const audit::Trail& trail, const Clock& clock, Random& random,
                   AccountRules rules = {});

    /// Error(WrongCredentials) alike for unknown account and wrong password, in like time; Error(AccountLocked).
    [[nodiscard]] SignedIn signIn(const std::string& login, const std::string& password, const std::string& origin);
    void signOut(const Actor& actor, const std::string& token);
    /// The person behind a token. Answers of the last 5 seconds are remembered, so an account that is disabled may act
    /// that much longer.
    [[nodiscard]] std::optional<Actor> authenticate(const std::string& token);
    [[nodiscard]] Instant expiryOf(const std::string& token);

    /// The account of a machine by the SHA-256 of its certificate, remembered as long. Error(CertificateUnknown),
    /// Error(CertificateRevoked), Error(CertificateExpired), or Error(NotSignedIn) when the account is disabled.
    [[nodiscard]] Actor authenticateCertificate(const std::string& fingerprint);
    [[nodiscard]] Instant expiryOfCertificate(const std::string& fingerprint);

    /// A token without end for a program: a gateway, a regulator's system. It is shown once and stored only as its hash.
    [[nodiscard]] std::string issueToken(const Actor& actor, const std::string& login);

    /// A token as people speak of it: by the beginning of its hash.
    struct Token {
        std::string id;
        Instant createdAt;
        Instant lastSeenAt;
        Instant expiresAt;
    };
    /// These three only for accounts of programs, whose one role is instrument: a token is all that such an account has,
    /// and nobody acts in another person's name by one. Error(NotFound) for any other.
    [[nodiscard]] std::vector<Token> tokens(const Actor& actor, const std::string& login);
    /// A new token; those that there were end when `overlap` is over, so that the program can be given the new one at leisure.
    [[nodiscard]] std::string rotateToken(const Actor& actor, const std::string& login, std::chrono::minutes overlap,
                                          const std::string& reason);
    /// Ends one at once (on other servers of the same database within 5 seconds).
    void revokeToken(const Actor& actor, const std::string& login, const std::string& id, const std::string& reason);

    /// From here on: an administrator for all accounts; an organisation's administrator for those of its own organisation,
    /// which have no other roles than regulator and organisation_administrator. Others are Error(NotFound) to it.
    [[nodiscard]] std::vector<Account> list(const Actor& actor);
    void create(const Actor& actor, const std::vector<NewAccount>& accounts);
    /// A disabled account neither signs in nor acts by tokens (on other servers of the same database within 5 seconds).
    /// Nobody disables himself.
    [[nodiscard]] Account setEnabled(const Actor& actor, const std::string& login, bool enabled, const std::string& reason);
    /// How the person is called on certificates in English.
    [[nodiscard]] Account nameInEnglish(const Actor& actor, const std::string& login, const std::string& name, const std::string& reason);
    [[nodiscard]] Account unlock(const Actor& actor, const std::string& login, const std::string& reason);

    /// Checks the password again before a signature; a wrong one counts towards the lock. Slow on purpose (argon2id):
    /// call it outside a transaction, then sign() inside. Error(SignatureRefused), Error(AccountLocked).
    void confirm(const Actor& actor, const std::string& password);
    /// Writes the signature; the caller's trail entry refers to it.
    [[nodiscard]] std::int64_t sign(db::WriteTransaction& tx, const Actor& actor, const SignatureRequest& request) const;
    /// One for each of several records, by the same confirmation; their ids in the same order.
    [[nodiscard]] std::vector<std::int64_t> sign(db::WriteTransaction& tx, const Actor& actor,
                                                 const std::vector<SignatureRequest>& requests) const;

    /// Whoever acts next is asked for in the database again, after rights were taken away.
    void forget();

private:
    struct Remembered {
        Actor actor;
        Instant until;
    };
    [[nodiscard]] std::optional<Actor> recalled(const std::string& key, Instant now);
    void remember(const std::string& key, const Actor& actor, Instant until);
    void checkPassword(const std::optional<store::Person>& person, const std::string& password, const std::string& origin,
                       ErrorCode refusal);
    void refuseLocked(const std::optional<store::Person>& person) const;
    /// Counts a wrong password towards the lock, forgets earlier ones at a right one; an unknown account leaves a row in
    /// the trail as a known one does, so that both take like time.
    void noteAttempt(db::WriteTransaction& tx, const std::optional<store::Person>& person, bool right, const std::string& origin) const;

    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
    Random& random_;
    AccountRules rules_;
    std::mutex mutex_;
    std::unordered_map<std::string, Remembered> remembered_;
};

/// The actor of the command line and of processes: named by what it is, with every role of staff.
[[nodiscard]] Actor systemActor(const std::string& name);

}  // namespace touchstone::people
