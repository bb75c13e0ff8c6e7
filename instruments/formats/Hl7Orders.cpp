#include "instruments/formats/Hl7Orders.h"

#include <algorithm>
#include <cctype>
#include <memory>

#include "instruments/formats/Hl7Segments.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

constexpr Hl7Delimiters usual;

std::string escaped(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto byte = static_cast<unsigned char>(c);
        const bool edge = i == 0 || i + 1 == text.size();  // where a blank would be taken off, or `""` mean: delete
        const char name = c == usual.field       ? 'F'
                          : c == usual.component ? 'S'
                          : c == usual.repeat    ? 'R'
                          : c == usual.escape    ? 'E'
                          : c == usual.sub       ? 'T'
                                                 : '\0';
        if (name != '\0') {
            result.append({usual.escape, name, usual.escape});
        } else if (byte < 0x20 || byte == 0x7F || (edge && (c == ' ' || c == '"'))) {
            result.append({usual.escape, 'X'}).append(hexOf(c)).append(1, usual.escape);
        } else {
            result += c;
        }
    }
    return result;
}

/// Fields from 1 as HL7 counts them behind the name; empty ones at the end are not written.
class Segment {
public:
    explicit Segment(std::string name) : fields_{std::move(name)} {}

    Segment& set(std::size_t field, std::string_view text) { return setRaw(field, escaped(text)); }
    Segment& setRaw(std::size_t field, std::string text) {
        if (fields_.size() <= field) fields_.resize(field + 1);
        fields_[field] = std::move(text);
        return *this;
    }
    [[nodiscard]] std::string line() const {
        std::string line;
        for (const std::string& field : fields_) line += (line.empty() ? "" : "|") + field;
        return line + "\r";
    }

private:
    std::vector<std::string> fields_;
};

/// MSH-1 is the field delimiter itself, so that MSH-2 is the first field behind the name.
Segment header(const Letterhead& head, const std::string& type, const std::string& profile) {
    Segment msh("MSH");
    msh.setRaw(1, "^~\\&").set(2, head.sender).set(4, head.receiver).setRaw(6, head.now).setRaw(8, type);
    msh.set(9, head.id).setRaw(10, "P").setRaw(11, "2.5.1").setRaw(14, "NE").setRaw(15, "AL");
    return msh.setRaw(17, "UNICODE UTF-8").setRaw(20, profile);
}

std::string specimenSegments(const Order& order) {
    Segment spm("SPM");
    spm.setRaw(1, "1").set(2, order.specimen).setRaw(4, "OTH").setRaw(11, "P");
    std::string lines = spm.line();
    if (order.position.empty()) return lines;
    return lines + Segment("SAC").set(3, order.specimen).set(10, order.position).line();
}

std::string orderSegments(const Order& order, std::size_t n, const std::string& now) {
    const bool cancel = order.act == Order::Act::Cancel;
    const std::string id = order.id + "-" + std::to_string(n);
    const Order::Test& test = order.tests[n - 1];
    Segment orc("ORC");
    orc.setRaw(1, cancel ? "CA" : "NW").set(2, id).set(4, order.id).setRaw(9, now);
    Segment tq1("TQ1");
    tq1.setRaw(1, "1").setRaw(9, {order.priority});
    Segment obr("OBR");
    const std::string code = escaped(test.code) + (test.name.empty() ? "" : "^" + escaped(test.name));
    obr.setRaw(1, std::to_string(n)).set(2, id).setRaw(4, code);
    return orc.line() + tq1.line() + obr.line();
}

/// Decoded segments that stay where they are: they point into their text.
struct Message {
    Decoded decoded;
    std::vector<Hl7Segment> segments;

    [[nodiscard]] const Hl7Segment* find(std::string_view name) const {
        const auto found = std::ranges::find_if(segments, [&](const Hl7Segment& s) { return s.name() == name; });
        return found == segments.end() ? nullptr : &*found;
    }
    [[nodiscard]] const Hl7Segment& msh() const { return segments.front(); }
    [[nodiscard]] std::string type() const { return msh().text(9, 1) + "^" + msh().text(9, 2); }
};

