#include "instruments/formats/Hl7.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "instruments/formats/Hl7Segments.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

bool isEnvelope(const std::string& name) {
    return name == "FHS" || name == "BHS" || name == "BTS" || name == "FTS";
}

/// SN: comparator^number^separator^number, as it is said aloud: ">100", "1:128".
std::string structuredNumeric(const Hl7Segment& obx) {
    return obx.text(5, 1) + obx.text(5, 2) + obx.text(5, 3) + obx.text(5, 4);
}

/// "OBR-2" or "SPM-2.1".
struct Place {
    std::string segment;
    std::size_t field = 0, component = 1;

    static std::optional<Place> parse(std::string_view text) {
        const auto steps = split(text, '-');
        const std::string_view numbers = part(steps, 2);
        const auto digits = [](std::string_view t) {
            std::size_t n = 0;
            for (const char c : t) n = n * 10 + static_cast<std::size_t>(c - '0') % 10;
            return n;
        };
        if (part(steps, 1).size() != 3 || numbers.empty()) return std::nullopt;
        const std::string_view component = part(numbers, '.', 2);
        return Place{std::string(steps[0]), digits(part(numbers, '.', 1)), component.empty() ? 1 : digits(component)};
    }
};

/// All that says what an OBX is a result of, as sent: OBX-3.1 and OBX-4, if that is a name.
struct Test {
    std::string_view id, sub;
    bool operator==(const Test&) const = default;
};

class Reader {
public:
    Reader(const Text& text, const Mapping& mapping, Reading& reading)
        : text_(text), mapping_(mapping), reading_(reading), remarks_(text, reading) {}

    void read() {
        for (Hl7Lines lines(text_.utf8()); const auto line = lines.next();) {
            const std::string name = hl7SegmentName(*line);
            if (name == "MSH") {
                endMessage();
                if (!begin(*line)) return;
            } else if (isEnvelope(name)) {
                endMessage();
                inMessage_ = false;
            } else if (inMessage_) {
                segment({*line, delimiters_});
            } else {
                return remarks_.refuse("not_hl7", "a segment stands outside any message", *line);
            }
        }
        endMessage();
        if (messages_ == 0) remarks_.refuse("not_hl7", "there is no MSH segment");
        if (bringsResults_ && reading_.observations.empty())
            remarks_.warn("no_results", "there is no OBX segment with a result");
    }

private:
    bool begin(std::string_view line) {
        const auto delimiters = hl7Delimiters(line);
        if (!delimiters) {
            remarks_.refuse("not_hl7", "MSH-1 and MSH-2 do not say five different delimiters", line);
            return false;
        }
        delimiters_ = *delimiters;
        const Hl7Segment msh(line, delimiters_);
        if (messages_++ == 0) {
            reading_.controlId = msh.text(10);
            reading_.sender = msh.text(3);
        }
        sender_ = msh.text(3);
        type_ = msh.text(9, 1);
        inMessage_ = true;
        // Mindray: MSH-16 is 0 for patients, 1 for calibration, 2 for controls.
        messageKind_ = msh.text(16) == "1"   ? ObservationKind::Calibration
                       : msh.text(16) == "2" ? ObservationKind::Control
                                             : ObservationKind::Sample;
        if (type_ == "ORU" || type_ == "OUL") {
            bringsResults_ = true;
        } else {
            remarks_.warn("not_results", "a message of this type brings no results", line, type_);
        }
        return true;
    }

    void segment(Hl7Segment s) {
        if (type_ != "ORU" && type_ != "OUL") return;
        const std::string name = s.name();
        if (name == "SPM" && type_ == "OUL") {  // begins a specimen: orders and containers of the one before are over
            endOrder();
            group_.clear();
        }
        if (name == "OBR") endOrder();
        if (name == "OBX") return observation(s);
        group_.insert_or_assign(name, std::move(s));
    }

