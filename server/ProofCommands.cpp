#include <iostream>
#include <sstream>

#include "instruments/gateway/Arguments.h"
#include "reports/Claim.h"
#include "reports/Verifier.h"
#include "server/Commands.h"
#include "server/Settings.h"
#include "server/audit/Seal.h"
#include "server/core/Bytes.h"
#include "server/core/Json.h"

namespace touchstone::commands {
namespace {

using instruments::Arguments;

constexpr const char* kAuditHelp = R"(touchstone audit seal|verify [--json] --config FILE

seal     seals every row of the trail committed by now
verify   recomputes every row and every seal; status 4 when something does not hold
--json   one object: rows, sealed_rows, seals, damage[{kind, id, text}]; kind is row_changed, row_removed, row_added,
         seal_broken or seal_missing, id that of the row or of the seal
)";

constexpr const char* kCertificateHelp = R"(touchstone certificate verify FILE [--json] --config FILE
touchstone certificate claim TEXT [--json] --config FILE | --certificate FILE [--roots FILE]

Checks a signed certificate by itself and answers four questions apart:
integrity   intact, changed (also when something was appended) or not_signed
identity    trusted or untrusted, and the signer: does its chain end in a root of this laboratory
time        time_stamp (an authority proves it), claimed (the signer says it) or none
status      whether the certificates stood then, by what the file carries: good, revoked or unknown (it carries nothing)
What only the server knows (superseded, withdrawn) is on the public page.
--json   one object: file, integrity, identity{trusted, signer}, time{at, source, authority}, status, level, holds, problem

claim    checks what the QR code on the paper claims, its text as scanned, without any server.
         --certificate is that of the signer (PEM); without --roots it is trusted as it is. What a claim proves is that number,
         revision, day, verdict and the digest of results.xml were signed; whether the certificate still holds is on the public page.
--json   one object: genuine, trusted, signer, key, number, revision, issued_on, verdict, results_sha256, problem

Exit status: 0 all holds, 1 the file cannot be read, 2 a wrong command line, 4 something does not hold
)";

int verifyAudit(const audit::TrailReport& report, bool asJson) {
    if (asJson) {
        json::Writer out;
        out.beginObject().field("rows", report.rows).field("sealed_rows", report.sealedRows).field("seals", report.seals);
        out.key("damage").beginArray();
        for (const audit::Damage& damage : report.damage) {
            out.beginObject().field("kind", audit::name(damage.kind)).field("id", damage.id).field("text", damage.text).endObject();
        }
        std::cout << out.endArray().endObject().take() << "\n";
    } else {
        std::cout << report.rows << " rows, " << report.sealedRows << " of them under " << report.seals << " seals\n";
        for (const audit::Damage& damage : report.damage) {
            std::cout << audit::name(damage.kind) << " " << damage.id << ": " << damage.text << "\n";
        }
        std::cout << (report.damage.empty() ? "the trail is complete and unaltered\n" : "THE TRAIL DOES NOT HOLD\n");
    }
    return report.damage.empty() ? 0 : kDoesNotHold;
}

std::string_view integrityOf(const reports::Verification& found) {
    if (!found.hasSignature) return "not_signed";
    return found.intact && found.coversWholeFile ? "intact" : "changed";
}

std::string jsonOf(const std::string& file, const reports::Verification& found) {
    json::Writer out;
    out.beginObject().field("file", file).field("integrity", integrityOf(found)).key("identity").beginObject();
    out.field("trusted", found.trusted).field("signer", found.signerName).endObject().key("time").beginObject();
    out.field("at", found.signedAt).field("source", reports::name(found.timeSource)).field("authority", found.timeStampAuthority).endObject();
    out.field("status", reports::name(found.revocation)).field("level", reports::name(found.level)).field("holds", found.holds());
    return out.field("problem", found.problem).endObject().take();
}

std::string textOf(const std::string& file, const reports::Verification& found) {
    std::ostringstream out;
    const std::string level(reports::name(found.level));
    out << file << ": " << (found.holds() ? "holds, PAdES " + level : found.problem) << "\n";
    out << "integrity   " << integrityOf(found) << "\n";
    out << "identity    " << (found.trusted ? "trusted" : "untrusted") << "   " << found.signerName << "\n";
    out << "time        " << reports::name(found.timeSource) << "   " << found.signedAt << "   " << found.timeStampAuthority << "\n";
    out << "status      " << reports::name(found.revocation) << "\n";
    return out.str();
}

int checkClaim(const Arguments& arguments, const std::string& text) {
    std::string certificates, roots;
    if (arguments.has("certificate")) {
        certificates = instruments::readFile(arguments.need("certificate"));
        if (arguments.has("roots")) roots = instruments::readFile(arguments.need("roots"));
    } else {
        const Config config = settings::load(arguments.need("config"));
        certificates = settings::signerChain(config);
        roots = settings::roots(config);
    }
    const reports::ClaimCheck said = reports::checkClaim(text, certificates, roots);
    const bool holds = said.genuine && said.trusted;
    if (arguments.has("json")) {
        json::Writer out;
        out.beginObject().field("genuine", said.genuine).field("trusted", said.trusted).field("signer", said.signer);
        out.field("key", said.keyId).field("number", said.claim.number).field("revision", said.claim.revision);
        out.field("issued_on", said.claim.issuedOn).field("verdict", said.claim.verdict);
        out.field("results_sha256", toHex(said.claim.resultsDigest)).field("problem", said.problem).endObject();
        std::cout << out.take() << "\n";
    } else if (holds) {
        std::cout << said.claim.number << " revision " << said.claim.revision << " of " << said.claim.issuedOn << ", "
                  << said.claim.verdict << ": signed by " << said.signer << "\n";
    } else {
        std::cout << "the claim does not hold: " << said.problem << "\n";
    }
    return holds ? 0 : kDoesNotHold;
}

}  // namespace

int audit(const Words& words) {
    const Arguments arguments(words, {"config"}, {"json", "help"});
    const std::string act = arguments.rest().empty() ? "" : arguments.rest().front();
    if (arguments.has("help") || (act != "seal" && act != "verify")) {
        std::cout << kAuditHelp;
        return arguments.has("help") ? 0 : 2;
    }
    const Config config = settings::load(arguments.need("config"));
    const SystemClock clock;
    db::Database database(settings::database(config, false));
    const audit::Trail trail(settings::trailKey(config), clock);
    const std::string anchors = config.text("audit.anchors");
    if (act == "verify") return verifyAudit(audit::verifyTrail(database, trail, anchors), arguments.has("json"));
    std::cout << audit::Sealer(database, trail, clock, anchors).seal() << " rows sealed\n";
    return 0;
}

int certificate(const Words& words) {
    const Arguments arguments(words, {"config", "certificate", "roots"}, {"json", "help"});
    const std::string act = arguments.rest().empty() ? "" : arguments.rest().front();
    if (arguments.has("help") || arguments.rest().size() != 2 || (act != "verify" && act != "claim")) {
        std::cout << kCertificateHelp;
        return arguments.has("help") ? 0 : 2;
    }
    if (act == "claim") return checkClaim(arguments, arguments.rest().back());
    const std::string& file = arguments.rest().back();
    const Config config = settings::load(arguments.need("config"));
    const reports::Verification found = 
        reports::verify(instruments::readFile(file), settings::roots(config), settings::timeStampRoots(config));
    std::cout << (arguments.has("json") ? jsonOf(file, found) + "\n" : textOf(file, found));
    return found.holds() ? 0 : kDoesNotHold;
}

}  // namespace touchstone::commands
