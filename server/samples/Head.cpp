#include "server/samples/Head.h"

#include <algorithm>

namespace touchstone::samples {
namespace {

bool isParticular(const std::string& field) {
    return std::ranges::find(particularFields(), field, &ParticularField::name) != particularFields().end();
}

}  // namespace

const std::vector<HeadField>& headFields() {
    static const std::vector<HeadField> kFields = [] {
        std::vector<HeadField> all{{"product_name", 120}, {"specification", 120},    {"batch_no", 64},
                                   {"maker", 120},        {"approval_no", 64},       {"client", 120},
                                   {"voucher_no", 64},    {"sampled_on", 10, true},  {"quantity", 40},
                                   {"quantity_unit", 16}, {"produced_on", 10, true}, {"expires_on", 10, true}};
        for (const ParticularField& field : particularFields()) all.push_back({field.name, field.most, field.date});
        all.push_back({"language", 2});
        for (const EnglishField& field : englishFields()) all.push_back({field.name, field.most, false, true});
        return all;
    }();
    return kFields;
}

const HeadField* headField(std::string_view name) {
    const auto found = std::ranges::find(headFields(), name, &HeadField::name);
    return found == headFields().end() ? nullptr : &*found;
}

Particulars Head::particulars() const {
    Particulars out;
    for (const ParticularField& field : particularFields())
        out.*field.text = values.at(std::string(field.name)).value_or("");
    return out;
}

Head corrected(Head head, const std::vector<HeadChange>& changes) {
    for (const HeadChange& change : changes) head.values.at(change.field) = change.newValue;
    return head;
}

FieldError changeError(const std::vector<HeadChange>& changes, const ParticularFault& fault) {
    const auto found = std::ranges::find(changes, fault.field, &HeadChange::field);
    if (found == changes.end()) return {fault.field, fault.code, fault.arguments, {}};
    const auto row = static_cast<std::size_t>(found - changes.begin());
    return {"changes." + std::to_string(row) + ".new", fault.code, fault.arguments, row};
}

std::vector<FieldError> checkChanges(const Head& head, const std::vector<HeadChange>& changes, Date today) {
    std::vector<FieldError> errors;
    for (const HeadChange& change : changes) {
        if (!isOfBusiness(change.field, head.businessKind)) {
            errors.push_back(changeError(changes, {change.field, ErrorCode::NotAsked}));
        } else if (head.values.at(change.field) == change.newValue) {
            errors.push_back(changeError(changes, {change.field, ErrorCode::NothingToDo}));
        }
    }
    // What an older sample lacks does not stand in the way of a correction that is about something else.
    if (!errors.empty() || std::ranges::none_of(changes, isParticular, &HeadChange::field)) return errors;
    const Particulars said = corrected(head, changes).particulars();
    for (const ParticularFault& fault : checkParticulars(said, head.businessKind, head.productKind, today)) {
        errors.push_back(changeError(changes, fault));
    }
    return errors;
}

bool concernsOriginal(const std::vector<HeadChange>& changes) {
    return std::ranges::any_of(changes, [](const HeadChange& change) {
        return change.field == "retest_number" || change.field == "retest_asked_on";
    });
}

}  // namespace touchstone::samples
