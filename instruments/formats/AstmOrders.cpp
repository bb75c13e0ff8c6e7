#include "instruments/formats/AstmOrders.h"

#include <algorithm>
#include <cctype>
#include <memory>

#include "instruments/formats/Fields.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

/// A message's records with the delimiters of its H record.
struct Records {
    Decoded decoded;
    AstmDelimiters delimiters;
    std::vector<std::string_view> lines;  // into decoded

    [[nodiscard]] std::string plain(std::string_view field) const { return astmPlain(field, delimiters); }
};

/// Null for what is not ASTM. It stays where it is: its lines point into its text.
std::unique_ptr<const Records> recordsOf(std::string_view bytes) {
    const auto unframed = astmText(bytes);
    const auto* const text = std::get_if<AstmText>(&unframed);
    if (text == nullptr) return nullptr;
    auto records = std::make_unique<Records>(Records{decode(text->pieces, "", ""), {}, {}});
    records->lines = lines(records->decoded.text.utf8());
    if (records->lines.empty() || std::toupper(static_cast<unsigned char>(records->lines[0][0])) != 'H') {
        return nullptr;
    }
    const auto said = astmDelimiters(records->lines[0]);
    if (!said) return nullptr;
    records->delimiters = said->delimiters;
    return records;
}

char typeOf(std::string_view record) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(record[0])));
}

/// Fields from 1; fields left out are empty, empty ones at the end are not written.
class Record {
public:
    Record(char type, const AstmDelimiters& delimiters) : fields_{std::string(1, type)}, delimiters_(delimiters) {}

    Record& set(std::size_t field, std::string_view text) { return setRaw(field, astmEscaped(text, delimiters_)); }
    Record& setRaw(std::size_t field, std::string text) {
        if (fields_.size() < field) fields_.resize(field);
        fields_[field - 1] = std::move(text);
        return *this;
    }
    [[nodiscard]] std::string line() const {
        std::string line;
        for (const std::string& field : fields_) line += (line.empty() ? "" : std::string(1, delimiters_.field)) + field;
        return line + "\r";
    }

private:
    std::vector<std::string> fields_;
    const AstmDelimiters& delimiters_;
};

std::string header(const std::string& id, const Letterhead& head, const AstmDelimiters& d) {
    Record record('H', d);
    record.setRaw(2, {d.repeat, d.component, d.escape}).set(3, id).set(5, head.sender).set(10, head.receiver);
    return record.setRaw(12, "P").setRaw(13, "1").setRaw(14, head.now).line();
}

std::string specimenField(const Order& order, const AstmDelimiters& d) {
    std::string field = astmEscaped(order.specimen, d);
    if (order.position.empty()) return field;
    for (const std::string_view step : split(order.position, '^')) field += d.component + astmEscaped(step, d);
    return field;
}

std::string testsField(const Order& order, const AstmDelimiters& d) {
    std::string field;
    for (const Order::Test& test : order.tests) {
        if (!field.empty()) field += d.repeat;
        field += d.component + astmEscaped(test.name, d) + d.component + d.component + astmEscaped(test.code, d);
    }
    return field;
}

/// P and O. reportType: O an order of ours, Q the answer to a question.
std::string orderRecords(const Order& order, std::size_t number, char reportType, const std::string& now,
                         const AstmDelimiters& d) {
    Record patient('P', d);
    Record record('O', d);
    patient.setRaw(2, std::to_string(number));
    record.setRaw(2, "1").setRaw(3, specimenField(order, d)).setRaw(5, testsField(order, d));
    record.setRaw(6, {order.priority}).setRaw(7, now).setRaw(12, order.act == Order::Act::Cancel ? "C" : "N");
    return patient.line() + record.setRaw(26, {reportType}).line();
}

std::string terminator(char code, const AstmDelimiters& d) {
    return Record('L', d).setRaw(2, "1").setRaw(3, {code}).line();
}