std::unique_ptr<const Message> messageOf(std::string_view bytes) {
    auto message = std::make_unique<Message>(Message{decode(bytes, "", ""), {}});
    std::optional<Hl7Delimiters> delimiters;
    for (const std::string_view line : lines(message->decoded.text.utf8())) {
        if (message->segments.empty()) delimiters = line.starts_with("MSH") ? hl7Delimiters(line) : std::nullopt;
        if (!delimiters) return nullptr;
        message->segments.emplace_back(line, *delimiters);
    }
    return message->segments.empty() ? nullptr : std::move(message);
}

void addOnce(std::vector<std::string>& list, std::string text) {
    if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

/// MSH and MSA of an answer; what it says of itself is like what was asked: version, processing id, charset.
std::string answerHead(const Hl7Segment& asked, const std::string& type, std::string_view code, std::string_view text,
                       const Letterhead& head, const std::string& id) {
    const Hl7Delimiters& d = asked.delimiters();
    const std::string f(1, d.field);
    const auto field = [&](std::size_t n) { return std::string(asked.field(n)); };
    std::string line = "MSH" + f + field(2) + f + field(5) + f + field(6) + f + field(3) + f + field(4) + f + head.now +
                       f + f + type + f + id + f + field(11) + f + field(12) + f + f + f + f + f + f + field(18);
    if (!field(21).empty()) line += f + f + f + field(21);
    return line + "\rMSA" + f + std::string(code) + f + field(10) + f + std::string(text);
}

std::string withDelimiters(std::string type, const Hl7Segment& asked) {
    std::ranges::replace(type, '^', asked.delimiters().component);
    return type;
}

std::vector<std::string> answerQbp(const Message& asked, const Query& query, const std::vector<Order>& orders,
                                   QueryOutcome outcome, const Letterhead& head) {
    const bool error = outcome == QueryOutcome::Error;
    const Hl7Segment& msh = asked.msh();
    const std::string f(1, msh.delimiters().field);
    const Hl7Segment* const qpd = asked.find("QPD");
    const std::string tag = qpd == nullptr ? "" : std::string(qpd->field(2));
    const std::string status = error ? "AE" : outcome == QueryOutcome::NoInformation ? "NF" : "OK";
    std::string first = answerHead(msh, withDelimiters("RSP^K11^RSP_K11", msh), error ? "AE" : "AA",
                                   error ? "the server cannot be reached" : "", head, head.id);
    first += "\rQAK" + f + tag + f + status;
    if (qpd != nullptr) first += f + std::string(qpd->field(1)) + "\r" + std::string(qpd->line());
    std::vector<std::string> answer{first + "\r"};
    for (const Order& order : orders) {
        Letterhead own = head;
        own.id += "." + std::to_string(answer.size());
        answer.push_back(hl7Order(order, own));
    }
    if (outcome != QueryOutcome::NoInformation) return answer;
    for (const std::string& specimen : query.specimens) {
        Letterhead own = head;
        own.id += "." + std::to_string(answer.size());
        answer.push_back(hl7NothingToDo(specimen, own));
    }
    return answer;
}

/// DSP-1 is the line number that the Mindray manuals give each datum; from 29 on there is a line for each test.
std::string mindrayOrder(const Message& asked, const Order& order, const Letterhead& head, const std::string& id,
                         bool more) {
    const Hl7Segment& msh = asked.msh();
    const std::string f(1, msh.delimiters().field);
    std::string answer = answerHead(msh, withDelimiters("DSR^Q03", msh), "AA", "Message accepted", head, id) + f + f +
                         f + "0\rERR" + f + "0\rQAK" + f + "SR" + f + "OK\r";
    for (const char* echoed : {"QRD", "QRF"}) {
        if (const Hl7Segment* const segment = asked.find(echoed)) answer += std::string(segment->line()) + "\r";
    }
    const auto line = [&](std::size_t number, const std::string& text) {
        answer += "DSP" + f + std::to_string(number) + f + f + text + f + f + f + "\r";
    };
    for (std::size_t number = 1; number <= 20; ++number) line(number, "");
    line(21, escaped(order.specimen));
    line(22, escaped(order.id));
    line(23, head.now);
    line(24, order.priority == 'S' || order.priority == 'A' ? "Y" : "N");
    line(25, "1");
    line(26, "");
    line(27, "");
    line(28, "");
    std::size_t number = 29;
    for (const Order::Test& test : order.tests) line(number++, escaped(test.code) + "^" + escaped(test.name) + "^^");
    return answer + "DSC" + f + (more ? "1" : "") + f + "\r";
}

std::vector<std::string> answerMindray(const Message& asked, const std::vector<Order>& orders, QueryOutcome outcome,
                                       const Letterhead& head) {
    const Hl7Segment& msh = asked.msh();
    const std::string f(1, msh.delimiters().field);
    const bool error = outcome == QueryOutcome::Error;
    std::vector<std::string> answer{
        answerHead(msh, withDelimiters("QCK^Q02", msh), error ? "AE" : "AA", error ? "207" : "Message accepted", head, head.id) +
        f + f + f + (error ? "207" : "0") + "\rERR" + f + (error ? "207" : "0") + "\rQAK" + f + "SR" + f +
        (error ? "AE" : orders.empty() ? "NF" : "OK") + f + "\r"};
    for (const Order& order : orders) {
        const std::string id = head.id + "." + std::to_string(answer.size());
        answer.push_back(mindrayOrder(asked, order, head, id, answer.size() < orders.size()));
    }
    return answer;
}

Order orderOfOml(const Message& message) {
    Order order;
    order.priority = 'R';
    for (const Hl7Segment& s : message.segments) {
        const std::string name = s.name();
        if (name == "SPM" && order.specimen.empty()) order.specimen = s.text(2);
        if (name == "SAC") {
            if (order.specimen.empty()) order.specimen = s.text(3);
            order.position = s.text(10);
        }
        if (name == "ORC") {
            order.id = s.text(4).empty() ? s.text(2) : s.text(4);
            order.act = s.text(1) == "CA" ? Order::Act::Cancel : Order::Act::New;
        }
        if (name == "TQ1" && !s.text(9).empty()) order.priority = s.text(9)[0];
        if (name == "OBR" && !s.text(4).empty()) order.tests.push_back({s.text(4), s.text(4, 2)});
    }
    return order;
}

Order orderOfDsr(const Message& message) {
    Order order;
    for (const Hl7Segment& s : message.segments) {
        if (s.name() != "DSP") continue;
        const std::string place = s.text(1);
        if (place == "21") order.specimen = s.text(3);
        if (place == "22") order.id = s.text(3);
        if (place == "24") order.priority = s.text(3) == "Y" ? 'S' : 'R';
        if (place.size() == 2 ? place >= "29" : place.size() > 2) order.tests.push_back({s.text(3), s.text(3, 2)});
    }
    return order;
}

}  // namespace

