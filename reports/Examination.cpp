#include "reports/Examination.h"

#include <algorithm>

#include "reports/MessageCheck.h"
#include "reports/Times.h"

namespace touchstone::reports {
namespace {

constexpr std::time_t clockTolerance = 300;

std::string_view contentsOf(std::string_view pdf, const SignedRange& range) {
    return pdf.substr(range.gapBegin + 1, range.gapEnd - range.gapBegin - 2);
}

std::vector<X509Ptr> readAll(const std::vector<std::string>& certificates) {
    std::vector<X509Ptr> out;
    for (const std::string& each : certificates) out.push_back(readCertificate(each));
    return out;
}

// What stands behind the signed bytes; nothing when it is not what Validator appends.
std::optional<ValidationData> validationDataOf(std::string_view pdf, const SignedRange& range) {
    if (range.end == pdf.size()) return ValidationData{};
    try {
        return readValidationUpdate(pdf.substr(0, range.end), contentsOf(pdf, range), pdf.substr(range.end));
    } catch (const std::runtime_error&) {  // the file before it is not of our kind: so neither is the update
        return std::nullopt;
    }
}

/// Goes through one chain and marks what it needed, since data that nothing needs have nobody to vouch for them.
class StandingCheck {
public:
    explicit StandingCheck(const ValidationData& data)
        : data_(data), usedResponses_(data.ocspResponses.size()), usedLists_(data.revocationLists.size()) {}

    /// Revoked when one of the chain was, unknown when of one nothing is known.
    Revocation of(const Chain& chain, std::time_t at, bool timeIsProven) {
        Revocation all = Revocation::good;
        for (std::size_t i = 0; i + 1 < chain.certificates.size(); ++i) {
            const Revocation one = of(chain.certificates[i].get(), chain.certificates[i + 1].get(), at, timeIsProven);
            if (one == Revocation::revoked || all == Revocation::good) all = one;
            if (all == Revocation::revoked) break;
        }
        return all;
    }

    [[nodiscard]] bool usedAll(const Chain& signer, const Chain& stamp) const {
        const auto inOne = [&](const std::string& certificate) {
            return isPartOf({certificate}, signer) || isPartOf({certificate}, stamp);
        };
        const auto isTrue = [](bool used) { return used; };
        return std::all_of(data_.certificates.begin(), data_.certificates.end(), inOne) &&
               std::all_of(usedResponses_.begin(), usedResponses_.end(), isTrue) &&
               std::all_of(usedLists_.begin(), usedLists_.end(), isTrue);
    }

private:
    Revocation of(X509* certificate, X509* issuer, std::time_t at, bool timeIsProven) {
        Revocation found = Revocation::unknown;
        const auto take = [&](const Standing& standing, std::vector<bool>::reference used) {
            if (standing.state == Revocation::unknown || !standing.speaksFor(at)) return;
            used = true;
            // What was revoked after a proven time of signing was good then.
            const bool later = timeIsProven && standing.revokedAt && *standing.revokedAt > at;
            if (standing.state == Revocation::revoked && !later)
                found = Revocation::revoked;
            else if (found == Revocation::unknown)
                found = Revocation::good;
        };
        for (std::size_t i = 0; i < data_.ocspResponses.size(); ++i)
            if (!usedResponses_[i]) take(ocspStanding(data_.ocspResponses[i], certificate, issuer), usedResponses_[i]);
        for (std::size_t i = 0; i < data_.revocationLists.size(); ++i)
            take(crlStanding(data_.revocationLists[i], certificate, issuer), usedLists_[i]);
        return found;
    }

    const ValidationData& data_;
    std::vector<bool> usedResponses_, usedLists_;
};

bool isShort(const ValidationData& data) {
    constexpr std::size_t most = 16;
    return data.certificates.size() <= most && data.ocspResponses.size() <= most && data.revocationLists.size() <= most;
}

/// Answers the four questions one after the other; each gives the first thing that is wrong, empty when nothing is.
class Examiner {
public:
    Examiner(std::string_view pdf, const Roots& roots, const Roots& timeStampRoots, Examination& out)
        : pdf_(pdf), roots_(roots), timeStampRoots_(timeStampRoots), out_(out), said_(out.said) {}

