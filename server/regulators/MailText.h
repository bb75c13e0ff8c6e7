#pragma once
#include <string>
#include <vector>

#include "server/core/Error.h"
#include "server/regulators/Subscription.h"

/// What mails say. Nothing but what the directory shows everybody of the region: number, product, verdict and status.
namespace touchstone::regulators::mailText {

struct Line {
    std::string number, product, verdict;
    std::string status;  ///< issued, superseded, withdrawn
};

struct Text {
    std::string subject, body;
};

/// Asks to confirm; the link comes when it is sent.
[[nodiscard]] Text confirmation(Language language);
/// more: there is more, which comes with the next one.
[[nodiscard]] Text digest(Language language, const Links& links, const std::vector<Line>& lines, bool more);
/// Certificates that the person had downloaded.
[[nodiscard]] Text notices(Language language, const Links& links, const std::vector<Line>& lines);
/// What stands below every mail: how to confirm or to end, by its link.
[[nodiscard]] std::string foot(Language language, LinkAct act, const std::string& page);

}  // namespace touchstone::regulators::mailText
