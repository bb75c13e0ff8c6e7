#include "server/people/Accounts.h"

#include <boost/test/unit_test.hpp>
#include <thread>

#include "server/people/AccountStore.h"
#include "server/people/Password.h"
#include "tests/support/TestDatabase.h"

using touchstone::Actor;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::Role;
using namespace std::chrono_literals;

namespace db = touchstone::db;
namespace people = touchstone::people;

namespace {

const std::string kPassword = "a long password 1";

auto refusedAs(ErrorCode code) {
    return [code](const Error& error) {
        BOOST_TEST_MESSAGE(error.what());
        return error.code() == code;
    };
}

struct Staffed : touchstone::tests::TestDatabase {
    touchstone::ManualClock clock{touchstone::instantFromSql("2026-11-22 02:00:00.000000")};
    touchstone::SystemRandom random;
    touchstone::audit::Trail trail{std::string(32, 'k'), clock};
    people::AccountService accounts{application(), trail, clock, random};
    Actor administrator = people::systemActor("cli");

    Staffed() {
        sql("INSERT INTO organisation (id, code, name, kind, region_code) VALUES (1, 'LAB', '院', 'laboratory', '15')");
        accounts.create(administrator, {{"li", "李", kPassword, {Role::analyst, Role::checker}, "LAB"},
                                        {"gateway", "网关", {}, {Role::instrument}, "LAB"}});
    }
    void sql(const std::string& statement) {
        owner().runAlone([&](const auto& run) { run(statement); });
    }
    std::string text(const std::string& query) {
        std::string out;
        owner().runAlone([&](const auto& run) { out = run(query).at(0).text(0); });
        return out;
    }
    std::string acts() { return text("SELECT COALESCE(GROUP_CONCAT(action ORDER BY id), '') FROM trail WHERE id > 2"); }

