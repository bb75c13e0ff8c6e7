#include "server/samples/Sample.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "server/core/Bytes.h"
#include "server/core/Json.h"

namespace touchstone::samples {
namespace {

constexpr Date kEarliest = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);
constexpr Date kLatest = std::chrono::sys_days(std::chrono::year(2999) / 12 / 31);

void checkDay(std::vector<FieldError>& errors, std::size_t row, const std::string& field, Date day, Date first, Date last) {
    if (day < first || day > last) {
        errors.push_back(rowError(row, field, ErrorCode::OutOfRange, {toText(first), toText(last)}));
    }
}

/// GB/T 2260: 2, 4 or 6 digits.
bool isRegion(const std::string& code) {
    const bool digits = std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
    return digits && (code.size() == 2 || code.size() == 4 || code.size() == 6);
}

std::size_t indexOf(const json::Value& value) { return static_cast<std::size_t>(std::stoull(value.text())); }

AcceptedSample acceptedOf(const json::Value& item) {
    AcceptedSample out;
    out.row = indexOf(*item.find("row"));
    out.number = item.find("number")->text();
    out.edition = item.find("edition")->text();
    out.dueOn = parseDate(item.find("due_on")->text());
    out.tests = std::stoll(item.find("tests")->text());
    return out;
}

FieldError refusedOf(const json::Value& item) {
    FieldError out{item.find("field")->text(), static_cast<ErrorCode>(std::stoi(item.find("code")->text())), {},
                   indexOf(*item.find("row"))};
    for (const json::Value& argument : item.find("arguments")->items()) out.arguments.push_back(argument.text());
    return out;
}

}  // namespace

std::string toJson(const Registered& registered) {
    json::Writer out;
    out.beginObject().key("accepted").beginArray();
    for (const AcceptedSample& each : registered.accepted) {
        out.beginObject().field("row", each.row).field("number", each.number).field("edition", each.edition);
        out.field("due_on", each.dueOn ? std::optional(toText(*each.dueOn)) : std::nullopt);
        out.field("tests", each.tests).endObject();
    }
    out.endArray().key("refused").beginArray();
    for (const FieldError& each : registered.refused) {
        out.beginObject().field("row", each.row.value_or(0)).field("field", each.field);
        out.field("code", static_cast<std::uint16_t>(each.code)).key("arguments").beginArray();
        for (const std::string& argument : each.arguments) out.string(argument);
        out.endArray().endObject();
    }
    out.endArray().endObject();
    return out.take();
}

Registered registeredFromJson(const std::string& text) {
    const json::Value body = json::parse(text);
    Registered out;
    for (const json::Value& item : body.find("accepted")->items()) out.accepted.push_back(acceptedOf(item));
    for (const json::Value& item : body.find("refused")->items()) out.refused.push_back(refusedOf(item));
    return out;
}

FieldError rowError(std::size_t row, const std::string& field, ErrorCode code, std::vector<std::string> arguments) {
    return {"rows." + std::to_string(row) + "." + field, code, std::move(arguments), row};
}

std::vector<FieldError> checkRows(const std::vector<NewSample>& rows, Date today) {
    std::vector<FieldError> errors;
    std::set<std::tuple<std::string, std::string, std::string>> seen;
    for (const NewSample& sample : rows) {
        checkDay(errors, sample.row, "sampled_on", sample.sampledOn, kEarliest, today);
        if (sample.producedOn) checkDay(errors, sample.row, "produced_on", *sample.producedOn, kEarliest, sample.sampledOn);
        if (sample.expiresOn) {
            const Date first = sample.producedOn ? *sample.producedOn + std::chrono::days(1) : kEarliest;
            checkDay(errors, sample.row, "expires_on", *sample.expiresOn, first, kLatest);
        }
        if (sample.quantity.isNegative() || sample.quantity.isZero()) {
            errors.push_back(rowError(sample.row, "quantity", ErrorCode::WrongType, {"a positive decimal"}));
        }
        for (const auto& [field, text] : sample.english) {
            if (!isOfBusiness(field, sample.businessKind)) errors.push_back(rowError(sample.row, field, ErrorCode::NotAsked));
            if (hasHan(text)) errors.push_back(rowError(sample.row, field, ErrorCode::WrongCharacters));
        }
        if (!isRegion(sample.regionCode)) {
            errors.push_back(rowError(sample.row, "region_code", ErrorCode::WrongType, {"a region of 2, 4 or 6 digits"}));
        }
        if (!seen.emplace(sample.product, sample.batchNo, sample.voucherNo).second) {
            errors.push_back(rowError(sample.row, "batch_no", ErrorCode::Duplicate));
        }
    }
    return errors;
}

ChosenEdition chooseEdition(const NewSample& sample, const catalogue::Product* product, Date today) {
    if (product == nullptr) return {nullptr, rowError(sample.row, "product", ErrorCode::NotKnown, {sample.product})};
    if (!sample.edition) {
        const catalogue::Edition* inForce = product->editionInForce(today);
        if (inForce != nullptr) return {inForce, std::nullopt};
        return {nullptr, rowError(sample.row, "edition", ErrorCode::NotInForce, {product->standard, toText(today)})};
    }
    const catalogue::Edition* wanted = product->edition(*sample.edition);
    if (wanted == nullptr) return {nullptr, rowError(sample.row, "edition", ErrorCode::NotKnown, {*sample.edition})};
    if (wanted->inForceOn(today)) return {wanted, std::nullopt};
    return {nullptr, rowError(sample.row, "edition", ErrorCode::NotInForce, {*sample.edition, toText(today)})};
}

ChosenItems chooseItems(const NewSample& sample, const std::vector<catalogue::TestItem>& ofBasis) {
    ChosenItems out;
    const bool retest = sample.businessKind == "retest";
    if (retest != !sample.retestItems.empty()) {
        out.errors.push_back(rowError(sample.row, "retest_items", retest ? ErrorCode::Required : ErrorCode::NotAsked));
        return out;
    }
    std::set<std::string> wanted;
    for (std::size_t i = 0; i < sample.retestItems.size(); ++i) {
        const std::string& code = sample.retestItems[i];
        const std::string field = "retest_items." + std::to_string(i);
        if (!wanted.insert(code).second) out.errors.push_back(rowError(sample.row, field, ErrorCode::Duplicate));
        if (std::ranges::find(ofBasis, code, &catalogue::TestItem::analyte) == ofBasis.end()) {
            out.errors.push_back(rowError(sample.row, field, ErrorCode::NotKnown, {code}));
        }
    }
    for (const catalogue::TestItem& item : ofBasis) {
        if (!retest || wanted.contains(item.analyte)) out.items.push_back(&item);
    }
    return out;
}

std::optional<Date> dueOn(const std::vector<catalogue::DeadlineRule>& rules, const Calendar& calendar,
                          const std::string& businessKind, const std::string& productKind, Date received) {
    for (const catalogue::DeadlineRule& rule : rules) {
        if (rule.businessKind == businessKind && rule.productKind == productKind) {
            return calendar.due(received, rule.days, rule.counting);
        }
    }
    return std::nullopt;
}

std::string seriesOf(Date day) {
    std::string digits = toText(day);
    std::erase(digits, '-');
    return "JP" + digits;
}

std::string numberOf(const std::string& series, std::int64_t number) {
    const std::string digits = std::to_string(number);
    return series + std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

}  // namespace touchstone::samples