    void observation(const Hl7Segment& obx) {
        const std::string type = obx.text(2);
        // IHE LAW: what belongs to a result (targets, pipetting times) comes as OBX of its own kind, not as a result.
        if (obx.text(3, 6) == "IHELAW" && !obx.text(3, 4).empty()) return;
        if (type == "ED" || type == "RP")
            return remarks_.warn("attachment", "a result that is a file is not taken", obx.line());
        Observation o;
        o.span = text_.wire(obx.line());
        o.undecodable = text_.bad(o.span);
        const Test test{obx.component(3, 1), namedSubId(obx)};
        o.code = codeOf(obx, test.sub);
        o.name = obx.text(3, 2);
        if (o.name.empty() && o.code != test.sub) o.name = obx.plain(test.sub);
        setValue(o, valueOf(obx, type), mapping_.decimal);
        o.unit = firstFilled(obx, 6);
        o.flags = obx.text(8);
        o.status = obx.text(11);
        const std::string when = obx.text(19).empty() ? obx.text(14) : obx.text(19);
        o.observedAt = readTime(when);
        if (!when.empty() && o.observedAt.empty())
            remarks_.warn("time_unread", "a time could not be read", obx.line(), when);
        o.operatorName = firstFilled(obx, 16);
        o.instrument = obx.text(18).empty() ? sender_ : obx.text(18);
        o.kind = messageKind_;
        tests_.push_back(test);
        reading_.observations.push_back(std::move(o));
    }

    /// OBX-4 numbers what belongs together, or names a part of the test or the test itself.
    static std::string_view namedSubId(const Hl7Segment& obx) {
        const std::string_view id = obx.component(4, 1);
        const auto names = [](unsigned char c) { return std::isalpha(c) != 0 || c >= 0x80; };
        return std::ranges::any_of(id, names) ? id : std::string_view();
    }

    std::string codeOf(const Hl7Segment& obx, std::string_view sub) const {
        if (const auto place = mappedPlace("code"); place && place->segment == "OBX") {
            return obx.text(place->field, place->component);
        }
        if (std::string id = obx.text(3, 1); !id.empty()) return id;
        if (std::string id = obx.text(3, 4); !id.empty()) return id;
        return obx.plain(sub);
    }

    /// Two results of one order must not look like one: where OBX-3.1 says too little, its subcomponents and OBX-4
    /// tell.
    void tellApart() {
        const auto saysMore = [&](const Test& test) {
            return !test.sub.empty() || test.id.find(delimiters_.sub) != std::string_view::npos;
        };
        if (std::ranges::none_of(tests_, saysMore)) return;
        std::map<std::string_view, std::size_t> first;
        std::set<std::string, std::less<>> unclear;
        for (std::size_t i = 0; i < tests_.size(); ++i) {
            const auto [known, isNew] = first.emplace(reading_.observations[open_ + i].code, i);
            if (!isNew && tests_[i] != tests_[known->second]) unclear.emplace(known->first);
        }
        const Hl7Segment any({}, delimiters_);
        for (std::size_t i = 0; i < tests_.size(); ++i) {
            std::string& code = reading_.observations[open_ + i].code;
            if (!unclear.contains(code)) continue;
            const auto& [id, sub] = tests_[i];
            if (!id.empty()) code = any.plain(id);
            if (!sub.empty()) code += delimiters_.component + any.plain(sub);
        }
    }

    std::string valueOf(const Hl7Segment& obx, const std::string& type) {
        if (const auto place = mappedPlace("value"); place && place->segment == "OBX") {
            return obx.text(place->field, place->component);
        }
        const std::string_view field = obx.field(5);
        if (field.find(delimiters_.repeat) != std::string_view::npos) {
            remarks_.warn("value_repeats", "only the first of several values is taken", obx.line());
        }
        if (type == "SN") return structuredNumeric(obx);
        if (type == "CE" || type == "CWE" || type == "CNE" ||
            type == "CF") {  // the text is for people, the code is not
            return obx.text(5, 2).empty() ? obx.text(5, 1) : obx.text(5, 2);
        }
        return obx.plain(alone(part(field, delimiters_.repeat, 1)));
    }

