#include "reports/SignedMessage.h"

#include "reports/Der.h"

namespace touchstone::reports {
namespace {

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += part;
    return out;
}

std::string readTimeStamp(der::Reader attributes) {
    der::Reader attribute = attributes.inside(0x30);
    attributes.finish();
    if (attribute.take(0x06).whole != names().timeStampToken)
        throw std::runtime_error("something unknown is not signed");
    der::Reader values = attribute.inside(0x31);
    attribute.finish();
    std::string token(values.take(0x30).whole);
    values.finish();
    return token;
}

void readSigner(der::Reader signer, SignedMessage& out) {
    (void)signer.take(0x02);
    out.signerId = signer.isNext(0x80) ? signer.take().whole : signer.take(0x30).whole;
    out.digestAlgorithm = signer.take(0x30).whole;
    for (der::Reader attributes = signer.inside(0xA0); !attributes.atEnd();)
        out.attributes.emplace_back(attributes.take(0x30).whole);
    out.signatureAlgorithm = signer.take(0x30).whole;
    out.signature = signer.take(0x04).content;
    if (signer.isNext(0xA1)) out.timeStamp = readTimeStamp(signer.inside(0xA1));
    signer.finish();
}

}  // namespace

std::string der::oid(const char* dotted) {
    const std::unique_ptr<ASN1_OBJECT, Release<ASN1_OBJECT_free>> object(OBJ_txt2obj(dotted, 1));
    return encodedBy(i2d_ASN1_OBJECT, object.get());
}

const MessageNames& names() {
    using der::oid;
    static const MessageNames all{.signedData = oid("1.2.840.113549.1.7.2"),
                                  .data = oid("1.2.840.113549.1.7.1"),
                                  .timeStampInfo = oid("1.2.840.113549.1.9.16.1.4"),
                                  .contentType = oid("1.2.840.113549.1.9.3"),
                                  .messageDigest = oid("1.2.840.113549.1.9.4"),
                                  .signingCertificate = oid("1.2.840.113549.1.9.16.2.12"),
                                  .signingCertificateV2 = oid("1.2.840.113549.1.9.16.2.47"),
                                  .algorithmProtection = oid("1.2.840.113549.1.9.52"),
                                  .timeStampToken = oid("1.2.840.113549.1.9.16.2.14")};
    return all;
}

std::string makeAttribute(std::string_view type, std::string_view value) {
    return der::sequence({type, der::set({std::string(value)})});
}

std::string issuerAndSerial(const X509* certificate) {
    return der::sequence({encodedBy(i2d_X509_NAME, X509_get_issuer_name(certificate)),
                          encodedBy(i2d_ASN1_INTEGER, X509_get0_serialNumber(certificate))});
}

std::string SignedMessage::signedBytes() const {
    return der::set(attributes);
}

std::string SignedMessage::encode() const {
    using der::context, der::integer, der::octets, der::sequence, der::set;
    std::string attributeSet = signedBytes();
    attributeSet[0] = static_cast<char>(0xA0);  // [0] IMPLICIT
    const bool byKeyIdentifier = !signerId.empty() && static_cast<unsigned char>(signerId[0]) == 0x80;
    const std::string unsignedSet =
        timeStamp.empty() ? std::string() : context(1, makeAttribute(names().timeStampToken, timeStamp));
    const std::string signer = sequence({integer(byKeyIdentifier ? 3 : 1), signerId, digestAlgorithm, attributeSet,
                                         signatureAlgorithm, octets(signature), unsignedSet});
    const std::string encapsulated =
        content ? sequence({contentType, context(0, octets(*content))}) : sequence({contentType});
    const std::string body =
        sequence({integer(byKeyIdentifier || contentType != names().data ? 3 : 1), set({digestAlgorithm}), encapsulated,
                  context(0, joined(certificates)), set({signer})});
    return sequence({names().signedData, context(0, body)});
}

std::optional<std::string> SignedMessage::attribute(std::string_view type) const {
    std::optional<std::string> found;
    for (const std::string& each : attributes) {
        der::Reader in(each);
        der::Reader parts = in.inside(0x30);
        if (parts.take(0x06).whole != type) continue;
        if (found) return std::nullopt;
        der::Reader values = parts.inside(0x31);
        parts.finish();
        found = std::string(values.take().whole);
        values.finish();
    }
    return found;
}

SignedMessage SignedMessage::parse(std::string_view bytes) {
    SignedMessage out;
    der::Reader whole(bytes);
    der::Reader info = whole.inside(0x30);
    whole.finish();
    if (info.take(0x06).whole != names().signedData) throw std::runtime_error("it is no signed message");
    der::Reader wrapped = info.inside(0xA0);
    info.finish();
    der::Reader body = wrapped.inside(0x30);
    wrapped.finish();
    (void)body.take(0x02);
    (void)body.take(0x31);
    der::Reader encapsulated = body.inside(0x30);
    out.contentType = encapsulated.take(0x06).whole;
    if (!encapsulated.atEnd()) out.content = std::string(encapsulated.inside(0xA0).take(0x04).content);
    if (body.isNext(0xA0))
        for (der::Reader certificates = body.inside(0xA0); !certificates.atEnd();)
            // Other kinds than X.509 say nothing here.
            if (const der::Value each = certificates.take(); each.tag == 0x30)
                out.certificates.emplace_back(each.whole);
    if (body.isNext(0xA1)) (void)body.take();  // revocation lists
    der::Reader signers = body.inside(0x31);
    body.finish();
    readSigner(signers.inside(0x30), out);
    signers.finish();
    return out;
}

}  // namespace touchstone::reports
