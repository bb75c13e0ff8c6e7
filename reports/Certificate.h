#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "reports/Data.h"
#include "reports/Layout.h"
#include "reports/Signer.h"

namespace touchstone::reports {

/// One paper to be drawn. Refers to layout and data, which must outlive the call it is given to.
struct Printout {
    const Layout& layout;
    const Data& data;
    std::string title;       ///< of the document: 检验报告书 BG2026000001
    std::string author;      ///< the laboratory
    std::string identity;    ///< what makes the document different from others; becomes the file's identifier
    std::string resultsXml;  ///< machine-readable copy; attached when not empty
};

/// Draws with libharu and signs in one pass. Holds the mapped font; safe to use from many threads (each call builds its
/// own document). Deterministic but for signature and time. Throws LayoutError when layout and data do not fit
/// together, std::runtime_error otherwise, among others naming a character for which the font has no glyph: a paper with
/// a hole is never made.
class CertificatePrinter {
public:
    /// font: a TrueType font with Han glyphs (fonts-wqy-zenhei). Throws std::runtime_error when it cannot be used.
    explicit CertificatePrinter(const std::string& fontFile);
    ~CertificatePrinter();

    /// The PDF, sealed and signed. `at` becomes /M and the document's dates.
    [[nodiscard]] std::string print(const Printout& printout, const Signer& signer,
                                    std::chrono::system_clock::time_point at) const;
    /// The same without seal and signature: for previews, labels and records.
    [[nodiscard]] std::string preview(const Printout& printout, std::chrono::system_clock::time_point at) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace touchstone::reports
