#pragma once
#include <string>
#include <utility>
#include <vector>

namespace touchstone::reports {

/// One line of the table of results, as printed.
struct CertificateLine {
    std::string group;        ///< heading above it, such as 检查; equal neighbours share one
    std::string item;         ///< 检验项目
    std::string requirement;  ///< 标准规定, its own text
    std::string result;       ///< 检验结果 with its unit
    std::string verdict;      ///< 符合规定 / 不符合规定
    bool conforms = true;
};

/// Everything that a certificate (检验报告书) prints, already as text: the drawing decides nothing.
/// The table of contents follows ISO/IEC 17025:2017 7.8.2.1.
struct CertificateData {
    std::string number;
    std::string title;  ///< 检验报告书
    std::string laboratory;
    std::string laboratoryEnglish;
    std::string address;
    std::string accreditation;                                ///< text beside the mark; empty: no mark
    std::vector<std::pair<std::string, std::string>> fields;  ///< label, value of the head: 检品名称, 批号 …
    std::vector<CertificateLine> lines;
    std::string conclusion;
    std::vector<std::pair<std::string, std::string>> signatures;  ///< 检验人, 校核人, 授权签字人: name and date
    std::string issueDate;
    std::vector<std::string> notes;  ///< statements at the end
    std::string verificationUrl;     ///< into the QR code
    std::string sealText;            ///< round the red seal
    std::string watermark;           ///< 测试; empty: none
    std::string resultsXml;          ///< machine-readable copy; attached when not empty
};

}  // namespace touchstone::reports
