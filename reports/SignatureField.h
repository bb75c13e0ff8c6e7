#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "reports/Document.h"
#include "reports/Signer.h"

namespace touchstone::reports {

/// An approval signature that also certifies the document (DocMDP, 2: form filling and further signatures allowed).
/// Made before Document::save(), filled in after it: the file is written and hashed once. Must outlive save().
class SignatureField {
public:
    struct Area {
        float left, bottom, right, top;
    };

    /// The field covers `area` of the page and draws nothing itself.
    SignatureField(Document& document, HPDF_Page page, Area area, const Signer& signer,
                   std::chrono::system_clock::time_point at);
    SignatureField(const SignatureField&) = delete;
    SignatureField& operator=(const SignatureField&) = delete;

    /// Puts byte range and signature into the finished file.
    void sign(std::string& pdf) const;

private:
    static HPDF_STATUS write(HPDF_Dict dictionary, HPDF_Stream out);

    const Signer& signer_;
    std::string entries_;
    std::size_t rangeAt_ = 0;     ///< offset of the blanks for /ByteRange
    std::size_t contentsAt_ = 0;  ///< offset of the < of /Contents
    std::size_t contentsEnd_ = 0;
};

/// Puts the signature, as hexadecimal digits, into its gap, which holds <000...> or an earlier, shorter one. Throws
/// std::runtime_error when there is no room.
void writeSignature(std::string& pdf, std::size_t gapBegin, std::size_t gapEnd, std::string_view signature);

}  // namespace touchstone::reports
