#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/certificates/Frozen.h"
#include "server/core/Json.h"

/// Amendments: a certificate issued anew with what was wrong put right (ISO/IEC 17025:2017 7.8.8). Pure rules.
namespace touchstone::certificates {

enum class AmendmentKind : std::uint8_t {
    clerical,  ///< named fields of the head
    results,   ///< tests reopened, corrected or done again; perhaps the head as well
    reissue    ///< nothing of the content
};
[[nodiscard]] std::string_view name(AmendmentKind kind);
/// std::logic_error for another word.
[[nodiscard]] AmendmentKind amendmentKindOf(std::string_view name);

/// A field of the head that a clerical amendment may change: a column of sample.
struct HeadField {
    std::string_view name;
    std::size_t most;  ///< characters
    bool date = false;
};
[[nodiscard]] const std::vector<HeadField>& headFields();

/// A correction as it was proposed. oldValue as the sample says it; nothing where it says nothing.
struct HeadChange {
    std::string field;
    std::optional<std::string> oldValue;
    std::string newValue;
};

/// All in which the new content differs from the frozen one on paper, whatever was proposed: nothing changes unsaid.
/// Both are members `content` of a frozen certificate.
[[nodiscard]] std::vector<FrozenChange> differences(const json::Value& before, const json::Value& after);

}  // namespace touchstone::certificates
