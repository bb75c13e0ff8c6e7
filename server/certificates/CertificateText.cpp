#include "server/certificates/CertificateText.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "server/certificates/Claims.h"
#include "server/certificates/ResultsXml.h"
#include "server/core/Clock.h"

namespace touchstone::certificates {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Date dayOf(const std::string& instant) {
    const auto at = parseRfc3339(instant);
    if (!at) throw std::runtime_error("frozen certificate: not a time: " + instant);
    return Zone{}.dateOf(*at);
}

std::string word(const std::map<std::string, std::string>& words, const std::string& code) {
    const auto found = words.find(code);
    if (found == words.end()) throw std::runtime_error("frozen certificate: no word for " + code);
    return found->second;
}

std::string businessKind(const std::string& code, bool drug) {
    static const std::map<std::string, std::string> kWords{{"supervision", "监督抽检"}, {"registration", "注册检验"},
                                                           {"import", "进口检验"},      {"batch_release", "批签发"},
                                                           {"commission", "委托检验"},  {"retest", "复检"},
                                                           {"emergency", "应急检验"}};
    return drug && code == "retest" ? "复验" : word(kWords, code);
}

std::string sealState(const std::string& code) {
    static const std::map<std::string, std::string> kWords{
        {"intact", "封签完好"}, {"broken", "封签破损"}, {"none", "无封签"}};
    return word(kWords, code);
}

std::string orSlash(const std::string& value) {
    return value.empty() ? "/" : value;
}

std::string join(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : "、") + part;
    return out;
}

/// The days on which results came about (7.8.2.1 i).
std::string testDays(const std::vector<json::Value>& tests) {
    std::string first, last;
    for (const json::Value& test : tests) {
        const std::string day = toText(dayOf(textOf(member(test, "entered_by"), "at")));
        if (first.empty() || day < first) first = day;
        last = std::max(last, day);
    }
    if (first.empty()) return "/";
    return first == last ? first : first + "至" + last;
}

Pairs headFields(const json::Value& sample, bool drug, const std::vector<json::Value>& tests) {
    const std::string noun = drug ? "检品" : "样品";
    return {{noun + "编号", textOf(sample, "number")},
            {noun + "名称", textOf(sample, "product_name")},
            {"批号", textOf(sample, "batch_no")},
            {drug ? "规格" : "型号规格", textOf(sample, "specification")},
            {drug ? "批准文号" : "注册证号/备案号", orSlash(textOf(sample, "approval_no"))},
            {"标示生产单位", textOf(sample, "maker")},
            {"被抽样/供样单位", textOf(sample, "client")},
            {"检验目的", businessKind(textOf(sample, "business_kind"), drug)},
            {"抽样凭证号", orSlash(textOf(sample, "voucher_no"))},
            {noun + "数量", textOf(sample, "quantity") + textOf(sample, "quantity_unit")},
            {noun + "状态", sealState(textOf(sample, "seal_state"))},
            {"生产日期", orSlash(textOf(sample, "produced_on"))},
            {"有效期至", orSlash(textOf(sample, "expires_on"))},
            {"抽样日期", textOf(sample, "sampled_on")},
            {"收检日期", toText(dayOf(textOf(sample, "received_at")))},
            {"检验日期", testDays(tests)},
            {"检验项目", "共" + std::to_string(tests.size()) + "项，见检验结果"},
            {"检验依据", textOf(sample, "edition")}};
}

/// The value as it was compared with the limit: where the standard has it rounded first (修约值比较法), the rounded
/// value is the one reported. A unit follows figures only.
std::string printedResult(const json::Value& test) {
    const std::string& value = textOf(test, "compared");
    const std::string& unit = textOf(test, "unit");
    const bool figure = !value.empty() && value.back() >= '0' && value.back() <= '9';
    if (unit.empty() || !figure) return value;
    return value + (unit == "%" ? "" : " ") + unit;
}

bool conforms(const json::Value& object) {
    return textOf(object, "verdict") == "conforms";
}

