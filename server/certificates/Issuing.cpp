#include "server/certificates/Issuing.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "server/certificates/CertificatePaper.h"
#include "server/core/Error.h"

namespace touchstone::certificates {
namespace {

constexpr std::size_t kConnections = 4;
constexpr std::chrono::seconds kFirstPause{5}, kLongestPause{300};

reports::Signer makeSigner(const SigningSettings& settings) {
    reports::Signer signer = settings.token ? reports::Signer(*settings.token, settings.chainPem)
                                            : reports::Signer(settings.keyPem, settings.chainPem);
    if (!settings.timeStampUrl.empty()) signer.reserve(reports::TimeStamper::room);
    return signer;
}

Poco::Logger& logger() {
    return Poco::Logger::get("certificates");
}

}  // namespace

Issuing::Issuing(const reports::CertificatePrinter& printer, LayoutOf layoutOf, const SigningSettings& settings,
                 reports::Fetch fetch, const Clock& clock)
    : printer_(printer),
      layoutOf_(std::move(layoutOf)),
      clock_(clock),
      signer_(makeSigner(settings)),
      verifier_(settings.rootsPem, settings.timeStampRootsPem) {
    const auto now = [&clock] { return std::chrono::system_clock::time_point(clock.now()); };
    if (!settings.timeStampUrl.empty())
        stamper_.emplace(settings.timeStampUrl, settings.timeStampRootsPem, fetch, now);
    else if (settings.validation)
        throw std::runtime_error("validation data need a time stamp: without one nothing says when they have to hold");
    if (settings.validation) validator_.emplace(settings.rootsPem, settings.timeStampRootsPem, std::move(fetch), now);
}

Issuing::Made Issuing::make(const std::vector<Drawing>& drawings, Instant at) {
    Made made;
    if (const auto reason = refusal(at)) {
        for (const Drawing& drawing : drawings) made.undrawn.push_back({drawing.id, *reason});
        return made;
    }
    for (const Drawing& drawing : drawings) {
        try {
            const json::Value frozen = json::parse(drawing.frozen);
            const reports::Layout layout = layoutOf_(frozen);
            made.files.push_back({drawing.id, {}, printer_.print(CertificatePaper(layout, frozen).printout(), signer_, at)});
        } catch (const std::exception& error) {
            // One that cannot be drawn must not keep the others back; it stays `drawing`, where lists show it.
            logger().error("%s was not issued: %s", drawing.number, std::string(error.what()));
            made.undrawn.push_back({drawing.id, error.what()});
        }
    }
    if (stamper_) completeAll(made);
    for (DrawnFile& file : made.files) file.sha256 = sha256(file.pdf);
    return made;
}

std::optional<std::string> Issuing::unprintable(const std::string& frozenText, Instant at) const {
    try {
        const json::Value frozen = json::parse(frozenText);
        const reports::Layout layout = layoutOf_(frozen);
        static_cast<void>(printer_.preview(CertificatePaper(layout, frozen).printout(), at));
        return std::nullopt;
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

void Issuing::completeAll(Made& made) {
    std::vector<std::optional<std::string>> problems(made.files.size());
    std::atomic<std::size_t> next{0};
    std::atomic<bool> isAway{false};
    const auto work = [&] {
        for (std::size_t i = next++; i < made.files.size(); i = next++) {
            if (isAway) {
                problems[i] = "the authorities do not answer";
                continue;
            }
            try {
                made.files[i].pdf = complete(std::move(made.files[i].pdf));
            } catch (const std::exception& error) {
                problems[i] = error.what();
                isAway = true;
                continue;
            }
            if (const auto said = verifier_.verify(made.files[i].pdf); !said.holds())
                problems[i] = "the finished file does not hold: " + said.problem;
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < std::min(kConnections, made.files.size()); ++i) others.emplace_back(work);
        work();
    }
    std::vector<DrawnFile> whole;
    std::string reason;
    for (std::size_t i = 0; i < made.files.size(); ++i) {
        if (!problems[i]) {
            whole.push_back(std::move(made.files[i]));
            continue;
        }
        if (reason.empty()) reason = *problems[i];
        made.undrawn.push_back({made.files[i].id, *problems[i]});
    }
    made.files = std::move(whole);
    if (!reason.empty()) logger().error("%z of a batch were not issued: %s", made.undrawn.size(), reason);
    isAway ? authorityFailed(reason) : authorityAnswered();
}

std::string Issuing::complete(std::string pdf) const {
    pdf = stamper_->withTimeStamp(std::move(pdf));
    return validator_ ? validator_->withValidation(std::move(pdf)) : pdf;
}

std::optional<std::string> Issuing::refusal(Instant now) const {
    if (now >= state().notAfter) return "the signer's certificate has ended";
    const std::lock_guard lock(mutex_);
    if (pause_ && now < pause_->until) return pause_->reason;
    return std::nullopt;
}

void Issuing::authorityFailed(const std::string& reason) {
    const std::lock_guard lock(mutex_);
    const Instant now = clock_.now();
    if (pause_ && now < pause_->until) return;  // another batch, which began before the pause
    const auto length = pause_ ? std::min(2 * pause_->length, kLongestPause) : kFirstPause;
    pause_ = Pause{pause_ ? pause_->since : now, now + length, length, reason};
    logger().warning("certificates wait, the next trial is in %?d s", length.count());
}

void Issuing::authorityAnswered() {
    const std::lock_guard lock(mutex_);
    if (pause_) logger().information("certificates are issued again");
    pause_.reset();
}

Issuing::State Issuing::state() const {
    State out;
    out.level = validator_ ? reports::Level::lt : stamper_ ? reports::Level::t : reports::Level::b;
    out.signer = signer_.subject();
    out.notAfter = std::chrono::time_point_cast<std::chrono::microseconds>(signer_.notAfter());
    const Instant now = clock_.now();
    out.daysLeft = std::chrono::floor<std::chrono::days>(out.notAfter - now).count();
    if (now >= out.notAfter) {
        out.waiting = "the signer's certificate has ended";
        out.waitingSince = out.notAfter;
        return out;
    }
    const std::lock_guard lock(mutex_);
    if (pause_) {
        out.waiting = pause_->reason;
        out.waitingSince = pause_->since;
    }
    return out;
}

void Issuing::warn() const {
    const State now = state();
    if (now.endsSoon())
        logger().warning("the certificate of %s ends on %s, in %?d days", now.signer,
                         toText(Zone{}.dateOf(now.notAfter)), now.daysLeft);
}

}  // namespace touchstone::certificates
