#include <algorithm>
#include <iterator>

#include "server/certificates/CertificateStore.h"
#include "server/core/Json.h"

/// Reads all that is frozen at release, a fixed number of statements for any number of samples.
namespace touchstone::certificates::store {
namespace {

constexpr db::Statement kLockTests{
    "certificate_lock_tests",
    "SELECT t.id FROM sample s JOIN test t ON t.sample_id = s.id WHERE s.number IN (??) ORDER BY t.id FOR UPDATE"};

constexpr db::Statement kSamples{
    "certificate_samples",
    "SELECT s.id, s.status, s.number, p.code, COALESCE(s.product_name, p.name), p.kind, e.edition, s.specification, s.batch_no, s.maker, "
    "s.approval_no, s.client, s.business_kind, s.voucher_no, s.sampled_on, s.seal_state, s.quantity, s.quantity_unit, "
    "s.region_code, s.received_at, s.produced_on, s.expires_on, "
    "s.import_country, s.import_port, s.import_contract_no, s.import_notice_no, "
    "s.retest_number, s.retest_laboratory, s.retest_issued_on, s.retest_applicant, s.retest_asked_on, o.released_at, "
    "s.language, COALESCE(s.product_name_en, IF(s.product_name IS NULL, p.name_en, '')), e.edition_en, s.specification_en, "
    "s.maker_en, s.approval_no_en, s.client_en, s.quantity_unit_en, s.import_country_en, s.import_port_en, "
    "s.retest_laboratory_en, s.retest_applicant_en "
    "FROM sample s JOIN product p ON p.id = s.product_id JOIN standard_edition e ON e.id = s.edition_id "
    "LEFT JOIN certificate o ON o.number = s.retest_number AND s.retest_laboratory IS NULL "
    "WHERE s.number IN (??) ORDER BY s.id"};

// Limits and methods stand in rows that are never changed; the result version carries what it was judged by.
constexpr db::Statement kTests{
    "certificate_tests",
    "SELECT t.sample_id, i.seq, i.heading, i.name, i.unit, r.requirement, r.edition, i.limit_kind, i.lower_limit, "
    "i.upper_limit, i.lower_inclusive, i.upper_inclusive, i.accepted, i.rejected, r.comparison, r.rounding, r.value, "
    "r.compared, r.verdict, r.version_no, r.source, r.reason, rp.login, rp.name, r.at, m.code, m.version, m.title, "
    "b.instrument, b.uid, LOWER(HEX(b.sha256)), o.span_offset, o.span_length, o.observed_at, "
    "ap.login, ap.name, a.at, kp.login, kp.name, k.at, "
    "g.heading, g.name, g.unit, g.requirement, e.edition_en, g.words, m.title_en, rp.name_en, ap.name_en, kp.name_en "
    "FROM test t JOIN test_item i ON i.id = t.item_id JOIN method m ON m.id = i.method_id "
    "JOIN result_version r ON r.id = t.result_id JOIN person rp ON rp.id = r.person_id "
    "LEFT JOIN observation o ON o.id = r.observation_id LEFT JOIN inbound_message b ON b.id = o.message_id "
    "LEFT JOIN review_step a ON a.test_id = t.id AND a.round = t.round AND a.step = 'submit' "
    "LEFT JOIN person ap ON ap.id = a.person_id "
    "LEFT JOIN review_step k ON k.test_id = t.id AND k.round = t.round AND k.step = 'check' "
    "LEFT JOIN person kp ON kp.id = k.person_id LEFT JOIN test_item_english g ON g.item_id = i.id "
    "LEFT JOIN standard_edition e ON e.edition = r.edition "
    "WHERE t.sample_id IN (??) ORDER BY t.sample_id, i.seq, t.id"};

constexpr db::Statement kNameEnglish{"certificate_name_english", "SELECT name_en FROM person WHERE id = ?"};
constexpr db::Statement kLaboratory{
    "certificate_laboratory",
    "SELECT code, name, name_en, address, address_en FROM organisation WHERE code = ? AND kind = 'laboratory'"};

/// Takes the cells of a row in the order of the SELECT.
class Cells {
public:
    explicit Cells(const db::Row& row) : row_(row) {}
    std::string text() { return row_.text(next_++); }
    std::optional<std::string> optional() { return row_.optionalText(next_++); }
    std::int64_t integer() { return row_.integer(next_++); }
    bool flag() { return row_.flag(next_++); }
    Instant instant() { return instantFromSql(text()); }
    /// Login, name, time; nothing when the join found nobody.
    std::optional<FrozenHand> hand() {
        if (row_.isNull(next_)) {
            next_ += 3;
            return std::nullopt;
        }
        return someHand();
    }
    FrozenHand someHand() {
        FrozenHand out;
        out.login = text();
        out.name = text();
        out.at = instant();
        return out;
    }
    std::optional<FrozenEvidence> evidence() {
        if (row_.isNull(next_)) {
            next_ += 6;
            return std::nullopt;
        }
        FrozenEvidence out;
        out.instrument = text();
        out.message = text();
        out.sha256 = text();
        out.offset = integer();
        out.length = integer();
        out.observedAt = text();
        return out;
    }

private:
    const db::Row& row_;
    std::size_t next_ = 0;
};

/// What is said in English; not what is empty.
void add(English& english, const std::string& name, const std::optional<std::string>& text) {
    if (text && !text->empty()) english.emplace(name, *text);
}

/// The English of the words of a result: those that the limit knows, else what the program itself reads for found and not found.
void addWords(FrozenTest& test, const std::optional<std::string>& words) {
    static const English kFound{{"未检出", "Not detected"}, {"检出", "Detected"}};
    const json::Value known = json::parse(words.value_or("{}"));
    for (const auto& [name, text] : {std::pair{"value", &test.value}, std::pair{"compared", &test.compared}}) {
        if (const json::Value* word = known.find(*text)) {
            add(test.english, name, word->text());
        } else if (test.limitKind == "not_detected" && kFound.contains(*text)) {
            add(test.english, name, kFound.at(*text));
        }
    }
}

/// Nothing without particulars, as samples have it that were registered before they were asked for.
std::optional<FrozenImport> toImport(Cells& cells) {
    FrozenImport out;
    for (std::string* field : {&out.country, &out.port, &out.contractNo, &out.noticeNo}) *field = cells.optional().value_or("");
    const bool said = !(out.country + out.port + out.contractNo + out.noticeNo).empty();
    return said ? std::optional(std::move(out)) : std::nullopt;
}

/// laboratory stays empty for a report of this one, whose day is that of its release.
std::optional<FrozenRetest> toRetest(Cells& cells) {
    FrozenRetest out;
    for (std::string* field : {&out.number, &out.laboratory, &out.issuedOn, &out.applicant, &out.askedOn}) {
        *field = cells.optional().value_or("");
    }
    const auto released = cells.optional();
    if (released) out.issuedOn = toText(Zone{}.dateOf(instantFromSql(*released)));
    return out.number.empty() ? std::nullopt : std::optional(std::move(out));
}

FrozenSample toSample(const db::Row& row) {
    Cells cells(row);
    FrozenSample out;
    out.id = {cells.integer()};
    for (std::string* field :
         {&out.status, &out.number, &out.product, &out.productName, &out.kind, &out.edition, &out.specification,
          &out.batchNo, &out.maker, &out.approvalNo, &out.client, &out.businessKind, &out.voucherNo, &out.sampledOn,
          &out.sealState, &out.quantity, &out.quantityUnit, &out.regionCode}) {
        *field = cells.text();
    }
    out.receivedAt = cells.instant();
    out.producedOn = cells.optional();
    out.expiresOn = cells.optional();
    out.import = toImport(cells);
    out.retest = toRetest(cells);
    out.language = cells.text();
    for (const char* name : {"product_name", "edition", "specification", "maker", "approval_no", "client", "quantity_unit"}) {
        add(out.english, name, cells.optional());
    }
    English import, retest;
    add(import, "country", cells.optional());
    add(import, "port", cells.optional());
    add(retest, "laboratory", cells.optional());
    add(retest, "applicant", cells.optional());
    if (out.import) out.import->english = std::move(import);
    if (out.retest) out.retest->english = std::move(retest);
    return out;
}

FrozenTest toTest(const db::Row& row) {
    Cells cells(row);
    FrozenTest out;
    out.sample = {cells.integer()};
    out.seq = cells.integer();
    for (std::string* field : {&out.heading, &out.item, &out.unit, &out.requirement, &out.edition, &out.limitKind}) {
        *field = cells.text();
    }
    out.lower = cells.optional();
    out.upper = cells.optional();
    out.lowerInclusive = cells.flag();
    out.upperInclusive = cells.flag();
    out.accepted = cells.optional();
    out.rejected = cells.optional();
    for (std::string* field : {&out.comparison, &out.rounding, &out.value, &out.compared, &out.verdict})
        *field = cells.text();
    out.version = cells.integer();
    out.source = cells.text();
    out.reason = cells.optional();
    out.enteredBy = cells.someHand();
    out.method = cells.text();
    out.methodVersion = cells.text();
    out.methodTitle = cells.text();
    out.evidence = cells.evidence();
    out.analyst = cells.hand();
    out.checker = cells.hand();
    for (const char* name : {"heading", "item", "unit", "requirement", "edition"}) add(out.english, name, cells.optional());
    addWords(out, cells.optional());
    add(out.methodEnglish, "title", cells.optional());
    add(out.enteredBy.english, "name", cells.optional());
    for (std::optional<FrozenHand>* hand : {&out.analyst, &out.checker}) {
        const auto name = cells.optional();
        if (*hand) add((*hand)->english, "name", name);
    }
    return out;
}

}  // namespace

void lockTests(db::WriteTransaction& tx, const std::vector<std::string>& sampleNumbers) {
    // Only the locks are wanted.
    static_cast<void>(tx.query(kLockTests, {}, {sampleNumbers.begin(), sampleNumbers.end()}));
}

std::vector<FrozenSample> samples(db::ReadTransaction& tx, const std::vector<std::string>& sampleNumbers) {
    const db::Rows rows = tx.query(kSamples, {}, {sampleNumbers.begin(), sampleNumbers.end()});
    std::vector<FrozenSample> out;
    out.reserve(rows.size());
    std::transform(rows.begin(), rows.end(), std::back_inserter(out), toSample);
    return out;
}

std::vector<FrozenTest> tests(db::ReadTransaction& tx, const std::vector<SampleId>& samples) {
    std::vector<db::Value> ids;
    for (const SampleId id : samples) ids.emplace_back(id.value);
    const db::Rows rows = tx.query(kTests, {}, ids);
    std::vector<FrozenTest> out;
    out.reserve(rows.size());
    std::transform(rows.begin(), rows.end(), std::back_inserter(out), toTest);
    return out;
}

std::optional<FrozenLaboratory> laboratory(db::ReadTransaction& tx, const std::string& code) {
    const db::Rows rows = tx.query(kLaboratory, {code});
    if (rows.empty()) return std::nullopt;
    FrozenLaboratory out;
    out.code = rows.front().text(0);
    out.name = rows.front().text(1);
    out.nameEnglish = rows.front().text(2);
    out.address = rows.front().text(3);
    add(out.english, "name", out.nameEnglish);
    add(out.english, "address", rows.front().optionalText(4));
    return out;
}

English nameEnglish(db::ReadTransaction& tx, PersonId person) {
    English out;
    for (const db::Row& row : tx.query(kNameEnglish, {person.value})) add(out, "name", row.optionalText(0));
    return out;
}

}  // namespace touchstone::certificates::store
