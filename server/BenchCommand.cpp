#include <cstdio>
#include <iostream>

#include "instruments/gateway/Arguments.h"
#include "server/BenchIntake.h"
#include "server/BenchPortal.h"
#include "server/Commands.h"
#include "server/Settings.h"
#include "server/certificates/Bench.h"
#include "server/core/Json.h"

namespace touchstone::commands {
namespace {

using instruments::Arguments;

constexpr const char* kHelp = R"(touchstone bench intake [--results N] [--json]
  Results per second from an HTTP request to a committed, judged and audited result, for 1, 4 and 16 clients, and beside it, in
  the same run, the rate at which the same rows of the same tables go in as bare multi-row INSERTs on as many connections.
  --json   runs[{clients, results, results_per_second, bare_results_per_second, ratio}]

touchstone bench certificates [--seconds N] [--json]
  Certificates of two pages drawn and signed per second on one core and on two, and bare signatures per second of the same key;
  then certificates verified (file, signature and chain) and bare verifications. Others on the machine take away from the
  rates, not from cpu_ms_each; two_cores_cpu says how many of the two cores were had.
  --json   per_second, ms_each, cpu_ms_each, two_cores_per_second, two_cores_ratio, two_cores_cpu,
           bare_signatures_per_second, ratio, verified_per_second, bare_verifications_per_second, pdf_bytes

touchstone bench portal [--certificates N] [--bundled N] [--json]
  The regulators' search over a million invented certificates, over HTTP, for each shape of question, beside one certificate read
  by its primary key; and an archive of 10,000 of them, beside the same files read from the database and dropped.
  --json   searches[{name, p50_ms, p99_ms}], primary_key, fill_s, read_s, bytes_a_certificate, bundle_s, zip_mb_per_second,
           blob_mb_per_second, resume_ms

All make all they need in a temporary folder and remove it.
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
    const auto layout = reports::Layout::load(settings::share(config) + "/templates/layouts/drug.xml");
    const auto found = certificates::benchCertificates(printer, signer, layout, authority.caPem, static_cast<int>(arguments.number("seconds", 3)));
    if (arguments.has("json")) {
        json::Writer out;
        out.beginObject().key("per_second").real(found.perSecond).key("ms_each").real(found.msEach);
        out.key("cpu_ms_each").real(found.cpuMsEach).key("two_cores_per_second").real(found.onTwoCores);
        out.key("two_cores_ratio").real(found.onTwoCores / found.perSecond).key("two_cores_cpu").real(found.onTwoCoresOfCpu);
        out.key("bare_signatures_per_second").real(found.bareSignaturesPerSecond).key("ratio").real(found.ratio);
        out.key("verified_per_second").real(found.verifiedPerSecond);
        out.key("bare_verifications_per_second").real(found.bareVerificationsPerSecond);
        std::cout << out.field("pdf_bytes", found.pdfBytes).endObject().take() << "\n";
        return 0;
    }
    std::printf("%.0f certificates drawn and signed per second on one core, %.2f ms (%.2f of the core's time) and %zu bytes each\n",
                found.perSecond, found.msEach, found.cpuMsEach, found.pdfBytes);
    std::printf("%.0f on two, %.2f times as many, with %.2f cores\n", found.onTwoCores, found.onTwoCores / found.perSecond,
                found.onTwoCoresOfCpu);
    std::printf("%.0f bare signatures per second of the same key; ratio %.4f\n", found.bareSignaturesPerSecond, found.ratio);
    std::printf("%.0f certificates verified per second and core; %.0f bare verifications of the same key\n", found.verifiedPerSecond,
                found.bareVerificationsPerSecond);
    return 0;
}

int portal(const Arguments& arguments, const Config& config) {
    PortalBenchSettings settings{settings::share(config), config.text("certificate.font")};
    settings.certificates = static_cast<std::int64_t>(arguments.number("certificates", 1'000'000));
    settings.bundled = static_cast<std::int64_t>(arguments.number("bundled", 10'000));
    settings::startLogging(config);
    const PortalBench found = benchPortal(settings);
    if (arguments.has("json")) {
        json::Writer out;
        const auto shape = [&out](const PortalShape& one) {
            out.beginObject().field("name", one.name).key("p50_ms").real(one.p50Ms).key("p99_ms").real(one.p99Ms).endObject();
        };
        out.beginObject().key("searches").beginArray();
        for (const PortalShape& one : found.searches) shape(one);
        out.endArray().key("primary_key");
        shape(found.primaryKey);
        out.key("fill_s").real(found.fillSeconds).key("read_s").real(found.readSeconds);
        out.key("bytes_a_certificate").real(found.bytesACertificate).key("bundle_s").real(found.bundleSeconds);
        out.key("zip_mb_per_second").real(found.zipMegabytesPerSecond).key("blob_mb_per_second").real(found.blobMegabytesPerSecond);
        std::cout << out.key("resume_ms").real(found.resumeMs).endObject().take() << "\n";
        return 0;
    }
    std::printf("%lld certificates written in %.0f s, read by a server that starts in %.1f s, %.0f bytes of memory each\n\n",
                static_cast<long long>(settings.certificates), found.fillSeconds, found.readSeconds, found.bytesACertificate);
    std::cout << "   p50 ms    p99 ms   search\n";
    for (const PortalShape& one : found.searches) std::printf("%9.2f %9.2f   %s\n", one.p50Ms, one.p99Ms, one.name.c_str());
    std::printf("%9.2f %9.2f   %s, from the database\n\n", found.primaryKey.p50Ms, found.primaryKey.p99Ms, found.primaryKey.name.c_str());
    std::printf("an archive of %lld: frozen and signed in %.2f s, sent at %.0f MB/s; the same files read and dropped at %.0f MB/s\n",
                static_cast<long long>(settings.bundled), found.bundleSeconds, found.zipMegabytesPerSecond, found.blobMegabytesPerSecond);
    std::printf("the last byte of it alone: %.1f ms\n", found.resumeMs);
    return 0;
}

}  // namespace

int bench(const Words& words) {
    const Arguments arguments(words, {"results", "seconds", "certificates", "bundled"}, {"json", "help"});
    const std::string what = arguments.rest().empty() ? "" : arguments.rest().front();
    const Config config = settings::load("");
    if (what == "intake" && !arguments.has("help")) return intake(arguments, config);
    if (what == "certificates" && !arguments.has("help")) return certificates(arguments, config);
    if (what == "portal" && !arguments.has("help")) return portal(arguments, config);
    std::cout << kHelp;
    return arguments.has("help") ? 0 : 2;
}

}  // namespace touchstone::commands
