#include "server/samples/Particulars.h"

#include <algorithm>
#include <array>

namespace touchstone::samples {
namespace {

constexpr std::array<std::string_view, 3> kOfImportedDrugs{"import_country", "import_port", "import_notice_no"};
constexpr std::array<std::string_view, 3> kOfRetests{"retest_number", "retest_applicant", "retest_asked_on"};
constexpr Date kEarliest = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);

bool isRequired(std::string_view field, const Particulars& said, const std::string& business,
                const std::string& productKind) {
    const auto among = [field](const auto& names) { return std::ranges::find(names, field) != names.end(); };
    if (business == "import") return productKind == "drug" && among(kOfImportedDrugs);
    if (business != "retest") return false;
    return among(kOfRetests) || (field == "retest_issued_on" && !said.retestLaboratory.empty());
}

/// Without a laboratory the report is one of this laboratory, which knows the day.
bool isAsked(const ParticularField& field, const Particulars& said, const std::string& business) {
    return field.business == business && !(field.name == "retest_issued_on" && said.retestLaboratory.empty());
}

void checkDay(std::vector<ParticularFault>& faults, const std::string& field, const std::string& text, Date first,
              Date last) {
    const auto day = parseDate(text);
    if (text.empty()) return;
    if (!day) {
        faults.push_back({field, ErrorCode::NotADate});
    } else if (*day < first || *day > last) {
        faults.push_back({field, ErrorCode::OutOfRange, {toText(first), toText(last)}});
    }
}

}  // namespace

const std::vector<ParticularField>& particularFields() {
    static const std::vector<ParticularField> kFields{
        {"import_country", "import", &Particulars::importCountry, 120},
        {"import_port", "import", &Particulars::importPort, 120},
        {"import_contract_no", "import", &Particulars::importContractNo, 64},
        {"import_notice_no", "import", &Particulars::importNoticeNo, 64},
        {"retest_number", "retest", &Particulars::retestNumber, 64},
        {"retest_laboratory", "retest", &Particulars::retestLaboratory, 120},
        {"retest_issued_on", "retest", &Particulars::retestIssuedOn, 10, true},
        {"retest_applicant", "retest", &Particulars::retestApplicant, 120},
        {"retest_asked_on", "retest", &Particulars::retestAskedOn, 10, true},
    };
    return kFields;
}

const std::vector<EnglishField>& englishFields() {
    static const std::vector<EnglishField> kFields{
        {"product_name_en", "product_name", 120},
        {"specification_en", "specification", 120},
        {"maker_en", "maker", 120},
        {"approval_no_en", "approval_no", 64},
        {"client_en", "client", 120},
        {"quantity_unit_en", "quantity_unit", 32},
        {"import_country_en", "import_country", 120},
        {"import_port_en", "import_port", 120},
        {"retest_laboratory_en", "retest_laboratory", 120},
        {"retest_applicant_en", "retest_applicant", 120},
    };
    return kFields;
}

bool isOfBusiness(std::string_view field, const std::string& business) {
    const bool particular = field.starts_with("import_") || field.starts_with("retest_");
    return !particular || field.starts_with(business + "_");
}

std::vector<ParticularFault> checkParticulars(const Particulars& said, const std::string& business,
                                              const std::string& productKind, Date today) {
    std::vector<ParticularFault> faults;
    for (const ParticularField& field : particularFields()) {
        const bool there = !(said.*field.text).empty();
        const std::string name(field.name);
        if (there && !isAsked(field, said, business)) faults.push_back({name, ErrorCode::NotAsked});
        if (!there && isRequired(field.name, said, business, productKind))
            faults.push_back({name, ErrorCode::Required});
    }
    if (!faults.empty()) return faults;
    checkDay(faults, "retest_issued_on", said.retestIssuedOn, kEarliest, today);
    checkDay(faults, "retest_asked_on", said.retestAskedOn, parseDate(said.retestIssuedOn).value_or(kEarliest), today);
    return faults;
}

bool namesOwnReport(const Particulars& said) {
    return !said.retestNumber.empty() && said.retestLaboratory.empty();
}

std::vector<ParticularFault> checkOriginal(const Particulars& said, const std::string& product,
                                           const std::string& batchNo, const Original* original, Date today) {
    std::vector<ParticularFault> faults;
    if (original == nullptr) {
        faults.push_back({"retest_number", ErrorCode::NotKnown, {said.retestNumber}});
    } else if (original->product != product || original->batchNo != batchNo) {
        faults.push_back(
            {"retest_number", ErrorCode::OtherOriginal, {original->number, original->product, original->batchNo}});
    } else {
        checkDay(faults, "retest_asked_on", said.retestAskedOn, original->issuedOn, today);
    }
    return faults;
}

}  // namespace touchstone::samples
