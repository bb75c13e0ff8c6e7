#include "reports/TimeStamp.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

#include <cstdlib>

#include "reports/Der.h"
#include "reports/MessageCheck.h"
#include "reports/SignatureField.h"
#include "reports/SignedMessage.h"
#include "reports/SignedRange.h"
#include "reports/Times.h"

namespace touchstone::reports {
namespace {

using ResponsePtr = std::unique_ptr<TS_RESP, Release<TS_RESP_free>>;

constexpr std::time_t clockTolerance = 300;

std::string derInteger(std::uint64_t value) {
    std::string octets;
    for (; value != 0; value >>= 8) octets.insert(octets.begin(), static_cast<char>(value));
    if (octets.empty() || static_cast<unsigned char>(octets[0]) >= 0x80) octets.insert(octets.begin(), '\0');
    return der::value(0x02, octets);
}

struct Info {
    std::string_view imprint;  ///< MessageImprint, DER
    std::time_t at = 0;
    std::string nonce;
};

// TSTInfo, RFC 3161 2.4.2. Its bytes are signed, so what is not looked at need not be checked.
Info readInfo(std::string_view bytes) {
    der::Reader whole(bytes);
    der::Reader in = whole.inside(0x30);
    whole.finish();
    Info out;
    if (in.take(0x02).content != std::string_view("\x01")) throw std::runtime_error("a time stamp of another version");
    (void)in.take(0x06);  // policy
    out.imprint = in.take(0x30).whole;
    (void)in.take(0x02);  // serial number
    const auto at = parseGeneralizedTime(in.take(0x18).content);
    if (!at) throw std::runtime_error("the time stamp's time cannot be read");
    out.at = *at;
    if (in.isNext(0x30)) (void)in.take();  // accuracy
    if (in.isNext(0x01)) (void)in.take();  // ordering
    if (in.isNext(0x02)) out.nonce = in.take().whole;
    return out;
}

bool isImprintOf(std::string_view imprint, std::string_view stamped) {
    der::Reader in(imprint);
    der::Reader parts = in.inside(0x30);
    const auto digest = digestOf(parts.take(0x30).whole);
    return digest && parts.take(0x04).content == hash(*digest, stamped) && parts.atEnd();
}

std::string problemOf(const TimeStamp& stamp, const SignedMessage& message, std::string_view imprint,
                      std::string_view stamped) {
    if (!isImprintOf(imprint, stamped)) return "the time stamp is one of something else";
    if (!stamp.chain.problem.empty()) return "the time stamp's authority is not trusted: " + stamp.chain.problem;
    if (!namesCertificates(message, stamp.chain.certificates)) return "the time stamp does not name its certificate";
    if (!isPartOf(message.certificates, stamp.chain)) return "the time stamp carries more than its chain";
    return {};
}

TimeStamp check(const SignedMessage& message, std::string_view token, std::string_view stamped,
                const std::vector<X509Ptr>& others, const Roots& roots) {
    if (message.contentType != names().timeStampInfo || !message.content || !message.timeStamp.empty())
        throw std::runtime_error("it is no time stamp");
    std::vector<X509Ptr> certificates = certificatesOf(message);
    const Info info = readInfo(*message.content);
    TimeStamp out;
    out.at = info.at;
    out.nonce = info.nonce;
    out.authority = commonName(certificates.front().get());
    const auto digest = digestOf(message.digestAlgorithm);
    if (!digest) throw std::runtime_error("the time stamp is of an unknown kind");
    out.problem = reports::problemOf(message, token, certificates.front().get(), hash(*digest, *message.content));
    if (!out.problem.empty()) {
        out.problem = "the time stamp does not hold: " + out.problem;
        return out;
    }
    X509Ptr signer = std::move(certificates.front());
    certificates.erase(certificates.begin());
    for (const X509Ptr& each : others) {
        X509_up_ref(each.get());
        certificates.emplace_back(each.get());
    }
    out.chain = chainOf(signer.get(), certificates, roots, out.at, Purpose::timeStamping);
    out.problem = problemOf(out, message, info.imprint, stamped);
    return out;
}

std::string tokenIn(std::string_view response) {
    const auto* at = reinterpret_cast<const unsigned char*>(response.data());
    const ResponsePtr answer(d2i_TS_RESP(nullptr, &at, static_cast<long>(response.size())));
    if (!answer) throw openSslError("the answer of the time stamping authority cannot be read");
    const long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(answer.get())));
    if (status != TS_STATUS_GRANTED && status != TS_STATUS_GRANTED_WITH_MODS)
        throw std::runtime_error("the time stamping authority refused, status " + std::to_string(status));
    const PKCS7* token = TS_RESP_get_token(answer.get());
    if (token == nullptr) throw std::runtime_error("the answer of the time stamping authority holds no time stamp");
    return encodedBy(i2d_PKCS7, token);
}

