#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/certificates/Amendment.h"
#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

/// All SQL on amendments.
namespace touchstone::certificates::store {

/// A certificate, locked together with its sample.
struct LockedCertificate {
    CertificateId id;
    std::string number;
    SampleId sample;
    std::string sampleNumber, status;
    bool newest = false;  ///< none of a later revision
};
[[nodiscard]] std::optional<LockedCertificate> lockCertificate(db::WriteTransaction& tx, const std::string& number);

struct NewAmendment {
    CertificateId certificate;
    AmendmentKind kind;
    std::string reason;
    std::vector<HeadChange> changes;
    std::vector<TestId> tests;
};
/// db::DuplicateKey "amendment_open" when another one is open for the certificate.
[[nodiscard]] std::int64_t insertAmendment(db::WriteTransaction& tx, const NewAmendment& amendment);

struct OpenAmendment {
    std::int64_t id;
    std::string status;
    NewAmendment proposed;
};
[[nodiscard]] std::optional<OpenAmendment> lockOpenAmendment(db::WriteTransaction& tx, CertificateId certificate);
/// released and refused ones are open no more.
void setStatus(db::WriteTransaction& tx, std::int64_t amendment, const std::string& status);

struct AmendmentStep {
    std::int64_t amendment;
    std::string step;
    std::optional<std::int64_t> signature = {};
    std::optional<std::string> reason = {};
};
/// db::DuplicateKey "amendment_separation" when the person took a step of the same amendment before.
void insertSteps(db::WriteTransaction& tx, const std::vector<AmendmentStep>& steps, PersonId person, Instant at);

/// A sample all of whose tests are released waits for its signatory again, or no more.
void setReleasing(db::WriteTransaction& tx, SampleId sample, bool releasing);
/// Those of the tests that are of the sample.
[[nodiscard]] std::vector<TestId> testsOfSample(db::ReadTransaction& tx, SampleId sample, const std::vector<TestId>& tests);

/// What a sample about to be released replaces: its newest certificate, under an amendment that was checked.
struct Replacement {
    SampleId sample;
    CertificateId certificate;
    std::int64_t amendment;
    std::string number;
    std::int64_t revision;
    Instant releasedAt;
    std::string sha256, frozen, reason;
    bool ownHand = false;  ///< the person took a step of the amendment
};
/// Without a lock: who would refuse an amendment meanwhile waits for the sample.
[[nodiscard]] std::vector<Replacement> replacements(db::ReadTransaction& tx, const std::vector<SampleId>& samples, PersonId person);

}  // namespace touchstone::certificates::store
