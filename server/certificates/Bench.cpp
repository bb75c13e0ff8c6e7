#include "server/certificates/Bench.h"

#include <sys/resource.h>

#include <chrono>
#include <future>
#include <stdexcept>

#include "reports/Verifier.h"

#include "server/certificates/Frozen.h"
#include "server/certificates/CertificatePaper.h"
#include "server/core/Bytes.h"

namespace touchstone::certificates {
namespace {

constexpr int kTests = 26;  // fill two pages

/// Calls per second of what is called for so many seconds.
template <class F>
double rate(int seconds, F&& call) {
    using SteadyClock = std::chrono::steady_clock;
    const auto start = SteadyClock::now();
    const auto end = start + std::chrono::seconds(seconds);
    std::size_t calls = 0;
    auto now = start;
    do {
        call();
        ++calls;
        now = SteadyClock::now();
    } while (now < end);
    return static_cast<double>(calls) / std::chrono::duration<double>(now - start).count();
}

/// Seconds of processors that this process has used.
double cpuSeconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec); };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

FrozenTest inventedTest(int seq, Instant at) {
    FrozenTest out{};
    out.seq = seq;
    out.heading = seq <= 2 ? "性状" : seq <= 6 ? "鉴别" : seq <= 24 ? "检查" : "含量测定";
    out.item = "示例项目" + std::to_string(seq);
    out.unit = "%";
    out.requirement = "应为标示量的95.0%~105.0%";
    out.edition = "示例药典 2025";
    out.limitKind = "range";
    out.lower = "95.0";
    out.upper = "105.0";
    out.lowerInclusive = out.upperInclusive = true;
    out.comparison = "rounded";
    out.rounding = "GB/T 8170-2008 to 1 decimals";
    out.value = "99.8" + std::to_string(seq % 10);
    out.compared = "99.8";
    out.verdict = "conforms";
    out.version = 1;
    out.source = "instrument";
    out.enteredBy = {"gateway", "仪器网关", at};
    out.method = "示例法";
    out.methodVersion = "1";
    out.methodTitle = "示例方法";
    out.evidence =
        FrozenEvidence{"HPLC-1", "00000000-0000-4000-8000-000000000000", toHex(sha256("example")), 0, 64, ""};
    out.analyst = FrozenHand{"analyst", "张检验", at};
    out.checker = FrozenHand{"checker", "李校核", at};
    return out;
}

FrozenContent inventedContent() {
    const Instant at = instantFromSql("2026-11-22 02:00:00.000000");
    FrozenContent out;
    out.laboratory = {"LAB",
                      "示例药品检验研究院",
                      "Example Institute for Drug Control",
                      "示例市示例路1号",
                      "示例药品检验研究院 检验专用章",
                      "测试"};
    out.sample.number = "JP20261122000001";
    out.sample.product = "EXAMPLE";
    out.sample.productName = "示例片";
    out.sample.kind = "drug";
    out.sample.edition = "示例药典 2025";
    out.sample.specification = "0.1 g";
    out.sample.batchNo = "20260901";
    out.sample.maker = "示例制药有限公司";
    out.sample.client = "示例市市场监督管理局";
    out.sample.businessKind = "supervision";
    out.sample.voucherNo = "CY2026001";
    out.sample.sampledOn = "2026-11-01";
    out.sample.sealState = "intact";
    out.sample.quantity = "3";
    out.sample.quantityUnit = "盒";
    out.sample.regionCode = "15";
    out.sample.receivedAt = at;
    for (int seq = 1; seq <= kTests; ++seq) out.tests.push_back(inventedTest(seq, at));
    out.signatoryLogin = "signatory";
    out.signatoryName = "王签发";
    out.releasedAt = at;
    return out;
}

}  // namespace

std::string benchFrozen() {
    const std::string content = inventedContent().json();
    const Issuance issuance{
        "BG2026000001",       "https://example.cn/verify/AAAAAAAAAAAAAAAAAAAAAA", 1, "release", "检验完成",
        signedHash({content}), {"drug", 1, std::string(64, '0')}};
    return frozenJson(issuance, content);
}

CertificateBench benchCertificates(const reports::CertificatePrinter& printer, const reports::Signer& signer,
                                   const reports::Layout& layout, const std::string& roots, int seconds) {
    const json::Value frozen = json::parse(benchFrozen());
    const auto at = std::chrono::system_clock::now();  // within the days of the signer's certificate
    CertificateBench out{};
    std::size_t printed = 0;
    double cpu = cpuSeconds();
    const auto print = [&] { return printer.print(CertificatePaper(layout, frozen).printout(), signer, at).size(); };
    out.perSecond = rate(seconds, [&] {
        out.pdfBytes = print();
        ++printed;
    });
    out.msEach = 1000.0 / out.perSecond;
    out.cpuMsEach = 1000.0 * (cpuSeconds() - cpu) / static_cast<double>(printed);

    cpu = cpuSeconds();
    const auto start = std::chrono::steady_clock::now();
    std::future<double> second = std::async(std::launch::async, [&] { return rate(seconds, print); });
    out.onTwoCores = rate(seconds, print);
    out.onTwoCores += second.get();
    out.onTwoCoresOfCpu = (cpuSeconds() - cpu) / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

    const std::string digest = asString(sha256("bench"));
    out.bareSignaturesPerSecond = rate(seconds, [&] { static_cast<void>(signer.bareSignature(digest)); });
    const std::string pdf = printer.print(CertificatePaper(layout, frozen).printout(), signer, at), signature = signer.bareSignature(digest);
    const reports::Verifier verifier(roots);
    bool allHold = true;
    out.verifiedPerSecond = rate(seconds, [&] { allHold = verifier.verify(pdf).holds() && allHold; });
    out.bareVerificationsPerSecond = rate(seconds, [&] { allHold = signer.bareVerifies(digest, signature) && allHold; });
    if (!allHold) throw std::runtime_error("a certificate of the bench does not hold");
    out.ratio = out.perSecond / out.bareSignaturesPerSecond;
    return out;
}

}  // namespace touchstone::certificates
