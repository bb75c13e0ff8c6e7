#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Error.h"
#include "server/core/Id.h"
#include "server/people/Signature.h"

/// Disposal of what is left of samples whose certificates and records are past their term. Values only.
namespace touchstone::certificates {

/// One sample of a list.
struct DisposalRow {
    std::int64_t place;
    SampleId sampleId;
    std::string sample, productName, batchNo;
    std::string quantity;     ///< as received, with its unit
    std::string retainUntil;  ///< day, as it was when the list was proposed
    std::string state;        ///< listed, failed, disposed
    bool approved = false;    ///< stands under the signature
    std::optional<Error> refusal;
    std::optional<std::string> method;  ///< destroyed, returned, transferred
    std::optional<std::string> note, doneBy, witness;
    std::optional<Instant> doneAt;
};

struct Disposal {
    std::int64_t id;
    std::string status;  ///< proposed, approved, refused
    std::string reason;
    PersonId proposer;
    std::string proposerLogin, proposerName;
    Instant proposedAt;
    std::optional<std::string> decider, decision;  ///< name, and the reason given
    std::optional<Instant> decidedAt;
    std::optional<std::int64_t> signatureId;
    std::int64_t total = 0, failed = 0, disposed = 0;
    std::vector<DisposalRow> rows = {};               ///< only of a single list
    std::optional<people::Signature> signature = {};  ///< likewise
};

/// What the approval signs: the list and every sample that it approves, with the end of its term. Its shape never
/// changes, since the hashes of earlier signatures are of it.
[[nodiscard]] std::string approvedContent(const Disposal& disposal);

struct DisposalFilter {
    std::optional<std::string> status = {};
    std::optional<std::string> sample = {};  ///< number
    std::optional<std::int64_t> after = {};  ///< ids below this one
    std::int64_t limit = 50;
};

/// What was done with samples of a list.
struct DisposalAct {
    std::vector<std::string> samples;
    std::string method, witness;  ///< witness: login
    std::optional<std::string> note;
};

/// A list is approved and shown whole.
inline constexpr std::size_t kMostDisposed = 500;

}  // namespace touchstone::certificates
