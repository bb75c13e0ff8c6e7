#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/catalogue/Limit.h"
#include "server/core/Calendar.h"
#include "server/core/Clock.h"
#include "server/core/Id.h"

namespace touchstone::catalogue {

using EditionId = Id<struct EditionTag>;

struct Edition {
    EditionId id;
    std::string edition;         ///< as cited: YY 0469-2011
    Date from;
    std::optional<Date> to;      ///< last day in force
    bool verified = false;       ///< whether somebody compared it with the official text
    std::string source;

    [[nodiscard]] bool inForceOn(Date day) const { return from <= day && (!to || day <= *to); }
};

struct Product {
    ProductId id;
    std::string code;
    std::string name;
    std::string kind;                ///< drug, device, cosmetic
    std::string standard;            ///< code of the standard that it is tested by
    std::vector<Edition> editions;   ///< of that standard, oldest first
    std::string nameEnglish = {};    ///< empty: nobody said it

    /// The edition of that name, or nothing.
    [[nodiscard]] const Edition* edition(const std::string& name) const;
    /// The newest of the editions in force on a day, or nothing.
    [[nodiscard]] const Edition* editionInForce(Date day) const;
};

/// One line of an edition for a product.
struct TestItem {
    TestItemId id;
    EditionId edition;
    ProductId product;
    std::string editionName;
    std::int64_t seq = 0;
    std::string heading;
    std::string name;
    std::int64_t analyteId = 0;
    std::string analyte;             ///< its code
    std::string method;              ///< code and version
    std::string unit;
    Limit limit;
    bool verified = false;
    std::string source;
};

/// What a sample is tested by: a product under an edition of its standard.
struct Basis {
    ProductId product;
    EditionId edition;
    friend auto operator<=>(const Basis&, const Basis&) = default;
};

struct DeadlineRule {
    std::string businessKind;        ///< or "risk_report": from the issue of a failing certificate to the word to a regulator
    std::string productKind;
    int days = 0;
    DayCount counting = DayCount::WorkingDays;
    std::string source = {};
};

}  // namespace touchstone::catalogue
