#pragma once
#include <memory>
#include <string>

#include "reports/Fetch.h"
#include "reports/TimeStamp.h"

namespace touchstone::reports {

/// Asks the authorities of a signed file's certificates for their standing and appends the answers: PAdES B-LT.
/// Answers are checked before they are used and kept until their nextUpdate. Safe to use from many threads.
class Validator {
public:
    Validator(const std::string& rootsPem, const std::string& timeStampRootsPem, Fetch fetch, TimeStamper::Now now);
    ~Validator();

    /// Throws std::runtime_error: the file does not hold without validation data, no answer about a certificate is to
    /// be had, or it is revoked.
    [[nodiscard]] std::string withValidation(std::string pdf) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace touchstone::reports
