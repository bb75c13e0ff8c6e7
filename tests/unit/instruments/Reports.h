#pragma once
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "instruments/formats/Formats.h"

namespace touchstone::instruments::test {

/// What a file says, with its series.
struct Report {
    Reading reading;
    std::vector<Series> series;

    [[nodiscard]] std::string refused() const { return reading.refused ? reading.refused->code : ""; }
    [[nodiscard]] std::vector<std::string> warnings() const {
        std::vector<std::string> codes;
        for (const Finding& finding : reading.warnings) codes.push_back(finding.code);
        return codes;
    }
    /// The observation of that code; fails the test without one.
    [[nodiscard]] const Observation& at(const std::string& code) const {
        const auto found = std::ranges::find(reading.observations, code, &Observation::code);
        BOOST_REQUIRE_MESSAGE(found != reading.observations.end(), "no observation " << code);
        return *found;
    }
    [[nodiscard]] bool has(const std::string& code) const {
        return std::ranges::find(reading.observations, code, &Observation::code) != reading.observations.end();
    }
};

/// By its bytes, as a file that an instrument dropped.
inline Report report(const std::string& bytes, const std::string& format = "") {
    Report report;
    report.reading = read(format, bytes, {}, [&](Series&& series) { report.series.push_back(std::move(series)); });
    return report;
}

inline std::string utf16(const std::string& ascii, bool bigEndian = false) {
    std::string out = bigEndian ? "\xFE\xFF" : "\xFF\xFE";
    for (const char c : ascii) {
        if (bigEndian) out += '\0';
        out += c;
        if (!bigEndian) out += '\0';
    }
    return out;
}

inline std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, "there is no " << what);
    return text.replace(at, what.size(), with);
}

inline void expectSane(const std::string& format, const std::string& bytes) {
    const Report read = report(bytes, format);
    const auto inside = [&](Span span) {
        return span.offset <= bytes.size() && span.length <= bytes.size() - span.offset;
    };
    for (const Observation& o : read.reading.observations) BOOST_REQUIRE(inside(o.span));
    for (const Finding& w : read.reading.warnings) BOOST_REQUIRE(inside(w.span));
    if (read.reading.refused) BOOST_REQUIRE(inside(read.reading.refused->span) && read.reading.observations.empty());
    for (const Series& s : read.series) {
        BOOST_REQUIRE(inside(s.span) && s.x.size() == s.y.size());
        BOOST_REQUIRE(s.y.size() <= bytes.size());
    }
}

/// Every truncation, and bytes changed at random but always the same: reading never throws, spans stay inside, and
/// there are never more points than bytes.
inline void expectSaneWhenDamaged(const std::string& format, const std::string& bytes) {
    for (std::size_t size = 0; size < bytes.size(); ++size) expectSane(format, bytes.substr(0, size));
    std::mt19937 random(20261122);
    for (int round = 0; round < 1500; ++round) {
        std::string changed = bytes;
        for (auto changes = 1 + random() % 5; changes > 0; --changes) {
            changed[random() % changed.size()] = static_cast<char>(random() % 3 == 0 ? random() : '0' + random() % 10);
        }
        expectSane(format, changed);
    }
}

}  // namespace touchstone::instruments::test
