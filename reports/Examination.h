#pragma once
#include <ctime>
#include <string>

#include "reports/Chain.h"
#include "reports/SignedMessage.h"
#include "reports/SignedRange.h"
#include "reports/TimeStamp.h"
#include "reports/ValidationData.h"
#include "reports/Verifier.h"

namespace touchstone::reports {

/// All that was found out about a signed file. What verifying says of it is only its summary; adding validation data to
/// the file needs the chains as well.
struct Examination {
    Verification said;
    SignedRange range;
    SignedMessage message;
    std::time_t at = 0;  ///< for which the chain was checked: of the time stamp, else the claimed
    Chain chain;         ///< the signer's
    TimeStamp stamp;     ///< when the message carries one
};

/// Throws std::runtime_error when something is so far from what is made here that it cannot be read.
[[nodiscard]] Examination examine(std::string_view pdf, const Roots& roots, const Roots& timeStampRoots);

}  // namespace touchstone::reports
