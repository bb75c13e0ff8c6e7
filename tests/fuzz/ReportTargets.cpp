#include "tests/fuzz/ReportTargets.h"

#include <stdexcept>

#include "reports/OpenSsl.h"
#include "reports/Revocation.h"
#include "reports/Signer.h"
#include "reports/TimeStamp.h"
#include "reports/ValidationData.h"
#include "reports/Verifier.h"
#include "tests/fuzz/Promise.h"

namespace touchstone::fuzz {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::string_view said(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Known {
    reports::DemonstrationAuthority authority = reports::DemonstrationAuthority::make("示例", 30);
    std::vector<reports::X509Ptr> chain = reports::readCertificates(authority.chainPem);
    reports::Roots roots{authority.caPem};
    reports::Verifier verifier{authority.caPem, authority.caPem};
};

const Known& known() {
    static const Known made;
    return made;
}

void verify(const std::string& pdf) {
    const reports::Verification found = known().verifier.verify(pdf);
    promise(!found.holds(), "nobody can sign without the key");
    promise(!found.problem.empty(), "what does not hold has a problem");
}

void verifyFile(Bytes bytes) {
    verify(std::string(said(bytes)));
}

/// The bytes as the signature of a file that is otherwise well-formed, and what follows the last zero as an update.
void verifySignature(Bytes bytes) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string hex;
    for (const std::uint8_t byte : bytes) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    const std::string head =
        "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n2 0 obj\n<< /M (D:20260102030405Z) /ByteRange ";
    const std::string tail = ">\n>>\nendobj\ntrailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n";
    const std::size_t begin = head.size() + 60, end = begin + hex.size() + 2;
    std::string range =
        "[0 " + std::to_string(begin) + " " + std::to_string(end) + " " + std::to_string(tail.size() - 1) + "]";
    range.resize(49, ' ');
    verify(head + range + " /Contents <" + hex + tail);
}

/// Exceptions are the answer to what cannot be read.
template <typename F>
void read(F&& reader) {
    try {
        reader();
    } catch (const std::runtime_error&) {  // is the answer
    }
}

void readStamp(Bytes bytes) {
    read([&] { (void)reports::readTimeStampResponse(said(bytes), "stamped", 1, known().roots, 0); });
    read([&] {
        promise(!reports::checkTimeStamp(said(bytes), "stamped", {}, known().roots).problem.empty(),
                "nobody can stamp without a key");
    });
}

void readStanding(Bytes bytes) {
    X509* certificate = known().chain[0].get();
    X509* issuer = known().chain[1].get();
    for (const auto& standing : {reports::ocspStanding(said(bytes), certificate, issuer),
                                 reports::crlStanding(said(bytes), certificate, issuer)}) {
        promise(standing.state == reports::Revocation::unknown, "nobody can answer without the key");
        promise(!standing.problem.empty(), "what is not known has a reason");
    }
}

void readUpdate(Bytes bytes) {
    const std::string pdf =
        "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n";
    read([&] { (void)reports::readValidationUpdate(pdf, "00", said(bytes)); });
    read([&] { (void)reports::readValidationUpdate(said(bytes), "00", said(bytes)); });
}

}  // namespace

void addReports(std::map<std::string, Target>& all) {
    all.emplace("signed-file", verifyFile);
    all.emplace("signature", verifySignature);
    all.emplace("time-stamp", readStamp);
    all.emplace("standing", readStanding);
    all.emplace("validation-update", readUpdate);
}

}  // namespace touchstone::fuzz
