#include "reports/Certificate.h"

#include <optional>

#include "reports/Archive.h"
#include "reports/CertificateLayout.h"
#include "reports/Document.h"
#include "reports/SignatureField.h"
#include "reports/SubsetFont.h"
#include "reports/TrueTypeFont.h"

namespace touchstone::reports {
namespace {

std::string make(const TrueTypeFont& outlines, const CertificateData& data, const Signer* signer,
                 std::chrono::system_clock::time_point at) {
    Document document;
    SubsetFont font(document, outlines);
    CertificateLayout layout(document, font, data, signer != nullptr);
    layout.draw();
    font.finish();
    Archive{data.title + " " + data.number, data.laboratory, data.number, at, data.resultsXml}.addTo(document);
    if (signer == nullptr) return document.save();
    const SignatureField field(document, layout.sealPage(), layout.sealArea(), *signer, at);
    std::string pdf = document.save();
    field.sign(pdf);
    return pdf;
}

}  // namespace

struct CertificatePrinter::State {
    TrueTypeFont font;
};

CertificatePrinter::CertificatePrinter(const std::string& fontFile) : state_(new State{TrueTypeFont(fontFile)}) {
}

CertificatePrinter::~CertificatePrinter() = default;

std::string CertificatePrinter::print(const CertificateData& data, const Signer& signer,
                                      std::chrono::system_clock::time_point at) const {
    return make(state_->font, data, &signer, at);
}

std::string CertificatePrinter::preview(const CertificateData& data, std::chrono::system_clock::time_point at) const {
    return make(state_->font, data, nullptr, at);
}

}  // namespace touchstone::reports
