#include "server/regulators/Disclosure.h"

#include "server/core/Json.h"

namespace touchstone::regulators {
namespace {

void writeRow(json::Writer& out, const DisclosureRow& row) {
    out.beginArray().integer(row.seq);
    for (const std::string* field :
         {&row.number, &row.laboratory, &row.productName, &row.productKind, &row.specification, &row.batchNo,
          &row.maker, &row.approvalNo, &row.client, &row.edition, &row.issuedOn, &row.verdict}) {
        out.string(*field);
    }
    for (const FailingItem& one : row.failing) {
        out.beginArray().string(one.item).string(one.requirement).string(one.value).string(one.unit).endArray();
    }
    out.endArray();
}

}  // namespace

std::string publishedContent(const Disclosure& issue, const std::vector<DisclosureRow>& rows) {
    json::Writer out;
    out.beginObject()
        .field("disclosure", issue.id)
        .field("organisation", issue.organisation)
        .field("title", issue.title)
        .field("year", issue.year.value_or(0))
        .field("issue_no", issue.issueNo.value_or(0))
        .key("rows")
        .beginArray();
    for (const DisclosureRow& row : rows) writeRow(out, row);
    out.endArray().endObject();
    return out.take();
}

}  // namespace touchstone::regulators
