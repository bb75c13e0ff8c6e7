#include "server/certificates/Disposal.h"

#include "server/core/Json.h"

namespace touchstone::certificates {

std::string approvedContent(const Disposal& disposal) {
    json::Writer out;
    out.beginObject().field("disposal", disposal.id).field("reason", disposal.reason).key("samples").beginArray();
    for (const DisposalRow& row : disposal.rows) {
        if (row.approved) out.beginArray().string(row.sample).string(row.retainUntil).endArray();
    }
    out.endArray().endObject();
    return out.take();
}

}  // namespace touchstone::certificates
