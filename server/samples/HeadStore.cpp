#include "server/samples/HeadStore.h"

namespace touchstone::samples {
namespace {

constexpr db::Statement kLock{"sample_lock",
                              "SELECT s.id, s.status, EXISTS (SELECT 1 FROM certificate c WHERE c.sample_id = s.id) "
                              "FROM sample s WHERE s.number = ? FOR UPDATE"};

// In the order of headFields().
constexpr db::Statement kHead{
    "sample_head",
    "SELECT p.code, p.kind, s.business_kind, COALESCE(s.product_name, p.name), s.specification, s.batch_no, s.maker, "
    "s.approval_no, "
    "s.client, s.voucher_no, s.sampled_on, s.quantity, s.quantity_unit, s.produced_on, s.expires_on, "
    "s.import_country, s.import_port, s.import_contract_no, s.import_notice_no, "
    "s.retest_number, s.retest_laboratory, s.retest_issued_on, s.retest_applicant, s.retest_asked_on, s.language, "
    "s.product_name_en, s.specification_en, s.maker_en, s.approval_no_en, s.client_en, "
    "s.quantity_unit_en, s.import_country_en, s.import_port_en, s.retest_laboratory_en, s.retest_applicant_en "
    "FROM sample s JOIN product p ON p.id = s.product_id WHERE s.id = ?"};
constexpr std::size_t kFirst = 3;
constexpr db::Statement kCorrect{
    "sample_correct_head",
    "UPDATE sample SET product_name = IF(?, ?, product_name), specification = IF(?, ?, specification), "
    "batch_no = IF(?, ?, batch_no), maker = IF(?, ?, maker), approval_no = IF(?, ?, approval_no), client = IF(?, ?, "
    "client), "
    "voucher_no = IF(?, ?, voucher_no), sampled_on = IF(?, ?, sampled_on), quantity = IF(?, ?, quantity), "
    "quantity_unit = IF(?, ?, quantity_unit), produced_on = IF(?, ?, produced_on), expires_on = IF(?, ?, expires_on), "
    "import_country = IF(?, ?, import_country), import_port = IF(?, ?, import_port), "
    "import_contract_no = IF(?, ?, import_contract_no), import_notice_no = IF(?, ?, import_notice_no), "
    "retest_number = IF(?, ?, retest_number), retest_laboratory = IF(?, ?, retest_laboratory), "
    "retest_issued_on = IF(?, ?, retest_issued_on), retest_applicant = IF(?, ?, retest_applicant), "
    "retest_asked_on = IF(?, ?, retest_asked_on), "
    "language = IF(?, ?, language), "
    "product_name_en = IF(?, ?, product_name_en), "
    "specification_en = IF(?, ?, specification_en), "
    "maker_en = IF(?, ?, maker_en), "
    "approval_no_en = IF(?, ?, approval_no_en), "
    "client_en = IF(?, ?, client_en), "
    "quantity_unit_en = IF(?, ?, quantity_unit_en), "
    "import_country_en = IF(?, ?, import_country_en), "
    "import_port_en = IF(?, ?, import_port_en), "
    "retest_laboratory_en = IF(?, ?, retest_laboratory_en), "
    "retest_applicant_en = IF(?, ?, retest_applicant_en), "
    "version = version + 1 WHERE id = ?"};
constexpr db::Statement kOriginals{
    "sample_originals",
    "SELECT c.number, p.code, s.batch_no, c.released_at FROM certificate c JOIN sample s ON s.id = c.sample_id "
    "JOIN product p ON p.id = s.product_id WHERE c.status <> 'drawing' AND c.number IN (??)"};

}  // namespace

std::optional<LockedSample> lockSample(db::WriteTransaction& tx, const std::string& number) {
    const db::Rows rows = tx.query(kLock, {number});
    if (rows.empty()) return std::nullopt;
    return LockedSample{{rows.front().integer(0)}, rows.front().text(1), rows.front().flag(2)};
}

Head headOf(db::ReadTransaction& tx, SampleId sample) {
    const db::Row row = tx.query(kHead, {sample.value}).at(0);
    Head out{row.text(0), row.text(1), row.text(2), {}};
    for (std::size_t i = 0; i < headFields().size(); ++i) {
        out.values[std::string(headFields()[i].name)] = row.optionalText(kFirst + i);
    }
    return out;
}

void correctHead(db::WriteTransaction& tx, SampleId sample, const std::vector<HeadChange>& changes, bool back) {
    std::map<std::string_view, db::Value> wanted;
    for (const HeadChange& change : changes) {
        wanted[change.field] = back ? db::orNull(change.oldValue) : db::Value(change.newValue);
    }
    db::Parameters parameters;
    for (const HeadField& field : headFields()) {
        const auto found = wanted.find(field.name);
        parameters.emplace_back(std::int64_t{found != wanted.end()});
        parameters.push_back(found == wanted.end() ? db::Value(nullptr) : found->second);
    }
    parameters.emplace_back(sample.value);
    tx.execute(kCorrect, parameters);
}

std::map<std::string, Original> originals(db::ReadTransaction& tx, const std::set<std::string>& numbers) {
    std::map<std::string, Original> out;
    for (const db::Row& row : tx.query(kOriginals, {}, {numbers.begin(), numbers.end()})) {
        out.emplace(row.text(0),
                    Original{row.text(0), row.text(1), row.text(2), Zone{}.dateOf(instantFromSql(row.text(3)))});
    }
    return out;
}

std::vector<HeadChange> changesOf(db::ReadTransaction& tx, SampleId sample, const std::vector<HeadChange>& wanted,
                                  Date today) {
    const Head head = headOf(tx, sample);
    std::vector<FieldError> errors = checkChanges(head, wanted, today);
    const Head after = corrected(head, wanted);
    const Particulars said = after.particulars();
    if (errors.empty() && concernsOriginal(wanted) && namesOwnReport(said)) {
        const auto known = originals(tx, {said.retestNumber});
        const Original* original = known.contains(said.retestNumber) ? &known.at(said.retestNumber) : nullptr;
        for (const ParticularFault& fault :
             checkOriginal(said, head.product, after.values.at("batch_no").value_or(""), original, today)) {
            errors.push_back(changeError(wanted, fault));
        }
    }
    if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, errors);
    std::vector<HeadChange> out;
    for (const HeadChange& change : wanted)
        out.push_back({change.field, head.values.at(change.field), change.newValue});
    return out;
}

}  // namespace touchstone::samples
