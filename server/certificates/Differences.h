#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/certificates/Frozen.h"
#include "server/certificates/NearLimitStore.h"
#include "server/core/Json.h"

/// What a signatory must see of a sample before signing it among a thousand others: all that is not as usual.
namespace touchstone::certificates {

/// One thing that is not as usual. What does not apply is empty.
struct Difference {
    enum class Kind : std::uint8_t {
        Failing,         ///< the item does not conform
        Corrected,       ///< the result replaced an earlier one; reason says why
        Late,            ///< `value` of an instrument came later and nobody has decided on it
        NearLimit,       ///< conforms, closer to a bound than the rule in force says
        VerdictChanged,  ///< the product's previous certificate said the other; previous is its result
        EditionChanged,  ///< tested after another edition (`value`) than the previous certificate (previous)
        Amended,         ///< the sample has a certificate already
    };
    Kind kind;
    std::string item;
    std::string value;
    std::string requirement;
    std::string previous;
    std::string certificate;  ///< number of the one it is compared with
    std::string reason;
};
[[nodiscard]] std::string_view name(Difference::Kind kind);

/// A value of an instrument that waits for a person's decision.
struct LateValue {
    std::string item, value;
};

/// An earlier certificate: its number and certificate.frozen.
struct Earlier {
    std::string number;
    json::Value frozen;
};

/// Pure. previous: of the same product, another sample. own: of this sample. near: nothing is called near without one.
[[nodiscard]] std::vector<Difference> differencesOf(const FrozenContent& content, const std::vector<LateValue>& late,
                                                    const Earlier* previous, const std::optional<std::string>& own,
                                                    const std::optional<NearLimitRule>& near);

/// JSON list as openapi.yaml says ReleaseDifference.
[[nodiscard]] std::string toJson(const std::vector<Difference>& differences);

}  // namespace touchstone::certificates
