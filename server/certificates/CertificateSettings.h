#pragma once
#include <string>

namespace touchstone::certificates {

struct CertificateSettings {
    std::string publicUrl;   ///< where people outside reach the pages: https://lims.example.cn
    std::string laboratory;  ///< code of the organisation that issues
    std::string sealText;    ///< round the seal
    std::string watermark;   ///< across the pages and in the notes, for a demonstration authority; else empty
    std::string watermarkEnglish = {};  ///< the same on certificates in English
};

}  // namespace touchstone::certificates
