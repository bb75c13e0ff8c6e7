#include "reports/Validator.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "reports/Examination.h"
#include "reports/Revocation.h"
#include "reports/Times.h"

namespace touchstone::reports {
namespace {

struct Answer {
    bool isList = false;  ///< a CRL, else an OCSP response
    std::string bytes;
    Standing standing;
};

template <typename Item>
void addOnce(std::vector<Item>& items, Item item) {
    if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(std::move(item));
}

}  // namespace

struct Validator::State {
    Roots roots, timeStampRoots;
    Fetch fetch;
    TimeStamper::Now now;
    // One question at a time: those who come meanwhile most often want the same answer.
    std::mutex mutex;
    std::map<std::string, Answer> answers;  ///< by certificate, DER

    void collect(const Chain& chain, std::time_t at, ValidationData& out) {
        for (std::size_t i = 0; i < chain.certificates.size(); ++i) {
            X509* certificate = chain.certificates[i].get();
            addOnce(out.certificates, encoded(certificate));
            if (i + 1 == chain.certificates.size()) break;
            Answer answer = answerAbout(certificate, chain.certificates[i + 1].get(), at);
            addOnce(answer.isList ? out.revocationLists : out.ocspResponses, std::move(answer.bytes));
        }
    }

    Answer answerAbout(X509* certificate, X509* issuer, std::time_t at) {
        const std::lock_guard lock(mutex);
        const std::time_t today = std::chrono::system_clock::to_time_t(now());
        const std::string key = encoded(certificate);
        const auto kept = answers.find(key);
        if (kept != answers.end() && kept->second.standing.nextUpdate && *kept->second.standing.nextUpdate > today &&
            kept->second.standing.speaksFor(at))
            return kept->second;
        Answer fresh = ask(certificate, issuer, at);
        if (fresh.standing.state == Revocation::revoked)
            throw std::runtime_error("the certificate of " + commonName(certificate) + " is revoked");
        answers[key] = fresh;
        return fresh;
    }

    // OCSP before lists: they are shorter. The first that answers is taken.
    Answer ask(X509* certificate, X509* issuer, std::time_t at) {
        std::string problem = "it names no authority for that";
        const auto tried = [&](Answer& answer) {
            problem = answer.standing.problem;
            if (problem.empty() && !answer.standing.speaksFor(at)) problem = "the answer is out of date";
            return problem.empty();
        };
        for (const std::string& url : ocspUrls(certificate)) {
            Answer answer{
                false, fetched({url, "application/ocsp-request", ocspRequest(certificate, issuer)}, problem), {}};
            if (answer.bytes.empty()) continue;
            answer.standing = ocspStanding(answer.bytes, certificate, issuer);
            if (tried(answer)) return answer;
        }
        for (const std::string& url : crlUrls(certificate)) {
            Answer answer{true, fetched({url, "", ""}, problem), {}};
            if (answer.bytes.empty()) continue;
            answer.standing = crlStanding(answer.bytes, certificate, issuer);
            if (tried(answer)) return answer;
        }
        throw std::runtime_error("whether the certificate of " + commonName(certificate) +
                                 " is revoked could not be found out: " + problem);
    }

    // Empty and a problem when nothing came: there may be another address.
    std::string fetched(const FetchRequest& request, std::string& problem) const {
        try {
            return fetch(request);
        } catch (const std::runtime_error& error) {
            problem = error.what();
            return {};
        }
    }
};

Validator::Validator(const std::string& rootsPem, const std::string& timeStampRootsPem, Fetch fetch,
                     TimeStamper::Now now)
    : state_(new State{Roots(rootsPem), Roots(timeStampRootsPem), std::move(fetch), std::move(now), {}, {}}) {
}

Validator::~Validator() = default;

std::string Validator::withValidation(std::string pdf) const {
    const Examination found = examine(pdf, state_->roots, state_->timeStampRoots);
    if (!found.said.holds()) throw std::runtime_error(found.said.problem);
    ValidationData data;
    state_->collect(found.chain, found.at, data);
    state_->collect(found.stamp.chain, found.at, data);
    const std::string_view contents =
        std::string_view(pdf).substr(found.range.gapBegin + 1, found.range.gapEnd - found.range.gapBegin - 2);
    pdf += validationUpdate(pdf, contents, data);
    return pdf;
}

}  // namespace touchstone::reports