    std::string integrity() {
        const SignedRange& range = out_.range;
        out_.message = SignedMessage::parse(range.signature);
        certificates_ = certificatesOf(out_.message);
        said_.signerName = commonName(signer());
        const auto digest = digestOf(out_.message.digestAlgorithm);
        if (!digest || out_.message.content || out_.message.contentType != names().data ||
            out_.message.attribute(names().algorithmProtection))
            return "the signature is not of the kind that is made here";
        const std::string content =
            hash(*digest, pdf_.substr(0, range.gapBegin), pdf_.substr(range.gapEnd, range.end - range.gapEnd));
        if (std::string problem = problemOf(out_.message, range.signature, signer(), content); !problem.empty())
            return problem;
        said_.intact = true;
        const auto data = validationDataOf(pdf_, range);
        said_.coversWholeFile = data.has_value();
        if (!data || !isShort(*data)) return "something was appended after the file was signed";
        data_ = *data;
        return {};
    }

    std::string time() {
        const auto claimed = parsePdfDate(out_.range.date);
        if (!claimed) return "the signature says no time";
        said_.signedAt = rfc3339(*claimed);
        said_.timeSource = TimeSource::claimed;
        out_.at = *claimed;
        if (out_.message.timeStamp.empty()) return {};
        others_ = readAll(data_.certificates);
        out_.stamp = checkTimeStamp(out_.message.timeStamp, out_.message.signature, others_, timeStampRoots_);
        if (!out_.stamp.problem.empty()) return out_.stamp.problem;
        if (out_.stamp.at + clockTolerance < *claimed) return "the time stamp is older than the time that is claimed";
        out_.at = out_.stamp.at;
        said_.signedAt = rfc3339(out_.at);
        said_.timeSource = TimeSource::timeStamp;
        said_.timeStampAuthority = out_.stamp.authority;
        return {};
    }

    std::string identity() {
        std::vector<X509Ptr> others = readAll(data_.certificates);
        for (std::size_t i = 1; i < certificates_.size(); ++i) {
            X509_up_ref(certificates_[i].get());
            others.emplace_back(certificates_[i].get());
        }
        out_.chain = chainOf(signer(), others, roots_, out_.at, Purpose::signing);
        if (!out_.chain.problem.empty()) return "the signer is not trusted: " + out_.chain.problem;
        if (!isPartOf(out_.message.certificates, out_.chain)) return "the signature carries more than its chain";
        if (!namesCertificates(out_.message, out_.chain.certificates))
            return "the signature does not name its certificate";
        said_.trusted = true;
        return {};
    }

    std::string standing() {
        const bool stamped = said_.timeSource == TimeSource::timeStamp;
        said_.level = stamped ? Level::t : Level::b;
        if (out_.range.end == pdf_.size()) return {};
        StandingCheck check(data_);
        said_.revocation = check.of(out_.chain, out_.at, stamped);
        if (const Revocation stamp = check.of(out_.stamp.chain, out_.at, true);
            said_.revocation == Revocation::good || stamp == Revocation::revoked)
            said_.revocation = stamp;
        if (said_.revocation == Revocation::revoked) {
            said_.trusted = false;
            return "a certificate was revoked before the file was signed";
        }
        if (said_.revocation == Revocation::unknown) return "the validation data do not hold";
        if (!check.usedAll(out_.chain, out_.stamp.chain)) {
            said_.coversWholeFile = false;
            return "the validation data hold more than is needed";
        }
        if (stamped) said_.level = Level::lt;
        return {};
    }

private:
    [[nodiscard]] X509* signer() const { return certificates_.front().get(); }

    std::string_view pdf_;
    const Roots& roots_;
    const Roots& timeStampRoots_;
    Examination& out_;
    Verification& said_;
    std::vector<X509Ptr> certificates_, others_;
    ValidationData data_;
};

}  // namespace

Examination examine(std::string_view pdf, const Roots& roots, const Roots& timeStampRoots) {
    Examination out;
    auto found = findSignedRange(pdf);
    if (const auto* reason = std::get_if<std::string>(&found)) {
        out.said.hasSignature = !reason->empty();
        out.said.problem = reason->empty() ? "there is no signature" : *reason;
        return out;
    }
    out.range = std::get<SignedRange>(std::move(found));
    out.said.hasSignature = true;
    out.said.coversWholeFile = out.range.end == pdf.size();
    Examiner examiner(pdf, roots, timeStampRoots, out);
    out.said.problem = examiner.integrity();
    if (out.said.problem.empty()) out.said.problem = examiner.time();
    // Who signed is a question of its own, even when the time is in doubt.
    if (out.said.intact && out.at != 0)
        if (std::string problem = examiner.identity(); out.said.problem.empty()) out.said.problem = std::move(problem);
    if (out.said.problem.empty()) out.said.problem = examiner.standing();
    if (!out.said.problem.empty()) out.said.level = Level::none;
    return out;
}

}  // namespace touchstone::reports
