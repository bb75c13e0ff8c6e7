#include "reports/Claim.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>

#include <array>
#include <charconv>
#include <ctime>

#include "reports/OpenSsl.h"

namespace touchstone::reports {
namespace {

using SignaturePtr = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Release<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, Release<X509_STORE_CTX_free>>;
struct ReleaseList {
    void operator()(STACK_OF(X509) * list) const { sk_X509_free(list); }
};

constexpr std::string_view kForm = "T1";
constexpr std::string_view kParameter = "#c=";
constexpr char kBetween = '~';
constexpr std::size_t kFields = 8, kNumberBytes = 32, kKeyIdBytes = 4;
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64Url(std::string_view bytes) {
    std::string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : bytes) {
        bits = bits << 8U | static_cast<unsigned char>(c);
        for (held += 8; held >= 6; held -= 6) out += kAlphabet[bits >> static_cast<unsigned>(held - 6) & 63U];
    }
    if (held > 0) out += kAlphabet[bits << static_cast<unsigned>(6 - held) & 63U];
    return out;
}

/// Of exactly so many bytes and in the one spelling that base64Url() has.
std::optional<std::string> fromBase64Url(std::string_view text, std::size_t size) {
    std::string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const std::size_t value = kAlphabet.find(c);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        out += static_cast<char>(bits >> static_cast<unsigned>(held) & 255U);
    }
    return out.size() == size && base64Url(out) == text ? std::optional(std::move(out)) : std::nullopt;
}

bool isP256(const EVP_PKEY* key) {
    std::array<char, 64> group{};
    std::size_t length = 0;
    return key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
           EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
           std::string_view(group.data(), length) == "prime256v1";
}

std::string idOf(const X509* certificate) {
    unsigned char* bytes = nullptr;
    const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes);
    if (length < 0) throw openSslError("cannot encode public key");
    const std::string digest = sha256({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)});
    OPENSSL_free(bytes);
    return base64Url(std::string_view(digest).substr(0, kKeyIdBytes));
}

std::string rawSignature(const std::string& der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const SignaturePtr signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::array<unsigned char, 2 * kNumberBytes> out{};
    if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out.data(), kNumberBytes) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out.data() + kNumberBytes, kNumberBytes) < 0)
        throw openSslError("cannot read the signature of a claim");
    return {reinterpret_cast<const char*>(out.data()), out.size()};
}

