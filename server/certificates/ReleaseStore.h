#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/certificates/Differences.h"
#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/core/Error.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

namespace touchstone::certificates {

/// A row as it is prepared.
struct PreparedRow {
    std::string sample;
    std::optional<Error> refusal;  ///< nothing: ready
    std::optional<Sha256> hash;
    std::optional<std::string> verdict;
    std::string differences = "[]";
};

/// A row of the job that is to be signed.
struct ReadyRow {
    std::int64_t place;
    std::string sample;
    Sha256 hash;
};

/// How many rows stand where.
struct ReleaseCounts {
    std::int64_t ready = 0, refused = 0, drawing = 0, failed = 0, issued = 0;
};

/// A job as lists and pages show it.
struct ReleaseJob {
    std::int64_t id;
    PersonId person;
    std::string login, name;
    Instant preparedAt;
    std::string shownHash;  ///< hex
    std::optional<Instant> signedAt;
    std::optional<Instant> lastIssuedAt;
    std::int64_t total = 0;
    ReleaseCounts counts;
    NearLimitRules nearLimit = {};  ///< by which it was prepared, for each kind of product in it
};

/// A row as pages show it. state: ready, refused, drawing, failed (could not be drawn), issued.
struct ReleaseRow {
    std::int64_t place;
    std::string sample, state;
    std::optional<Error> refusal;
    std::optional<std::string> problem;  ///< of the drawing
    std::optional<std::string> verdict, productName, batchNo, maker, certificate;
    std::string differences;
};

struct RowFilter {
    std::optional<std::string> state = {};
    bool different = false;  ///< only rows with differences
    std::optional<std::int64_t> after = {};
    std::int64_t limit = 50;
};

/// All SQL on release jobs, and what differences are read from.
namespace store {

[[nodiscard]] std::int64_t insertJob(db::WriteTransaction& tx, PersonId person, Instant at, const Sha256& shown,
                                     const std::vector<PreparedRow>& rows);
/// Preparations that nobody signed.
void removePreparedBefore(db::WriteTransaction& tx, Instant before);

struct LockedJob {
    PersonId person;
    Instant preparedAt;
    Sha256 shown;
    bool isSigned;
};
[[nodiscard]] std::optional<LockedJob> lockJob(db::WriteTransaction& tx, std::int64_t id);
/// In order of place.
[[nodiscard]] std::vector<ReadyRow> readyRows(db::ReadTransaction& tx, std::int64_t job);
void sign(db::WriteTransaction& tx, std::int64_t job, std::int64_t signature, Instant at);
void markSigned(db::WriteTransaction& tx, std::int64_t job, const std::vector<std::int64_t>& places,
                const std::vector<CertificateId>& certificates);
void markRefused(db::WriteTransaction& tx, std::int64_t job, const std::map<std::int64_t, Error>& refusals);

[[nodiscard]] std::optional<ReleaseJob> job(db::ReadTransaction& tx, std::int64_t id);
/// Newest first.
[[nodiscard]] std::vector<ReleaseJob> jobs(db::ReadTransaction& tx, std::optional<std::int64_t> after, std::int64_t limit);
/// In order of place.
[[nodiscard]] std::vector<ReleaseRow> rows(db::ReadTransaction& tx, std::int64_t job, const RowFilter& filter);

/// The newest certified sample of each product, by the product's code.
[[nodiscard]] std::map<std::string, Earlier> previous(db::ReadTransaction& tx, const std::vector<std::string>& products);
/// The newest certificate of each sample that has one.
[[nodiscard]] std::map<SampleId, std::string> certificatesOf(db::ReadTransaction& tx, const std::vector<SampleId>& samples);
/// Undecided late results.
[[nodiscard]] std::map<SampleId, std::vector<LateValue>> late(db::ReadTransaction& tx, const std::vector<SampleId>& samples);

}  // namespace store
}  // namespace touchstone::certificates
