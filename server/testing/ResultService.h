#pragma once
#include <optional>
#include <string>
#include <vector>

#include "server/testing/Recorder.h"

namespace touchstone::testing {

/// A value as it was typed, with the version of the test that the person saw.
struct TypedResult {
    std::size_t row = 0;
    TestId test;
    std::int64_t version = 0;
    std::string value;
    std::optional<std::string> reason;
};

struct EnteredResult {
    std::size_t row;
    TestId test;
    std::int64_t version;
    catalogue::Judgement judgement;
};

struct Entered {
    std::vector<EnteredResult> accepted;
    std::vector<FieldError> refused;
};

struct Judged {
    TestId test;
    std::optional<catalogue::Judgement> judgement;
    std::string requirement;
};

/// Results typed by people. Roles technician, analyst.
class ResultService {
public:
    ResultService(db::Database& database, const audit::Trail& trail, Recorder& recorder)
        : database_(database), trail_(trail), recorder_(recorder) {}

    /// refused: what was wrong with rows before this call, which then count as refused too. With `each` false one refused
    /// row refuses all: Error(Invalid) with every FieldError, and nothing is changed.
    [[nodiscard]] Entered enter(const Actor& actor, const std::vector<TypedResult>& rows, std::vector<FieldError> refused, bool each);
    /// What verdict each value would get; changes nothing. Unknown tests: Error(Invalid).
    [[nodiscard]] std::vector<Judged> judge(const Actor& actor, const std::vector<TypedResult>& rows);

private:
    db::Database& database_;
    const audit::Trail& trail_;
    Recorder& recorder_;
};

}  // namespace touchstone::testing
