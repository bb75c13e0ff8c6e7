#include "server/certificates/Frozen.h"

#include <algorithm>

#include "server/core/Json.h"

namespace touchstone::certificates {
namespace {

/// Nothing where nothing is said.
void writeEnglish(json::Writer& out, const English& english, const std::vector<std::string>& items = {}) {
    if (english.empty() && items.empty()) return;
    out.key("english").beginObject();
    for (const auto& [name, text] : english) out.field(name, text);
    if (!items.empty()) {
        out.key("items").beginArray();
        for (const std::string& item : items) out.string(item);
        out.endArray();
    }
    out.endObject();
}

void write(json::Writer& out, const FrozenLaboratory& laboratory) {
    out.beginObject().key("marks").beginArray();
    for (const FrozenMark& mark : laboratory.marks) {
        out.beginObject().field("body", mark.body).field("number", mark.number).endObject();
    }
    out.endArray()
        .field("code", laboratory.code)
        .field("name", laboratory.name)
        .field("name_en", laboratory.nameEnglish)
        .field("address", laboratory.address)
        .field("seal_text", laboratory.sealText)
        .field("watermark", laboratory.watermark);
    writeEnglish(out, laboratory.english);
    out.endObject();
}

void write(json::Writer& out, const FrozenImport& import) {
    out.key("import")
        .beginObject()
        .field("country", import.country)
        .field("port", import.port)
        .field("contract_no", import.contractNo)
        .field("notice_no", import.noticeNo);
    writeEnglish(out, import.english);
    out.endObject();
}

void write(json::Writer& out, const FrozenRetest& retest) {
    out.key("retest")
        .beginObject()
        .field("laboratory", retest.laboratory)
        .field("number", retest.number)
        .field("issued_on", retest.issuedOn)
        .field("applicant", retest.applicant)
        .field("asked_on", retest.askedOn)
        .key("items")
        .beginArray();
    for (const std::string& item : retest.items) out.string(item);
    out.endArray();
    writeEnglish(out, retest.english, retest.itemsEnglish);
    out.endObject();
}

void write(json::Writer& out, const FrozenSample& sample) {
    out.beginObject()
        .field("number", sample.number)
        .field("product", sample.product)
        .field("product_name", sample.productName)
        .field("kind", sample.kind)
        .field("edition", sample.edition)
        .field("specification", sample.specification)
        .field("batch_no", sample.batchNo)
        .field("maker", sample.maker)
        .field("approval_no", sample.approvalNo)
        .field("client", sample.client)
        .field("business_kind", sample.businessKind)
        .field("voucher_no", sample.voucherNo)
        .field("sampled_on", sample.sampledOn)
        .field("seal_state", sample.sealState)
        .field("quantity", sample.quantity)
        .field("quantity_unit", sample.quantityUnit)
        .field("produced_on", sample.producedOn)
        .field("expires_on", sample.expiresOn)
        .field("region_code", sample.regionCode)
        .field("received_at", toRfc3339(sample.receivedAt));
    if (sample.import) write(out, *sample.import);
    if (sample.retest) write(out, *sample.retest);
    out.field("language", sample.language);
    writeEnglish(out, sample.english);
    out.endObject();
}

void write(json::Writer& out, std::string_view name, const std::optional<FrozenHand>& hand) {
    out.key(name);
    if (!hand) {
        out.null();
        return;
    }
    out.beginObject()
        .field("login", hand->login)
        .field("name", hand->name)
        .field("at", toRfc3339(hand->at));
    writeEnglish(out, hand->english);
    out.endObject();
}

void write(json::Writer& out, const std::optional<FrozenEvidence>& evidence) {
    if (!evidence) {
        out.null();
        return;
    }
    out.beginObject()
        .field("instrument", evidence->instrument)
        .field("message", evidence->message)
        .field("sha256", evidence->sha256)
        .field("offset", evidence->offset)
        .field("length", evidence->length)
        .field("observed_at", evidence->observedAt)
        .endObject();
}

void writeList(json::Writer& out, std::string_view name, const std::optional<std::string>& list) {
    out.key(name);
    if (list) {
        out.raw(*list);
    } else {
        out.beginArray().endArray();
    }
}

void writeLimit(json::Writer& out, const FrozenTest& test) {
    out.beginObject()
        .field("kind", test.limitKind)
        .field("lower", test.lower)
        .field("lower_inclusive", test.lowerInclusive)
        .field("upper", test.upper)
        .field("upper_inclusive", test.upperInclusive);
    writeList(out, "accepted", test.accepted);
    writeList(out, "rejected", test.rejected);
    out.endObject();
}

void write(json::Writer& out, const FrozenTest& test) {
    out.beginObject()
        .field("seq", test.seq)
        .field("heading", test.heading)
        .field("item", test.item)
        .field("unit", test.unit)
        .field("edition", test.edition)
        .field("requirement", test.requirement);
    out.key("limit");
    writeLimit(out, test);
    out.field("comparison", test.comparison)
        .field("rounding", test.rounding)
        .field("value", test.value)
        .field("compared", test.compared)
        .field("verdict", test.verdict)
        .field("version", test.version)
        .field("source", test.source)
        .field("reason", test.reason);
    write(out, "entered_by", test.enteredBy);
    out.key("method")
        .beginObject()
        .field("code", test.method)
        .field("version", test.methodVersion)
        .field("title", test.methodTitle);
    writeEnglish(out, test.methodEnglish);
    out.endObject();
    out.key("evidence");
    write(out, test.evidence);
    write(out, "analyst", test.analyst);
    write(out, "checker", test.checker);
    out.key("accredited").beginArray();
    for (const std::string& body : test.accredited) out.string(body);
    out.endArray();
    writeEnglish(out, test.english);
    out.endObject();
}

void write(json::Writer& out, const std::optional<FrozenReplaces>& replaces) {
    if (!replaces) {
        out.null();
        return;
    }
    out.beginObject()
        .field("number", replaces->number)
        .field("sha256", replaces->sha256)
        .field("issued_on", replaces->issuedOn)
        .field("reason", replaces->reason)
        .key("changes")
        .beginArray();
    for (const FrozenChange& change : replaces->changes) {
        out.beginObject()
            .field("what", change.what)
            .field("item", change.item)
            .field("old", change.oldValue)
            .field("new", change.newValue)
            .endObject();
    }
    out.endArray().endObject();
}

}  // namespace

bool FrozenContent::conforms() const {
    return std::all_of(tests.begin(), tests.end(), [](const FrozenTest& test) { return test.verdict == "conforms"; });
}

std::string FrozenContent::json() const {
    json::Writer out;
    out.beginObject().field("form", 1).field("revision", revision).key("replaces");
    write(out, replaces);
    out.key("laboratory");
    write(out, laboratory);
    out.key("sample");
    write(out, sample);
    out.key("tests").beginArray();
    for (const FrozenTest& test : tests) write(out, test);
    out.endArray().field("verdict", conforms() ? "conforms" : "fails");
    write(out, "signatory", FrozenHand{signatoryLogin, signatoryName, releasedAt, signatoryEnglish});
    out.endObject();
    return out.take();
}

Sha256 signedHash(const std::vector<std::string>& contents) {
    json::Writer out;
    out.beginArray();
    for (const std::string& content : contents) out.raw(content);
    out.endArray();
    return sha256(out.take());
}

std::string frozenJson(const Issuance& issuance, const std::string& content) {
    json::Writer out;
    out.beginObject()
        .field("number", issuance.number)
        .field("verification_url", issuance.verificationUrl)
        .key("signature");
    out.beginObject()
        .field("id", issuance.signature)
        .field("meaning", issuance.meaning)
        .field("reason", issuance.reason)
        .field("content_sha256", toHex(issuance.signedHash))
        .endObject();
    out.key("layout")
        .beginObject()
        .field("code", issuance.layout.code)
        .field("version", issuance.layout.version)
        .field("sha256", issuance.layout.sha256)
        .endObject();
    out.key("content").raw(content).endObject();
    return out.take();
}

}  // namespace touchstone::certificates
