#include "server/samples/SampleStore.h"

namespace touchstone::samples {
namespace {

constexpr db::Statement kAnswer{"registration_answer",
                                "SELECT answer FROM registration WHERE person_id = ? AND request_key = ?"};
constexpr db::InsertStatement kRegistration{"registration_insert",
                                            "INSERT INTO registration (request_key, person_id, at, answer) VALUES", 4};
constexpr db::InsertStatement kSamples{
    "sample_insert",
    "INSERT INTO sample (number, product_id, edition_id, specification, batch_no, maker, approval_no, client, "
    "business_kind, voucher_no, sampled_on, seal_state, quantity, quantity_unit, produced_on, expires_on, region_code, "
    "received_at, due_on, registration_id, import_country, import_port, import_contract_no, import_notice_no, retest_number, "
    "retest_laboratory, retest_issued_on, retest_applicant, retest_asked_on, language, product_name_en, specification_en, maker_en, approval_no_en, "
    "client_en, quantity_unit_en, import_country_en, import_port_en, retest_laboratory_en, retest_applicant_en) VALUES",
    40};
constexpr db::InsertStatement kTests{"test_insert", "INSERT INTO test (sample_id, item_id, analyte_id) VALUES", 3};

#define TOUCHSTONE_SUMMARY                                                                                              \
    "SELECT s.id, s.number, p.code, COALESCE(s.product_name, p.name), p.kind, s.batch_no, s.maker, s.status, s.received_at, s.due_on, "           \
    "s.status <> 'released' AND s.due_on IS NOT NULL AND s.due_on < ?, "                                                \
    "(SELECT COUNT(*) FROM test t WHERE t.sample_id = s.id AND t.verdict = 'fails')"
#define TOUCHSTONE_PART                                                                                                \
    "(? IS NULL OR INSTR(LOWER(CONCAT_WS('\\n', s.number, s.batch_no, p.code, p.name, s.maker)), LOWER(?)) > 0) "                   \
    "AND (? IS NULL OR p.code = ?) AND (? IS NULL OR s.due_on <= ?) "                                                   \
    "AND (? IS NULL OR (SELECT COUNT(*) > 0 FROM test t WHERE t.sample_id = s.id AND t.verdict = 'fails') = (? = 'fails')) "

constexpr db::Statement kList{
    "sample_list",
    TOUCHSTONE_SUMMARY " FROM sample s JOIN product p ON p.id = s.product_id WHERE s.id < ? AND (? IS NULL OR s.status = ?) "
                       "AND (? = 0 OR (s.status <> 'released' AND s.due_on < ?)) AND " TOUCHSTONE_PART
                       "ORDER BY s.id DESC LIMIT ?"};
constexpr db::Statement kCount{"sample_count",
                               "SELECT s.status, COUNT(*) FROM sample s JOIN product p ON p.id = s.product_id "
                               "WHERE " TOUCHSTONE_PART "GROUP BY s.status"};
constexpr db::Statement kByNumber{
    "sample_by_number",
    TOUCHSTONE_SUMMARY ", s.specification, s.approval_no, s.client, s.business_kind, s.voucher_no, s.sampled_on, "
                       "s.seal_state, s.quantity, s.quantity_unit, s.produced_on, s.expires_on, s.region_code, e.edition, "
                       "s.import_country, s.import_port, s.import_contract_no, s.import_notice_no, s.retest_number, "
                       "s.retest_laboratory, s.retest_issued_on, s.retest_applicant, s.retest_asked_on, c.released_at, s.language, "
                       "s.product_name_en, s.specification_en, s.maker_en, s.approval_no_en, s.client_en, "
                       "s.quantity_unit_en, s.import_country_en, s.import_port_en, s.retest_laboratory_en, s.retest_applicant_en "
                       "FROM sample s JOIN product p ON p.id = s.product_id JOIN standard_edition e ON e.id = s.edition_id "
                       "LEFT JOIN certificate c ON c.number = s.retest_number AND s.retest_laboratory IS NULL "
                       "WHERE s.number IN (??)"};
#undef TOUCHSTONE_SUMMARY
#undef TOUCHSTONE_PART

constexpr db::Statement kCertificates{"sample_certificates",
                                      "SELECT number FROM certificate WHERE sample_id = ? ORDER BY id"};

db::Value orNull(const std::optional<Date>& day) { return day ? db::Value(toText(*day)) : db::Value(nullptr); }
db::Value orNull(const std::string& text) { return text.empty() ? db::Value(nullptr) : db::Value(text); }

/// In the order of particularFields(), then when the original report was released if it is one of this laboratory.
Particulars toParticulars(const db::Row& row, std::size_t column) {
    Particulars out;
    for (const ParticularField& field : particularFields()) out.*field.text = row.optionalText(column++).value_or("");
    if (!row.isNull(column)) out.retestIssuedOn = toText(Zone{}.dateOf(instantFromSql(row.text(column))));
    return out;
}

SampleSummary toSummary(const db::Row& row) {
    SampleSummary out;
    out.id = SampleId{row.integer(0)};
    out.number = row.text(1);
    out.product = row.text(2);
    out.productName = row.text(3);
    out.kind = row.text(4);
    out.batchNo = row.text(5);
    out.maker = row.text(6);
    out.status = row.text(7);
    out.receivedAt = instantFromSql(row.text(8));
    out.dueOn = row.optionalText(9);
    out.overdue = row.flag(10);
    out.failing = row.integer(11);
    return out;
}

SampleRecord toRecord(const db::Row& row) {
    SampleRecord out;
    out.summary = toSummary(row);
    out.specification = row.text(12);
    out.approvalNo = row.text(13);
    out.client = row.text(14);
    out.businessKind = row.text(15);
    out.voucherNo = row.text(16);
    out.sampledOn = row.text(17);
    out.sealState = row.text(18);
    out.quantity = row.text(19);
    out.quantityUnit = row.text(20);
    out.producedOn = row.optionalText(21);
    out.expiresOn = row.optionalText(22);
    out.regionCode = row.text(23);
    out.edition = row.text(24);
    out.particulars = toParticulars(row, 25);
    const std::size_t language = 26 + particularFields().size();
    out.language = row.text(language);
    for (std::size_t i = 0; i < englishFields().size(); ++i) {
        if (auto text = row.optionalText(language + 1 + i)) out.english.emplace(englishFields()[i].name, std::move(*text));
    }
    return out;
}

/// The parameters of TOUCHSTONE_PART.
void addPart(db::Parameters& parameters, const SampleFilter& filter) {
    for (const db::Value& value : {db::orNull(filter.part), db::orNull(filter.product), orNull(filter.dueBy), db::orNull(filter.verdict)}) {
        parameters.insert(parameters.end(), {value, value});
    }
}

}  // namespace

std::optional<std::string> answerOf(db::ReadTransaction& tx, PersonId person, const std::string& requestKey) {
    const db::Rows rows = tx.query(kAnswer, {person.value, requestKey});
    return rows.empty() ? std::nullopt : std::optional(rows.front().text(0));
}

std::int64_t insertRegistration(db::WriteTransaction& tx, PersonId person, Instant at,
                                const std::optional<std::string>& requestKey, const std::string& answer) {
    return tx.insertReturningIds(kRegistration, {{db::orNull(requestKey), person.value, toSql(at), answer}}).at(0);
}

void insertSamples(db::WriteTransaction& tx, std::int64_t registration, Instant receivedAt,
                   const std::vector<NumberedSample>& samples) {
    std::vector<db::Parameters> rows;
    for (const NumberedSample& each : samples) {
        const NewSample& s = *each.sample;
        rows.push_back({each.number, each.product->id.value, each.edition->id.value, s.specification, s.batchNo, s.maker,
                        s.approvalNo, s.client, s.businessKind, s.voucherNo, toText(s.sampledOn), s.sealState,
                        s.quantity.text(), s.quantityUnit, orNull(s.producedOn), orNull(s.expiresOn), s.regionCode,
                        toSql(receivedAt), orNull(each.dueOn), registration});
        for (const ParticularField& field : particularFields()) rows.back().push_back(orNull(s.particulars.*field.text));
        rows.back().emplace_back(s.language);
        for (const EnglishField& field : englishFields()) {
            const auto text = s.english.find(std::string(field.name));
            rows.back().push_back(text == s.english.end() ? db::Value(nullptr) : db::Value(text->second));
        }
    }
    const std::vector<std::int64_t> ids = tx.insertReturningIds(kSamples, rows);
    std::vector<db::Parameters> tests;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        for (const catalogue::TestItem* item : samples[i].items) tests.push_back({ids.at(i), item->id.value, item->analyteId});
    }
    tx.insert(kTests, tests);
}