std::string hl7Order(const Order& order, const Letterhead& head, Hl7OrderMessage kind) {
    const bool specimenFirst = kind == Hl7OrderMessage::OmlO33;
    std::string message = header(head, specimenFirst ? "OML^O33^OML_O33" : "OML^O21^OML_O21",
                                 specimenFirst ? "LAB-28^IHE" : "")
                              .line();
    if (specimenFirst) message += specimenSegments(order);
    for (std::size_t n = 1; n <= order.tests.size(); ++n) {
        message += orderSegments(order, n, head.now);
        if (!specimenFirst) message += specimenSegments(order);
    }
    return message;
}

std::string hl7NothingToDo(const std::string& specimen, const Letterhead& head) {
    Segment orc("ORC");
    return header(head, "OML^O33^OML_O33", "LAB-28^IHE").line() + specimenSegments({.specimen = specimen}) +
           orc.setRaw(1, "DC").setRaw(9, head.now).line();
}

std::vector<std::string> hl7Answer(std::string_view question, const std::vector<Order>& orders, QueryOutcome outcome,
                                   const Letterhead& head) {
    const auto asked = messageOf(question);
    const auto query = readHl7Query(question);
    if (!asked || !query) return {};
    return query->dialect == Query::Dialect::Qbp ? answerQbp(*asked, *query, orders, outcome, head)
                                                 : answerMindray(*asked, orders, outcome, head);
}

