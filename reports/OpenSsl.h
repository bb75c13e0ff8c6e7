#pragma once
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Owners for OpenSSL's objects, and the few things that signer, authority and verifier all do with them.
namespace touchstone::reports {

template <auto release>
struct Release {
    template <typename T>
    void operator()(T* object) const {
        release(object);
    }
};

using KeyPtr = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using X509Ptr = std::unique_ptr<X509, Release<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Release<BIO_free_all>>;

/// std::runtime_error: what was being done, and the first reason that OpenSSL gives. Empties its error queue.
[[nodiscard]] std::runtime_error openSslError(const std::string& doing);
[[nodiscard]] BioPtr readOnly(std::string_view bytes);
/// Every certificate in PEM text.
[[nodiscard]] std::vector<X509Ptr> readCertificates(const std::string& pem);
[[nodiscard]] std::string commonName(const X509* certificate);
[[nodiscard]] std::string encoded(const X509* certificate);
/// Exactly these bytes; throws std::runtime_error when they are no certificate or have a second spelling.
[[nodiscard]] X509Ptr readCertificate(std::string_view bytes);

/// One of OpenSSL's i2d functions, into a string.
template <typename Encode, typename Object>
std::string encodedBy(Encode encode, const Object* object) {
    unsigned char* bytes = nullptr;
    const int length = object == nullptr ? -1 : encode(const_cast<Object*>(object), &bytes);
    if (length < 0) throw openSslError("cannot encode");
    std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return out;
}

/// One of OpenSSL's d2i functions, over all of the bytes and back again: nothing when they have a second spelling.
template <typename Owner, typename Decode, typename Encode>
Owner decodedBy(Decode decode, Encode encode, std::string_view bytes) {
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    Owner made(decode(nullptr, &at, static_cast<long>(bytes.size())));
    if (made && encodedBy(encode, made.get()) != bytes) made.reset();
    return made;
}

}  // namespace touchstone::reports
