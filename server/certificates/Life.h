#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/certificates/Amendment.h"
#include "server/core/Clock.h"

/// What is known of a certificate after it was issued. Values only.
namespace touchstone::certificates {

/// One certificate of a sample, in the order of revisions.
struct Revision {
    std::string number, status;
    std::int64_t revision;
    Instant releasedAt;
    std::optional<Instant> issuedAt, endedAt;  ///< endedAt: superseded or withdrawn
    std::optional<std::string> withdrawnFor;   ///< category
    std::optional<std::string> withdrawnBecause, withdrawnBy;
};

struct AmendmentEvent {
    std::string step, person;
    Instant at;
    std::optional<std::string> reason;
};
struct AmendedTest {
    std::int64_t test;
    std::string item;
};
struct AmendmentView {
    std::int64_t id;
    std::string certificate, kind, reason, status;
    std::vector<HeadChange> changes;
    std::vector<AmendedTest> tests;
    std::vector<AmendmentEvent> steps;
};

struct DownloadView {
    std::string certificate, person, organisation;
    Instant at;
};

/// A notice to somebody who downloaded a certificate that was replaced or withdrawn.
struct Notice {
    std::int64_t id;
    std::string certificate, kind, productName, batchNo;
    std::string person, organisation;  ///< who downloaded
    Instant madeAt;
    std::optional<Instant> deliveredAt, readAt;
    std::optional<std::string> readBy;
    std::optional<std::string> successor, withdrawnFor;
};
struct NoticeFilter {
    bool unreadOnly = false;
    std::optional<std::int64_t> after = {};  ///< ids below this one
    std::int64_t limit = 50;
};

struct HoldAct {
    std::string certificate;
    bool set;
    std::string person, reason;
    Instant at;
};

/// How long the certificates of a sample and the raw records behind them are kept.
struct Retention {
    std::optional<std::string> until;  ///< day; nothing: no rule was in force, they are kept for good
    bool held = false;                 ///< by a legal hold on one of the certificates
};

struct Life {
    std::string sample;
    std::vector<Revision> revisions;
    std::vector<AmendmentView> amendments;
    std::vector<DownloadView> downloads;  ///< newest first, not more than 500
    std::vector<Notice> notices;          ///< likewise
    std::vector<HoldAct> holds;
    Retention retention;
};

/// A certificate in the list of what is kept.
struct Kept {
    std::int64_t id;
    std::string number, sample, productName, status;
    Instant releasedAt;
    Retention retention;
    std::string state;                    ///< kept, held, due: may be disposed of
    std::optional<std::string> disposal;  ///< of its sample: proposed, approved, disposed
};
struct KeptFilter {
    std::optional<std::string> state = {};
    std::optional<std::int64_t> after = {};  ///< ids above this one
    std::int64_t limit = 50;
};

}  // namespace touchstone::certificates
