#include "server/core/Error.h"

#include <cctype>
#include <map>

namespace touchstone {
namespace {

struct Entry {
    std::string name;
    int status;
    std::string_view en;
    std::string_view zh;
};

std::string snakeCase(std::string_view camel) {
    std::string out;
    for (char c : camel) {
        if (std::isupper(static_cast<unsigned char>(c)) != 0 && !out.empty()) out += '_';
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return out;
}

const std::map<ErrorCode, Entry>& table() {
    static const std::map<ErrorCode, Entry> entries{
#define TOUCHSTONE_ERROR(name, number, status, en, zh) {ErrorCode::name, {snakeCase(#name), status, en, zh}},
#include "server/core/errors.def"
#undef TOUCHSTONE_ERROR
    };
    return entries;
}

}  // namespace

std::string_view name(ErrorCode code) {
    return table().at(code).name;
}

int httpStatus(ErrorCode code) {
    return table().at(code).status;
}

std::string text(ErrorCode code, const std::vector<std::string>& arguments, Language language) {
    const Entry& entry = table().at(code);
    const std::string_view pattern = language == Language::zh ? entry.zh : entry.en;
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}') {
            const auto index = static_cast<std::size_t>(pattern[i + 1] - '0');
            if (index < arguments.size()) out += arguments[index];
            i += 2;
        } else {
            out += pattern[i];
        }
    }
    return out;
}

Error::Error(ErrorCode code, std::vector<std::string> arguments, std::vector<FieldError> fields)
    : code_(code),
      arguments_(std::move(arguments)),
      fields_(std::move(fields)),
      what_(std::string(name(code)) + ": " + text(code, arguments_, Language::en)) {
    for (const FieldError& field : fields_) {
        what_ += "; " + field.field + ": " + text(field.code, field.arguments, Language::en);
    }
}

}  // namespace touchstone
