#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/certificates/Frozen.h"
#include "server/core/Json.h"
#include "server/samples/Head.h"

/// Amendments: a certificate issued anew with what was wrong put right (ISO/IEC 17025:2017 7.8.8). Pure rules.
namespace touchstone::certificates {

enum class AmendmentKind : std::uint8_t {
    clerical,  ///< named fields of the head (samples::headFields)
    results,   ///< tests reopened, corrected or done again; perhaps the head as well
    reissue    ///< nothing of the content
};
[[nodiscard]] std::string_view name(AmendmentKind kind);
/// std::logic_error for another word.
[[nodiscard]] AmendmentKind amendmentKindOf(std::string_view name);

using samples::HeadChange;

/// All in which the new content differs from the frozen one on paper, whatever was proposed: nothing changes unsaid.
/// Both are members `content` of a frozen certificate.
[[nodiscard]] std::vector<FrozenChange> differences(const json::Value& before, const json::Value& after);

}  // namespace touchstone::certificates
