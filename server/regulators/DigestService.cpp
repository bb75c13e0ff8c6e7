#include "server/regulators/DigestService.h"

#include <map>

#include "server/regulators/FeedStore.h"
#include "server/regulators/MailStore.h"
#include "server/regulators/MailText.h"

namespace touchstone::regulators {

void DigestService::run() {
    const std::int64_t last = feed_.last();
    const std::vector<store::Due> due = database_.read(
        [&](db::ReadTransaction& tx) { return store::dueSubscriptions(tx, last, clock_.now() - every_); });
    for (const store::Due& each : due) digest(each);
    tellNotices();
}

void DigestService::digest(const store::Due& due) {
    const Subscription& to = due.subscription;
    const Directory::Changes found = feed_.directory().changes(due.region, to.filter, to.position, kMostLines);
    if (found.reached <= to.position) return;
    const Instant now = clock_.now();
    database_.write([&](db::WriteTransaction& tx) {
        std::vector<mailText::Line> lines;
        for (const Change& change : store::changes(tx, due.region, found.positions)) {
            const certificates::Certificate& one = change.certificate;
            lines.push_back({one.number, one.productName, one.verdict, change.kind});
        }
        const auto digested = lines.empty() ? std::nullopt : std::optional(now);
        if (!store::movePosition(tx, to.id, to.position, found.reached, digested) || lines.empty()) return;
        const bool more = found.positions.size() == kMostLines;
        const mailText::Text text = mailText::digest(to.language, links_, lines, more);
        store::insertMail(tx, {to.id, "digest", to.address, text.subject, text.body}, now);
    });
}

void DigestService::tellNotices() {
    const std::vector<store::NoticeToMail> all =
        database_.read([](db::ReadTransaction& tx) { return store::noticesToMail(tx, kMostLines); });
    std::map<std::int64_t, std::vector<store::NoticeToMail>> bySubscription;
    for (const store::NoticeToMail& notice : all) bySubscription[notice.subscription].push_back(notice);
    for (const auto& [id, notices] : bySubscription) {
        std::vector<mailText::Line> lines;
        std::vector<std::int64_t> ids;
        for (const store::NoticeToMail& notice : notices) {
            lines.push_back({notice.number, notice.product, notice.verdict, notice.kind});
            ids.push_back(notice.id);
        }
        try {
            database_.write([&](db::WriteTransaction& tx) {
                const std::optional<Subscription> to = store::subscription(tx, id);
                if (!to || to->state != "active") return;
                const mailText::Text text = mailText::notices(to->language, links_, lines);
                const std::int64_t mail =
                    store::insertMail(tx, {id, "notice", to->address, text.subject, text.body}, clock_.now());
                store::insertMailNotices(tx, mail, ids);
            });
        } catch (const db::DuplicateKey&) {  // another server tells of one of them; the rest comes at the next turn
        }
    }
}

}  // namespace touchstone::regulators
