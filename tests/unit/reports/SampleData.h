#pragma once
#include <chrono>
#include <string>

#include "reports/Certificate.h"
#include "reports/Signer.h"

/// Invented data: no laboratory, product or person of this name exists.
namespace touchstone::reports::sample {

inline const std::string fontFile = "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc";

inline std::chrono::system_clock::time_point now() {
    return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

inline const DemonstrationAuthority& authority() {
    static const DemonstrationAuthority made = DemonstrationAuthority::make("示例药品检验研究院", 30);
    return made;
}

inline const Signer& signer() {
    static const Signer made(authority().keyPem, authority().chainPem);
    return made;
}

inline const CertificatePrinter& printer() {
    static const CertificatePrinter made(fontFile);
    return made;
}

/// A shipped layout, by the name of its file.
[[nodiscard]] const Layout& layout(const std::string& name);

inline const std::string resultsXml =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<certificate number=\"SL-Y-2026-000123\"/>\n";

/// The certificate of a drug: nine tests, one of which fails, and as many more as wanted.
[[nodiscard]] Data certificate(std::size_t moreTests = 0);
/// The same with the first few of its tests only.
[[nodiscard]] Data withTests(std::size_t count);
[[nodiscard]] Data device();
[[nodiscard]] Data cosmetic();
[[nodiscard]] Data importDrug();
/// A certificate that takes the place of another.
[[nodiscard]] Data amended();
[[nodiscard]] Data labels(std::size_t count);
[[nodiscard]] Data worksheet();
/// What a shipped layout is meant for.
[[nodiscard]] Data dataFor(const std::string& layoutName);

[[nodiscard]] Data test(const std::string& heading, const std::string& item, const std::string& requirement,
                        const std::string& result, const std::string& verdict = "conforms");
/// Changes a member of a member: set(data, "sample", "maker", "示例厂").
void set(Data& data, const std::string& record, const std::string& name, Data value);

inline std::string printed(const Data& data, const Signer& by = signer(),
                           std::chrono::system_clock::time_point at = now(), const Layout& on = layout("drug")) {
    return printer().print({on, data, on.title() + " SL-Y-2026-000123", "示例药品检验研究院", "SL-Y-2026-000123", resultsXml},
                           by, at);
}

inline std::string previewed(const Data& data, const Layout& on = layout("drug"),
                             std::chrono::system_clock::time_point at = now()) {
    return printer().preview({on, data, on.title() + " SL-Y-2026-000123", "示例药品检验研究院", "SL-Y-2026-000123", ""}, at);
}

}  // namespace touchstone::reports::sample
