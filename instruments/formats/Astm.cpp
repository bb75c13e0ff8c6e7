#include "instruments/formats/Astm.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <map>
#include <optional>
#include <variant>

#include "instruments/formats/AstmRecords.h"
#include "instruments/formats/Fields.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

class Reader {
public:
    Reader(const Text& text, const Mapping& mapping, Reading& reading)
        : text_(text), mapping_(mapping), reading_(reading), remarks_(text, reading) {}

    void read() {
        for (const std::string_view line : lines(text_.utf8())) {
            record(line);
            if (reading_.refused) return;
        }
        endOrder();
        if (!header_) remarks_.refuse("not_astm", "there is no H record");
        if (header_ && !ended_) remarks_.warn("no_terminator", "the last record is not L");
        if (header_ && !asks_ && reading_.observations.empty()) remarks_.warn("no_results", "there is no R record");
    }

private:
    struct Result {
        std::size_t index;  // in reading_.observations
        std::string test;   // all of R.3
    };

    void record(std::string_view line) {
        const char type = static_cast<char>(std::toupper(static_cast<unsigned char>(line[0])));
        if (!header_ && type != 'H') return remarks_.refuse("not_astm", "the first record is not H", line);
        const bool isType = type >= 'A' && type <= 'Z' && (line.size() == 1 || line[1] == delimiters_.field);
        if (type != 'H' && !isType) {
            return remarks_.refuse("not_astm",
                                   "a record does not begin with the letter of its type and the field delimiter", line);
        }
        if (ended_ && type != 'H') return remarks_.warn("record_order", "a record follows L", line);
        switch (type) {
            case 'H':
                return headerRecord(line);
            case 'P':
                return patientRecord(line);
            case 'O':
                return orderRecord(line);
            case 'R':
                return resultRecord(line);
            case 'L':
                endOrder();
                ended_ = true;
                return;
            case 'Q':
                asks_ = true;
                return;
            case 'C':
            case 'M':
            case 'S':
                return;
            default:
                return remarks_.warn("unknown_record", "a record of no known type", line);
        }
    }

    void headerRecord(std::string_view line) {
        endOrder();
        const auto said = astmDelimiters(line);
        if (!said) return remarks_.refuse("not_astm", "the H record does not say its delimiters", line);
        if (said->doubtful) {
            remarks_.warn("bad_delimiters", "the H record's delimiters are not four; the usual ones are taken", line);
        }
        delimiters_ = said->delimiters;
        const auto fields = split(line, delimiters_.field);
        if (reading_.controlId.empty()) reading_.controlId = plain(part(fields, 3));
        sender_ = plain(component(part(fields, 5), 1));
        if (reading_.sender.empty()) reading_.sender = sender_;
        qualityRun_ = part(fields, 12) == "Q";
        header_ = true;
        ended_ = false;
        patient_.clear();
    }

    void patientRecord(std::string_view line) {
        endOrder();
        patient_ = split(line, delimiters_.field);
    }

    void orderRecord(std::string_view line) {
        endOrder();
        if (patient_.empty()) remarks_.warn("record_order", "an O record without a P record", line);
        order_ = split(line, delimiters_.field);
    }

    void resultRecord(std::string_view line) {
        if (order_.empty() && !mapping_.fields.contains("specimen")) {
            return remarks_.refuse(
                "record_order", "an R record without an O record, and no mapping says where its specimen stands", line);
        }
        const auto fields = split(line, delimiters_.field);
        Observation o;
        o.span = text_.wire(line);
        o.undecodable = text_.bad(o.span);
        setSpecimen(o, fields);
        o.code = mapped("code", fields).value_or(defaultCode(part(fields, 3)));
        o.name = plain(component(part(fields, 3), 2));
        if (o.name == o.code) o.name.clear();
        setValue(o, mapped("value", fields).value_or(firstFilled(part(fields, 4))), mapping_.decimal);
        o.unit = plain(part(fields, 5));
        o.flags = plain(part(fields, 7));
        o.status = plain(part(fields, 9));
        o.operatorName = firstFilled(part(fields, 11));
        o.observedAt = observedAt(fields, line);
        o.instrument = plain(component(part(fields, 14), 1));
        if (o.instrument.empty()) o.instrument = sender_;
        const bool control = qualityRun_ || part(order_, 12) == "Q";
        o.kind = control ? ObservationKind::Control : ObservationKind::Sample;
        results_.push_back({reading_.observations.size(), plain(part(fields, 3))});
        reading_.observations.push_back(std::move(o));
    }

    void setSpecimen(Observation& o, const std::vector<std::string_view>& fields) const {
        const std::string_view own = part(order_, 3), given = part(order_, 4);
        const bool ownFirst = filled(component(own, 1)) || (filled(own) && !filled(given));
        const std::string_view id = ownFirst ? own : given;
        o.specimen = mapped("specimen", fields).value_or(firstFilled(id));
        bool taken = false;
        for (const std::string_view c : split(first(id), delimiters_.component)) {
            const std::string text = plain(c);
            if (text.empty()) continue;
            if (!taken && text == o.specimen) {
                taken = true;
                continue;
            }
            o.position += (o.position.empty() ? "" : "^") + text;
        }
    }

