#include "server/regulators/Mailer.h"

#include <Poco/Logger.h>

#include <algorithm>

#include "server/regulators/Letter.h"
#include "server/regulators/MailText.h"

namespace touchstone::regulators {
namespace {

constexpr std::size_t kMailsAtOnce = 100;
constexpr int kMostLost = 3;  // one after another: then it is the server, not the mails
constexpr std::chrono::seconds kLongestPause{300};
constexpr std::chrono::hours kLongestRetry{4};

}  // namespace

std::size_t Mailer::run() {
    if (pausedUntil_ && clock_.now() < *pausedUntil_) return 0;
    std::size_t sent = 0;
    int lost = 0;
    while (!stopping_) {
        const std::vector<Mail> mails = database_.read(
            [&](db::ReadTransaction& tx) { return store::mailsToSend(tx, clock_.now(), kMailsAtOnce); });
        if (mails.empty()) break;
        for (const Mail& mail : mails) {
            if (stopping_ || !open()) return sent;
            const Outcome outcome = send(mail);
            sent += outcome == Outcome::sent ? 1 : 0;
            if (outcome == Outcome::unreachable) return sent;
            lost = outcome == Outcome::lost ? lost + 1 : 0;
            if (lost == kMostLost) {
                pause("connections break");
                return sent;
            }
        }
    }
    post_.close();
    return sent;
}

bool Mailer::open() {
    try {
        post_.open();
        pausedUntil_.reset();
        return true;
    } catch (const MailUnreachable& error) {
        pause(error.what());
        return false;
    }
}

void Mailer::pause(const std::string& why) {
    post_.close();
    pause_ = pausedUntil_ ? std::min(pause_ * 2, kLongestPause) : std::min(settings_.retry, kLongestPause);
    pausedUntil_ = clock_.now() + pause_;
    Poco::Logger::get("mail").warning("no mail is sent for %s s: %s", std::to_string(pause_.count()), why);
}

Mailer::Outcome Mailer::send(const Mail& mail) {
    // Nobody else may try while this one may still be under way.
    const Instant until = clock_.now() + 2 * settings_.timeout;
    if (!database_.write([&](db::WriteTransaction& tx) { return store::takeMail(tx, mail, until); })) {
        return Outcome::notSent;
    }
    try {
        post_.send(settings_.from, mail.recipient, written(mail));
    } catch (const MailUnreachable& error) {
        database_.write([&](db::WriteTransaction& tx) { store::putMailBack(tx, mail); });
        pause(error.what());
        return Outcome::unreachable;
    } catch (const MailLost& error) {
        refused(mail, false, error.what());
        return Outcome::lost;
    } catch (const MailRefused& error) {
        refused(mail, error.permanent, error.what());
        return Outcome::notSent;
    } catch (const std::invalid_argument& error) {
        refused(mail, true, error.what());
        return Outcome::notSent;
    }
    database_.write([&](db::WriteTransaction& tx) { store::mailSent(tx, mail.id, clock_.now()); });
    return Outcome::sent;
}

void Mailer::refused(const Mail& mail, bool permanent, const std::string& said) {
    const std::int64_t attempts = mail.attempts + 1;
    const bool failed = permanent || attempts >= kMostAttempts;
    const std::chrono::seconds wait =
        std::min<std::chrono::seconds>(settings_.retry * (std::int64_t{1} << std::min<std::int64_t>(mail.attempts, 20)), kLongestRetry);
    database_.write([&](db::WriteTransaction& tx) {
        if (failed) {
            store::mailFailed(tx, mail.id, said, clock_.now());
        } else {
            store::mailRefused(tx, mail.id, said, clock_.now() + wait);
        }
    });
    if (failed) Poco::Logger::get("mail").warning("mail %s has failed: %s", std::to_string(mail.id), said);
}

std::string Mailer::written(const Mail& mail) const {
    const LinkAct act = mail.kind == "confirm" ? LinkAct::confirm : LinkAct::end;
    const std::string page = links_.page(links_.link(act, mail.subscription, mail.salt));
    Letter letter{settings_.from, mail.recipient,      mail.subject, mail.body + mailText::foot(mail.language, act, page),
                  "mail-" + std::to_string(mail.id), "",  mail.madeAt};
    if (act == LinkAct::end) letter.unsubscribe = page;
    return compose(letter);
}

}  // namespace touchstone::regulators
