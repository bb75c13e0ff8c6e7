#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/catalogue/Catalogue.h"
#include "server/core/Actor.h"
#include "server/db/Database.h"
#include "server/samples/Sample.h"

/// All SQL on samples, and the making of their tests.
namespace touchstone::samples {

/// The answer that this person's request key got before, or nothing.
[[nodiscard]] std::optional<std::string> answerOf(db::ReadTransaction& tx, PersonId person, const std::string& requestKey);
/// Throws db::DuplicateKey "registration_request" when the key is taken.
[[nodiscard]] std::int64_t insertRegistration(db::WriteTransaction& tx, PersonId person, Instant at,
                                              const std::optional<std::string>& requestKey, const std::string& answer);

/// A sample with all that was decided about it.
struct NumberedSample {
    const NewSample* sample;
    const catalogue::Product* product;
    const catalogue::Edition* edition;
    std::vector<const catalogue::TestItem*> items;
    std::string number;
    std::optional<Date> dueOn;
};
/// Samples with a test for each of their items.
void insertSamples(db::WriteTransaction& tx, std::int64_t registration, Instant receivedAt,
                   const std::vector<NumberedSample>& samples);

/// A sample as lists show it.
struct SampleSummary {
    SampleId id;
    std::string number;
    std::string product;
    std::string productName;
    std::string kind;
    std::string batchNo;
    std::string maker;
    std::string status;
    Instant receivedAt;
    std::optional<std::string> dueOn;
    bool overdue = false;
    std::int64_t failing = 0;
};

struct SampleRecord {
    SampleSummary summary;
    std::string specification;
    std::string approvalNo;
    std::string client;
    std::string businessKind;
    std::string voucherNo;
    std::string sampledOn;
    std::string sealState;
    std::string quantity;
    std::string quantityUnit;
    std::optional<std::string> producedOn;
    std::optional<std::string> expiresOn;
    std::string regionCode;
    std::string edition;
    Particulars particulars;
    std::string language;
    std::map<std::string, std::string> english;   ///< by the names of englishFields(); without those that are not said
};

struct SampleFilter {
    std::optional<std::string> status = {};
    bool overdue = false;
    std::optional<std::string> part = {};      ///< of number, batch, product or maker
    std::optional<std::string> product = {};   ///< code
    std::optional<std::string> verdict = {};   ///< fails: an item does; conforms: none
    std::optional<Date> dueBy = {};            ///< due on this day or before
    std::optional<std::int64_t> after = {};    ///< ids below this one
    std::int64_t limit = 50;
};

/// Newest first.
[[nodiscard]] std::vector<SampleSummary> listSamples(db::ReadTransaction& tx, const SampleFilter& filter, Date today);
/// Samples by status, under the filter's part, product, verdict and due day.
[[nodiscard]] std::map<std::string, std::int64_t> countSamples(db::ReadTransaction& tx, const SampleFilter& filter);
/// By number. Unknown numbers are left out.
[[nodiscard]] std::map<std::string, SampleRecord> samplesByNumber(db::ReadTransaction& tx, const std::vector<std::string>& numbers,
                                                                  Date today);
/// Numbers of the certificates of a sample, oldest first.
[[nodiscard]] std::vector<std::string> certificatesOf(db::ReadTransaction& tx, SampleId sample);

}  // namespace touchstone::samples
