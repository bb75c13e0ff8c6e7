#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "reports/CertificateData.h"
#include "reports/Signer.h"

namespace touchstone::reports {

/// Draws with libharu and signs in one pass. Holds the mapped font and the caches of its images; safe to use from many
/// threads (each call builds its own document). Deterministic but for signature and time.
class CertificatePrinter {
public:
    /// font: a TrueType font with Han glyphs (fonts-wqy-zenhei). Throws std::runtime_error when it cannot be used.
    explicit CertificatePrinter(const std::string& fontFile);
    ~CertificatePrinter();

    /// The PDF, signed. `at` becomes /M and the document's dates. Throws std::runtime_error, among others naming a
    /// character for which the font has no glyph: a certificate with a hole is never made.
    [[nodiscard]] std::string print(const CertificateData& data, const Signer& signer,
                                    std::chrono::system_clock::time_point at) const;
    /// The same, unsigned, for previews.
    [[nodiscard]] std::string preview(const CertificateData& data, std::chrono::system_clock::time_point at) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A label of one sample: Code 128 barcode of its number, and lines of text.
struct Label {
    std::string barcode;
    std::vector<std::string> lines;
};

/// Sheets of labels, A4, 3 columns of 8 (70 × 37 mm), as a PDF.
[[nodiscard]] std::string printLabels(const std::string& fontFile, const std::vector<Label>& labels);

}  // namespace touchstone::reports
