#include "server/certificates/English.h"

#include <algorithm>
#include <set>

#include "server/core/Bytes.h"

namespace touchstone::certificates {
namespace {

/// Goes through the texts of one certificate.
class Speaker {
public:
    /// The English of a text, or that there is none.
    void say(English& english, const std::string& name, const std::string& text, const std::string& what,
             const std::string& item = "") {
        if (!hasHan(text)) {
            english.erase(name);
        } else if (!english.contains(name) && seen_.insert(what + "|" + item).second) {
            missing_.push_back({what, item});
        }
    }
    void sayHand(FrozenHand& hand) { say(hand.english, "name", hand.name, "person.name", hand.name); }

    std::vector<Untold> take() { return std::move(missing_); }

private:
    std::set<std::string> seen_;
    std::vector<Untold> missing_;
};

void saySample(Speaker& speaker, FrozenSample& sample) {
    const std::pair<const char*, const std::string*> texts[] = {{"product_name", &sample.productName},
                                                                {"edition", &sample.edition},
                                                                {"specification", &sample.specification},
                                                                {"batch_no", &sample.batchNo},
                                                                {"maker", &sample.maker},
                                                                {"approval_no", &sample.approvalNo},
                                                                {"client", &sample.client},
                                                                {"voucher_no", &sample.voucherNo},
                                                                {"quantity_unit", &sample.quantityUnit}};
    for (const auto& [name, text] : texts) speaker.say(sample.english, name, *text, std::string("sample.") + name);
    if (FrozenImport* import = sample.import ? &*sample.import : nullptr) {
        speaker.say(import->english, "country", import->country, "sample.import_country");
        speaker.say(import->english, "port", import->port, "sample.import_port");
        speaker.say(import->english, "contract_no", import->contractNo, "sample.import_contract_no");
        speaker.say(import->english, "notice_no", import->noticeNo, "sample.import_notice_no");
    }
    if (FrozenRetest* retest = sample.retest ? &*sample.retest : nullptr) {
        speaker.say(retest->english, "laboratory", retest->laboratory, "sample.retest_laboratory");
        speaker.say(retest->english, "number", retest->number, "sample.retest_number");
        speaker.say(retest->english, "applicant", retest->applicant, "sample.retest_applicant");
    }
}

void sayTest(Speaker& speaker, FrozenTest& test) {
    const std::pair<const char*, const std::string*> texts[] = {
        {"heading", &test.heading},         {"item", &test.item},       {"unit", &test.unit},
        {"requirement", &test.requirement}, {"edition", &test.edition}, {"value", &test.value},
        {"compared", &test.compared}};
    for (const auto& [name, text] : texts) {
        const std::string what = std::string_view(name) == "compared" ? "value" : name;
        const bool ofStandard = what == "edition";
        speaker.say(test.english, name, *text, (ofStandard ? "sample." : "test.") + what, ofStandard ? "" : test.item);
    }
    speaker.say(test.methodEnglish, "title", test.methodTitle, "method.title", test.method + " " + test.methodVersion);
    speaker.sayHand(test.enteredBy);
    if (test.analyst) speaker.sayHand(*test.analyst);
    if (test.checker) speaker.sayHand(*test.checker);
}

void forget(FrozenContent& content) {
    for (English* english : {&content.laboratory.english, &content.sample.english, &content.signatoryEnglish})
        english->clear();
    if (content.sample.import) content.sample.import->english.clear();
    if (content.sample.retest) content.sample.retest->english.clear();
    for (FrozenTest& test : content.tests) {
        for (English* english : {&test.english, &test.methodEnglish, &test.enteredBy.english}) english->clear();
        if (test.analyst) test.analyst->english.clear();
        if (test.checker) test.checker->english.clear();
    }
}

void write(json::Writer& out, const json::Value& value);

/// An object whose members give way to those that it says in English.
void writeObject(json::Writer& out, const json::Value& object) {
    const json::Value* english = object.find("english");
    out.beginObject();
    for (const auto& [name, held] : object.members()) {
        if (&held == english) continue;
        const json::Value* said = english == nullptr ? nullptr : english->find(name);
        out.key(name);
        write(out, said == nullptr ? held : *said);
    }
    out.endObject();
}

void write(json::Writer& out, const json::Value& value) {
    using Kind = json::Value::Kind;
    switch (value.kind()) {
        case Kind::Null:
            out.null();
            return;
        case Kind::Boolean:
            out.boolean(value.boolean());
            return;
        case Kind::Number:
            out.number(value.text());
            return;
        case Kind::String:
            out.string(value.text());
            return;
        case Kind::Object:
            writeObject(out, value);
            return;
        case Kind::Array:
            break;
    }
    out.beginArray();
    for (const json::Value& item : value.items()) write(out, item);
    out.endArray();
}

}  // namespace

std::vector<Untold> speakEnglish(FrozenContent& content) {
    if (!content.isEnglish()) {
        forget(content);
        return {};
    }
    Speaker speaker;
    FrozenLaboratory& laboratory = content.laboratory;
    speaker.say(laboratory.english, "name", laboratory.name, "laboratory.name");
    speaker.say(laboratory.english, "address", laboratory.address, "laboratory.address");
    speaker.say(laboratory.english, "watermark", laboratory.watermark, "laboratory.watermark");
    saySample(speaker, content.sample);
    for (FrozenTest& test : content.tests) sayTest(speaker, test);
    if (FrozenRetest* retest = content.sample.retest ? &*content.sample.retest : nullptr) {
        for (const FrozenTest& test : content.tests) {
            const auto said = test.english.find("item");
            retest->itemsEnglish.push_back(said == test.english.end() ? test.item : said->second);
        }
    }
    speaker.say(content.signatoryEnglish, "name", content.signatoryName, "person.name", content.signatoryName);
    return speaker.take();
}

std::vector<Untold> untold(const FrozenReplaces& replaces) {
    std::vector<Untold> out;
    if (hasHan(replaces.reason)) out.push_back({"replaces.reason"});
    for (const FrozenChange& change : replaces.changes) {
        if (hasHan(change.item + change.oldValue + change.newValue))
            out.push_back({"replaces." + change.what, change.item});
    }
    return out;
}

json::Value asPrinted(const json::Value& content) {
    if (languageOf(content) != "en") return content;
    json::Writer out;
    write(out, content);
    return json::parse(out.take());
}

std::string languageOf(const json::Value& content) {
    const json::Value* sample = content.find("sample");
    const json::Value* language = sample == nullptr ? nullptr : sample->find("language");
    return language == nullptr ? "zh" : language->text();
}

}  // namespace touchstone::certificates
