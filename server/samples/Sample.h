#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/catalogue/Catalogue.h"
#include "server/core/Clock.h"
#include "server/core/Decimal.h"
#include "server/core/Error.h"
#include "server/samples/Particulars.h"

namespace touchstone::samples {

/// A sample as somebody wants to register it; `row` is its place in the batch.
struct NewSample {
    std::size_t row = 0;
    std::string product;                  ///< code
    std::optional<std::string> edition;   ///< the test basis; nothing: the one in force
    std::string specification;
    std::string batchNo;
    std::string maker;
    std::string approvalNo;
    std::string client;
    std::string businessKind;
    std::string voucherNo;
    Date sampledOn;
    std::string sealState;
    Decimal quantity;
    std::string quantityUnit;
    std::optional<Date> producedOn;
    std::optional<Date> expiresOn;
    std::string regionCode;
    Particulars particulars = {};
    std::string language = "zh";                  ///< of the certificate: zh, en
    std::map<std::string, std::string> english = {};   ///< by the names of englishFields()
    std::vector<std::string> retestItems = {};   ///< analyte codes of the items that a retest is asked for
};

struct Registration {
    std::vector<NewSample> rows;
    std::vector<FieldError> refused;   ///< what reading the rows found wrong
    bool each = false;                 ///< take the good rows; otherwise all or none
    std::optional<std::string> requestKey;
};

struct AcceptedSample {
    std::size_t row = 0;
    std::string number;
    std::string edition;
    std::optional<Date> dueOn;
    std::int64_t tests = 0;
};

struct Registered {
    std::vector<AcceptedSample> accepted;
    std::vector<FieldError> refused;
};

/// The answer as it is kept for its request key, and read again.
[[nodiscard]] std::string toJson(const Registered& registered);
[[nodiscard]] Registered registeredFromJson(const std::string& json);

/// "rows.3.batch_no"
[[nodiscard]] FieldError rowError(std::size_t row, const std::string& field, ErrorCode code,
                                  std::vector<std::string> arguments = {});
/// What is wrong with the rows by themselves: days that cannot be, a quantity that is not positive, a region that is no
/// code, a row that stands twice (product, batch and voucher).
[[nodiscard]] std::vector<FieldError> checkRows(const std::vector<NewSample>& rows, Date today);

/// The edition that the sample is tested by, or what forbids it. product: nothing when its code is unknown.
struct ChosenEdition {
    const catalogue::Edition* edition = nullptr;
    std::optional<FieldError> error;
};
[[nodiscard]] ChosenEdition chooseEdition(const NewSample& sample, const catalogue::Product* product, Date today);

/// The items that the sample is tested for: all of its basis; of a retest those that it is asked for. Errors for a retest that
/// asks for none, twice for one, or for what the basis does not have, and for items of any other sample.
struct ChosenItems {
    std::vector<const catalogue::TestItem*> items;
    std::vector<FieldError> errors;
};
[[nodiscard]] ChosenItems chooseItems(const NewSample& sample, const std::vector<catalogue::TestItem>& ofBasis);

/// The last day for the report; nothing without a rule.
[[nodiscard]] std::optional<Date> dueOn(const std::vector<catalogue::DeadlineRule>& rules, const Calendar& calendar,
                                        const std::string& businessKind, const std::string& productKind, Date received);

/// JPyyyymmdd and 5 digits.
[[nodiscard]] std::string seriesOf(Date day);
[[nodiscard]] std::string numberOf(const std::string& series, std::int64_t number);

}  // namespace touchstone::samples
