#include "reports/Algorithms.h"

#include <openssl/ec.h>
#include <openssl/err.h>

#include <array>

#include "reports/Der.h"
#include "reports/SignedMessage.h"

namespace touchstone::reports {
namespace {

using HashPtr = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;

constexpr std::string_view sm2Name = "1234567812345678";

struct Spelling {
    Digest digest;
    const EVP_MD* (*engine)();
    std::string oid, rsa, ellipticCurve;
};

const std::array<Spelling, 4>& spellings() {
    static const std::array<Spelling, 4> all{
        {{Digest::sha256, EVP_sha256, der::oid("2.16.840.1.101.3.4.2.1"), der::oid("1.2.840.113549.1.1.11"),
          der::oid("1.2.840.10045.4.3.2")},
         {Digest::sha384, EVP_sha384, der::oid("2.16.840.1.101.3.4.2.2"), der::oid("1.2.840.113549.1.1.12"),
          der::oid("1.2.840.10045.4.3.3")},
         {Digest::sha512, EVP_sha512, der::oid("2.16.840.1.101.3.4.2.3"), der::oid("1.2.840.113549.1.1.13"),
          der::oid("1.2.840.10045.4.3.4")},
         {Digest::sm3, EVP_sm3, der::oid("1.2.156.10197.1.401"), "", der::oid("1.2.156.10197.1.501")}}};
    return all;
}

const Spelling& spelling(Digest digest) {
    return spellings()[static_cast<std::size_t>(digest)];
}

const unsigned char* raw(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

// The context must outlive the hash that it is given to.
KeyContextPtr named(EVP_PKEY* key, EVP_MD_CTX* hash) {
    KeyContextPtr context(EVP_PKEY_CTX_new(key, nullptr));
    if (!context || EVP_PKEY_CTX_set1_id(context.get(), sm2Name.data(), static_cast<int>(sm2Name.size())) != 1)
        throw openSslError("cannot use SM2");
    EVP_MD_CTX_set_pkey_ctx(hash, context.get());
    return context;
}

}  // namespace

std::optional<KeyKind> kindOf(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "RSA") == 1) return KeyKind::rsa;
    if (EVP_PKEY_is_a(key, "SM2") == 1) return KeyKind::sm2;
    if (EVP_PKEY_is_a(key, "EC") == 1) return KeyKind::ellipticCurve;
    return std::nullopt;
}

Digest usualDigest(KeyKind kind) {
    return kind == KeyKind::sm2 ? Digest::sm3 : Digest::sha256;
}

std::string hash(Digest digest, std::string_view bytes, std::string_view more) {
    const HashPtr context(EVP_MD_CTX_new());
    const EVP_MD* engine = spelling(digest).engine();
    std::string out(static_cast<std::size_t>(EVP_MD_get_size(engine)), '\0');
    if (!context || EVP_DigestInit_ex(context.get(), engine, nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestUpdate(context.get(), more.data(), more.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr) != 1)
        throw openSslError("cannot hash");
    return out;
}

std::string digestAlgorithm(Digest digest) {
    return der::sequence({spelling(digest).oid});
}

std::string signatureAlgorithm(KeyKind kind, Digest digest) {
    constexpr std::string_view null("\x05\x00", 2);
    return kind == KeyKind::rsa ? der::sequence({spelling(digest).rsa, null})
                                : der::sequence({spelling(digest).ellipticCurve});
}

std::optional<Digest> digestOf(std::string_view algorithmIdentifier) {
    der::Reader in(algorithmIdentifier);
    const std::string_view oid = in.inside(0x30).take(0x06).whole;
    for (const Spelling& each : spellings())
        if (oid == each.oid) return each.digest;
    return std::nullopt;
}

std::string signSm2(EVP_PKEY* key, std::string_view data) {
    const HashPtr hash(EVP_MD_CTX_new());
    if (!hash) throw std::bad_alloc();
    const KeyContextPtr context = named(key, hash.get());
    std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
    std::size_t length = out.size();
    if (EVP_DigestSignInit(hash.get(), nullptr, EVP_sm3(), nullptr, key) != 1 ||
        EVP_DigestSign(hash.get(), reinterpret_cast<unsigned char*>(out.data()), &length, raw(data), data.size()) != 1)
        throw openSslError("cannot sign");
    out.resize(length);
    return out;
}

bool verifies(EVP_PKEY* key, Digest digest, std::string_view data, std::string_view signature) {
    const auto kind = kindOf(key);
    if (!kind || (*kind == KeyKind::sm2) != (digest == Digest::sm3)) return false;
    const HashPtr hash(EVP_MD_CTX_new());
    if (!hash) throw std::bad_alloc();
    const KeyContextPtr context = *kind == KeyKind::sm2 ? named(key, hash.get()) : nullptr;
    const bool holds = EVP_DigestVerifyInit(hash.get(), nullptr, spelling(digest).engine(), nullptr, key) == 1 &&
                       EVP_DigestVerify(hash.get(), raw(signature), signature.size(), raw(data), data.size()) == 1;
    ERR_clear_error();
    return holds;
}

}  // namespace touchstone::reports
