#include "server/certificates/Claims.h"

#include "reports/Claim.h"
#include "server/certificates/CertificateText.h"
#include "server/certificates/ResultsXml.h"
#include "server/core/Bytes.h"

namespace touchstone::certificates {
namespace {

constexpr std::size_t kMostBytes = 271;  // of a QR code of 57 modules at level L: 0.4 mm each at 23 mm

}  // namespace

std::string withClaim(const std::string& frozen, const reports::Signer& signer) {
    const json::Value value = json::parse(frozen);
    const auto claim = reports::signClaim({textOf(value, "number"), revisionOf(value), issuedOn(value),
                                           textOf(member(value, "content"), "verdict"), asString(sha256(resultsXml(value)))},
                                          signer);
    const std::string qr = textOf(value, "verification_url") + (claim ? "#c=" + *claim : "");
    if (!claim || qr.size() > kMostBytes) return frozen;
    json::Writer out;
    out.string(qr);
    return "{\"qr\":" + out.take() + "," + frozen.substr(1);
}

const std::string& qrText(const json::Value& frozen) {
    const json::Value* qr = frozen.find("qr");
    return qr == nullptr ? textOf(frozen, "verification_url") : qr->text();
}

}  // namespace touchstone::certificates
