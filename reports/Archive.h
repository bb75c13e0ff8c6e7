#pragma once
#include <chrono>
#include <string>

#include "reports/Document.h"

namespace touchstone::reports {

/// What makes a document an archive file, PDF/A-3b (ISO 19005-3): identification, readable metadata, a colour profile,
/// and the machine-readable copy as an attachment when there is one.
struct Archive {
    std::string title;
    std::string author;
    std::string identity;  ///< what makes the document different from others; becomes the file's identifier
    std::string language;  ///< zh-CN
    std::chrono::system_clock::time_point at;
    std::string resultsXml;

    void addTo(Document& document) const;
};

/// A minimal ICC v2 display profile of sRGB (IEC 61966-2-1).
[[nodiscard]] std::string sRgbProfile();

}  // namespace touchstone::reports