    /// "4.5^" and "^31.3" of types that have no components: the value without the delimiters around it.
    [[nodiscard]] std::string_view alone(std::string_view value) const {
        const std::size_t begin = value.find_first_not_of(delimiters_.component);
        if (begin == std::string_view::npos) return {};
        const std::string_view inner = value.substr(begin, value.find_last_not_of(delimiters_.component) - begin + 1);
        return inner.find(delimiters_.component) == std::string_view::npos ? inner : value;
    }

    /// "^Copies/mL" leaves the first component empty.
    static std::string firstFilled(const Hl7Segment& s, std::size_t field) {
        for (std::size_t n = 1; n <= 3; ++n) {
            if (std::string text = s.text(field, n); !text.empty()) return text;
        }
        return {};
    }

    [[nodiscard]] std::optional<Place> mappedPlace(const char* key) const {
        const auto found = mapping_.fields.find(key);
        return found == mapping_.fields.end() ? std::nullopt : Place::parse(found->second);
    }

    [[nodiscard]] std::string at(const Place& place) const {
        const auto found = group_.find(place.segment);
        return found == group_.end() ? std::string() : found->second.text(place.field, place.component);
    }

    [[nodiscard]] std::string specimen() const {
        if (const auto place = mappedPlace("specimen")) return at(*place);
        for (const Place& place :
             {Place{"SPM", 2, 1}, Place{"SPM", 2, 2}, Place{"SAC", 3, 1}, Place{"OBR", 3, 1}, Place{"OBR", 2, 1}}) {
            if (std::string id = at(place); !id.empty()) return id;
        }
        return {};
    }

    /// Only now is it known what the segments around the results said of their specimen.
    void endOrder() {
        const std::string id = specimen();
        const std::string role = at({"SPM", 11, 1});
        if (!mapping_.fields.contains("code")) tellApart();
        tests_.clear();
        for (; open_ < reading_.observations.size(); ++open_) {
            Observation& o = reading_.observations[open_];
            o.specimen = id;
            if (role == "Q") o.kind = ObservationKind::Control;
            if (o.observedAt.empty()) o.observedAt = readTime(at({"OBR", 7, 1}));
        }
        if (type_ == "ORU") {
            group_.erase("SPM");
            group_.erase("SAC");
        }
        group_.erase("OBR");
    }

    void endMessage() {
        endOrder();
        group_.clear();
    }

    const Text& text_;
    const Mapping& mapping_;
    Reading& reading_;
    Remarks remarks_;
    Hl7Delimiters delimiters_;
    std::string type_;
    std::string sender_;
    ObservationKind messageKind_ = ObservationKind::Sample;
    bool inMessage_ = false;
    std::size_t messages_ = 0;
    bool bringsResults_ = false;
    std::size_t open_ = 0;     // the first observation whose order has not ended
    std::vector<Test> tests_;  // of each open observation
    std::map<std::string, Hl7Segment> group_;
};

std::string_view withoutMark(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    return bytes;
}

/// Every message that comes is asked for these, and answers are few lines: nothing is made of the other segments.
std::vector<Hl7Segment> headers(std::string_view bytes, std::size_t most = std::string_view::npos) {
    std::vector<Hl7Segment> found;
    Hl7Lines lines(withoutMark(bytes));
    while (found.size() < most) {
        const auto line = lines.next();
        if (!line) break;
        const std::string name = hl7SegmentName(*line);
        if (name != "MSH" && !isEnvelope(name)) {
            if (found.empty()) break;
            continue;
        }
        const auto delimiters = name == "MSH" ? hl7Delimiters(*line) : std::nullopt;
        if (delimiters) found.emplace_back(*line, *delimiters);
    }
    return found;
}

/// Table 0155. Some devices put something of their own into MSH-16.
bool isAckCondition(std::string_view code) {
    return code == "AL" || code == "NE" || code == "ER" || code == "SU";
}

