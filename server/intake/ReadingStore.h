#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"
#include "server/db/Database.h"

/// All SQL on readings of messages and on the corrections that people make to them. Both are only ever added to.
namespace touchstone::intake {

struct NewReading {
    std::int64_t message = 0;
    std::int64_t version = 1;
    std::optional<std::int64_t> instrument;
    std::optional<std::int64_t> mappingVersion;
    std::optional<std::string> why;       ///< a person's reason
    std::string state;
    std::optional<std::string> cause;
    std::optional<std::string> detail;
    std::string controlId;
    std::int64_t observations = 0;
    std::int64_t imported = 0;
};
void insertReadings(db::WriteTransaction& tx, const std::vector<NewReading>& readings, PersonId person, Instant at);
/// The messages say from now on what their newest reading found.
void takeNewestReadings(db::WriteTransaction& tx, const std::vector<std::int64_t>& messages);

/// A message that is to be read again, locked.
struct StoredMessage {
    std::int64_t id;
    std::string uid;
    std::string instrument;
    std::string protocol;
    std::string linkState;
    std::string raw;
    std::string state;
    std::optional<std::string> reason;
    std::optional<std::string> detail;
    std::string controlId;
    std::int64_t observations;
    std::int64_t imported;
    std::int64_t reading;        ///< whose observations stand
    std::int64_t newest;         ///< version of the newest reading
};
/// In order of id; unknown uids are left out.
[[nodiscard]] std::vector<StoredMessage> lockMessages(db::WriteTransaction& tx, const std::vector<std::string>& uids);

/// What of a message became a result, in whichever reading.
struct ImportedSpan {
    std::int64_t message;
    std::int64_t offset, length;
    std::int64_t test;
    std::string value;           ///< as it was reported
};
[[nodiscard]] std::vector<ImportedSpan> importedSpans(db::ReadTransaction& tx, const std::vector<std::int64_t>& messages);

/// What of a message became a point of a control chart, in whichever reading.
struct ChartedSpan {
    std::int64_t message;
    std::int64_t offset, length;
    std::string value;           ///< decimal
};
[[nodiscard]] std::vector<ChartedSpan> chartedSpans(db::ReadTransaction& tx, const std::vector<std::int64_t>& messages);

struct Correction {
    std::int64_t id = 0;
    std::int64_t message = 0;
    std::int64_t offset = 0, length = 0;
    std::string wasSpecimen, wasCode;   ///< as read
    std::string specimen, code;
};
/// Oldest first.
[[nodiscard]] std::vector<Correction> corrections(db::ReadTransaction& tx, const std::vector<std::int64_t>& messages);
void insertCorrections(db::WriteTransaction& tx, const std::vector<Correction>& corrections, PersonId person, Instant at,
                       const std::string& reason);

struct ReadingView {
    std::int64_t version;
    Instant at;
    std::string person;
    std::optional<std::string> why;
    std::optional<std::int64_t> mappingVersion;
    std::string state;
    std::optional<std::string> cause;
    std::optional<std::string> detail;
    std::int64_t observations;
    std::int64_t imported;
};
/// Newest first.
[[nodiscard]] std::vector<ReadingView> readingViews(db::ReadTransaction& tx, std::int64_t message);

/// By what a reading understood the bytes. The protocol is that of the instrument now, or what the gateway said.
struct Understanding {
    std::string protocol;
    std::string mapping;    ///< JSON; empty without one
};
[[nodiscard]] Understanding understandingOf(db::ReadTransaction& tx, std::int64_t message, std::int64_t reading);

}  // namespace touchstone::intake
