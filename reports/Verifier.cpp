#include "reports/Verifier.h"

#include <openssl/err.h>

#include "reports/Examination.h"

namespace touchstone::reports {

std::string_view name(Level level) {
    switch (level) {
        case Level::none:
            return "";
        case Level::b:
            return "B-B";
        case Level::t:
            return "B-T";
        case Level::lt:
            return "B-LT";
    }
    return "";
}

std::string_view name(TimeSource source) {
    switch (source) {
        case TimeSource::none:
            return "none";
        case TimeSource::claimed:
            return "claimed";
        case TimeSource::timeStamp:
            return "time_stamp";
    }
    return "";
}

std::string_view name(Revocation state) {
    switch (state) {
        case Revocation::unknown:
            return "unknown";
        case Revocation::good:
            return "good";
        case Revocation::revoked:
            return "revoked";
    }
    return "";
}

struct Verifier::State {
    Roots roots, timeStampRoots;
};

Verifier::Verifier(const std::string& rootsPem, const std::string& timeStampRootsPem)
    : state_(new State{Roots(rootsPem), Roots(timeStampRootsPem)}) {
}

Verifier::~Verifier() = default;
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;

Verification Verifier::verify(const std::string& pdf) const {
    Verification said;
    try {
        said = examine(pdf, state_->roots, state_->timeStampRoots).said;
    } catch (const std::exception& error) {
        said = {};
        said.hasSignature = true;
        said.problem = error.what();
    }
    ERR_clear_error();
    return said;
}

Verification verify(const std::string& pdf, const std::string& rootsPem, const std::string& timeStampRootsPem) {
    try {
        return Verifier(rootsPem, timeStampRootsPem).verify(pdf);
    } catch (const std::exception& error) {
        Verification said;
        said.problem = error.what();
        return said;
    }
}

}  // namespace touchstone::reports
