#include "reports/SignatureField.h"

#include <array>
#include <cstdio>
#include <stdexcept>


namespace touchstone::reports {
namespace {

constexpr std::size_t rangeWidth = 48;

std::string number(float value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(value));
    return text.data();
}

}  // namespace

SignatureField::SignatureField(Document& document, HPDF_Page page, Area area, const Signer& signer,
                               std::chrono::system_clock::time_point at)
    : signer_(signer) {
    entries_ = "/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (" + Document::date(at) +
               ") /Name " + Document::string(signer.subject()) +
               "\n/Reference [<< /Type /SigRef /TransformMethod /DocMDP"
               " /TransformParams << /Type /TransformParams /P 2 /V /1.2 >> >>]\n";
    const std::string signature = Document::reference(document.addObject(write, this));
    const std::string appearance = Document::reference(
        document.addStream("/Type /XObject /Subtype /Form /BBox [0 0 " + number(area.right - area.left) + " " +
                               number(area.top - area.bottom) + "] /Resources << >>",
                           ""));
    constexpr int printedAndLocked = 4 | 128;
    HPDF_Dict widget = document.addObject(
        "/Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /F " + std::to_string(printedAndLocked) + " /Rect [" +
        number(area.left) + " " + number(area.bottom) + " " + number(area.right) + " " + number(area.top) + "] /P " +
        Document::reference(page) + " /V " + signature + " /AP << /N " + appearance + " >>");
    HPDF_Array annotations = HPDF_Array_New(page->mmgr);
    HPDF_Array_Add(annotations, widget);
    HPDF_Dict_Add(page, "Annots", annotations);
    constexpr int signaturesExist = 1, appendOnly = 2;
    document.append(document.handle()->catalog, "/AcroForm << /Fields [" + Document::reference(widget) +
                                                    "] /SigFlags " + std::to_string(signaturesExist | appendOnly) +
                                                    " >>\n/Perms << /DocMDP " + signature + " >>");
}

HPDF_STATUS SignatureField::write(HPDF_Dict dictionary, HPDF_Stream out) {
    auto* self = static_cast<SignatureField*>(dictionary->attr);
    const auto put = [out](const std::string& text) {
        HPDF_Stream_Write(out, reinterpret_cast<const HPDF_BYTE*>(text.data()), static_cast<HPDF_UINT>(text.size()));
    };
    put(self->entries_ + "/ByteRange ");
    self->rangeAt_ = out->size;
    put(std::string(rangeWidth, ' ') + "\n/Contents ");
    self->contentsAt_ = out->size;
    put("<");
    put(std::string(2 * self->signer_.largestSignature(), '0'));
    put(">");
    self->contentsEnd_ = out->size;
    put("\n");
    return HPDF_Error_GetCode(dictionary->error);
}

void SignatureField::sign(std::string& pdf) const {
    const std::string range = "[0 " + std::to_string(contentsAt_) + " " + std::to_string(contentsEnd_) + " " +
                              std::to_string(pdf.size() - contentsEnd_) + "]";
    if (range.size() > rangeWidth || contentsEnd_ > pdf.size()) throw std::runtime_error("no room for the signature");
    pdf.replace(rangeAt_, range.size(), range);

    const std::string_view all = pdf;
    writeSignature(pdf, contentsAt_, contentsEnd_,
                   signer_.sign(signer_.digest(all.substr(0, contentsAt_), all.substr(contentsEnd_))));
}

void writeSignature(std::string& pdf, std::size_t gapBegin, std::size_t gapEnd, std::string_view signature) {
    if (2 * signature.size() + 2 > gapEnd - gapBegin) throw std::runtime_error("no room for the signature");
    constexpr char digits[] = "0123456789ABCDEF";
    char* out = pdf.data() + gapBegin + 1;
    for (const char c : signature) {
        const auto byte = static_cast<unsigned char>(c);
        *out++ = digits[byte >> 4];
        *out++ = digits[byte & 15];
    }
}

}  // namespace touchstone::reports
