#pragma once
#include <chrono>
#include <string>

#include "reports/Certificate.h"
#include "reports/Signer.h"

/// Invented data: no laboratory, product or person of this name exists.
namespace touchstone::reports::sample {

inline const std::string fontFile = "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc";

inline std::chrono::system_clock::time_point now() {
    return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

inline const DemonstrationAuthority& authority() {
    static const DemonstrationAuthority made = DemonstrationAuthority::make("示例药品检验研究院", 30);
    return made;
}

inline const Signer& signer() {
    static const Signer made(authority().keyPem, authority().chainPem);
    return made;
}

inline const CertificatePrinter& printer() {
    static const CertificatePrinter made(fontFile);
    return made;
}

inline CertificateData certificate(std::size_t extraLines = 0) {
    CertificateData data;
    data.number = "SL-Y-2026-000123";
    data.title = "检验报告书";
    data.laboratory = "示例药品检验研究院";
    data.laboratoryEnglish = "Sample Institute for Drug Control (demonstration data)";
    data.address = "示例市示例区示例路 1 号";
    data.accreditation = "示例数据\n资质认定 000000000000";
    data.fields = {{"检品名称", "示例片（示例数据）"},
                   {"检品编号", "Y2026-000123"},
                   {"规格", "0.25 g"},
                   {"批号", "SL260101"},
                   {"生产单位", "示例制药有限公司"},
                   {"被抽样单位", "示例大药房"},
                   {"包装", "铝塑板，12 片/板"},
                   {"数量", "10 盒"},
                   {"收检日期", "2026年01月05日"},
                   {"有效期至", "2028年12月"},
                   {"检验目的", "监督抽检"},
                   {"检验项目", "全检"},
                   {"检验依据", "《中华人民共和国药典》2025年版二部（示例数据，正文系虚构，仅用于演示版面与换行）"}};
    data.lines = {
        {"性状", "性状", "本品应为白色或类白色片", "白色片", "符合规定", true},
        {"鉴别", "（1）化学反应", "应显正反应", "显正反应", "符合规定", true},
        {"鉴别", "（2）高效液相色谱",
         "在含量测定项下记录的色谱图中，供试品溶液主峰的保留时间应与对照品溶液主峰的保留时间一致", "一致", "符合规定",
         true},
        {"检查", "有关物质",
         "杂质Ⅰ峰面积不得大于对照溶液主峰面积的 0.5 倍（0.5%），各杂质峰面积的和不得大于对照溶液主峰面积（1.0%）",
         "杂质Ⅰ 0.2%；总杂质 0.4%", "符合规定", true},
        {"检查", "溶出度", "限度为标示量的 80%，应符合规定", "92%、95%、91%、94%、96%、93%", "符合规定", true},
        {"检查", "水分", "不得过 5.0%", "5.6%", "不符合规定", false},
        {"检查", "微生物限度", "需氧菌总数不得过 10³ cfu/g", "＜10 cfu/g", "符合规定", true},
        {"含量测定", "示例素（C₁₆H₁₉N₃O₅S）", "应为标示量的 95.0%～105.0%", "99.2%", "符合规定", true},
    };
    for (std::size_t i = 0; i < extraLines; ++i)
        data.lines.push_back({"扩展检查", "示例项目 " + std::to_string(i + 1),
                              "不得过 " + std::to_string(i % 9 + 1) + ".0 mg/kg", "未检出（检出限 0.01 mg/kg）",
                              "符合规定", true});
    data.conclusion = "本品按《中华人民共和国药典》2025年版二部检验上述项目，水分不符合规定，其余项目符合规定。";
    data.signatures = {
        {"检验人", "检验员甲 2026-01-12"}, {"校核人", "校核员乙 2026-01-13"}, {"授权签字人", "签字人丙 2026-01-14"}};
    data.issueDate = "2026年01月14日";
    data.notes = {"1. 本报告书为示例数据，不具有任何证明作用。",
                  "2. 检验结果仅对来样负责；未经本院书面批准，不得部分复制本报告书。",
                  "3. 对检验结果有异议的，应自收到报告书之日起七个工作日内提出复验申请。"};
    data.verificationUrl = "https://lims.example.org/verify/SL-Y-2026-000123?k=3f9c2a7be1d04c55";
    data.sealText = "示例药品检验研究院检验专用章";
    data.watermark = "测试";
    data.resultsXml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<certificate number=\"SL-Y-2026-000123\"/>\n";
    return data;
}

}  // namespace touchstone::reports::sample
