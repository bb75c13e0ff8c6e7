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
/// Of the bytes and those that follow them elsewhere.
[[nodiscard]] std::string sha256(std::string_view bytes, std::string_view more = {});
[[nodiscard]] BioPtr readOnly(std::string_view bytes);
/// Every certificate in PEM text.
[[nodiscard]] std::vector<X509Ptr> readCertificates(const std::string& pem);
[[nodiscard]] std::string commonName(const X509* certificate);
[[nodiscard]] std::string encoded(const X509* certificate);

}  // namespace touchstone::reports
