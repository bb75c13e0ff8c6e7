#pragma once
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone {

/// Every way in which an act can be refused. The table with numbers, HTTP statuses and texts is errors.def.
enum class ErrorCode : std::uint16_t {
#define TOUCHSTONE_ERROR(name, number, status, en, zh) name = number,
#include "server/core/errors.def"
#undef TOUCHSTONE_ERROR
};

enum class Language : std::uint8_t { zh, en };

/// Stable snake_case name of a code, as the API says it: ErrorCode::WrongType is "wrong_type".
[[nodiscard]] std::string_view name(ErrorCode code);
[[nodiscard]] int httpStatus(ErrorCode code);
/// The text for people, with {0}, {1} … replaced by the arguments.
[[nodiscard]] std::string text(ErrorCode code, const std::vector<std::string>& arguments, Language language);

/// One thing that is wrong with one field of one row of what was asked.
struct FieldError {
    std::string field;               ///< path in the body, such as "rows.3.batch_no"
    ErrorCode code;
    std::vector<std::string> arguments;
    std::optional<std::size_t> row;  ///< index of the row in a batch, from 0
};

/// Ends a request. Thrown by any layer, caught in one place (http/Server, or main), where it becomes an RFC 9457
/// problem document. Nothing of a transaction through which it flies is kept.
class Error : public std::exception {
public:
    explicit Error(ErrorCode code, std::vector<std::string> arguments = {}, std::vector<FieldError> fields = {});

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    [[nodiscard]] const std::vector<std::string>& arguments() const noexcept { return arguments_; }
    [[nodiscard]] const std::vector<FieldError>& fields() const noexcept { return fields_; }
    [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

private:
    ErrorCode code_;
    std::vector<std::string> arguments_;
    std::vector<FieldError> fields_;
    std::string what_;
};

}  // namespace touchstone
