#include "server/gateways/Gateway.h"

#include "instruments/gateway/Config.h"

namespace touchstone::gateways {
namespace {

using instruments::ConfigFault;

FieldError toError(const ConfigFault& fault) {
    const std::string separator = fault.section.empty() || fault.key.empty() ? "" : ".";
    const std::string field = fault.section + separator + fault.key;
    const std::size_t row = fault.line == 0 ? 0 : fault.line - 1;
    switch (fault.kind) {
        case ConfigFault::Kind::Missing: return {field, ErrorCode::Required, {}, row};
        case ConfigFault::Kind::NotANumber: return {field, ErrorCode::WrongType, {"number"}, row};
        case ConfigFault::Kind::NotOneOf: return {field, ErrorCode::NotOneOf, {fault.what}, row};
        case ConfigFault::Kind::Unknown: return {field, ErrorCode::UnknownField, {}, row};
        case ConfigFault::Kind::Twice: return {field, ErrorCode::Duplicate, {}, row};
        case ConfigFault::Kind::Wrong: break;
    }
    return {field, ErrorCode::WrongSetting, {fault.what}, row};
}

}  // namespace

std::optional<std::chrono::seconds> backlogAge(const LastReport& last, Instant now) {
    if (last.report.pending == 0 || !last.report.oldestPending) return std::nullopt;
    const auto age = (last.report.at - *last.report.oldestPending) + (now - last.reportedAt);
    return std::max(std::chrono::seconds(0), std::chrono::duration_cast<std::chrono::seconds>(age));
}

State stateOf(const std::optional<LastReport>& last, Instant now) {
    if (!last) return State::never;
    if (now - last->reportedAt > kSilent) return State::silent;
    const auto age = backlogAge(*last, now);
    return age && *age > kTooOld ? State::backlog : State::current;
}

std::vector<FieldError> faultsOf(const std::string& sections) {
    std::vector<FieldError> out;
    for (const ConfigFault& fault : instruments::readInstruments(sections).faults) out.push_back(toError(fault));
    return out;
}

}  // namespace touchstone::gateways