std::vector<SampleSummary> listSamples(db::ReadTransaction& tx, const SampleFilter& filter, Date today) {
    const db::Value status = db::orNull(filter.status);
    db::Parameters parameters{toText(today), filter.after.value_or(INT64_MAX), status, status, std::int64_t{filter.overdue},
                              toText(today)};
    addPart(parameters, filter);
    parameters.emplace_back(filter.limit);
    std::vector<SampleSummary> out;
    for (const db::Row& row : tx.query(kList, parameters)) out.push_back(toSummary(row));
    return out;
}

std::map<std::string, std::int64_t> countSamples(db::ReadTransaction& tx, const SampleFilter& filter) {
    db::Parameters parameters;
    addPart(parameters, filter);
    std::map<std::string, std::int64_t> out;
    for (const db::Row& row : tx.query(kCount, parameters)) out[row.text(0)] = row.integer(1);
    return out;
}

std::map<std::string, SampleRecord> samplesByNumber(db::ReadTransaction& tx, const std::vector<std::string>& numbers,
                                                    Date today) {
    std::map<std::string, SampleRecord> out;
    for (const db::Row& row : tx.query(kByNumber, {toText(today)}, {numbers.begin(), numbers.end()})) {
        out.emplace(row.text(1), toRecord(row));
    }
    return out;
}

std::vector<std::string> certificatesOf(db::ReadTransaction& tx, SampleId sample) {
    std::vector<std::string> out;
    for (const db::Row& row : tx.query(kCertificates, {sample.value})) out.push_back(row.text(0));
    return out;
}

}  // namespace touchstone::samples
