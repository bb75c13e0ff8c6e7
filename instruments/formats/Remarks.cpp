#include "instruments/formats/Remarks.h"

#include <algorithm>
#include <utility>

namespace touchstone::instruments {

void Remarks::warn(const char* code, std::string words, std::string_view part, std::string about) {
    reading_.warnings.push_back({code, std::move(words), spanOf(part), std::move(about)});
}

void Remarks::warnOnce(const char* code, std::string words, std::string_view part, std::string about) {
    const bool isSaid = std::ranges::find(reading_.warnings, code, &Finding::code) != reading_.warnings.end();
    if (!isSaid) warn(code, std::move(words), part, std::move(about));
}

void Remarks::refuse(const char* code, std::string words, std::string_view part, std::string about) {
    if (!reading_.refused) reading_.refused = Finding{code, std::move(words), spanOf(part), std::move(about)};
}

}  // namespace touchstone::instruments
