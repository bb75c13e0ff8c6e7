#include <cstdio>
#include <iostream>

#include "instruments/gateway/Arguments.h"
#include "server/BenchIntake.h"
#include "server/Commands.h"
#include "server/Settings.h"
#include "server/certificates/Bench.h"
#include "server/certificates/ShippedLayouts.h"
#include "server/core/Json.h"

namespace touchstone::commands {
namespace {

using instruments::Arguments;

constexpr const char* kHelp = R"(touchstone bench intake [--results N] [--json]
  Results per second from an HTTP request to a committed, judged and audited result, for 1, 4 and 16 clients, and beside it, in
  the same run, the rate at which the same rows of the same tables go in as bare multi-row INSERTs on as many connections.
  --json   runs[{clients, results, results_per_second, bare_results_per_second, ratio}]

touchstone bench certificates [--seconds N] [--json]
  Certificates of two pages drawn and signed per second on one core, and bare signatures per second of the same key; then
  certificates verified (file, signature and chain) and bare verifications.
  --json   per_second, ms_each, bare_signatures_per_second, ratio, verified_per_second, bare_verifications_per_second, pdf_bytes

Both make all they need in a temporary folder and remove it.
)";

int intake(const Arguments& arguments, const Config& config) {
    IntakeBenchSettings settings{settings::share(config), config.text("certificate.font")};
    settings.results = static_cast<std::int64_t>(arguments.number("results", 20'000));
    const auto rates = benchIntake(settings);
    if (arguments.has("json")) {
        json::Writer out;
        out.beginObject().key("runs").beginArray();
        for (const IntakeRate& rate : rates) {
            out.beginObject().field("clients", rate.clients).field("results", rate.results).key("results_per_second").real(rate.resultsPerSecond);
            out.key("bare_results_per_second").real(rate.bareRowsResultsPerSecond).key("ratio").real(rate.ratio).endObject();
        }
        std::cout << out.endArray().endObject().take() << "\n";
        return 0;
    }
    std::cout << "clients   results/s   bare rows, results/s   ratio\n";
    for (const IntakeRate& rate : rates) {
        std::printf("%7d %11.0f %22.0f %7.2f\n", rate.clients, rate.resultsPerSecond, rate.bareRowsResultsPerSecond, rate.ratio);
    }
    return 0;
}

int certificates(const Arguments& arguments, const Config& config) {
    const auto authority = reports::DemonstrationAuthority::make("示例市药品检验检测中心", 30);
    const reports::Signer signer(authority.keyPem, authority.chainPem);
    const reports::CertificatePrinter printer(config.text("certificate.font"));
    const certificates::ShippedLayouts layouts(settings::share(config) + "/templates/layouts");
    const auto found = certificates::benchCertificates(printer, signer, layouts.named("drug"), authority.caPem, static_cast<int>(arguments.number("seconds", 3)));
    if (arguments.has("json")) {
        json::Writer out;
        out.beginObject().key("per_second").real(found.perSecond).key("ms_each").real(found.msEach);
        out.key("bare_signatures_per_second").real(found.bareSignaturesPerSecond).key("ratio").real(found.ratio);
        out.key("verified_per_second").real(found.verifiedPerSecond);
        out.key("bare_verifications_per_second").real(found.bareVerificationsPerSecond);
        std::cout << out.field("pdf_bytes", found.pdfBytes).endObject().take() << "\n";
        return 0;
    }
    std::printf("%.0f certificates drawn and signed per second and core, %.2f ms and %zu bytes each\n", found.perSecond, found.msEach, found.pdfBytes);
    std::printf("%.0f bare signatures per second of the same key; ratio %.4f\n", found.bareSignaturesPerSecond, found.ratio);
    std::printf("%.0f certificates verified per second and core; %.0f bare verifications of the same key\n", found.verifiedPerSecond,
                found.bareVerificationsPerSecond);
    return 0;
}

}  // namespace

int bench(const Words& words) {
    const Arguments arguments(words, {"results", "seconds"}, {"json", "help"});
    const std::string what = arguments.rest().empty() ? "" : arguments.rest().front();
    const Config config = settings::load("");
    if (what == "intake" && !arguments.has("help")) return intake(arguments, config);
    if (what == "certificates" && !arguments.has("help")) return certificates(arguments, config);
    std::cout << kHelp;
    return arguments.has("help") ? 0 : 2;
}

}  // namespace touchstone::commands
