#include "server/regulators/Subscription.h"

#include <array>
#include <charconv>
#include <stdexcept>

#include "server/core/Bytes.h"
#include "server/core/Json.h"

namespace touchstone::regulators {
namespace {

constexpr std::size_t kTokenBytes = 16;

using Term = std::pair<std::string_view, std::optional<std::string> PortalSearch::*>;
constexpr std::array<Term, 8> kTexts{{{"q", &PortalSearch::q},
                                      {"product", &PortalSearch::product},
                                      {"maker", &PortalSearch::maker},
                                      {"batch_no", &PortalSearch::batchNo},
                                      {"region", &PortalSearch::region},
                                      {"verdict", &PortalSearch::verdict},
                                      {"status", &PortalSearch::status},
                                      {"business_kind", &PortalSearch::businessKind}}};
using Day = std::pair<std::string_view, std::optional<Date> PortalSearch::*>;
constexpr std::array<Day, 2> kDays{{{"from", &PortalSearch::from}, {"to", &PortalSearch::to}}};

char letter(LinkAct act) {
    return act == LinkAct::confirm ? 'c' : 'e';
}

}  // namespace

std::string filterJson(const PortalSearch& search) {
    json::Writer out;
    out.beginObject();
    for (const auto& [name, term] : kTexts) {
        if (search.*term) out.field(name, *(search.*term));
    }
    for (const auto& [name, day] : kDays) {
        if (search.*day) out.field(name, toText(*(search.*day)));
    }
    return out.endObject().take();
}

PortalSearch filterOf(std::string_view text) {
    const json::Value stored = json::parse(text);
    PortalSearch out;
    for (const auto& [name, term] : kTexts) {
        if (const json::Value* value = stored.find(name)) out.*term = value->text();
    }
    for (const auto& [name, day] : kDays) {
        const json::Value* value = stored.find(name);
        if (value == nullptr) continue;
        out.*day = parseDate(value->text());
        if (!(out.*day)) throw std::out_of_range("not a day: " + value->text());
    }
    return out;
}

std::optional<Links::Named> Links::named(std::string_view link) {
    const std::size_t dash = link.find('-');
    if (dash == std::string_view::npos || dash < 2) return std::nullopt;
    Named out{};
    if (link.front() == letter(LinkAct::confirm)) {
        out.act = LinkAct::confirm;
    } else if (link.front() == letter(LinkAct::end)) {
        out.act = LinkAct::end;
    } else {
        return std::nullopt;
    }
    const auto read = std::from_chars(link.data() + 1, link.data() + dash, out.subscription);
    if (read.ec != std::errc() || read.ptr != link.data() + dash) return std::nullopt;
    return out;
}

std::string Links::link(LinkAct act, std::int64_t subscription, std::string_view salt) const {
    const std::string head = letter(act) + std::to_string(subscription) + "-";
    const std::string mac = asString(hmacSha256(key_, head + std::string(salt)));
    return head + toBase64Url(std::string_view(mac).substr(0, kTokenBytes));
}

bool Links::isOf(std::string_view given, const Subscription& subscription) const {
    const std::optional<Named> said = named(given);
    return said && said->subscription == subscription.id &&
           equalSecret(given, link(said->act, subscription.id, subscription.salt));
}

}  // namespace touchstone::regulators
