#include "server/certificates/ResultsXml.h"

namespace touchstone::certificates {
namespace {

void escape(std::string& out, const std::string& text) {
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\r':
                out += "&#13;";
                break;
            case '\t':
            case '\n':
                out += c;
                break;
            default:
                // XML 1.0 has no form for the other control characters.
                if (static_cast<unsigned char>(c) < 0x20) {
                    out += "\xEF\xBF\xBD";
                } else {
                    out += c;
                }
        }
    }
}

void write(std::string& out, const std::string& name, const json::Value& value) {
    out += '<' + name + '>';
    switch (value.kind()) {
        case json::Value::Kind::Null:
            break;
        case json::Value::Kind::Boolean:
            out += value.boolean() ? "true" : "false";
            break;
        case json::Value::Kind::Number:
        case json::Value::Kind::String:
            escape(out, value.text());
            break;
        case json::Value::Kind::Array:
            for (const json::Value& item : value.items()) write(out, "item", item);
            break;
        case json::Value::Kind::Object:
            for (const auto& [key, child] : value.members()) write(out, key, child);
            break;
    }
    out += "</" + name + '>';
}

}  // namespace

std::string resultsXml(const json::Value& frozen) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    write(out, "certificate", frozen);
    return out + '\n';
}

}  // namespace touchstone::certificates
