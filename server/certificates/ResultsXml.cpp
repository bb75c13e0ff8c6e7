#include "server/certificates/ResultsXml.h"

#include <algorithm>
#include <array>
#include <vector>

#include "server/certificates/CertificateText.h"

namespace touchstone::certificates {
namespace {

constexpr std::string_view kNamespace = "urn:touchstone:results:1";

/// One of the two ways in which the same tree is written.
class Form {
public:
    virtual ~Form() = default;
    virtual void open(std::string_view name) = 0;
    virtual void close() = 0;
    virtual void openList(std::string_view name) = 0;
    virtual void closeList() = 0;
    virtual void text(std::string_view name, const std::string& value) = 0;
    /// A whole number or true and false, as they stand.
    virtual void bare(std::string_view name, const std::string& value) = 0;
};

void escape(std::string& out, const std::string& text) {
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    const auto plain = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '&' && c != '<' && c != '>' && c != '\xEF'; };
    if (std::ranges::all_of(text, plain)) {
        out += text;
        return;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        // U+FFFE and U+FFFF, like most control characters, have no form in XML 1.0.
        const bool noCharacter = c == '\xEF' && text.compare(i + 1, 1, "\xBF") == 0 && i + 2 < text.size() &&
                                 static_cast<unsigned char>(text[i + 2]) >= 0xBE;
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '\r') {
            out += "&#13;";
        } else if (noCharacter) {
            out += replacement;
            i += 2;
        } else if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') {
            out += replacement;
        } else {
            out += c;
        }
    }
}

class XmlForm final : public Form {
public:
    void open(std::string_view name) override {
        out_.append("<").append(name).append(">");
        open_.push_back(name);
    }
    void close() override {
        out_.append("</").append(open_.back()).append(">");
        open_.pop_back();
    }
    void openList(std::string_view name) override { open(name); }
    void closeList() override { close(); }
    void text(std::string_view name, const std::string& value) override {
        open(name);
        escape(out_, value);
        close();
    }
    void bare(std::string_view name, const std::string& value) override { text(name, value); }

    [[nodiscard]] std::string take() { return std::move(out_.append("</results>\n")); }

private:
    std::string out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<results xmlns=\"" + std::string(kNamespace) + "\">";
    std::vector<std::string_view> open_;
};

class JsonForm final : public Form {
public:
    JsonForm() { out_.beginObject().field("schema", kNamespace); }
    void open(std::string_view name) override {
        named(name).beginObject();
        inList_.push_back(false);
    }
    void close() override {
        out_.endObject();
        inList_.pop_back();
    }
    void openList(std::string_view name) override {
        named(name).beginArray();
        inList_.push_back(true);
    }
    void closeList() override {
        out_.endArray();
        inList_.pop_back();
    }
    void text(std::string_view name, const std::string& value) override { named(name).string(value); }
    void bare(std::string_view name, const std::string& value) override { named(name).raw(value); }

    [[nodiscard]] std::string take() { return out_.endObject().take(); }

private:
    json::Writer& named(std::string_view name) { return inList_.back() ? out_ : out_.key(name); }

    json::Writer out_;
    std::vector<bool> inList_{false};
};