bool isSignedBy(EVP_PKEY* key, std::string_view text, const std::string& raw) {
    const auto* numbers = reinterpret_cast<const unsigned char*>(raw.data());
    const SignaturePtr signature(ECDSA_SIG_new());
    if (!signature || ECDSA_SIG_set0(signature.get(), BN_bin2bn(numbers, kNumberBytes, nullptr),
                                     BN_bin2bn(numbers + kNumberBytes, kNumberBytes, nullptr)) != 1)
        throw std::bad_alloc();
    unsigned char* der = nullptr;
    const int length = i2d_ECDSA_SIG(signature.get(), &der);
    const DigestContextPtr context(EVP_MD_CTX_new());
    const bool good = length > 0 && context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
                      EVP_DigestVerify(context.get(), der, static_cast<std::size_t>(length),
                                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
    OPENSSL_free(der);
    return good;
}

bool areDigits(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string compact(std::string day) {
    std::erase(day, '-');
    return day;
}

/// Midnight of a day YYYY-MM-DD, UTC; nothing when there is no such day.
std::optional<std::time_t> midnight(const std::string& day) {
    std::tm utc{};
    if (::strptime(day.c_str(), "%Y-%m-%d", &utc) != day.c_str() + day.size()) return std::nullopt;
    const std::time_t at = ::timegm(&utc);
    char again[16];
    return std::strftime(again, sizeof again, "%Y-%m-%d", &utc) == day.size() && day == again ? std::optional(at) : std::nullopt;
}

std::string untrustedBecause(const std::vector<X509Ptr>& all, X509* certificate, const std::string& rootsPem, std::time_t day) {
    constexpr std::time_t aDay = 86400, zones = 14 * 3600;  // the day is the laboratory's, in whatever zone
    std::time_t first = day - zones, last = day + aDay + zones;
    if (X509_cmp_time(X509_get0_notBefore(certificate), &last) > 0 || X509_cmp_time(X509_get0_notAfter(certificate), &first) < 0)
        return "the signer's certificate was not valid on that day";
    if (rootsPem.empty()) return {};
    const StorePtr store(X509_STORE_new());
    const StoreContextPtr context(X509_STORE_CTX_new());
    const std::unique_ptr<STACK_OF(X509), ReleaseList> others(sk_X509_new_null());
    if (!store || !context || !others) throw std::bad_alloc();
    for (const X509Ptr& root : readCertificates(rootsPem))
        if (X509_STORE_add_cert(store.get(), root.get()) != 1) throw openSslError("cannot use root certificate");
    for (const X509Ptr& each : all)
        if (sk_X509_push(others.get(), each.get()) == 0) throw std::bad_alloc();
    if (X509_STORE_CTX_init(context.get(), store.get(), certificate, others.get()) != 1) throw openSslError("cannot check the chain");
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
    if (X509_verify_cert(context.get()) == 1) return {};
    return std::string("the signer is not trusted: ") + X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

struct Read {
    Claim claim;
    std::string keyId, signature;
    std::string_view record;  ///< what is signed
};

std::optional<Read> readClaim(std::string_view text) {
    const std::size_t parameter = text.find(kParameter);
    if (parameter != std::string_view::npos) text.remove_prefix(parameter + kParameter.size());
    std::array<std::string_view, kFields> fields;
    std::size_t from = 0;
    for (std::size_t i = 0; i < kFields; ++i) {
        const std::size_t end = i + 1 < kFields ? text.find(kBetween, from) : text.size();
        if (end == std::string_view::npos) return std::nullopt;
        fields[i] = text.substr(from, end - from);
        from = end + 1;
    }
    const auto& [form, number, revision, day, verdict, digest, id, signature] = fields;
    Read out;
    out.claim.number = number;
    if (day.size() == 8 && areDigits(day)) {
        out.claim.issuedOn.append(day.substr(0, 4)).append("-").append(day.substr(4, 2)).append("-").append(day.substr(6));
    }
    out.claim.verdict = verdict == "c" ? "conforms" : "fails";
    const auto [end, error] = std::from_chars(revision.data(), revision.data() + revision.size(), out.claim.revision);
    auto digestBytes = fromBase64Url(digest, 32);
    auto signatureBytes = fromBase64Url(signature, 2 * kNumberBytes);
    if (form != kForm || number.empty() || error != std::errc{} || out.claim.revision < 1 || end != revision.data() + revision.size() ||
        !midnight(out.claim.issuedOn) || (verdict != "c" && verdict != "f") || !digestBytes ||
        !fromBase64Url(id, kKeyIdBytes) || !signatureBytes)
        return std::nullopt;
    out.claim.resultsDigest = std::move(*digestBytes);
    out.keyId = id;
    out.signature = std::move(*signatureBytes);
    out.record = text.substr(0, text.rfind(kBetween));
    return out;
}

/// Fills in what can be said; gives the first thing that is wrong.
std::string examine(std::string_view text, const std::string& certificatesPem, const std::string& rootsPem, ClaimCheck& said) {
    const auto read = readClaim(text);
    if (!read) return "this is no claim";
    said.wellFormed = true;
    said.claim = read->claim;
    said.keyId = read->keyId;
    const std::vector<X509Ptr> certificates = readCertificates(certificatesPem);
    for (const X509Ptr& certificate : certificates) {
        EVP_PKEY* key = X509_get0_pubkey(certificate.get());
        if (!isP256(key) || idOf(certificate.get()) != read->keyId) continue;
        if (!isSignedBy(key, read->record, read->signature)) return "the signature does not fit: the claim was changed or invented";
        said.genuine = true;
        said.signer = commonName(certificate.get());
        std::string untrusted = untrustedBecause(certificates, certificate.get(), rootsPem, *midnight(read->claim.issuedOn));
        said.trusted = untrusted.empty();
        return untrusted;
    }
    return "the certificate of key " + read->keyId + " is not at hand";
}

}  // namespace

std::optional<std::string> signClaim(const Claim& claim, const Signer& signer) {
    const std::string der = signer.certificate();
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const X509Ptr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (!certificate) throw openSslError("cannot read the signer's certificate");
    if (!isP256(X509_get0_pubkey(certificate.get()))) return std::nullopt;
    std::string text(kForm);
    for (const std::string& field : {claim.number, std::to_string(claim.revision), compact(claim.issuedOn),
                                     std::string(claim.verdict == "conforms" ? "c" : "f"), base64Url(claim.resultsDigest), idOf(certificate.get())})
        text.append(1, kBetween).append(field);
    const std::string signature = base64Url(rawSignature(signer.bareSignature(sha256(text))));
    text.append(1, kBetween).append(signature);
    if (!readClaim(text) || text.find_first_not_of(std::string(kAlphabet) + "~.") != std::string::npos)
        throw std::runtime_error("a claim cannot say " + text);
    return text;
}

std::string keyId(const std::string& certificatePem) {
    const std::vector<X509Ptr> certificates = readCertificates(certificatePem);
    if (certificates.empty()) throw std::runtime_error("there is no certificate");
    return idOf(certificates.front().get());
}

ClaimCheck checkClaim(std::string_view text, const std::string& certificatesPem, const std::string& rootsPem) {
    ClaimCheck said;
    try {
        said.problem = examine(text, certificatesPem, rootsPem, said);
    } catch (const std::exception& error) {
        said.genuine = said.trusted = false;
        said.problem = error.what();
    }
    ERR_clear_error();
    return said;
}

}  // namespace touchstone::reports