    std::string observedAt(const std::vector<std::string_view>& fields, std::string_view line) {
        const std::string_view sent = part(fields, 13).empty() ? part(fields, 12) : part(fields, 13);
        std::string time = readTime(component(sent, 1));
        if (time.empty() && filled(sent))
            remarks_.warn("time_unread", "a time could not be read", line, std::string(sent));
        return time;
    }

    /// Two results of one order must not look like one: where the short code says too little, all of R.3 is the code.
    void endOrder() {
        if (!mapping_.fields.contains("code")) {
            std::map<std::string, std::map<std::string, int>> tests;
            for (const Result& r : results_) ++tests[reading_.observations[r.index].code][r.test];
            for (const Result& r : results_) {
                std::string& code = reading_.observations[r.index].code;
                const auto found = tests.find(code);
                if (found != tests.end() && found->second.size() > 1) code = stripped(r.test);
            }
        }
        results_.clear();
        order_.clear();
    }

    [[nodiscard]] std::string stripped(std::string_view text) const {
        const std::size_t begin = text.find_first_not_of(delimiters_.component);
        if (begin == std::string_view::npos) return {};
        return std::string(text.substr(begin, text.find_last_not_of(delimiters_.component) - begin + 1));
    }

    [[nodiscard]] std::string defaultCode(std::string_view test) const {
        const auto parts = split(first(test), delimiters_.component);
        for (std::size_t n = 4; n <= parts.size(); ++n) {
            if (filled(parts[n - 1])) return plain(parts[n - 1]);
        }
        return firstFilled(test);
    }

    /// "R.3.2 R.3.7": what the mapping says, of this result, its order and its patient; nothing where it says nothing.
    [[nodiscard]] std::optional<std::string> mapped(const char* key,
                                                    const std::vector<std::string_view>& result) const {
        const auto found = mapping_.fields.find(key);
        if (found == mapping_.fields.end()) return std::nullopt;
        std::string joined;
        for (const std::string_view place : split(found->second, ' ')) {
            const auto steps = split(place, '.');
            const std::string_view record = part(steps, 1);
            const auto& fields = record == "O" ? order_ : record == "P" ? patient_ : result;
            std::string_view field = part(fields, number(part(steps, 2)));
            if (steps.size() > 2) field = component(field, number(steps[2]));
            const std::string text = plain(field);
            if (!text.empty()) joined += (joined.empty() ? "" : "^") + text;
        }
        return joined;
    }

    static std::size_t number(std::string_view digits) {
        std::size_t n = 0;
        for (const char c : digits) n = n * 10 + static_cast<std::size_t>(c - '0') % 10;
        return n;
    }

    [[nodiscard]] std::string_view first(std::string_view field) const { return part(field, delimiters_.repeat, 1); }
    [[nodiscard]] std::string_view component(std::string_view field, std::size_t n) const {
        return part(first(field), delimiters_.component, n);
    }
    [[nodiscard]] bool filled(std::string_view field) const {
        const std::array<char, 3> empty{' ', delimiters_.component, delimiters_.repeat};
        return field.find_first_not_of(std::string_view(empty.data(), empty.size())) != std::string_view::npos;
    }
    [[nodiscard]] std::string firstFilled(std::string_view field) const {
        for (const std::string_view c : split(first(field), delimiters_.component)) {
            if (!trimmed(c).empty()) return plain(c);
        }
        return {};
    }

    [[nodiscard]] std::string plain(std::string_view field) const { return astmPlain(field, delimiters_); }

    const Text& text_;
    const Mapping& mapping_;
    Reading& reading_;
    Remarks remarks_;
    AstmDelimiters delimiters_;
    bool header_ = false;
    bool ended_ = false;
    bool qualityRun_ = false;
    bool asks_ = false;
    std::string sender_;
    std::vector<std::string_view> patient_, order_;
    std::vector<Result> results_;
};

}  // namespace

Reading readAstm(std::string_view bytes, const Mapping& mapping) {
    Reading reading;
    reading.format = "astm";
    auto unframed = astmText(bytes);
    if (const auto* finding = std::get_if<Finding>(&unframed)) {
        reading.refused = *finding;
        return reading;
    }
    AstmText& text = std::get<AstmText>(unframed);
    reading.warnings = std::move(text.warnings);
    const Decoded decoded = decode(text.pieces, mapping.encoding, "");
    Reader(decoded.text, mapping, reading).read();
    tellCharset(decoded, reading);
    if (reading.refused) reading.observations.clear();
    return reading;
}

std::string astmControlId(std::string_view bytes) {
    return readAstm(bytes).controlId;
}

}  // namespace touchstone::instruments
