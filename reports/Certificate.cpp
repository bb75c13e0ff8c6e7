#include "reports/Certificate.h"

#include "reports/Archive.h"
#include "reports/Document.h"
#include "reports/Drawing.h"
#include "reports/SignatureField.h"
#include "reports/SubsetFont.h"
#include "reports/TrueTypeFont.h"

namespace touchstone::reports {
namespace {

std::string make(const TrueTypeFont& outlines, const Printout& printout, const Signer* signer,
                 std::chrono::system_clock::time_point at) {
    Document document;
    SubsetFont font(document, outlines);
    Drawing drawing(document, font, printout.layout.tree(), printout.data, signer != nullptr);
    drawing.draw();
    font.finish();
    Archive{printout.title, printout.author, printout.identity, printout.layout.language(), at, printout.resultsXml}
        .addTo(document);
    if (signer == nullptr) return document.save();
    const Typesetter::Sealed seal = drawing.seal();
    const SignatureField field(document, seal.page, seal.area, *signer, at);
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

std::string CertificatePrinter::print(const Printout& printout, const Signer& signer,
                                      std::chrono::system_clock::time_point at) const {
    return make(state_->font, printout, &signer, at);
}

std::string CertificatePrinter::preview(const Printout& printout, std::chrono::system_clock::time_point at) const {
    return make(state_->font, printout, nullptr, at);
}

}  // namespace touchstone::reports