bool isWanted(std::string_view condition, bool accepted) {
    return condition == "AL" || condition == (accepted ? "SU" : "ER");
}

std::string ackOf(const Hl7Segment& msh, AckCode code, std::string_view text, std::string_view ownId,
                  std::string_view now) {
    const Hl7Delimiters& d = msh.delimiters();
    const std::string f(1, d.field);
    const std::string event(msh.component(9, 2));
    const bool commits = code >= AckCode::CA;
    const std::string type = event.empty() || commits ? "ACK" : "ACK" + std::string(1, d.component) + event;
    const auto field = [&](std::size_t n) { return std::string(msh.field(n)); };
    std::string ack = "MSH" + f + field(2) + f + field(5) + f + field(6) + f + field(3) + f + field(4) + f +
                      std::string(now) + f + f + type + f + std::string(ownId) + f + field(11) + f + field(12);
    if (!msh.field(18).empty()) ack += f + f + f + f + f + f + field(18);
    static constexpr std::string_view codes[] = {"AA", "AE", "AR", "CA", "CE", "CR"};
    ack +=
        "\rMSA" + f + std::string(codes[static_cast<std::size_t>(code)]) + f + field(10) + f + std::string(text) + "\r";
    return ack;
}

}  // namespace

Reading readHl7(std::string_view bytes, const Mapping& mapping) {
    Reading reading;
    reading.format = "hl7";
    const Decoded decoded = decode(bytes, mapping.encoding, hl7Charset(withoutMark(bytes)));
    Reader(decoded.text, mapping, reading).read();
    if (decoded.unknown) reading.warnings.push_back({"unknown_charset", "MSH-18 names no known charset", {}});
    tellCharset(decoded, reading);
    if (reading.refused) reading.observations.clear();
    return reading;
}

std::vector<AckCode> hl7AcksWanted(std::string_view bytes, bool accepted) {
    const auto found = headers(bytes, 1);
    const std::string commit = found.empty() ? "" : found.front().text(15);
    const std::string application = found.empty() ? "" : found.front().text(16);
    if (!isAckCondition(commit) && !isAckCondition(application)) return {accepted ? AckCode::AA : AckCode::AR};
    std::vector<AckCode> codes;
    if (isWanted(commit, accepted)) codes.push_back(accepted ? AckCode::CA : AckCode::CR);
    if (isWanted(application, accepted) && (accepted || codes.empty())) {
        codes.push_back(accepted ? AckCode::AA : AckCode::AR);
    }
    return codes;
}

std::string hl7Ack(std::string_view bytes, AckCode code, std::string_view text, std::string_view ownId,
                   std::string_view now) {
    std::string answer;
    std::size_t count = 0;
    for (const Hl7Segment& msh : headers(bytes)) {
        const std::string id = count++ == 0 ? std::string(ownId) : std::string(ownId) + "." + std::to_string(count);
        answer += ackOf(msh, code, text, id, now);
    }
    if (!answer.empty()) return answer;
    answer = "MSH|^~\\&|||||";
    return answer.append(now).append("||ACK|").append(ownId).append("|P|2.5\rMSA|AR||no readable MSH\r");
}

std::string hl7ControlId(std::string_view bytes) {
    const auto found = headers(bytes, 1);
    return found.empty() ? std::string() : found.front().text(10);
}

bool isHl7(std::string_view bytes) {
    return !headers(bytes, 1).empty();
}

std::vector<Hl7Answer> hl7Answers(std::string_view bytes) {
    std::vector<Hl7Answer> answers;
    Hl7Delimiters delimiters;
    for (Hl7Lines lines(bytes); const auto line = lines.next();) {
        const std::string name = hl7SegmentName(*line);
        if (name == "MSH") delimiters = hl7Delimiters(*line).value_or(Hl7Delimiters{});
        if (name != "MSA") continue;
        const Hl7Segment msa(*line, delimiters);
        answers.push_back({msa.text(1), msa.text(2)});
    }
    return answers;
}

}  // namespace touchstone::instruments
