#include "server/http/TlsIdentity.h"

#include <Poco/Logger.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <system_error>

#include "server/core/Error.h"

namespace touchstone::http {
namespace {

struct Free {
    void operator()(X509* object) const { X509_free(object); }
    void operator()(EVP_PKEY* object) const { EVP_PKEY_free(object); }
    void operator()(BIO* object) const { BIO_free(object); }
    void operator()(STACK_OF(X509) * object) const { sk_X509_pop_free(object, X509_free); }
};
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Chain = std::unique_ptr<STACK_OF(X509), Free>;
using File = std::unique_ptr<BIO, Free>;

[[noreturn]] void refuse(const char* key, const std::string& why) {
    ERR_clear_error();
    throw Error(ErrorCode::BadConfiguration, {std::string("http.") + key, why});
}

/// A key under a passphrase is none that a server can use: nobody is asked.
int noPassphrase(char*, int, int, void*) {
    return 0;
}

void release(void*, void* kept, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<std::shared_ptr<TlsIdentity>*>(kept);
}

}  // namespace

struct TlsIdentity::Pair {
    Certificate certificate;
    Chain above;
    Key key;

    Pair(const std::string& certificateFile, const std::string& keyFile) {
        const File chain(BIO_new_file(certificateFile.c_str(), "r"));
        if (!chain) refuse("tls_certificate", "cannot be read: " + certificateFile);
        certificate.reset(PEM_read_bio_X509(chain.get(), nullptr, noPassphrase, nullptr));
        if (!certificate) refuse("tls_certificate", "no certificate in PEM in " + certificateFile);
        above.reset(sk_X509_new_null());
        while (Certificate next{PEM_read_bio_X509(chain.get(), nullptr, noPassphrase, nullptr)}) {
            if (sk_X509_push(above.get(), next.get()) == 0) throw std::bad_alloc();
            (void)next.release();
        }
        if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
            refuse("tls_certificate", "what follows the first certificate cannot be read in " + certificateFile);
        }
        ERR_clear_error();
        const File secret(BIO_new_file(keyFile.c_str(), "r"));
        if (!secret) refuse("tls_key", "cannot be read: " + keyFile);
        key.reset(PEM_read_bio_PrivateKey(secret.get(), nullptr, noPassphrase, nullptr));
        if (!key) refuse("tls_key", "no key in PEM without passphrase in " + keyFile);
        if (X509_check_private_key(certificate.get(), key.get()) != 1)
            refuse("tls_key", "it is not the key of " + certificateFile);
    }
};

TlsIdentity::TlsIdentity(std::string certificateFile, std::string keyFile)
    : certificateFile_(std::move(certificateFile)),
      keyFile_(std::move(keyFile)),
      read_(stamp()),
      pair_(std::make_shared<const Pair>(certificateFile_, keyFile_)) {
}

TlsIdentity::~TlsIdentity() = default;

TlsIdentity::Stamp TlsIdentity::stamp() const {
    std::error_code absent;  // a file that is away has the time of an error, which is a change as well
    return {std::filesystem::last_write_time(certificateFile_, absent),
            std::filesystem::last_write_time(keyFile_, absent)};
}

std::shared_ptr<const TlsIdentity::Pair> TlsIdentity::current() {
    const std::lock_guard lock(mutex_);
    const Stamp now = stamp();
    if (now == read_) return pair_;
    read_ = now;
    try {
        pair_ = std::make_shared<const Pair>(certificateFile_, keyFile_);
        Poco::Logger::get("http").information("the certificate of %s is shown from now on", certificateFile_);
    } catch (const Error& error) {
        Poco::Logger::get("http").warning("the certificate before is still shown: %s", std::string(error.what()));
    }
    return pair_;
}

int TlsIdentity::show(SSL* connection, void* identity) {
    const auto pair = static_cast<TlsIdentity*>(identity)->current();
    return SSL_use_cert_and_key(connection, pair->certificate.get(), pair->key.get(), pair->above.get(), 1);
}

void TlsIdentity::give(std::shared_ptr<TlsIdentity> identity, SSL_CTX* context) {
    static const int place = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, release);
    SSL_CTX_set_cert_cb(context, show, identity.get());
    auto kept = std::make_unique<std::shared_ptr<TlsIdentity>>(std::move(identity));
    if (place < 0 || SSL_CTX_set_ex_data(context, place, kept.get()) != 1) throw std::bad_alloc();
    (void)kept.release();
}

}  // namespace touchstone::http
