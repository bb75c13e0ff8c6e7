#include "reports/SigningKey.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <mutex>

namespace touchstone::reports {
namespace {

int refusePassphrase(char*, int, int, void*) {
    return -1;
}

KeyPtr readKey(const std::string& pem) {
    KeyPtr key(PEM_read_bio_PrivateKey(readOnly(pem).get(), nullptr, refusePassphrase, nullptr));
    if (!key) throw openSslError("cannot read the signing key");
    return key;
}

KeyContextPtr readyToSign(EVP_PKEY* key, KeyKind kind) {
    KeyContextPtr ready(EVP_PKEY_CTX_new(key, nullptr));
    if (!ready || EVP_PKEY_sign_init(ready.get()) != 1 ||
        EVP_PKEY_CTX_set_signature_md(ready.get(), EVP_sha256()) != 1 ||
        (kind == KeyKind::rsa && EVP_PKEY_CTX_set_rsa_padding(ready.get(), RSA_PKCS1_PADDING) != 1))
        throw openSslError("cannot use the signing key");
    return ready;
}

}  // namespace

SigningKey::SigningKey(const std::string& pem) {
    take(readKey(pem));
}

SigningKey::SigningKey(TokenKey where) : where_(std::move(where)) {
    open();
}

SigningKey::~SigningKey() = default;

void SigningKey::take(KeyPtr key) {
    const auto kind = kindOf(key.get());
    if (!kind) throw std::runtime_error("the signing key is neither an elliptic curve nor an RSA key");
    std::string publicHalf = encodedBy(i2d_PUBKEY, key.get());
    if (!publicHalf_.empty() && publicHalf != publicHalf_)
        throw std::runtime_error("the device holds another key than before");
    ready_ = *kind == KeyKind::sm2 ? nullptr : readyToSign(key.get(), *kind);
    kind_ = *kind;
    publicHalf_ = std::move(publicHalf);
    largest_ = static_cast<std::size_t>(EVP_PKEY_get_size(key.get()));
    key_ = std::move(key);
}

void SigningKey::open() {
    token_ = std::make_unique<Token>(*where_);
    take(token_->privateKey());
}

void SigningKey::reopen(std::uint64_t seen) {
    const std::unique_lock lock(opening_);
    if (openings_ != seen) return;  // another thread did
    ++openings_;
    ready_.reset();
    key_.reset();
    token_.reset();
    open();
}

bool SigningKey::isOf(const X509* certificate) const {
    return encodedBy(i2d_PUBKEY, X509_get0_pubkey(certificate)) == publicHalf_;
}

std::string SigningKey::sign(std::string_view data) {
    return signDigest(kind_ == KeyKind::sm2 ? std::string(data) : hash(usualDigest(kind_), data));
}

std::string SigningKey::signDigest(std::string_view digest) {
    std::uint64_t seen = 0;
    {
        const std::shared_lock lock(opening_);
        if (!where_) return attempt(digest);
        try {
            return attempt(digest);
        } catch (const std::runtime_error&) {
            seen = openings_;  // why it failed does not matter: it is tried again, and what is wrong then is said
        }
    }
    reopen(seen);
    const std::shared_lock lock(opening_);
    return attempt(digest);
}

std::string SigningKey::attempt(std::string_view digest) const {
    if (!key_) throw std::runtime_error("the device of the signing key is away");
    if (kind_ == KeyKind::sm2) return signSm2(key_.get(), digest);
    const KeyContextPtr context(EVP_PKEY_CTX_dup(ready_.get()));
    std::string out(largest_, '\0');
    std::size_t length = out.size();
    if (!context || EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length,
                                  reinterpret_cast<const unsigned char*>(digest.data()), digest.size()) != 1)
        throw openSslError("cannot sign");
    out.resize(length);
    return out;
}

}  // namespace touchstone::reports