std::vector<reports::CertificateLine> lines(const std::vector<json::Value>& tests) {
    std::vector<reports::CertificateLine> out;
    out.reserve(tests.size());
    for (const json::Value& test : tests) {
        const bool good = conforms(test);
        out.push_back({textOf(test, "heading"), textOf(test, "item"), textOf(test, "requirement"), printedResult(test),
                       good ? "符合规定" : "不符合规定", good});
    }
    return out;
}

std::string conclusion(const json::Value& content, bool drug) {
    const std::string& edition = textOf(member(content, "sample"), "edition");
    const bool good = conforms(content);
    const std::string verdict = good ? "符合" : "不符合";
    std::string out = drug ? "本品按" + edition + "检验，结果" + verdict + "规定。"
                           : "本批样品按" + edition + "检验，所检项目" + verdict + "标准规定。";
    if (good) return out;
    std::vector<std::string> failing;
    for (const json::Value& test : member(content, "tests").items()) {
        if (!conforms(test)) failing.push_back(textOf(test, "item"));
    }
    return out + "不符合规定项目：" + join(failing) + "。";
}

/// The names of all who took the step, and the day on which the last of them did.
std::string hands(const std::vector<json::Value>& tests, std::string_view step) {
    std::vector<std::string> names;
    std::string last;
    for (const json::Value& test : tests) {
        const json::Value& hand = member(test, step);
        const std::string& name = textOf(hand, "name");
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        last = std::max(last, textOf(hand, "at"));
    }
    return names.empty() ? "/" : join(names) + " " + toText(dayOf(last));
}

std::vector<std::string> notes(bool demonstration) {
    std::vector<std::string> out{"本报告仅对来样负责。", "未经本机构书面批准，不得部分复制本报告。",
                                 "本报告经电子签名签发，扫描二维码或在核验网页上传本文件可核验其真伪与有效状态。"};
    if (demonstration) out.emplace_back("本报告由测试证书签名，仅供示例，不具有法律效力。");
    return out;
}

}  // namespace

const json::Value& member(const json::Value& object, std::string_view name) {
    const json::Value* found = object.find(name);
    if (found == nullptr) throw std::runtime_error("frozen certificate lacks " + std::string(name));
    return *found;
}

const std::string& textOf(const json::Value& object, std::string_view name) {
    return member(object, name).text();
}

std::int64_t revisionOf(const json::Value& frozen) {
    const json::Value* found = frozen.find("revision");
    return found == nullptr ? 1 : std::stoll(found->text());
}

std::string issuedOn(const json::Value& frozen) {
    return toText(dayOf(textOf(member(member(frozen, "content"), "signatory"), "at")));
}

reports::CertificateData toPrint(const json::Value& frozen) {
    const json::Value& content = member(frozen, "content");
    const json::Value& laboratory = member(content, "laboratory");
    const json::Value& sample = member(content, "sample");
    const json::Value& signatory = member(content, "signatory");
    const std::vector<json::Value>& tests = member(content, "tests").items();
    const bool drug = textOf(sample, "kind") == "drug";

    reports::CertificateData out;
    out.number = textOf(frozen, "number");
    out.title = "检验报告书";
    out.laboratory = textOf(laboratory, "name");
    out.laboratoryEnglish = textOf(laboratory, "name_en");
    out.address = textOf(laboratory, "address");
    out.accreditation = textOf(laboratory, "accreditation");
    out.fields = headFields(sample, drug, tests);
    out.lines = lines(tests);
    out.conclusion = conclusion(content, drug);
    out.issueDate = issuedOn(frozen);
    out.signatures = {{"检验人", hands(tests, "analyst")},
                      {"校核人", hands(tests, "checker")},
                      {"授权签字人", textOf(signatory, "name") + " " + out.issueDate}};
    out.notes = notes(!textOf(laboratory, "watermark").empty());
    out.verificationUrl = qrText(frozen);
    out.sealText = textOf(laboratory, "seal_text");
    out.watermark = textOf(laboratory, "watermark");
    out.resultsXml = resultsXml(frozen);
    return out;
}

}  // namespace touchstone::certificates
