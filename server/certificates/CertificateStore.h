#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/certificates/Frozen.h"
#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

namespace touchstone::certificates {

/// A certificate as lists show it.
struct Certificate {
    CertificateId id;
    std::string number, sample, productName, batchNo, maker, client, regionCode;
    std::string verdict, status;
    Instant releasedAt;  ///< when the signatory signed; its day is the printed one
    std::optional<Instant> issuedAt;
    std::optional<std::string> sha256;  ///< hex, of the file
    std::int64_t revision = 1;
    std::optional<std::string> successor = {};  ///< number of the issued certificate that took its place
    std::optional<Instant> withdrawnAt = {};
    std::optional<std::string> withdrawnFor = {};  ///< category
    std::string language = "zh";
};

struct CertificateFilter {
    std::optional<std::string> q = {};  ///< part of number, sample, batch, product or maker
    std::optional<std::string> verdict = {};
    std::optional<std::string> status = {};
    std::optional<std::int64_t> after = {};  ///< ids below this one
    std::int64_t limit = 50;
};

/// With what was frozen into it.
struct CertificateDetail {
    Certificate certificate;
    std::string frozen;
};

struct CertificateFile {
    CertificateId id;
    std::string number, sample;
    std::string pdf;
};

struct NewCertificate {
    std::string number;
    SampleId sample;
    std::string token;
    std::string verdict;
    std::int64_t signature;
    Instant releasedAt;
    std::string frozen;
    std::int64_t revision = 1;
    std::optional<CertificateId> replaces = {};
    std::string language = "zh";
};

struct Drawing {
    CertificateId id;
    std::string number, sample, frozen;
};

struct DrawnFile {
    CertificateId id;
    Sha256 sha256;
    std::string pdf;
};

/// Why one could not be drawn.
struct Undrawn {
    CertificateId id;
    std::string problem;
};

/// All SQL on certificates.
namespace store {

/// Locks the tests of the samples until the transaction ends, so that what is frozen is what is released.
void lockTests(db::WriteTransaction& tx, const std::vector<std::string>& sampleNumbers);
/// Ordered by id; unknown numbers are left out.
[[nodiscard]] std::vector<FrozenSample> samples(db::ReadTransaction& tx, const std::vector<std::string>& sampleNumbers);
/// Tests with their standing results, ordered by sample and place.
[[nodiscard]] std::vector<FrozenTest> tests(db::ReadTransaction& tx, const std::vector<SampleId>& samples);
/// The laboratory's own data of an organisation; nothing when there is none of that code.
[[nodiscard]] std::optional<FrozenLaboratory> laboratory(db::ReadTransaction& tx, const std::string& code);

/// How a person is called in English: `name`, or nothing.
[[nodiscard]] English nameEnglish(db::ReadTransaction& tx, PersonId person);

[[nodiscard]] std::vector<CertificateId> insert(db::WriteTransaction& tx,
                                                const std::vector<NewCertificate>& certificates);

/// Those of the certificates that are still to be drawn.
[[nodiscard]] std::vector<Drawing> drawings(db::ReadTransaction& tx, const std::vector<CertificateId>& ids);
/// Ids of certificates still to be drawn, after the given one.
[[nodiscard]] std::vector<CertificateId> waiting(db::ReadTransaction& tx, CertificateId after, std::size_t limit);
/// Locks those of the certificates that are still to be drawn and gives them; whoever comes second gets none.
[[nodiscard]] std::vector<CertificateId> claim(db::WriteTransaction& tx, const std::vector<CertificateId>& ids);
/// Stores the files of claimed certificates, which become issued and published.
void issue(db::WriteTransaction& tx, const std::vector<const DrawnFile*>& files, Instant at);

void noteProblems(db::WriteTransaction& tx, const std::vector<Undrawn>& undrawn);

/// Newest first.
[[nodiscard]] std::vector<Certificate> list(db::ReadTransaction& tx, const CertificateFilter& filter);
[[nodiscard]] std::vector<Certificate> byIds(db::ReadTransaction& tx, const std::vector<CertificateId>& ids);
[[nodiscard]] std::optional<CertificateDetail> byNumber(db::ReadTransaction& tx, const std::string& number);
[[nodiscard]] std::optional<CertificateDetail> byToken(db::ReadTransaction& tx, const std::string& token);
[[nodiscard]] std::optional<CertificateDetail> byFile(db::ReadTransaction& tx, const Sha256& sha256);
/// region: only when the sample's region is this one or below it.
[[nodiscard]] std::optional<CertificateFile> file(db::ReadTransaction& tx, const std::string& number,
                                                  const std::optional<std::string>& region = std::nullopt);

}  // namespace store
}  // namespace touchstone::certificates
