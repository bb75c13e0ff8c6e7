#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Error.h"
#include "server/samples/Particulars.h"

/// The head of a sample, which its certificate prints, and what may be corrected of it.
namespace touchstone::samples {

/// A field of the head that a person may correct: a column of sample.
struct HeadField {
    std::string_view name;
    std::size_t most;  ///< characters
    bool date = false;
    bool english = false;  ///< has no Chinese in it
};
/// The field "language" is one of kLanguages.
[[nodiscard]] const std::vector<HeadField>& headFields();
inline const std::vector<std::string> kLanguages{"zh", "en"};  ///< of certificates
/// Nothing for a name that is none.
[[nodiscard]] const HeadField* headField(std::string_view name);

/// A correction. oldValue as the sample says it; nothing where it says nothing.
struct HeadChange {
    std::string field;
    std::optional<std::string> oldValue;
    std::string newValue;
};

/// The head as it stands, with what decides which fields it has.
struct Head {
    std::string product, productKind, businessKind;  ///< product: code
    std::map<std::string, std::optional<std::string>> values;

    [[nodiscard]] Particulars particulars() const;
};

/// The head as it would be.
[[nodiscard]] Head corrected(Head head, const std::vector<HeadChange>& changes);
/// What is wrong with the changes of a head: one that changes nothing, particulars that this kind of sample does not
/// have or that lack each other. Errors name the change, "changes.1.new", or the field that is missing.
[[nodiscard]] std::vector<FieldError> checkChanges(const Head& head, const std::vector<HeadChange>& changes,
                                                   Date today);
/// A fault where the change of that field stands among them.
[[nodiscard]] FieldError changeError(const std::vector<HeadChange>& changes, const ParticularFault& fault);
/// Whether the original report of a retest has to be looked at again.
[[nodiscard]] bool concernsOriginal(const std::vector<HeadChange>& changes);

}  // namespace touchstone::samples
