#include "server/catalogue/Institute.h"

#include <map>
#include <vector>

#include "server/catalogue/InstituteStore.h"
#include "server/core/Json.h"

namespace touchstone::catalogue {
namespace {

using Ids = std::map<std::string, std::int64_t>;
using xml::Element;

db::Value optionalAttribute(const Element& element, std::string_view name) { return db::orNull(element.find(name)); }

/// What is said in English; empty where nobody said it.
std::string english(const Element& element, std::string_view name) { return element.find(name).value_or(""); }

db::Value verified(const Element& element) { return std::int64_t{element.at("verified") == "true"}; }

std::vector<const Element*> all(const Element& parent, std::string_view name) {
    std::vector<const Element*> out;
    for (const Element& child : parent.children) {
        if (child.name == name) out.push_back(&child);
    }
    return out;
}

std::vector<Record> organisations(const Element& institute) {
    std::vector<Record> out;
    for (const Element* e : all(institute, "organisation")) {
        out.push_back({{e->at("code"), e->at("name"), e->at("name_en"), e->at("kind"), e->at("region"), e->at("address"),
                        english(*e, "address_en")},
                       e->at("code"), e->line});
    }
    return out;
}

std::vector<Record> days(const Element& institute) {
    std::vector<Record> out;
    for (const Element* e : all(institute, "day")) {
        out.push_back({{e->at("date"), e->at("kind"), e->at("source")}, e->at("date"), e->line});
    }
    return out;
}

std::vector<Record> deadlines(const Element& institute) {
    std::vector<Record> out;
    for (const Element* e : all(institute, "deadline")) {
        out.push_back({{e->at("business"), e->at("product"), e->at("from"), e->at("days"), e->at("counting"),
                        optionalAttribute(*e, "to"), verified(*e), e->at("source")},
                       e->at("business") + "/" + e->at("product") + "/" + e->at("from"),
                       e->line});
    }
    return out;
}

std::vector<Record> standards(const Element& institute) {
    std::vector<Record> out;
    for (const Element* e : all(institute, "standard")) out.push_back({{e->at("code"), e->at("title")}, e->at("code"), e->line});
    return out;
}

std::vector<Record> editions(const Element& institute, const Ids& standards) {
    std::vector<Record> out;
    for (const Element* standard : all(institute, "standard")) {
        for (const Element& e : standard->children) {
            out.push_back({{e.at("name"), standards.at(keyOf({standard->at("code")})), e.at("from"),
                            optionalAttribute(e, "to"), verified(e), e.at("source"), english(e, "name_en")},
                           e.at("name"),
                           e.line});
        }
    }
    return out;
}

std::vector<Record> analytes(const Element& institute) {
    std::vector<Record> out;
    for (const Element* e : all(institute, "analyte")) out.push_back({{e->at("code"), e->at("name")}, e->at("code"), e->line});
    return out;
}

std::vector<Record> methods(const Element& institute) {
    std::vector<Record> out;
    for (const Element* e : all(institute, "method")) {
        out.push_back({{e->at("code"), e->at("version"), e->at("title"), e->at("from"), optionalAttribute(*e, "to"),
                        english(*e, "title_en")},
                       e->at("code"), e->line});
    }
    return out;
}

std::vector<Record> products(const Element& institute, const Ids& standards) {
    std::vector<Record> out;
    for (const Element* e : all(institute, "product")) {
        out.push_back({{e->at("code"), e->at("name"), e->at("kind"), standards.at(keyOf({e->at("standard")})),
                        english(*e, "name_en")},
                       e->at("code"), e->line});
    }
    return out;
}

/// The texts of the children of that name as a JSON list; NULL without any.
db::Value wordsOf(const Element& limit, std::string_view name) {
    const std::vector<const Element*> words = all(limit, name);
    if (words.empty()) return nullptr;
    json::Writer out;
    out.beginArray();
    for (const Element* word : words) out.string(word->text);
    out.endArray();
    return out.take();
}

db::Value inclusive(const Element& limit, std::string_view name) {
    const std::string flag = limit.find(name).value_or("true");
    return std::int64_t{flag == "true" || flag == "1"};
}

struct References {
    Ids editions, products, analytes, methods;
};

Record itemRecord(const Element& product, const Element& group, const Element& e, const References& ids) {
    const Element& limit = e.children.at(0);
    return {{ids.editions.at(keyOf({group.at("edition")})),
             ids.products.at(keyOf({product.at("code")})),
             e.at("seq"),
             e.at("heading"),
             e.at("name"),
             ids.analytes.at(keyOf({e.at("analyte")})),
             ids.methods.at(keyOf({e.at("method"), e.at("version")})),
             e.at("unit"),
             e.at("requirement"),
             limit.name,
             optionalAttribute(limit, "lower"),
             inclusive(limit, "lower_inclusive"),
             optionalAttribute(limit, "upper"),
             inclusive(limit, "upper_inclusive"),
             wordsOf(limit, "conforms"),
             wordsOf(limit, "fails"),
             group.at("comparison"),
             verified(group),
             group.at("source")},
            product.at("code") + "/" + e.at("seq"),
            e.line};
}

std::vector<Record> items(const Element& institute, const References& ids) {
    std::vector<Record> out;
    for (const Element* product : all(institute, "product")) {
        for (const Element& group : product->children) {
            for (const Element& item : group.children) out.push_back(itemRecord(*product, group, item, ids));
        }
    }
    return out;
}

/// Each text that conforms or fails with what it is in English; "{}" where none is said.
std::string englishWords(const Element& limit) {
    json::Writer out;
    out.beginObject();
    for (const Element& word : limit.children) {
        if (const auto said = word.find("en")) out.field(word.text, *said);
    }
    return out.endObject().take();
}

/// Only of items of which something is said in English.
std::vector<Record> englishItems(const Element& institute, const References& ids, const Ids& items) {
    std::vector<Record> out;
    for (const Element* product : all(institute, "product")) {
        for (const Element& group : product->children) {
            for (const Element& e : group.children) {
                std::vector<std::string> texts;
                for (const char* name : {"heading_en", "name_en", "unit_en", "requirement_en"}) texts.push_back(english(e, name));
                texts.push_back(englishWords(e.children.at(0)));
                if (texts == std::vector<std::string>{"", "", "", "", "{}"}) continue;
                const auto key = [](std::int64_t id) { return std::to_string(id); };
                const std::int64_t id = items.at(keyOf({key(ids.editions.at(keyOf({group.at("edition")}))),
                                                        key(ids.products.at(keyOf({product->at("code")}))), e.at("seq")}));
                out.push_back({{id}, product->at("code") + "/" + e.at("seq"), e.line});
                for (std::string& text : texts) out.back().cells.emplace_back(std::move(text));
            }
        }
    }
    return out;
}

std::vector<Record> instruments(const Element& institute) {
    std::vector<Record> out;
    for (const Element* e : all(institute, "instrument")) {
        out.push_back({{e->at("code"), e->at("name"), e->at("model"), e->at("protocol")}, e->at("code"), e->line});
    }
    return out;
}

std::vector<Record> reports(const Element& institute, const Ids& instruments, const Ids& analytes) {
    std::vector<Record> out;
    for (const Element* instrument : all(institute, "instrument")) {
        for (const Element* e : all(*instrument, "reports")) {
            out.push_back({{instruments.at(keyOf({instrument->at("code")})), e->at("code"),
                            analytes.at(keyOf({e->at("analyte")})), e->at("unit")},
                           instrument->at("code"),
                           e->line});
        }
    }
    return out;
}

std::vector<Record> mappings(const Element& institute, const Ids& instruments) {
    std::vector<Record> out;
    for (const Element* instrument : all(institute, "instrument")) {
        for (const Element* e : all(*instrument, "mapping")) {
            out.push_back({{instruments.at(keyOf({instrument->at("code")})), e->text}, instrument->at("code"), e->line});
        }
    }
    return out;
}

std::vector<Record> controls(const Element& institute) {
    std::vector<Record> out;
    for (const Element* e : all(institute, "control")) {
        out.push_back({{e->at("code"), e->at("lot"), e->at("name"), e->at("from"), optionalAttribute(*e, "to"), e->at("source")},
                       e->at("code") + "/" + e->at("lot"), e->line});
    }
    return out;
}

struct ChartReferences {
    Ids controls, instruments, analytes;
};

std::vector<std::int64_t> keyOfChart(const Element& control, const Element& chart, const ChartReferences& ids) {
    return {ids.controls.at(keyOf({control.at("code"), control.at("lot")})), ids.instruments.at(keyOf({chart.at("instrument")})),
            ids.analytes.at(keyOf({chart.at("analyte")}))};
}

std::vector<Record> charts(const Element& institute, const ChartReferences& ids) {
    std::vector<Record> out;
    for (const Element* control : all(institute, "control")) {
        for (const Element& chart : control->children) {
            const auto key = keyOfChart(*control, chart, ids);
            const std::string blocking = chart.at("blocking");
            out.push_back({{key[0], key[1], key[2], chart.at("unit"), std::int64_t{blocking == "true" || blocking == "1"}},
                           control->at("code") + "/" + chart.at("instrument") + "/" + chart.at("analyte"), chart.line});
        }
    }
    return out;
}

std::vector<Record> targets(const Element& institute, const ChartReferences& ids, const Ids& chartIds) {
    std::vector<Record> out;
    for (const Element* control : all(institute, "control")) {
        for (const Element& chart : control->children) {
            const auto key = keyOfChart(*control, chart, ids);
            const std::int64_t id = chartIds.at(keyOf({std::to_string(key[0]), std::to_string(key[1]), std::to_string(key[2])}));
            for (const Element& e : chart.children) {
                out.push_back({{id, e.at("from"), optionalAttribute(e, "to"), e.at("mean"), e.at("sd"), verified(e), e.at("source")},
                               control->at("code") + "/" + chart.at("instrument") + "/" + chart.at("analyte") + "/" + e.at("from"), e.line});
            }
        }
    }
    return out;
}

std::vector<Record> accreditations(const Element& institute) {
    std::vector<Record> out;
    for (const Element* e : all(institute, "accreditation")) {
        out.push_back({{e->at("body"), e->at("number"), e->at("from"), optionalAttribute(*e, "to"), verified(*e), e->at("source")},
                       e->at("body") + "/" + e->at("number"), e->line});
    }
    return out;
}

std::vector<Record> scopes(const Element& institute, const Ids& accreditations) {
    std::vector<Record> out;
    for (const Element* accreditation : all(institute, "accreditation")) {
        const std::string body = accreditation->at("body");
        const std::int64_t id = accreditations.at(keyOf({body, accreditation->at("number"), accreditation->at("from")}));
        for (const Element& e : accreditation->children) {
            const std::string product = e.find("product").value_or("");
            const std::string analyte = e.find("analyte").value_or("");
            const std::string method = e.find("method").value_or("");
            out.push_back({{id, product, analyte, method, e.at("from"), optionalAttribute(e, "to")},
                           body + "/" + product + "/" + analyte + "/" + method, e.line});
        }
    }
    return out;
}

std::vector<Record> markRules(const Element& institute) {
    std::vector<Record> out;
    for (const Element* e : all(institute, "mark_rule")) {
        out.push_back({{e->at("body"), e->at("from"), e->at("partly"), optionalAttribute(*e, "to"), verified(*e), e->at("source")},
                       e->at("body") + "/" + e->at("from"), e->line});
    }
    return out;
}

/// Rules by kind of product and first day, each with one value.
std::vector<Record> kindRules(const Element& institute, const std::string& element, const std::string& value) {
    std::vector<Record> out;
    for (const Element* e : all(institute, element)) {
        out.push_back({{e->at("product"), e->at("from"), e->at(value), optionalAttribute(*e, "to"), verified(*e), e->at("source")},
                       e->at("product") + "/" + e->at("from"), e->line});
    }
    return out;
}

void syncAll(TableSync& to, const Element& institute) {
    to.sync(tables::kOrganisation, organisations(institute));
    to.sync(tables::kDay, days(institute));
    to.sync(tables::kDeadline, deadlines(institute));
    const Ids standardIds = to.sync(tables::kStandard, standards(institute));
    References ids;
    ids.editions = to.sync(tables::kEdition, editions(institute, standardIds));
    ids.analytes = to.sync(tables::kAnalyte, analytes(institute));
    ids.methods = to.sync(tables::kMethod, methods(institute));
    ids.products = to.sync(tables::kProduct, products(institute, standardIds));
    to.sync(tables::kItemEnglish, englishItems(institute, ids, to.sync(tables::kItem, items(institute, ids))));
    const Ids instrumentIds = to.sync(tables::kInstrument, instruments(institute));
    to.syncReports(reports(institute, instrumentIds, ids.analytes));
    to.syncMappings(mappings(institute, instrumentIds));
    const ChartReferences chartReferences{to.sync(tables::kControl, controls(institute)), instrumentIds, ids.analytes};
    const Ids chartIds = to.sync(tables::kChart, charts(institute, chartReferences));
    to.sync(tables::kTarget, targets(institute, chartReferences, chartIds));
    to.sync(tables::kScope, scopes(institute, to.sync(tables::kAccreditation, accreditations(institute))));
    to.sync(tables::kMarkRule, markRules(institute));
    to.sync(tables::kRetention, kindRules(institute, "retention", "years"));
    to.sync(tables::kNearLimit, kindRules(institute, "near_limit", "share"));
}

Element parsed(std::string_view xmlText, const std::string& schemaFile) {
    try {
        return xml::parse(xmlText, schemaFile);
    } catch (const xml::Fault& fault) {
        throw Error(ErrorCode::BadDocument, {std::to_string(fault.line()), fault.what()});
    } catch (const std::invalid_argument& unusable) {
        throw Error(ErrorCode::BadConfiguration, {schemaFile, unusable.what()});
    }
}

}  // namespace

Imported importInstitute(db::Database& database, const audit::Trail& trail, const Actor& actor, std::string_view xmlText,
                         const std::string& schemaFile) {
    actor.require({Role::administrator});
    const Element institute = parsed(xmlText, schemaFile);
    std::vector<FieldError> errors = checkInstitute(institute);
    if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, std::move(errors));

    return database.write([&](db::WriteTransaction& tx) {
        TableSync sync(tx);
        syncAll(sync, institute);
        trail.append(tx, actor, sync.entries);
        return Imported{sync.added, sync.changed};
    });
}

}  // namespace touchstone::catalogue
