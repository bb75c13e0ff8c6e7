#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Error.h"

namespace touchstone::samples {

/// What the papers of imports (进口检验) and of retests (复验, 复检) say beside what every paper says. A text that
/// nobody said is empty; days are texts like 2026-11-22.
struct Particulars {
    std::string importCountry, importPort, importContractNo, importNoticeNo;
    std::string retestNumber;      ///< of the original report
    std::string retestLaboratory;  ///< that issued it; empty: this one, and the number is a certificate of its own
    std::string retestIssuedOn, retestApplicant, retestAskedOn;
};

/// One of them.
struct ParticularField {
    std::string_view name;      ///< of the member in the API and of the column of sample
    std::string_view business;  ///< the business kind whose samples have it
    std::string Particulars::*text;
    std::size_t most;  ///< characters
    bool date = false;
};
[[nodiscard]] const std::vector<ParticularField>& particularFields();

/// A text of a sample's head and where it stands in English, for a certificate in English.
struct EnglishField {
    std::string_view name, of;  ///< maker_en, maker
    std::size_t most;           ///< characters
};
[[nodiscard]] const std::vector<EnglishField>& englishFields();
/// Fields of imports and retests are called import_…, retest_….
[[nodiscard]] bool isOfBusiness(std::string_view field, const std::string& business);

/// What is wrong with a field, without the place where it was said.
struct ParticularFault {
    std::string field;
    ErrorCode code;
    std::vector<std::string> arguments = {};
};

/// By themselves: what another business kind has, what is missing, days that cannot be. An imported drug names country,
/// port and notice, which its paper prints (药品进口管理办法, article 26); a contract is not asked for, as a gift has
/// none. A retest names the original report, who asked and when; of the report of another laboratory also the day.
[[nodiscard]] std::vector<ParticularFault> checkParticulars(const Particulars& said, const std::string& business,
                                                            const std::string& productKind, Date today);

/// A certificate of this laboratory that a retest is asked on.
struct Original {
    std::string number, product, batchNo;  ///< product: code
    Date issuedOn;
};

/// Whether the retest names a certificate of this laboratory.
[[nodiscard]] bool namesOwnReport(const Particulars& said);
/// Of a retest that does: the certificate is there, of the same product and batch, and older than the request.
[[nodiscard]] std::vector<ParticularFault> checkOriginal(const Particulars& said, const std::string& product,
                                                         const std::string& batchNo, const Original* original,
                                                         Date today);

}  // namespace touchstone::samples
