#include "server/core/Json.h"
#include "server/regulators/RiskStore.h"

namespace touchstone::regulators {

std::string closedContent(const Risk& risk) {
    const auto timeOf = [](const std::optional<RiskStep>& step) {
        return step ? std::optional(toSql(step->at)) : std::nullopt;
    };
    json::Writer out;
    out.beginObject()
        .field("risk", risk.id)
        .field("certificate", risk.certificate)
        .field("notified_to", risk.recipient)
        .field("notified_at", timeOf(risk.notified))
        .field("note", risk.note)
        .field("acknowledged_at", timeOf(risk.acknowledged))
        .field("measure", risk.measure)
        .endObject();
    return out.take();
}

}  // namespace touchstone::regulators
