#include <iostream>

#include "instruments/gateway/Arguments.h"
#include "reports/Verifier.h"
#include "server/Commands.h"
#include "server/Settings.h"
#include "server/audit/Seal.h"
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

Checks a signed certificate by itself; status 4 when it does not hold. What only the server knows (superseded, withdrawn) is
on the public page.
--json   one object: file, signed, covers_whole_file, intact, trusted, signer, signed_at, problem
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
    const Arguments arguments(words, {"config"}, {"json", "help"});
    if (arguments.has("help") || arguments.rest().size() != 2 || arguments.rest().front() != "verify") {
        std::cout << kCertificateHelp;
        return arguments.has("help") ? 0 : 2;
    }
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
