#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/core/Id.h"
#include "server/db/Database.h"
#include "server/samples/Head.h"

/// All SQL on the heads of samples, and what a correction of one comes to.
namespace touchstone::samples {

struct LockedSample {
    SampleId id;
    std::string status;
    bool certified;  ///< a certificate of it was released
};
/// Until the transaction ends; nothing for an unknown number.
[[nodiscard]] std::optional<LockedSample> lockSample(db::WriteTransaction& tx, const std::string& number);

[[nodiscard]] Head headOf(db::ReadTransaction& tx, SampleId sample);
/// back: the old values again.
void correctHead(db::WriteTransaction& tx, SampleId sample, const std::vector<HeadChange>& changes, bool back);

/// Certificates of this laboratory that were issued, by number; unknown numbers are left out.
[[nodiscard]] std::map<std::string, Original> originals(db::ReadTransaction& tx, const std::set<std::string>& numbers);

/// The changes with what the head says now. Error(Invalid) with all that is wrong with them.
[[nodiscard]] std::vector<HeadChange> changesOf(db::ReadTransaction& tx, SampleId sample,
                                                const std::vector<HeadChange>& wanted, Date today);

}  // namespace touchstone::samples
