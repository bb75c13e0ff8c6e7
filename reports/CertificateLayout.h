#pragma once
#include "reports/CertificateData.h"
#include "reports/PageFlow.h"
#include "reports/SignatureField.h"

namespace touchstone::reports {

/// The pages of one certificate, A4.
class CertificateLayout {
public:
    CertificateLayout(Document& document, SubsetFont& font, const CertificateData& data, bool sealed);

    /// Draws everything.
    void draw();
    /// Where the seal is, once drawn.
    [[nodiscard]] HPDF_Page sealPage() const { return sealPage_; }
    [[nodiscard]] SignatureField::Area sealArea() const { return sealArea_; }

private:
    float beginPage(PageFlow& flow, Canvas& page);
    float drawTitle(PageFlow& flow, Canvas& page);
    void drawFields();
    void drawResults();
    void drawClosing();
    void drawSealHere();
    void drawNotes();
    void drawFeet();

    [[nodiscard]] Row resultRow(const CertificateLine& line) const;
    [[nodiscard]] std::vector<Row> signatureRows() const;

    Document& document_;
    const CertificateData& data_;
    bool sealed_;
    PageFlow flow_;
    HPDF_Page sealPage_ = nullptr;
    SignatureField::Area sealArea_{};
};

}  // namespace touchstone::reports
