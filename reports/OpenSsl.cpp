#include "reports/OpenSsl.h"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace touchstone::reports {
namespace {

// Who signed with SM2 has a name in the digest (GM/T 0009), which OpenSSL asks for before it checks a certificate.
void nameIssuer(X509* certificate) {
    constexpr std::string_view usual = "1234567812345678";
    if (X509_get_signature_nid(certificate) != NID_SM2_with_SM3) return;
    ASN1_OCTET_STRING* name = ASN1_OCTET_STRING_new();
    if (name == nullptr || ASN1_OCTET_STRING_set(name, reinterpret_cast<const unsigned char*>(usual.data()),
                                                 static_cast<int>(usual.size())) != 1)
        throw std::bad_alloc();
    X509_set0_distinguishing_id(certificate, name);
}

}  // namespace

std::runtime_error openSslError(const std::string& doing) {
    const unsigned long code = ERR_get_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return std::runtime_error(reason == nullptr ? doing : doing + ": " + reason);
}

BioPtr readOnly(std::string_view bytes) {
    if (bytes.size() > INT_MAX) throw std::runtime_error("too many bytes");
    BioPtr bio(BIO_new_mem_buf(bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size())));
    if (!bio) throw std::bad_alloc();
    return bio;
}

std::vector<X509Ptr> readCertificates(const std::string& pem) {
    std::vector<X509Ptr> certificates;
    const BioPtr bio = readOnly(pem);
    while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
        nameIssuer(certificates.emplace_back(certificate).get());
    if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) throw openSslError("cannot read certificate");
    ERR_clear_error();
    return certificates;
}

std::string commonName(const X509* certificate) {
    const X509_NAME* name = X509_get_subject_name(certificate);
    const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (index < 0) return {};
    unsigned char* utf8 = nullptr;
    const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
    if (length < 0) {
        ERR_clear_error();
        return {};
    }
    std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(length));
    OPENSSL_free(utf8);
    return text;
}

std::string encoded(const X509* certificate) {
    return encodedBy(i2d_X509, certificate);
}

X509Ptr readCertificate(std::string_view bytes) {
    X509Ptr made = decodedBy<X509Ptr>(d2i_X509, i2d_X509, bytes);
    if (!made) throw openSslError("a certificate is not well-formed");
    nameIssuer(made.get());
    return made;
}

}  // namespace touchstone::reports