// What is not signed in a token may be spelled otherwise without harm, so that it is spelled as it is expected.
SignedMessage respelled(std::string_view token, const Roots& roots) {
    SignedMessage message = SignedMessage::parse(token);
    message.timeStamp.clear();
    const std::vector<X509Ptr> certificates = certificatesOf(message);
    spellAlgorithms(message, certificates.front().get());
    if (!message.content) throw std::runtime_error("it is no time stamp");
    const Chain chain =
        chainOf(certificates.front().get(), certificates, roots, readInfo(*message.content).at, Purpose::timeStamping);
    if (!chain.problem.empty()) throw std::runtime_error("the time stamp's authority is not trusted: " + chain.problem);
    std::vector<std::string> needed;
    for (const X509Ptr& each : chain.certificates)
        if (std::string one = encoded(each.get());
            std::find(message.certificates.begin(), message.certificates.end(), one) != message.certificates.end())
            needed.push_back(std::move(one));
    message.certificates = std::move(needed);
    return message;
}

std::uint64_t makeNonce() {
    std::uint64_t nonce = 0;
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&nonce), sizeof nonce) != 1)
        throw openSslError("no random numbers");
    return nonce;
}

}  // namespace

TimeStamp checkTimeStamp(std::string_view token, std::string_view stamped, const std::vector<X509Ptr>& others,
                         const Roots& roots) {
    return check(SignedMessage::parse(token), token, stamped, others, roots);
}

std::string timeStampRequest(std::string_view stamped, std::uint64_t nonce) {
    static const std::string sha256 = digestAlgorithm(Digest::sha256);
    constexpr std::string_view wantsCertificates("\x01\x01\xFF", 3);
    return der::sequence({der::integer(1), der::sequence({sha256, der::octets(hash(Digest::sha256, stamped))}),
                          derInteger(nonce), wantsCertificates});
}

std::string readTimeStampResponse(std::string_view response, std::string_view stamped, std::uint64_t nonce,
                                  const Roots& roots, std::time_t now) {
    const SignedMessage message = respelled(tokenIn(response), roots);
    std::string token = message.encode();
    const TimeStamp stamp = check(message, token, stamped, {}, roots);
    if (!stamp.problem.empty()) throw std::runtime_error(stamp.problem);
    if (stamp.nonce != derInteger(nonce)) throw std::runtime_error("the time stamp answers another request");
    if (std::abs(stamp.at - now) > clockTolerance)
        throw std::runtime_error("the clock of the time stamping authority says " + rfc3339(stamp.at));
    return token;
}

TimeStamper::TimeStamper(std::string url, const std::string& rootsPem, Fetch fetch, Now now)
    : url_(std::move(url)), roots_(rootsPem), fetch_(std::move(fetch)), now_(std::move(now)) {
}

std::string TimeStamper::withTimeStamp(std::string pdf) const {
    const auto found = findSignedRange(pdf);
    const auto* range = std::get_if<SignedRange>(&found);
    if (range == nullptr) throw std::runtime_error("there is no signature that could be stamped");
    SignedMessage message = SignedMessage::parse(range->signature);
    const std::uint64_t nonce = makeNonce();
    const std::string answer =
        fetch_({url_, "application/timestamp-query", timeStampRequest(message.signature, nonce)});
    message.timeStamp =
        readTimeStampResponse(answer, message.signature, nonce, roots_, std::chrono::system_clock::to_time_t(now_()));
    writeSignature(pdf, range->gapBegin, range->gapEnd, message.encode());
    return pdf;
}

}  // namespace touchstone::reports
