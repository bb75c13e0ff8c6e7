// Holds no tests: the data that the others draw.
#include "tests/unit/reports/SampleData.h"

#include <map>

namespace touchstone::reports::sample {
namespace {

using Record = Data::Record;
using List = Data::List;

Data hand(const char* name, const char* day) {
    return Record{{"names", List{name}}, {"last_day", day}};
}

Record sampleRecord() {
    return {{"number", "Y2026-000123"},
            {"product_name", "示例片（示例数据）"},
            {"kind", "drug"},
            {"edition", "《示例药典》2025年版二部（示例数据，正文系虚构，仅用于演示版面与换行）"},
            {"specification", "0.25 g"},
            {"batch_no", "SL260101"},
            {"maker", "示例制药有限公司"},
            {"approval_no", "国药准字H00000000"},
            {"client", "示例大药房"},
            {"business_kind", "supervision"},
            {"voucher_no", "CY2026001"},
            {"sampled_on", "2026-01-03"},
            {"seal_state", "intact"},
            {"quantity", "10"},
            {"quantity_unit", "盒"},
            {"produced_on", "2026-01-01"},
            {"expires_on", "2028-12-31"}};
}

List drugTests() {
    return {
        test("性状", "性状", "本品应为白色或类白色片", "白色片"),
        test("鉴别", "（1）化学反应", "应显正反应", "显正反应"),
        test("鉴别", "（2）高效液相色谱",
             "在含量测定项下记录的色谱图中，供试品溶液主峰的保留时间应与对照品溶液主峰的保留时间一致", "一致"),
        test("检查", "有关物质",
             "杂质Ⅰ峰面积不得大于对照溶液主峰面积的 0.5 倍（0.5%），各杂质峰面积的和不得大于对照溶液主峰面积（1.0%）",
             "杂质Ⅰ 0.2%；总杂质 0.4%"),
        test("检查", "溶出度", "限度为标示量的 80%，应符合规定", "92%、95%、91%、94%、96%、93%"),
        test("检查", "水分", "不得过 5.0%", "5.6%", "fails"),
        test("检查", "微生物限度", "需氧菌总数不得过 10³ cfu/g", "＜10 cfu/g"),
        test("含量测定", "示例素（C₁₆H₁₉N₃O₅S）", "应为标示量的 95.0%～105.0%", "99.2%"),
    };
}

Data whole(Record sampleOf, List tests, const std::string& verdict, List failing) {
    const std::string count = std::to_string(tests.size());
    return Record{
        {"number", "SL-Y-2026-000123"},
        {"verification_url", "https://lims.example.org/verify/3f9c2a7be1d04c55aa10fe"},
        {"laboratory", Record{{"name", "示例药品检验研究院"},
                              {"name_en", "Sample Institute for Drug Control (demonstration data)"},
                              {"address", "示例市示例区示例路 1 号"},
                              {"marks", List{Record{{"body", "CMA"}, {"number", "000000000000"}},
                                             Record{{"body", "CNAS"}, {"number", "L00000"}}}},
                              {"seal_text", "示例药品检验研究院检验专用章"},
                              {"watermark", "测试"}}},
        {"sample", std::move(sampleOf)},
        {"tests", std::move(tests)},
        {"verdict", verdict},
        {"signatory", Record{{"name", "签字人丙"}}},
        {"derived", Record{{"qr_text", "https://lims.example.org/verify/3f9c2a7be1d04c55aa10fe"},
                           {"received_on", "2026-01-05"},
                           {"issued_on", "2026-01-14"},
                           {"test_days", Record{{"first", "2026-01-06"}, {"last", "2026-01-12"}}},
                           {"test_count", count},
                           {"failing", std::move(failing)},
                           {"analysts", hand("检验员甲", "2026-01-12")},
                           {"checkers", hand("校核员乙", "2026-01-13")},
                           {"outside_scope", List{}}}}};
}

}  // namespace

Data test(const std::string& heading, const std::string& item, const std::string& requirement,
          const std::string& result, const std::string& verdict) {
    return Record{{"heading", heading},
                  {"item", item},
                  {"requirement", requirement},
                  {"verdict", verdict},
                  {"unit", ""},
                  {"method", Record{{"code", "M"}, {"version", "1"}, {"title", "高效液相色谱法"}}},
                  {"derived", Record{{"result", result}, {"in_scope", "true"}}}};
}

void set(Data& data, const std::string& record, const std::string& name, Data value) {
    Data changed = *data.find(record);
    changed.set(name, std::move(value));
    data.set(record, std::move(changed));
}

Data withTests(std::size_t count) {
    Data out = certificate();
    List tests = *out.find("tests")->list();
    tests.resize(count);
    out.set("tests", std::move(tests));
    return out;
}

Data certificate(std::size_t moreTests) {
    List tests = drugTests();
    for (std::size_t i = 0; i < moreTests; ++i)
        tests.push_back(test("扩展检查", "示例项目 " + std::to_string(i + 1),
                             "不得过 " + std::to_string(i % 9 + 1) + ".0 mg/kg", "未检出（检出限 0.01 mg/kg）"));
    return whole(sampleRecord(), std::move(tests), "fails", {"水分"});
}

Data device() {
    Data out = whole(sampleRecord(),
                     {test("性能", "细菌过滤效率", "应不小于95%", "99.1%"),
                      test("性能", "合成血液穿透", "2 mL合成血液以16.0 kPa压力喷向口罩外侧面后，内侧面不应出现渗透", "无渗透"),
                      test("性能", "压力差", "应不大于49 Pa", "31 Pa"), test("结构", "口罩带断裂强力", "应不小于10 N", "14 N"),
                      test("化学", "环氧乙烷残留量", "应不超过10 μg/g", "未检出")},
                     "conforms", {});
    Data changed = *out.find("sample");
    changed.set("kind", "device");
    changed.set("product_name", "医用外科口罩（示例数据）");
    changed.set("edition", "YY 0469-2023《医用外科口罩》");
    changed.set("specification", "平面型 17.5 cm×9.5 cm");
    changed.set("approval_no", "示械注准20260000000");
    out.set("sample", std::move(changed));
    return out;
}

Data cosmetic() {
    Data out = whole(sampleRecord(),
                     {test("有害物质", "铅", "不得过10 mg/kg", "0.3 mg/kg"), test("有害物质", "砷", "不得过2 mg/kg", "0.1 mg/kg"),
                      test("有害物质", "汞", "不得过1 mg/kg", "1.6 mg/kg", "fails"),
                      test("微生物", "菌落总数", "不得过1000 CFU/g", "＜10 CFU/g"), test("微生物", "铜绿假单胞菌", "不得检出", "未检出")},
                     "fails", {"汞"});
    Data changed = *out.find("sample");
    changed.set("kind", "cosmetic");
    changed.set("product_name", "保湿霜（示例数据）");
    changed.set("edition", "《化妆品安全技术规范》（2015年版）");
    changed.set("specification", "50 g");
    out.set("sample", std::move(changed));
    return out;
}

Data importDrug() {
    Data out = certificate();
    Data changed = *out.find("sample");
    changed.set("business_kind", "import");
    changed.set("import", Record{{"country", "示例国"}, {"port", "示例口岸"}, {"contract_no", "HT-2026-01"}, {"notice_no", "TZ2026001"}});
    out.set("sample", std::move(changed));
    return out;
}

Data amended() {
    Data out = certificate();
    out.set("revision", "2");
    out.set("replaces",
            Record{{"number", "SL-Y-2026-000101"},
                   {"issued_on", "2026-01-10"},
                   {"reason", "批号抄录有误，客户来函更正"},
                   {"changes", List{Record{{"what", "batch_no"}, {"item", ""},
                                           {"derived", Record{{"old", "SL260110"}, {"new", "SL260101"}}}},
                                    Record{{"what", "verdict"}, {"item", "水分"},
                                           {"derived", Record{{"old", "verdict:conforms"}, {"new", "verdict:fails"}}}}}}});
    return out;
}

Data retest() {
    Data out = amended();
    Data changed = *out.find("sample");
    changed.set("business_kind", "retest");
    changed.set("retest", Record{{"laboratory", "示例市药品检验检测中心"}, {"number", "BG2026000017"}, {"issued_on", "2025-12-20"},
                                 {"applicant", "示例药业有限公司"}, {"asked_on", "2025-12-24"}, {"items", List{"溶出度", "含量测定"}}});
    out.set("sample", std::move(changed));
    return out;
}

/// All of it in English, as a certificate in English has it.
Data english() {
    Data out = whole(sampleRecord(), {test("Description", "Description", "White or almost white tablets", "White tablets"),
                                      test("Identification", "(1) Chemical reaction", "A positive reaction", "Positive"),
                                      test("Identification", "(2) HPLC",
                                           "The retention time of the principal peak of the test solution corresponds to that of the "
                                           "reference solution in the assay", "Corresponds"),
                                      test("Tests", "Related substances", "Impurity I not more than 0.5%, sum of impurities not more than 1.0%",
                                           "Impurity I 0.2%; sum 0.4%"),
                                      test("Tests", "Dissolution", "Not less than 80% of the labelled amount", "92%, 95%, 91%, 94%, 96%, 93%"),
                                      test("Tests", "Water", "Not more than 5.0%", "5.6%", "fails"),
                                      test("Assay", "Exampline (C₁₆H₁₉N₃O₅S)", "95.0% to 105.0% of the labelled amount", "99.2%")},
                     "fails", {"Water"});
    Data sample = *out.find("sample");
    const std::pair<const char*, const char*> texts[] = {{"product_name", "Exampline Tablets (demonstration data)"},
                                                         {"edition", "Example Pharmacopoeia, 2025 edition, volume II"},
                                                         {"maker", "Example Pharmaceutical Co., Ltd."},
                                                         {"approval_no", "H00000000"},
                                                         {"client", "Example Trading Co., Ltd."},
                                                         {"quantity_unit", "boxes"},
                                                         {"business_kind", "import"}};
    for (const auto& [name, text] : texts) sample.set(name, text);
    sample.set("import", Record{{"country", "Exampleland"}, {"port", "Example Port"}, {"contract_no", "HT-2026-01"}, {"notice_no", "TZ2026001"}});
    out.set("sample", std::move(sample));
    Data laboratory = *out.find("laboratory");
    laboratory.set("address", "1 Example Road, Example City");
    laboratory.set("watermark", "TEST");
    out.set("laboratory", std::move(laboratory));
    Data derived = *out.find("derived");
    derived.set("analysts", hand("Analyst A", "2026-01-12"));
    derived.set("checkers", hand("Checker B", "2026-01-13"));
    out.set("derived", std::move(derived));
    out.set("signatory", Record{{"name", "Signatory C"}});
    return out;
}

Data labels(std::size_t count) {
    List all;
    for (std::size_t i = 0; i < count; ++i)
        all.emplace_back(Record{{"number", "Y2026-" + std::to_string(100'000 + i)},
                                {"product_name", "示例片（示例数据）"},
                                {"batch_no", "批号 SL260101"},
                                {"specification", "很长的一行" + std::string(200, 'x')}});
    return Record{{"labels", std::move(all)}};
}

Data worksheet() {
    const auto observation = [](const char* name, const char* value, const char* unit, const char* at) {
        return Record{{"name", name}, {"value", value}, {"unit", unit}, {"at", at}, {"source", "HPLC-1"}};
    };
    const auto testOf = [&](const char* number, const char* product, const char* result, const char* verdict) {
        return Record{{"sample", number},
                      {"product_name", product},
                      {"batch_no", "SL260101"},
                      {"item", "含量测定"},
                      {"requirement", "应为标示量的 95.0%～105.0%"},
                      {"formula", "含量 = 供试品峰面积 ÷ 对照品峰面积 × 对照品浓度 × 稀释倍数 ÷ 标示量 × 100%"},
                      {"observations", List{observation("供试品峰面积 1", "1523.6", "mAU·s", "2026-01-06 09:12"),
                                            observation("供试品峰面积 2", "1519.8", "mAU·s", "2026-01-06 09:31"),
                                            observation("称样量", "0.2513", "g", "2026-01-06 08:40")}},
                      {"result", result},
                      {"verdict", verdict}};
    };
    return Record{
        {"laboratory", Record{{"name", "示例药品检验研究院"}, {"watermark", "测试"}}},
        {"worksheet", Record{{"number", "WS2026-000045"},
                             {"opened_on", "2026-01-06"},
                             {"method", Record{{"code", "SOP-HPLC-012"}, {"version", "3"}, {"title", "高效液相色谱法测定含量"}}},
                             {"edition", "《示例药典》2025年版二部"},
                             {"temperature", "23.1 ℃"},
                             {"humidity", "45%"},
                             {"place", "液相色谱室 302"}}},
        {"instruments", List{Record{{"code", "HPLC-1"}, {"name", "高效液相色谱仪"}, {"calibrated_until", "2026-12-31"}},
                             Record{{"code", "BAL-2"}, {"name", "电子天平"}, {"calibrated_until", "2026-08-31"}}}},
        {"reagents", List{Record{{"name", "示例素对照品"}, {"lot", "100001-202501"}, {"content", "99.8%"}, {"expires_on", "2027-06-30"}}}},
        {"controls", List{Record{{"name", "质控样 QC-1"}, {"value", "99.6%"}, {"limits", "98.0%～102.0%"}, {"verdict", "conforms"}}}},
        {"tests", List{testOf("Y2026-000123", "示例片（示例数据）", "99.2%", "conforms"),
                       testOf("Y2026-000124", "示例胶囊（示例数据）", "94.1%", "fails")}},
        {"analyst", Record{{"name", "检验员甲"}, {"at", "2026-01-06 16:20"}}},
        {"checker", Record{{"name", "校核员乙"}, {"at", "2026-01-07 10:02"}}}};
}

Data dataFor(const std::string& layoutName) {
    if (layoutName == "device") return device();
    if (layoutName == "cosmetic") return cosmetic();
    if (layoutName == "import-drug") return importDrug();
    if (layoutName == "label") return labels(25);
    if (layoutName == "record-sheet") return worksheet();
    if (layoutName == "retest") return retest();
    if (layoutName == "english") return english();
    return certificate();
}

const Layout& layout(const std::string& name) {
    static std::map<std::string, Layout> all;
    const auto found = all.find(name);
    if (found != all.end()) return found->second;
    return all.emplace(name, Layout::load(TOUCHSTONE_SOURCE "/templates/layouts/" + name + ".xml")).first->second;
}

}  // namespace touchstone::reports::sample
