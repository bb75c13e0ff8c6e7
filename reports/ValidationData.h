#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::reports {

/// What a signature can be validated with long after it was made, all DER: the Document Security Store of ISO 32000-2,
/// 12.8.4.3, as PAdES B-LT wants it.
struct ValidationData {
    std::vector<std::string> certificates, ocspResponses, revocationLists;
};

/// The incremental update that adds the store to a file whose one signature's /Contents are the hexadecimal digits
/// `contents`. The same data give the same bytes. Throws std::runtime_error when the file is not of the kind that
/// Document writes.
[[nodiscard]] std::string validationUpdate(std::string_view pdf, std::string_view contents, const ValidationData& data);

/// The data of an update that is byte for byte as validationUpdate() makes it; nothing when it is anything else.
[[nodiscard]] std::optional<ValidationData> readValidationUpdate(std::string_view pdf, std::string_view contents,
                                                                 std::string_view update);

}  // namespace touchstone::reports