void addOnce(std::vector<std::string>& list, std::string text) {
    if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

/// Code of a universal test id: the first filled component from the fourth on, else the first filled one.
std::string codeOf(std::string_view test, const Records& records) {
    const auto parts = split(test, records.delimiters.component);
    for (std::size_t n = 4; n <= parts.size(); ++n) {
        if (!trimmed(parts[n - 1]).empty()) return records.plain(parts[n - 1]);
    }
    for (const std::string_view p : parts) {
        if (!trimmed(p).empty()) return records.plain(p);
    }
    return {};
}

void addQuestion(Query& query, std::string_view line, const Records& records) {
    const AstmDelimiters& d = records.delimiters;
    const auto fields = split(line, d.field);
    if (records.plain(part(fields, 13)) == "A") query.cancelled = true;
    for (const std::string_view range : split(part(fields, 3), d.repeat)) {
        const auto parts = split(range, d.component);
        std::string id;
        for (std::size_t n = 2; n <= parts.size() && id.empty(); ++n) id = records.plain(parts[n - 1]);
        if (id.empty()) id = records.plain(part(parts, 1));
        std::string upper = id;
        std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        if (upper == "ALL") {
            query.all = true;
        } else {
            addOnce(query.specimens, id);
        }
    }
    for (const std::string_view test : split(part(fields, 5), d.repeat)) {
        const std::string code = codeOf(test, records);
        if (code != "ALL") addOnce(query.tests, code);
    }
}

Order orderOf(std::string_view line, const Records& records) {
    const AstmDelimiters& d = records.delimiters;
    const auto fields = split(line, d.field);
    Order order;
    const auto specimen = split(part(part(fields, 3), d.repeat, 1), d.component);
    order.specimen = records.plain(part(specimen, 1));
    for (std::size_t n = 2; n <= specimen.size(); ++n) {
        order.position += (n == 2 ? "" : "^") + records.plain(specimen[n - 1]);
    }
    for (const std::string_view test : split(part(fields, 5), d.repeat)) {
        const std::string code = codeOf(test, records);
        if (code.empty()) continue;
        std::string name = records.plain(part(test, d.component, 2));
        order.tests.push_back({code, name == code ? std::string() : std::move(name)});
    }
    const std::string priority = records.plain(part(fields, 6));
    if (!priority.empty()) order.priority = priority[0];
    order.act = records.plain(part(fields, 12)) == "C" ? Order::Act::Cancel : Order::Act::New;
    return order;
}

/// Whether a Q begins a record or the text of a frame; most messages bring results and need not be read here.
bool mayAsk(std::string_view bytes) {
    for (std::size_t at = bytes.find_first_of("Qq"); at != std::string_view::npos; at = bytes.find_first_of("Qq", at + 1)) {
        const char before = at == 0 ? '\0' : bytes[at - 1];
        if (before == '\r' || before == '\n' || (before >= '0' && before <= '7')) return true;
    }
    return false;
}

}  // namespace

std::string astmOrder(const Order& order, const Letterhead& head, const AstmDelimiters& delimiters) {
    return header(order.id, head, delimiters) + orderRecords(order, 1, 'O', head.now, delimiters) +
           terminator('N', delimiters);
}

std::string astmAnswer(std::string_view question, const std::vector<Order>& orders, QueryOutcome outcome,
                       const Letterhead& head) {
    const auto asked = recordsOf(question);
    const AstmDelimiters d = asked ? asked->delimiters : AstmDelimiters{};
    std::string answer = header(head.id, head, d);
    if (outcome != QueryOutcome::Answered) return answer + terminator(outcome == QueryOutcome::Error ? 'Q' : 'I', d);
    std::size_t number = 0;
    for (const Order& order : orders) answer += orderRecords(order, ++number, 'Q', head.now, d);
    return answer + terminator('F', d);
}

std::optional<Query> readAstmQuery(std::string_view bytes) {
    if (!mayAsk(bytes)) return std::nullopt;
    const auto records = recordsOf(bytes);
    if (!records) return std::nullopt;
    Query query;
    query.id = records->plain(part(records->lines[0], records->delimiters.field, 3));
    bool asked = false;
    for (const std::string_view line : records->lines) {
        if (typeOf(line) != 'Q') continue;
        asked = true;
        addQuestion(query, line, *records);
    }
    return asked ? std::optional(std::move(query)) : std::nullopt;
}

std::optional<AstmOrders> readAstmOrders(std::string_view bytes) {
    const auto records = recordsOf(bytes);
    if (!records) return std::nullopt;
    AstmOrders message;
    message.id = records->plain(part(records->lines[0], records->delimiters.field, 3));
    for (const std::string_view line : records->lines) {
        if (typeOf(line) == 'O') message.orders.push_back(orderOf(line, *records));
        const std::string code = typeOf(line) == 'L' ? records->plain(part(line, records->delimiters.field, 3)) : "";
        if (!code.empty()) message.termination = code[0];
    }
    if (message.orders.size() == 1) message.orders[0].id = message.id;
    return message;
}

}  // namespace touchstone::instruments
