#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/people/Signature.h"
#include "server/regulators/RiskStore.h"

namespace touchstone::regulators {

/// A certificate that may be disclosed, and a row of an issue: the same facts, before and after they are frozen.
struct DisclosureRow {
    std::int64_t seq = 0;
    CertificateId certificate;
    std::string number, laboratory, productName, productKind, specification, batchNo, maker, approvalNo;
    std::string client;  ///< 被抽样单位
    std::string edition, issuedOn, verdict;
    std::vector<FailingItem> failing;
    std::string status;  ///< of the certificate now, not when it was drafted: issued, superseded, withdrawn
    std::optional<std::string> replacement;  ///< number of the certificate that stands instead of a superseded one

    /// What has become of it since: none, corrected (更正), withdrawn (撤回).
    [[nodiscard]] std::string mark() const {
        if (status == "superseded") return "corrected";
        return status == "withdrawn" ? "withdrawn" : "none";
    }
};

/// One issue (第N期) of a regulator's disclosure.
struct Disclosure {
    std::int64_t id;
    std::int64_t organisationId;
    std::string organisation;  ///< code
    std::string organisationName;
    std::string title, status;  ///< draft, published, discarded
    std::string drafter;        ///< login
    std::string drafterName;
    Instant draftedAt;
    std::optional<std::string> decider;  ///< name; who published or discarded
    std::optional<Instant> decidedAt;
    std::optional<std::string> reason;
    std::optional<std::int64_t> year, issueNo;
    std::int64_t rows = 0, failing = 0;
    std::optional<std::int64_t> signatureId = {};
    std::optional<people::Signature> signature = {};  ///< of who published; none: from before publishing was signed
};

/// What is signed when an issue is published: its number, title and every row as it was frozen. Nothing of what became
/// of a certificate since. Its shape never changes, since the hashes of earlier signatures are of it.
[[nodiscard]] std::string publishedContent(const Disclosure& issue, const std::vector<DisclosureRow>& rows);

struct CandidateFilter {
    std::string region;  ///< this one and those below it
    std::string organisation;
    std::optional<std::string> productKind = {};
    std::optional<std::string> verdict = {};
    std::optional<Date> from = {}, to = {};  ///< days of issue, both included
    std::optional<std::int64_t> after = {};
    std::int64_t limit = 50;
};

struct RowFilter {
    std::optional<std::string> q =
        {};  ///< part of product, batch, maker, the sampled party or the certificate's number
    std::optional<std::string> verdict = {};
    std::int64_t after = 0;  ///< rows behind this one
    std::int64_t limit = 50;
};

/// An issue holds at most so many, so that its files are made in one piece.
inline constexpr std::size_t kMostRows = 2000;

}  // namespace touchstone::regulators