bool isDecimal(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const std::string_view whole = text.substr(0, text.find('.'));
    const auto digits = [](std::string_view part) {
        return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return digits(whole) && (whole.size() == text.size() || digits(text.substr(whole.size() + 1)));
}

bool isThere(const json::Value* value) {
    return value != nullptr && value->kind() != json::Value::Kind::Null;
}

/// A text, left out when it is empty, null or not there.
void optional(Form& out, const json::Value& from, std::string_view name) {
    const json::Value* found = from.find(name);
    if (isThere(found) && !found->text().empty()) out.text(name, found->text());
}

void required(Form& out, const json::Value& from, std::string_view name) {
    out.text(name, textOf(from, name));
}

void number(Form& out, const json::Value& from, std::string_view name) {
    out.bare(name, textOf(from, name));
}

void flag(Form& out, std::string_view name, bool value) {
    out.bare(name, value ? "true" : "false");
}

void texts(Form& out, const json::Value& from, std::string_view list, std::string_view item) {
    const json::Value* found = from.find(list);
    if (!isThere(found) || found->items().empty()) return;
    out.openList(list);
    for (const json::Value& one : found->items()) out.text(item, one.text());
    out.closeList();
}

/// A value as it was reported: a number, one behind a sign of order ("<0.05"), or words.
void value(Form& out, const json::Value& test, std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 6> kRelations{
        {{"<=", "le"}, {">=", "ge"}, {"≤", "le"}, {"≥", "ge"}, {"<", "lt"}, {">", "gt"}}};
    const std::string& text = textOf(test, name);
    out.open(name);
    const auto relation = std::ranges::find_if(kRelations, [&](const auto& one) { return text.starts_with(one.first); });
    if (isDecimal(text)) {
        out.text("decimal", text);
    } else if (relation != kRelations.end() && isDecimal(std::string_view(text).substr(relation->first.size()))) {
        out.text("relation", relation->second);
        out.text("decimal", text.substr(relation->first.size()));
    } else {
        out.text("text", text);
    }
    out.close();
}

void bound(Form& out, const json::Value& limit, std::string_view name, std::string_view inclusive) {
    const json::Value* found = limit.find(name);
    if (!isThere(found)) return;
    out.open(name);
    out.text("decimal", found->text());
    flag(out, "inclusive", member(limit, inclusive).boolean());
    out.close();
}

void limit(Form& out, const json::Value& limit) {
    out.open("limit");
    required(out, limit, "kind");
    bound(out, limit, "lower", "lower_inclusive");
    bound(out, limit, "upper", "upper_inclusive");
    texts(out, limit, "accepted", "value");
    texts(out, limit, "rejected", "value");
    out.close();
}

void hand(Form& out, const json::Value& from, std::string_view name) {
    const json::Value& hand = member(from, name);
    if (!isThere(&hand)) return;
    out.open(name);
    for (const char* each : {"login", "name", "at"}) required(out, hand, each);
    out.close();
}

void evidence(Form& out, const json::Value& evidence) {
    if (!isThere(&evidence)) return;
    out.open("evidence");
    for (const char* each : {"instrument", "message", "sha256"}) required(out, evidence, each);
    number(out, evidence, "offset");
    number(out, evidence, "length");
    optional(out, evidence, "observed_at");
    out.close();
}

void test(Form& out, const json::Value& test) {
    out.open("test");
    number(out, test, "seq");
    optional(out, test, "heading");
    required(out, test, "item");
    optional(out, test, "unit");
    required(out, test, "edition");
    required(out, test, "requirement");
    limit(out, member(test, "limit"));
    required(out, test, "comparison");
    required(out, test, "rounding");
    value(out, test, "value");
    value(out, test, "compared");
    required(out, test, "verdict");
    texts(out, test, "accredited", "body");
    number(out, test, "version");
    required(out, test, "source");
    optional(out, test, "reason");
    hand(out, test, "entered_by");
    const json::Value& method = member(test, "method");
    out.open("method");
    for (const char* each : {"code", "version", "title"}) required(out, method, each);
    out.close();
    evidence(out, member(test, "evidence"));
    hand(out, test, "analyst");
    hand(out, test, "checker");
    out.close();
}

void laboratory(Form& out, const json::Value& laboratory) {
    out.open("laboratory");
    required(out, laboratory, "code");
    required(out, laboratory, "name");
    for (const char* each : {"name_en", "address", "accreditation"}) optional(out, laboratory, each);
    const json::Value* marks = laboratory.find("marks");
    if (isThere(marks) && !marks->items().empty()) {
        out.openList("marks");
        for (const json::Value& mark : marks->items()) {
            out.open("mark");
            required(out, mark, "body");
            required(out, mark, "number");
            out.close();
        }
        out.closeList();
    }
    flag(out, "demonstration", !textOf(laboratory, "watermark").empty());
    out.close();
}

void import(Form& out, const json::Value* import) {
    if (!isThere(import)) return;
    out.open("import");
    for (const char* each : {"country", "port", "contract_no", "notice_no"}) optional(out, *import, each);
    out.close();
}

void retest(Form& out, const json::Value* retest) {
    if (!isThere(retest)) return;
    out.open("retest");
    required(out, *retest, "laboratory");
    required(out, *retest, "number");
    for (const char* each : {"issued_on", "applicant", "asked_on"}) optional(out, *retest, each);
    texts(out, *retest, "items", "item");
    out.close();
}

void sample(Form& out, const json::Value& sample) {
    out.open("sample");
    for (const char* each : {"number", "product", "product_name", "kind", "edition"}) required(out, sample, each);
    for (const char* each : {"specification", "batch_no", "maker", "approval_no", "client"}) optional(out, sample, each);
    required(out, sample, "business_kind");
    for (const char* each : {"voucher_no", "sampled_on"}) optional(out, sample, each);
    required(out, sample, "seal_state");
    for (const char* each : {"quantity", "quantity_unit", "produced_on", "expires_on", "region_code"}) {
        optional(out, sample, each);
    }
    required(out, sample, "received_at");
    import(out, sample.find("import"));
    retest(out, sample.find("retest"));
    out.close();
}

void replaces(Form& out, const json::Value& replaced) {
    out.open("replaces");
    for (const char* each : {"number", "sha256", "issued_on", "reason"}) required(out, replaced, each);
    out.openList("changes");
    for (const json::Value& change : member(replaced, "changes").items()) {
        out.open("change");
        required(out, change, "what");
        optional(out, change, "item");
        for (const char* each : {"old", "new"}) required(out, change, each);
        out.close();
    }
    out.closeList();
    out.close();
}

/// Which certificate this is, and which one it replaces.
void identity(const json::Value& frozen, Form& out) {
    const json::Value& content = member(frozen, "content");
    required(out, frozen, "number");
    out.bare("revision", std::to_string(revisionOf(frozen)));
    optional(out, member(content, "sample"), "language");
    required(out, frozen, "verification_url");
    out.text("issued_on", issuedOn(frozen));
    required(out, content, "verdict");
    const json::Value* replaced = content.find("replaces");
    if (isThere(replaced)) replaces(out, *replaced);
}

void write(const json::Value& frozen, Form& out) {
    const json::Value& content = member(frozen, "content");
    identity(frozen, out);
    laboratory(out, member(content, "laboratory"));
    sample(out, member(content, "sample"));
    out.openList("tests");
    for (const json::Value& each : member(content, "tests").items()) test(out, each);
    out.closeList();
    hand(out, content, "signatory");
    const json::Value& signature = member(frozen, "signature");
    out.open("signature");
    number(out, signature, "id");
    for (const char* each : {"meaning", "reason", "content_sha256"}) required(out, signature, each);
    out.close();
}

}  // namespace

std::string resultsXml(const json::Value& frozen) {
    XmlForm out;
    write(frozen, out);
    return out.take();
}

std::string resultsJson(const json::Value& frozen) {
    JsonForm out;
    write(frozen, out);
    return out.take();
}

}  // namespace touchstone::certificates
