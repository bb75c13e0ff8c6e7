#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "instruments/formats/Observation.h"
#include "server/catalogue/Catalogue.h"
#include "server/intake/IntakeStore.h"
#include "server/quality/ControlBoard.h"
#include "server/testing/TestStore.h"

namespace touchstone::intake {

/// Why an observation waits for a person. The names are the API's.
namespace reason {
inline constexpr const char* kUnknownInstrument = "unknown_instrument";
inline constexpr const char* kForeignGateway = "foreign_gateway";
inline constexpr const char* kUnreadable = "unreadable";
inline constexpr const char* kIncomplete = "incomplete";
inline constexpr const char* kNothingInIt = "nothing_in_it";
inline constexpr const char* kNotFinal = "not_final";
inline constexpr const char* kUndecodable = "undecodable";
inline constexpr const char* kTooLong = "too_long";
inline constexpr const char* kUnknownSpecimen = "unknown_specimen";
inline constexpr const char* kUnknownCode = "unknown_code";
inline constexpr const char* kNotRequested = "not_requested";
inline constexpr const char* kUnitMismatch = "unit_mismatch";
inline constexpr const char* kAlreadyResulted = "already_resulted";
inline constexpr const char* kUndecidable = "undecidable";
inline constexpr const char* kNotASample = "not_a_sample";
inline constexpr const char* kImportedOtherwise = "imported_otherwise";
inline constexpr const char* kUnknownControl = "unknown_control";
inline constexpr const char* kNoTarget = "no_target";
inline constexpr const char* kControlFailed = "control_failed";
}  // namespace reason

/// The locked tests of the samples that observations name.
class Tests {
public:
    Tests(const std::vector<testing::LockedTest>& tests, std::map<TestItemId, catalogue::TestItem> items, std::set<std::string> samples);

    [[nodiscard]] bool knowsSample(const std::string& number) const { return samples_.contains(number); }
    [[nodiscard]] const testing::LockedTest* find(const std::string& sample, std::int64_t analyte) const;
    [[nodiscard]] const catalogue::TestItem& item(const testing::LockedTest& test) const { return items_.at(test.item); }
    /// A test takes one observation; what comes after it waits for a person.
    [[nodiscard]] bool take(TestId test) { return taken_.insert(test).second; }

private:
    std::map<std::pair<std::string, std::int64_t>, testing::LockedTest> tests_;
    std::map<TestItemId, catalogue::TestItem> items_;
    std::set<std::string> samples_;
    std::set<TestId> taken_;
};

/// What became of one observation.
struct Match {
    std::string state;                                  ///< imported, held, ignored
    std::optional<std::string> reason;
    const testing::LockedTest* test = nullptr;
    std::optional<catalogue::Judgement> judgement;      ///< when it becomes a result now
    std::string value;                                  ///< as it is reported: the number with its comparator, or the text; empty where nobody may take it
    std::optional<quality::NewControlResult> control = {};   ///< when it is a point of a control chart
};

/// A value as it is reported: the number with its comparator, or the text.
[[nodiscard]] std::string reported(const instruments::Observation& observation);

/// Finds the test of an observation by barcode and code and judges the value; whatever is not certain is held, never guessed.
/// A control sample, which the instrument calls so or whose barcode is a control material's, goes to its chart instead.
[[nodiscard]] Match match(const instruments::Observation& observation, const Instrument& instrument, Tests& tests,
                          quality::ControlBoard& controls);

}  // namespace touchstone::intake
