#include "reports/SignedMessage.h"

#include "reports/Der.h"

namespace touchstone::reports {
namespace {

// One of OpenSSL's i2d functions, into a string.
template <typename Encode, typename Object>
std::string encodedBy(Encode encode, const Object* object) {
    unsigned char* bytes = nullptr;
    const int length = object == nullptr ? -1 : encode(object, &bytes);
    if (length < 0) throw openSslError("cannot encode");
    std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return out;
}

}  // namespace

std::string der::oid(const char* dotted) {
    const std::unique_ptr<ASN1_OBJECT, Release<ASN1_OBJECT_free>> object(OBJ_txt2obj(dotted, 1));
    return encodedBy(i2d_ASN1_OBJECT, object.get());
}

std::string issuerAndSerial(const X509* certificate) {
    return der::sequence({encodedBy(i2d_X509_NAME, X509_get_issuer_name(certificate)),
                          encodedBy(i2d_ASN1_INTEGER, X509_get0_serialNumber(certificate))});
}

std::string SignedMessage::encode() const {
    using der::context, der::integer, der::octets, der::oid, der::sequence, der::set;
    static const std::string signedData = oid("1.2.840.113549.1.7.2"), data = oid("1.2.840.113549.1.7.1"),
                             sha256Algorithm = sequence({oid("2.16.840.1.101.3.4.2.1")}),
                             ecdsaAlgorithm = sequence({oid("1.2.840.10045.4.3.2")}),
                             rsaAlgorithm = sequence({oid("1.2.840.113549.1.1.11"), std::string_view("\x05\x00", 2)});
    std::string attributeSet = set(attributes);
    attributeSet[0] = static_cast<char>(0xA0);  // [0] IMPLICIT
    const std::string signer = sequence({integer(1), signerId, sha256Algorithm, attributeSet,
                                         isRsa ? rsaAlgorithm : ecdsaAlgorithm, octets(signature)});
    const std::string content =
        sequence({integer(1), set({sha256Algorithm}), sequence({data}), context(0, certificates), set({signer})});
    return sequence({signedData, context(0, content)});
}

}  // namespace touchstone::reports
