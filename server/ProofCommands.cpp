#include <iostream>

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

Checks a signed certificate by itself; status 4 when it does not hold. What only the server knows (superseded, withdrawn) is
on the public page.
--json   one object: file, signed, covers_whole_file, intact, trusted, signer, signed_at, problem

claim    checks what the QR code on the paper claims, its text as scanned, without any server; status 4 when it does not hold.
         --certificate is that of the signer (PEM); without --roots it is trusted as it is. What a claim proves is that number,
         revision, day, verdict and the digest of results.xml were signed; whether the certificate still holds is on the public page.
--json   one object: genuine, trusted, signer, key, number, revision, issued_on, verdict, results_sha256, problem
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
    const reports::Verification found = reports::verify(instruments::readFile(file), settings::roots(config));
    const bool holds = found.hasSignature && found.coversWholeFile && found.intact && found.trusted;
    if (arguments.has("json")) {
        json::Writer out;
        out.beginObject().field("file", file).field("signed", found.hasSignature).field("covers_whole_file", found.coversWholeFile);
        out.field("intact", found.intact).field("trusted", found.trusted).field("signer", found.signerName);
        std::cout << out.field("signed_at", found.signedAt).field("problem", found.problem).endObject().take() << "\n";
    } else {
        std::cout << file << ": " << (holds ? "holds" : found.problem) << ", signed by " << found.signerName << " at " << found.signedAt << "\n";
    }
    return holds ? 0 : kDoesNotHold;
}

}  // namespace touchstone::commands