    /// "" when it was let in, or the code of the refusal.
    std::string signIn(const std::string& login, const std::string& password) {
        try {
            static_cast<void>(accounts.signIn(login, password, "::1"));
            return "";
        } catch (const Error& error) {
            return std::string(name(error.code()));
        }
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(signingIn, Staffed)

BOOST_AUTO_TEST_CASE(theRightPasswordOpensASession) {
    const auto signedIn = accounts.signIn("li", kPassword, "10.0.0.7");
    BOOST_TEST(signedIn.actor.name == "李");
    BOOST_TEST(signedIn.actor.organisation == "LAB");
    BOOST_TEST(signedIn.actor.regionCode == "15");
    BOOST_TEST((signedIn.actor.roles == std::set{Role::analyst, Role::checker}));
    BOOST_TEST((signedIn.expiresAt == clock.now() + 12h));
    BOOST_TEST((accounts.expiryOf(signedIn.token) == signedIn.expiresAt));
    BOOST_TEST(accounts.authenticate(signedIn.token)->login == "li");
    BOOST_TEST(acts() == "session.open");
    BOOST_TEST(text("SELECT origin FROM trail WHERE action = 'session.open'") == "10.0.0.7");
    BOOST_TEST(text("SELECT LOWER(HEX(token_hash)) FROM session") == touchstone::toHex(touchstone::sha256(signedIn.token)));
}

BOOST_AUTO_TEST_CASE(unknownAccountAndWrongPasswordAreRefusedAlikeAndNoted) {
    BOOST_TEST(signIn("li", "wrong") == "wrong_credentials");
    BOOST_TEST(signIn("nobody", "wrong") == "wrong_credentials");
    BOOST_TEST(signIn("nobody", "a password that nobody has") == "wrong_credentials");
    BOOST_TEST(signIn("gateway", "a password that nobody has") == "wrong_credentials");   // has a token only
    BOOST_TEST(signIn("LI", kPassword) == "wrong_credentials");
    BOOST_TEST(acts() == "person.refuse,person.refuse,person.refuse,person.refuse,person.refuse");
    // Who types a password where the account goes must not find it in the trail.
    BOOST_TEST(text("SELECT COUNT(*) FROM trail WHERE subject LIKE 'nobody%' OR actor LIKE 'nobody%'") == "0");
}

BOOST_AUTO_TEST_CASE(aBlankAfterTheAccountIsAnotherAccount) {
    BOOST_TEST(signIn("li ", kPassword) == "wrong_credentials");
    BOOST_CHECK_EXCEPTION(static_cast<void>(accounts.issueToken(administrator, "gateway ")), Error, refusedAs(ErrorCode::NotFound));
    BOOST_CHECK_EXCEPTION(static_cast<void>(accounts.unlock(administrator, "li ", "忘记")), Error, refusedAs(ErrorCode::NotFound));
}

BOOST_AUTO_TEST_CASE(fiveWrongPasswordsLockForAQuarterOfAnHour) {
    for (int i = 0; i < 5; ++i) BOOST_TEST(signIn("li", "wrong") == "wrong_credentials");
    BOOST_TEST(acts().ends_with("person.refuse,person.lock"));
    BOOST_TEST(signIn("li", kPassword) == "account_locked");
    clock.advance(15min - 1us);
    BOOST_TEST(signIn("li", kPassword) == "account_locked");
    clock.advance(1us);
    BOOST_TEST(signIn("li", kPassword) == "");
    BOOST_TEST(!accounts.list(administrator).at(1).lockedUntil.has_value());
}

BOOST_AUTO_TEST_CASE(afterALockTheCountBeginsAnew) {
    for (int i = 0; i < 5; ++i) static_cast<void>(signIn("li", "wrong"));
    clock.advance(15min);
    for (int i = 0; i < 4; ++i) BOOST_TEST(signIn("li", "wrong") == "wrong_credentials");
    BOOST_TEST(signIn("li", kPassword) == "");
    for (int i = 0; i < 4; ++i) BOOST_TEST(signIn("li", "wrong") == "wrong_credentials");
    BOOST_TEST(signIn("li", kPassword) == "");
}

BOOST_AUTO_TEST_CASE(guessesAtOnceAreAllCounted) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { static_cast<void>(signIn("li", "wrong")); });
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(text("SELECT COUNT(*) FROM trail WHERE action = 'person.lock'") == "1");
    BOOST_TEST(signIn("li", kPassword) == "account_locked");
}

BOOST_AUTO_TEST_CASE(unlockingLetsInAtOnceAndSaysWhy) {
    for (int i = 0; i < 5; ++i) static_cast<void>(signIn("li", "wrong"));
    BOOST_TEST(accounts.list(administrator).at(1).lockedUntil.has_value());
    BOOST_TEST(!accounts.unlock(administrator, "li", "本人忘记").lockedUntil.has_value());
    BOOST_TEST(signIn("li", kPassword) == "");
    BOOST_TEST(text("SELECT reason FROM trail WHERE action = 'person.unlock'") == "本人忘记");
    BOOST_CHECK_EXCEPTION(static_cast<void>(accounts.unlock(administrator, "nobody", "x")), Error, refusedAs(ErrorCode::NotFound));
}

BOOST_AUTO_TEST_CASE(whoIsNotEnabledStaysOutside) {
    sql("UPDATE person SET enabled = FALSE WHERE login = 'li'");
    BOOST_TEST(signIn("li", kPassword) == "wrong_credentials");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(sessions, Staffed)

BOOST_AUTO_TEST_CASE(aSessionEndsAfterTwelveHoursOfWork) {
    const auto session = accounts.signIn("li", kPassword, "::1");
    for (int i = 0; i < 35; ++i) {
        clock.advance(20min);
        BOOST_TEST(accounts.authenticate(session.token).has_value());
    }
    clock.advance(20min);
    BOOST_TEST(!accounts.authenticate(session.token).has_value());
}

BOOST_AUTO_TEST_CASE(aSessionEndsAfterHalfAnHourWithoutARequest) {
    const auto session = accounts.signIn("li", kPassword, "::1");
    clock.advance(30min - 1us);
    BOOST_TEST(accounts.authenticate(session.token).has_value());
    clock.advance(30min);
    BOOST_TEST(!accounts.authenticate(session.token).has_value());
}

BOOST_AUTO_TEST_CASE(aSignedOutSessionIsGoneAtOnce) {
    const auto session = accounts.signIn("li", kPassword, "::1");
    BOOST_TEST(accounts.authenticate(session.token).has_value());
    accounts.signOut(session.actor, session.token);
    BOOST_TEST(!accounts.authenticate(session.token).has_value());
    BOOST_CHECK_EXCEPTION(static_cast<void>(accounts.expiryOf(session.token)), Error, refusedAs(ErrorCode::NotSignedIn));
    BOOST_TEST(acts() == "session.open,session.close");
}

BOOST_AUTO_TEST_CASE(aDisabledPersonActsFiveSecondsMoreAtMost) {
    const auto session = accounts.signIn("li", kPassword, "::1");
    BOOST_TEST(accounts.authenticate(session.token).has_value());
    sql("UPDATE person SET enabled = FALSE WHERE login = 'li'");
    clock.advance(5s - 1us);
    BOOST_TEST(accounts.authenticate(session.token).has_value());
    clock.advance(1us);
    BOOST_TEST(!accounts.authenticate(session.token).has_value());
}

BOOST_AUTO_TEST_CASE(rolesAreReadAnew) {
    const auto session = accounts.signIn("li", kPassword, "::1");
    sql("DELETE FROM person_role WHERE role = 'checker'");
    clock.advance(5s);
    BOOST_TEST((accounts.authenticate(session.token)->roles == std::set{Role::analyst}));
}

BOOST_AUTO_TEST_CASE(aTokenOfAProgramNeitherIdlesNorEndsWithTheDay) {
    const std::string token = accounts.issueToken(administrator, "gateway");
    clock.advance(24h * 365);
    BOOST_TEST(accounts.authenticate(token)->login == "gateway");
    BOOST_CHECK_EXCEPTION(static_cast<void>(accounts.issueToken(administrator, "nobody")), Error, refusedAs(ErrorCode::NotFound));
    BOOST_TEST(acts() == "person.issue_token");
}

BOOST_AUTO_TEST_CASE(noTokenIsNobody) {
    BOOST_TEST(!accounts.authenticate("").has_value());
    BOOST_TEST(!accounts.authenticate(std::string(1000, '\xFF')).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(creating, Staffed)

BOOST_AUTO_TEST_CASE(aBatchIsCreatedWholeOrNotAtAll) {
    auto fault = [&](const std::vector<people::NewAccount>& given) {
        try {
            accounts.create(administrator, given);
        } catch (const Error& error) {
            return error.fields().at(0).field + ":" + std::string(name(error.fields().at(0).code));
        }
        return std::string();
    };
    const people::NewAccount good{"wang", "王", {}, {Role::analyst}, "LAB"};
    BOOST_TEST(fault({good, {"zhao", "赵", {}, {}, "NOWHERE"}}) == "organisation:not_known");
    BOOST_TEST(fault({good, {"zhao", "赵", {}, {}, "LAB "}}) == "organisation:not_known");
    BOOST_TEST(fault({good, {"li", "又李", {}, {}, "LAB"}}) == "login:duplicate");
    BOOST_TEST(fault({good, good}) == "login:duplicate");
    BOOST_TEST(fault({good, {"zhao", "赵", {}, {Role::analyst, Role::analyst}, "LAB"}}) == "roles:duplicate");
    BOOST_TEST(text("SELECT COUNT(*) FROM person") == "2");
    BOOST_TEST(fault({good}) == "");
    BOOST_TEST(text("SELECT new_value FROM trail WHERE subject = 'wang'") == R"({"roles":["analyst"]})");
}

BOOST_AUTO_TEST_CASE(onlyAnAdministratorSeesAndMakesAccounts) {
    Actor analyst{{1}, "li", "李", {Role::analyst, Role::quality_manager}, "LAB", "15", "::1"};
    BOOST_CHECK_EXCEPTION(accounts.create(analyst, {}), Error, refusedAs(ErrorCode::NoRight));
    BOOST_CHECK_EXCEPTION(static_cast<void>(accounts.list(analyst)), Error, refusedAs(ErrorCode::NoRight));
    BOOST_CHECK_EXCEPTION(static_cast<void>(accounts.unlock(analyst, "li", "x")), Error, refusedAs(ErrorCode::NoRight));
    BOOST_CHECK_EXCEPTION(static_cast<void>(accounts.issueToken(analyst, "li")), Error, refusedAs(ErrorCode::NoRight));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(signing, Staffed)

BOOST_AUTO_TEST_CASE(aSignatureNeedsThePasswordAgain) {
    const Actor actor = accounts.signIn("li", kPassword, "::1").actor;
    accounts.confirm(actor, kPassword);
    BOOST_CHECK_EXCEPTION(accounts.confirm(actor, "wrong"), Error, refusedAs(ErrorCode::SignatureRefused));
    BOOST_CHECK_EXCEPTION(accounts.confirm(administrator, kPassword), Error, refusedAs(ErrorCode::SignatureRefused));
    for (int i = 0; i < 4; ++i) BOOST_CHECK_THROW(accounts.confirm(actor, "wrong"), Error);
    BOOST_CHECK_EXCEPTION(accounts.confirm(actor, kPassword), Error, refusedAs(ErrorCode::AccountLocked));
}

BOOST_AUTO_TEST_CASE(aSignatureKeepsMeaningReasonAndContent) {
    const Actor actor = accounts.signIn("li", kPassword, "::1").actor;
    const auto id = application().write([&](db::WriteTransaction& tx) {
        return accounts.sign(tx, actor, {"release", "检验完成", touchstone::sha256("content")});
    });
    BOOST_TEST(text("SELECT CONCAT_WS('|', id, person_id, at, meaning, reason, LOWER(HEX(content_hash))) FROM signature") ==
               std::to_string(id) + "|" + std::to_string(actor.id.value) + "|2026-11-22 02:00:00.000000|release|检验完成|" +
                   touchstone::toHex(touchstone::sha256("content")));
    BOOST_CHECK_EXCEPTION(application().write([](db::WriteTransaction& tx) { tx.execute({"u", "UPDATE signature SET meaning = 'x'"}); }),
                          db::SqlError, [](const db::SqlError& error) { return error.code() == 1142; });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(passwords)

BOOST_AUTO_TEST_CASE(aHashIsSaltedArgon2id) {
    const std::string hash = people::hashPassword(kPassword);
    BOOST_TEST(hash.starts_with("$argon2id$"));
    BOOST_TEST(hash != people::hashPassword(kPassword));
    BOOST_TEST(people::matchesPassword(hash, kPassword));
    BOOST_TEST(!people::matchesPassword(hash, kPassword + " "));
    BOOST_TEST(!people::matchesPassword(hash, std::string(kPassword) + '\0'));
    BOOST_TEST(!people::matchesPassword("no hash", kPassword));
    BOOST_TEST(!people::matchesPassword("", ""));
}

BOOST_AUTO_TEST_SUITE_END()
