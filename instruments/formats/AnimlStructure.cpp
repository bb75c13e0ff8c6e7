#include "instruments/formats/AnimlStructure.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace touchstone::instruments::animl {
namespace {

constexpr std::string_view values = " I L F D S Boolean DateTime PNG EmbeddedXML SVG ";
constexpr std::string_view numbers = " I L F D ";
constexpr std::string_view step = " TagSet Technique Infrastructure Method Result ";

constexpr std::array<std::pair<std::string_view, std::string_view>, 29> structure{{
    {"", " AnIML "},
    {"AnIML", " SampleSet ExperimentStepSet AuditTrailEntrySet SignatureSet "},
    {"SampleSet", " Sample "},
    {"Sample", " TagSet Category "},
    {"TagSet", " Tag "},
    {"Category", " Parameter SeriesSet Category "},
    {"ExperimentStepSet", " ExperimentStep Template "},
    {"ExperimentStep", step},
    {"Template", step},
    {"Technique", " Extension "},
    {"Infrastructure", " SampleReferenceSet ParentDataPointReferenceSet ExperimentDataReferenceSet Timestamp "},
    {"SampleReferenceSet", " SampleReference SampleInheritance "},
    {"ParentDataPointReferenceSet", " ParentDataPointReference "},
    {"ParentDataPointReference", " StartValue EndValue "},
    {"ExperimentDataReferenceSet", " ExperimentDataReference ExperimentDataBulkReference "},
    {"Method", " Author Device Software Category "},
    {"Author", " Name Affiliation Role Email Phone Location "},
    {"Device", " DeviceIdentifier Manufacturer Name FirmwareVersion SerialNumber "},
    {"Software", " Manufacturer Name Version OperatingSystem "},
    {"Result", " SeriesSet Category ExperimentStepSet "},
    {"SeriesSet", " Series "},
    {"Series", " IndividualValueSet EncodedValueSet AutoIncrementedValueSet Unit "},
    {"IndividualValueSet", values},
    {"AutoIncrementedValueSet", " StartValue Increment "},
    {"Unit", " SIUnit "},
    {"AuditTrailEntrySet", " AuditTrailEntry "},
    {"AuditTrailEntry", " Timestamp Author Software Action Reason Comment Diff Reference "},
    {"Diff", " OldValue NewValue "},
    {"SignatureSet", " Signature "},
}};

bool listed(std::string_view list, std::string_view element) {
    return list.find(" " + std::string(element) + " ") != std::string_view::npos;
}

}  // namespace

bool knows(std::string_view parent, std::string_view element) {
    if (element.empty()) return false;
    if (parent == "Parameter") return element == "Unit" || listed(values, element);
    if (parent == "StartValue" || parent == "EndValue" || parent == "Increment") return listed(numbers, element);
    const auto found = std::ranges::find(structure, parent, &std::pair<std::string_view, std::string_view>::first);
    return found != structure.end() && listed(found->second, element);
}

}  // namespace touchstone::instruments::animl