std::optional<Query> readHl7Query(std::string_view bytes) {
    if (bytes.substr(0, bytes.find_first_of("\r\n")).find('Q') == std::string_view::npos) return std::nullopt;
    const auto message = messageOf(bytes);
    if (!message) return std::nullopt;
    const std::string type = message->msh().text(9, 1);
    Query query;
    query.id = message->msh().text(10);
    if (type == "QBP" || type == "QCN") {
        query.dialect = Query::Dialect::Qbp;
        query.cancelled = type == "QCN";
        const Hl7Segment* const qpd = message->find("QPD");
        if (qpd != nullptr) addOnce(query.specimens, qpd->text(3));
        query.all = query.specimens.empty();
        return query;
    }
    if (type != "QRY") return std::nullopt;
    query.dialect = Query::Dialect::Mindray;
    const Hl7Segment* const qrd = message->find("QRD");
    if (qrd == nullptr) return std::nullopt;
    for (const std::string_view who : split(qrd->field(8), qrd->delimiters().repeat)) {
        addOnce(query.specimens, qrd->plain(part(who, qrd->delimiters().component, 1)));
    }
    query.all = query.specimens.empty();
    return query;
}

std::optional<Order> readHl7Order(std::string_view bytes) {
    const auto message = messageOf(bytes);
    if (!message) return std::nullopt;
    if (message->type() == "DSR^Q03") return orderOfDsr(*message);
    if (message->msh().text(9, 1) != "OML") return std::nullopt;
    return orderOfOml(*message);
}

std::optional<Hl7Outcome> readHl7Outcome(std::string_view bytes) {
    if (bytes.find("MSA") == std::string_view::npos) return std::nullopt;
    const auto message = messageOf(bytes);
    const Hl7Segment* const msa = message ? message->find("MSA") : nullptr;
    if (msa == nullptr) return std::nullopt;
    const std::string code = msa->text(1);
    Hl7Outcome outcome{msa->text(2), code == "AA" || code == "CA", {}};
    std::string why = msa->text(3);
    if (const Hl7Segment* const err = message->find("ERR"); err != nullptr && !outcome.accepted) {
        for (const std::string& text : {err->text(8), err->text(7), err->text(3, 2), err->text(3), err->text(1)}) {
            if (why.empty()) why = text;
        }
    }
    for (const Hl7Segment& s : message->segments) {
        const std::string control = s.name() == "ORC" ? s.text(1) : "";
        if (control != "UA" && control != "UC" && control != "UX") continue;
        outcome.accepted = false;
        why += (why.empty() ? "" : "; ") + control + " " + s.text(2);
    }
    if (!outcome.accepted) outcome.note = code + (why.empty() ? "" : ": " + why);
    return outcome;
}

std::string hl7OrderAnswer(std::string_view order, bool accepted, std::string_view text, const Letterhead& head) {
    const auto message = messageOf(order);
    if (!message) return {};
    const Hl7Segment& msh = message->msh();
    const std::string event = msh.text(9, 2);
    const bool oml = msh.text(9, 1) == "OML";
    const std::string type = !oml ? "ACK^" + event : event == "O33" ? "ORL^O34^ORL_O42" : "ORL^O22^ORL_O22";
    const std::string f(1, msh.delimiters().field);
    std::string answer = answerHead(msh, withDelimiters(type, msh), "AA", text, head, head.id) + "\r";
    if (!oml) return answer;
    for (const Hl7Segment& s : message->segments) {
        const std::string name = s.name();
        if (name == "SPM") answer += std::string(s.line()) + "\r";
        if (name != "ORC") continue;
        const bool cancel = s.text(1) == "CA";
        answer += "ORC" + f + (accepted ? (cancel ? "CR" : "OK") : (cancel ? "UC" : "UA")) + f +
                  std::string(s.field(2)) + f + f + std::string(s.field(4)) + "\r";
    }
    return answer;
}

}  // namespace touchstone::instruments
