#include "server/samples/SampleService.h"

#include <algorithm>
#include <set>

#include "server/catalogue/CatalogueStore.h"
#include "server/core/Json.h"
#include "server/samples/HeadStore.h"
#include "server/samples/Numbering.h"

namespace touchstone::samples {
namespace {

using Items = std::map<catalogue::Basis, std::vector<catalogue::TestItem>>;

std::set<std::string> productCodes(const std::vector<NewSample>& rows) {
    std::set<std::string> codes;
    for (const NewSample& row : rows) codes.insert(row.product);
    return codes;
}

/// The rows whose product and edition are good; what forbids the others goes to `refused`.
std::vector<NumberedSample> withEditions(const std::vector<NewSample>& rows, const std::map<std::string, catalogue::Product>& products,
                                         Date today, std::vector<FieldError>& refused) {
    std::vector<NumberedSample> out;
    for (const NewSample& row : rows) {
        const auto found = products.find(row.product);
        const catalogue::Product* product = found == products.end() ? nullptr : &found->second;
        const ChosenEdition chosen = chooseEdition(row, product, today);
        if (chosen.error) {
            refused.push_back(*chosen.error);
        } else {
            out.push_back({&row, product, chosen.edition, {}, "", std::nullopt});
        }
    }
    return out;
}

/// Gives each sample the items of its basis that it is tested for; an edition that says nothing of its product refuses the row.
Items giveItems(db::ReadTransaction& tx, std::vector<NumberedSample>& samples, std::vector<FieldError>& refused) {
    std::set<catalogue::Basis> bases;
    for (const NumberedSample& each : samples) bases.insert({each.product->id, each.edition->id});
    Items items = catalogue::itemsOf(tx, bases);
    for (NumberedSample& each : samples) {
        const auto found = items.find({each.product->id, each.edition->id});
        if (found == items.end()) {
            refused.push_back(rowError(each.sample->row, "edition", ErrorCode::NothingToDo));
            continue;
        }
        ChosenItems chosen = chooseItems(*each.sample, found->second);
        each.items = std::move(chosen.items);
        std::ranges::move(chosen.errors, std::back_inserter(refused));
    }
    return items;
}

/// Refuses the rows whose particulars are not right by themselves, or not with the certificate that a retest is asked on.
void checkAllParticulars(db::ReadTransaction& tx, const std::vector<NumberedSample>& samples, Date today, std::vector<FieldError>& refused) {
    std::set<std::string> numbers;
    for (const NumberedSample& each : samples) {
        if (namesOwnReport(each.sample->particulars)) numbers.insert(each.sample->particulars.retestNumber);
    }
    const std::map<std::string, Original> known = originals(tx, numbers);
    for (const NumberedSample& each : samples) {
        const Particulars& said = each.sample->particulars;
        std::vector<ParticularFault> faults = checkParticulars(said, each.sample->businessKind, each.product->kind, today);
        if (faults.empty() && namesOwnReport(said)) {
            const auto found = known.find(said.retestNumber);
            faults = checkOriginal(said, each.product->code, each.sample->batchNo, found == known.end() ? nullptr : &found->second, today);
        }
        for (ParticularFault& fault : faults) refused.push_back(rowError(each.sample->row, fault.field, fault.code, std::move(fault.arguments)));
    }
}

std::string entryJson(const NumberedSample& each) {
    json::Writer out;
    out.beginObject().field("product", each.product->code).field("batch_no", each.sample->batchNo);
    out.field("maker", each.sample->maker).field("client", each.sample->client);
    out.field("voucher_no", each.sample->voucherNo).field("business_kind", each.sample->businessKind);
    out.field("quantity", each.sample->quantity.text() + " " + each.sample->quantityUnit);
    out.field("seal_state", each.sample->sealState).field("edition", each.edition->edition);
    out.field("due_on", each.dueOn ? std::optional(toText(*each.dueOn)) : std::nullopt);
    for (const ParticularField& field : particularFields()) {
        const std::string& text = each.sample->particulars.*field.text;
        if (!text.empty()) out.field(field.name, text);
    }
    if (each.sample->language != "zh") out.field("language", each.sample->language);
    for (const auto& [field, text] : each.sample->english) out.field(field, text);
    out.field("tests", each.items.size()).endObject();
    return out.take();
}

std::string changesJson(const std::vector<HeadChange>& changes, bool before) {
    json::Writer out;
    out.beginObject();
    for (const HeadChange& change : changes) out.field(change.field, before ? change.oldValue : std::optional(change.newValue));
    out.endObject();
    return out.take();
}

SampleRecord oneByNumber(db::ReadTransaction& tx, const std::string& number, Date today) {
    auto found = samplesByNumber(tx, {number}, today);
    if (found.empty()) throw Error(ErrorCode::NotFound, {"sample", number});
    return std::move(found.begin()->second);
}

}  // namespace

Registered SampleService::registerSamples(const Actor& actor, const Registration& registration) {
    actor.require({Role::technician});
    const auto known = [&]() -> std::optional<Registered> {
        if (!registration.requestKey) return std::nullopt;
        const auto answer =
            database_.read([&](db::ReadTransaction& tx) { return answerOf(tx, actor.id, *registration.requestKey); });
        return answer ? std::optional(registeredFromJson(*answer)) : std::nullopt;
    };
    if (auto before = known()) return *before;
    try {
        return database_.write([&](db::WriteTransaction& tx) { return registerIn(tx, actor, registration); });
    } catch (const db::DuplicateKey& e) {
        // The same request came twice at once, and the other was first.
        if (e.key() != "registration_request") throw;
        if (auto before = known()) return *before;
        throw;
    }
}

Registered SampleService::registerIn(db::WriteTransaction& tx, const Actor& actor, const Registration& registration) const {
    const Instant now = clock_.now();
    const Date day = zone_.dateOf(now);
    std::vector<FieldError> refused = registration.refused;
    std::ranges::move(checkRows(registration.rows, day), std::back_inserter(refused));
    const std::map<std::string, catalogue::Product> products = catalogue::productsByCode(tx, productCodes(registration.rows));
    std::vector<NumberedSample> good = withEditions(registration.rows, products, day, refused);
    const Items items = giveItems(tx, good, refused);
    checkAllParticulars(tx, good, day, refused);
    if (!refused.empty() && !registration.each) throw Error(ErrorCode::Invalid, {}, refused);

    std::set<std::size_t> wrongRows;
    for (const FieldError& error : refused) wrongRows.insert(error.row.value());
    std::erase_if(good, [&](const NumberedSample& each) { return wrongRows.contains(each.sample->row); });
    if (good.empty()) return {{}, std::move(refused)};

    const Calendar calendar = catalogue::readCalendar(tx);
    const std::vector<catalogue::DeadlineRule> rules = catalogue::deadlineRules(tx, day);
    const std::string series = seriesOf(day);
    std::int64_t number = takeNumbers(tx, series, static_cast<std::int64_t>(good.size()));
    Registered answer{{}, std::move(refused)};
    std::vector<audit::Entry> entries;
    for (NumberedSample& each : good) {
        each.number = numberOf(series, number++);
        each.dueOn = dueOn(rules, calendar, each.sample->businessKind, each.product->kind, day);
        answer.accepted.push_back({each.sample->row, each.number, each.edition->edition, each.dueOn,
                                   static_cast<std::int64_t>(each.items.size())});
        entries.push_back({"sample.register", "sample", each.number, std::nullopt, entryJson(each), std::nullopt});
    }
    const std::int64_t id = insertRegistration(tx, actor.id, now, registration.requestKey, toJson(answer));
    insertSamples(tx, id, now, good);
    trail_.append(tx, actor, entries);
    return answer;
}

void SampleService::correct(const Actor& actor, const std::string& number, const std::vector<HeadChange>& changes, const std::string& reason) {
    actor.require({Role::technician});
    database_.write([&](db::WriteTransaction& tx) {
        const std::optional<LockedSample> sample = lockSample(tx, number);
        if (!sample) throw Error(ErrorCode::NotFound, {"sample", number});
        if (sample->certified) throw Error(ErrorCode::WrongState, {number, sample->status, "no certificate"});
        const std::vector<HeadChange> done = changesOf(tx, sample->id, changes, today());
        correctHead(tx, sample->id, done, false);
        trail_.append(tx, actor, {{"sample.correct", "sample", number, changesJson(done, true), changesJson(done, false), reason}});
    });
}

SamplePage SampleService::list(const Actor& actor, SampleFilter filter) {
    actor.require(kStaff);
    const std::int64_t wanted = filter.limit++;   // one more tells whether there is a next page
    return database_.read([&](db::ReadTransaction& tx) {
        SamplePage page{listSamples(tx, filter, today()), std::nullopt, countSamples(tx, filter)};
        if (static_cast<std::int64_t>(page.items.size()) > wanted) {
            page.items.pop_back();
            page.next = page.items.back().id.value;
        }
        return page;
    });
}

SampleDetail SampleService::get(const Actor& actor, const std::string& number) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        SampleDetail out{oneByNumber(tx, number, today()), {}, {}};
        out.tests = testsOfSample(tx, out.sample.summary.id);
        out.certificates = certificatesOf(tx, out.sample.summary.id);
        return out;
    });
}

std::vector<audit::StoredEntry> SampleService::timeline(const Actor& actor, const std::string& number) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        static_cast<void>(oneByNumber(tx, number, today()));
        return audit::Trail::ofSubjects(tx, "sample", {number});
    });
}

std::string SampleService::labels(const Actor& actor, const std::vector<std::string>& numbers) {
    actor.require(kStaff);
    const auto found = database_.read([&](db::ReadTransaction& tx) { return samplesByNumber(tx, numbers, today()); });
    reports::Data::List labels;
    for (const std::string& number : numbers) {
        const auto sample = found.find(number);
        if (sample == found.end()) throw Error(ErrorCode::NotFound, {"sample", number});
        const SampleRecord& record = sample->second;
        labels.emplace_back(reports::Data::Record{{"number", number},
                                                  {"product_name", record.summary.productName},
                                                  {"batch_no", record.summary.batchNo},
                                                  {"specification", record.specification}});
    }
    const reports::Data data = reports::Data::Record{{"labels", std::move(labels)}};
    const reports::Layout sheet = labelSheet_(today());
    return printer_.preview({sheet, data, sheet.title(), "", "labels", ""}, clock_.now());
}

}  // namespace touchstone::samples
