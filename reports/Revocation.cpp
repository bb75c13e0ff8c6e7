#include "reports/Revocation.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include "reports/Algorithms.h"
#include "reports/Chain.h"
#include "reports/Times.h"

namespace touchstone::reports {
namespace {

using OcspPtr = std::unique_ptr<OCSP_RESPONSE, Release<OCSP_RESPONSE_free>>;
using BasicPtr = std::unique_ptr<OCSP_BASICRESP, Release<OCSP_BASICRESP_free>>;
using CrlPtr = std::unique_ptr<X509_CRL, Release<X509_CRL_free>>;
using RequestPtr = std::unique_ptr<OCSP_REQUEST, Release<OCSP_REQUEST_free>>;
using IdPtr = std::unique_ptr<OCSP_CERTID, Release<OCSP_CERTID_free>>;

constexpr std::time_t clockTolerance = 300;

Standing unknown(std::string problem) {
    Standing out;
    out.problem = std::move(problem);
    return out;
}

// Others have a second spelling that no signature would notice.
bool isUsual(const X509_ALGOR* algorithm, const EVP_PKEY* key) {
    const auto kind = kindOf(key);
    if (!kind) return false;
    const std::string spelled = encodedBy(i2d_X509_ALGOR, algorithm);
    for (const Digest digest : {Digest::sha256, Digest::sha384, Digest::sha512, Digest::sm3})
        if (signatureAlgorithm(*kind, digest) == spelled) return true;
    return false;
}

bool mayAnswerFor(X509* responder, X509* issuer, std::time_t at) {
    if (X509_cmp(responder, issuer) == 0) return true;
    const auto begin = timeOf(X509_get0_notBefore(responder)), end = timeOf(X509_get0_notAfter(responder));
    return X509_check_issued(issuer, responder) == X509_V_OK && X509_verify(responder, X509_get0_pubkey(issuer)) == 1 &&
           (X509_get_extension_flags(responder) & EXFLAG_XKUSAGE) != 0 &&
           (X509_get_extended_key_usage(responder) & XKU_OCSP_SIGN) != 0 && begin && end && *begin <= at && at <= *end;
}

// Only the signer's own certificate may come with an answer: nothing vouches for others.
std::string problemOf(OCSP_BASICRESP* basic, X509* issuer, std::time_t producedAt) {
    const StackPtr known(sk_X509_new_null());
    X509* signer = nullptr;
    if (!known || sk_X509_push(known.get(), issuer) == 0) throw std::bad_alloc();
    if (OCSP_resp_get0_signer(basic, &signer, known.get()) != 1) return "its signer is not known";
    const STACK_OF(X509)* carried = OCSP_resp_get0_certs(basic);
    if (sk_X509_num(carried) > 1 || (sk_X509_num(carried) == 1 && X509_cmp(sk_X509_value(carried, 0), signer) != 0))
        return "it carries more certificates than it needs";
    if (!mayAnswerFor(signer, issuer, producedAt)) return "its signer may not answer for the issuer";
    if (!isUsual(OCSP_resp_get0_tbs_sigalg(basic), X509_get0_pubkey(signer))) return "its algorithm is not known";
    if (OCSP_basic_verify(basic, known.get(), nullptr, OCSP_NOVERIFY) != 1) return "its signature does not hold";
    return {};
}

std::string idOf(X509* certificate, X509* issuer, const EVP_MD* digest) {
    const IdPtr id(OCSP_cert_to_id(digest, certificate, issuer));
    return encodedBy(i2d_OCSP_CERTID, id.get());
}

// The one answer about the certificate. An identifier may be made with any digest (RFC 6960 names SHA-1 as the usual).
OCSP_SINGLERESP* answerAbout(OCSP_BASICRESP* basic, X509* certificate, X509* issuer) {
    if (OCSP_resp_count(basic) != 1) return nullptr;
    OCSP_SINGLERESP* single = OCSP_resp_get0(basic, 0);
    const std::string id = encodedBy(i2d_OCSP_CERTID, OCSP_SINGLERESP_get0_id(single));
    for (const EVP_MD* digest : {EVP_sha1(), EVP_sha256()})
        if (idOf(certificate, issuer, digest) == id) return single;
    return nullptr;
}

void addAddress(std::vector<std::string>& out, const GENERAL_NAME* name) {
    if (name->type != GEN_URI) return;
    const ASN1_IA5STRING* text = name->d.uniformResourceIdentifier;
    std::string url(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                    static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (url.starts_with("http://") || url.starts_with("https://")) out.push_back(std::move(url));
}

bool hasCriticalExtension(const X509_CRL* list) {
    for (int i = 0; i < X509_CRL_get_ext_count(list); ++i)
        if (X509_EXTENSION_get_critical(X509_CRL_get_ext(list, i)) == 1) return true;
    return false;
}

std::string problemOf(X509_CRL* list, X509* issuer) {
    if (X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(issuer)) != 0) return "it is of another issuer";
    const X509_ALGOR* algorithm = nullptr;
    X509_CRL_get0_signature(list, nullptr, &algorithm);
    if (!isUsual(algorithm, X509_get0_pubkey(issuer))) return "its algorithm is not known";
    if (X509_CRL_verify(list, X509_get0_pubkey(issuer)) != 1) return "its signature does not hold";
    // Critical are those that say that the list is not complete.
    if (hasCriticalExtension(list)) return "it covers a part only";
    return {};
}

}  // namespace

bool Standing::speaksFor(std::time_t at) const {
    return thisUpdate + clockTolerance >= at || (nextUpdate && *nextUpdate >= at);
}

Standing ocspStanding(std::string_view response, X509* certificate, X509* issuer) {
    const OcspPtr whole = decodedBy<OcspPtr>(d2i_OCSP_RESPONSE, i2d_OCSP_RESPONSE, response);
    if (!whole) return unknown("the OCSP answer cannot be read");
    if (const int status = OCSP_response_status(whole.get()); status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        return unknown("the OCSP responder refused, status " + std::to_string(status));
    const BasicPtr basic(OCSP_response_get1_basic(whole.get()));
    OCSP_SINGLERESP* single = basic ? answerAbout(basic.get(), certificate, issuer) : nullptr;
    const auto producedAt = basic ? timeOf(OCSP_resp_get0_produced_at(basic.get())) : std::nullopt;
    if (single == nullptr || !producedAt) return unknown("the OCSP answer is not one about this certificate alone");
    if (const std::string problem = problemOf(basic.get(), issuer, *producedAt); !problem.empty())
        return unknown("the OCSP answer does not hold: " + problem);

    ASN1_GENERALIZEDTIME *revoked = nullptr, *from = nullptr, *until = nullptr;
    const int status = OCSP_single_get0_status(single, nullptr, &revoked, &from, &until);
    Standing out;
    const auto thisUpdate = timeOf(from);
    if (!thisUpdate || (status != V_OCSP_CERTSTATUS_GOOD && status != V_OCSP_CERTSTATUS_REVOKED))
        return unknown("the OCSP responder does not know the certificate");
    out.state = status == V_OCSP_CERTSTATUS_GOOD ? Revocation::good : Revocation::revoked;
    out.thisUpdate = *thisUpdate;
    out.nextUpdate = timeOf(until);
    out.revokedAt = timeOf(revoked);
    return out;
}

Standing crlStanding(std::string_view bytes, X509* certificate, X509* issuer) {
    const CrlPtr list = decodedBy<CrlPtr>(d2i_X509_CRL, i2d_X509_CRL, bytes);
    if (!list) return unknown("the revocation list cannot be read");
    if (const std::string problem = problemOf(list.get(), issuer); !problem.empty())
        return unknown("the revocation list does not hold: " + problem);
    const auto thisUpdate = timeOf(X509_CRL_get0_lastUpdate(list.get()));
    if (!thisUpdate) return unknown("the revocation list says no time");
    Standing out;
    out.thisUpdate = *thisUpdate;
    out.nextUpdate = timeOf(X509_CRL_get0_nextUpdate(list.get()));
    X509_REVOKED* entry = nullptr;
    const int found = X509_CRL_get0_by_cert(list.get(), &entry, certificate);
    constexpr int removed = 2;
    out.state = found == 0 || found == removed ? Revocation::good : Revocation::revoked;
    if (out.state == Revocation::revoked) out.revokedAt = timeOf(X509_REVOKED_get0_revocationDate(entry));
    return out;
}

std::string ocspRequest(X509* certificate, X509* issuer) {
    const RequestPtr request(OCSP_REQUEST_new());
    IdPtr id(OCSP_cert_to_id(EVP_sha1(), certificate, issuer));
    if (!request || !id || OCSP_request_add0_id(request.get(), id.get()) == nullptr)
        throw openSslError("cannot ask for the certificate's standing");
    (void)id.release();
    return encodedBy(i2d_OCSP_REQUEST, request.get());
}

std::vector<std::string> ocspUrls(X509* certificate) {
    using AccessPtr = std::unique_ptr<AUTHORITY_INFO_ACCESS, Release<AUTHORITY_INFO_ACCESS_free>>;
    const AccessPtr access(
        static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr)));
    std::vector<std::string> out;
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
        const ACCESS_DESCRIPTION* each = sk_ACCESS_DESCRIPTION_value(access.get(), i);
        if (OBJ_obj2nid(each->method) == NID_ad_OCSP) addAddress(out, each->location);
    }
    return out;
}

std::vector<std::string> crlUrls(X509* certificate) {
    using PointsPtr = std::unique_ptr<CRL_DIST_POINTS, Release<CRL_DIST_POINTS_free>>;
    const PointsPtr points(
        static_cast<CRL_DIST_POINTS*>(X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr)));
    std::vector<std::string> out;
    for (int i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
        const DIST_POINT_NAME* name = sk_DIST_POINT_value(points.get(), i)->distpoint;
        if (name == nullptr || name->type != 0) continue;
        for (int j = 0; j < sk_GENERAL_NAME_num(name->name.fullname); ++j)
            addAddress(out, sk_GENERAL_NAME_value(name->name.fullname, j));
    }
    return out;
}

}  // namespace touchstone::reports
