#include "reports/OpenSsl.h"

#include <openssl/err.h>
#include <openssl/pem.h>

namespace touchstone::reports {

std::runtime_error openSslError(const std::string& doing) {
    const unsigned long code = ERR_get_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return std::runtime_error(reason == nullptr ? doing : doing + ": " + reason);
}

std::string sha256(std::string_view bytes, std::string_view more) {
    const std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    std::string digest(32, '\0');
    if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestUpdate(context.get(), more.data(), more.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) != 1)
        throw openSslError("cannot hash");
    return digest;
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
        certificates.emplace_back(certificate);
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
    unsigned char* bytes = nullptr;
    const int length = i2d_X509(certificate, &bytes);
    if (length < 0) throw openSslError("cannot encode certificate");
    std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return out;
}

}  // namespace touchstone::reports
