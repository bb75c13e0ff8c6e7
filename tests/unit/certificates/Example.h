#pragma once
#include <string>
#include <vector>

#include "server/certificates/Frozen.h"

/// An invented certificate: no laboratory, product or person of this name exists.
namespace touchstone::certificates::example {

// 2026-11-21 17:00 UTC is the 22nd in the laboratory.
inline const Instant kLateEvening = instantFromSql("2026-11-21 17:00:00.000000");

inline FrozenTest testOf(const std::string& item, const std::string& compared, const std::string& unit,
                         const std::string& verdict) {
    FrozenTest out{};
    out.seq = 1;
    out.heading = "检查";
    out.item = item;
    out.unit = unit;
    out.requirement = "不得过0.3%";
    out.edition = "中国药典2025年版二部";
    out.limitKind = "range";
    out.comparison = "rounded";
    out.rounding = "GB/T 8170-2008 to 1 decimals";
    out.value = "94.96";
    out.compared = compared;
    out.verdict = verdict;
    out.version = 1;
    out.source = "manual";
    out.method = "M";
    out.methodVersion = "1";
    out.enteredBy = {"zhang", "张三", kLateEvening};
    out.analyst = FrozenHand{"zhang", "张三", kLateEvening};
    out.checker = FrozenHand{"li", "李四", kLateEvening};
    return out;
}

inline FrozenContent drug(std::vector<FrozenTest> tests) {
    FrozenContent out;
    out.laboratory = {"LAB", "检验院", "Institute", "一号路", "专用章", "测试"};
    out.sample.number = "JP1";
    out.sample.product = "P";
    out.sample.productName = "甲&乙<片>";
    out.sample.kind = "drug";
    out.sample.edition = "中国药典2025年版二部";
    out.sample.businessKind = "retest";
    out.sample.sealState = "intact";
    out.sample.receivedAt = kLateEvening;
    out.tests = std::move(tests);
    out.signatoryLogin = "wang";
    out.signatoryName = "王五";
    out.releasedAt = kLateEvening;
    return out;
}

inline std::string frozen(const FrozenContent& content) {
    return frozenJson({"BG2026000001", "https://x/verify/t", 7, "release", "完成", {}, {"drug", 1, std::string(64, '0')}}, content.json());
}

}  // namespace touchstone::certificates::example
