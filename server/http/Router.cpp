#include "server/http/Router.h"

#include <algorithm>
#include <map>

#include "server/core/Bytes.h"

namespace touchstone::http {
namespace {

/// Nothing when a percent sign is not followed by two hexadecimal digits, or the bytes are no plain text.
std::optional<std::string> decoded(std::string_view encoded) {
    std::string out;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        if (encoded[i] != '%') {
            out += encoded[i];
            continue;
        }
        const auto byte = i + 2 < encoded.size() ? fromHex(encoded.substr(i + 1, 2)) : std::nullopt;
        if (!byte) return std::nullopt;
        out += *byte;
        i += 2;
    }
    return isPlainText(out) ? std::optional(out) : std::nullopt;
}

std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty() && path.front() == '/') {
        path.remove_prefix(1);
        const std::size_t end = path.find('/');
        out.push_back(path.substr(0, end));
        path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
    }
    return out;
}

std::optional<std::map<std::string, std::string>> match(const std::vector<std::string_view>& pattern,
                                                        const std::vector<std::string_view>& path) {
    if (pattern.size() != path.size()) return std::nullopt;
    std::map<std::string, std::string> values;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i].starts_with('{')) {
            const auto value = decoded(path[i]);
            if (!value || value->empty()) return std::nullopt;
            values.emplace(pattern[i].substr(1, pattern[i].size() - 2), *value);
        } else if (pattern[i] != path[i]) {
            return std::nullopt;
        }
    }
    return values;
}

void writeFieldError(json::Writer& out, const FieldError& error, const std::string& field, Language language) {
    out.beginObject().field("field", field);
    if (error.row) out.field("row", static_cast<std::int64_t>(*error.row));
    out.field("code", name(error.code)).field("message", text(error.code, error.arguments, language)).endObject();
}

}  // namespace

std::string_view name(Verb verb) {
    switch (verb) {
        case Verb::Get: return "GET";
        case Verb::Post: return "POST";
        case Verb::Delete: return "DELETE";
    }
    return "";
}

const Actor& Request::actor() const {
    if (!caller) throw Error(ErrorCode::NotSignedIn);
    return *caller;
}

std::string Request::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
}

Response Response::file(std::string bytes, std::string type, const std::string& name) {
    return {200, std::move(type), std::move(bytes), {{"Content-Disposition", "inline; filename=\"" + name + "\""}}};
}

void Router::add(std::vector<Route> routes) {
    for (Route& route : routes) routes_.push_back(std::move(route));
}

Router::Match Router::find(std::string_view verb, std::string_view path) const {
    const auto wanted = segments(path);
    bool known = false;
    const Route* best = nullptr;
    std::map<std::string, std::string> bestValues;
    for (const Route& route : routes_) {
        auto values = match(segments(route.pattern), wanted);
        if (!values) continue;
        known = true;
        if (name(route.verb) != verb) continue;
        if (best == nullptr || values->size() < bestValues.size()) {  // fixed words win over {names}
            best = &route;
            bestValues = std::move(*values);
        }
    }
    if (best != nullptr) return {best, std::move(bestValues)};
    if (known) throw Error(ErrorCode::MethodNotAllowed, {std::string(verb)});
    throw Error(ErrorCode::NoSuchPath);
}

std::map<std::string, std::string> parseQuery(std::string_view query) {
    std::string spaced(query);
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    std::map<std::string, std::string> out;
    for (std::string_view rest = spaced; !rest.empty();) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        const auto key = decoded(pair.substr(0, equals));
        const auto value = equals == std::string_view::npos ? std::optional<std::string>("") : decoded(pair.substr(equals + 1));
        if (!key || !value) throw Error(ErrorCode::Invalid, {}, {{key.value_or(""), ErrorCode::WrongCharacters, {}, {}}});
        if (!out.emplace(*key, *value).second) throw Error(ErrorCode::Invalid, {}, {{*key, ErrorCode::Duplicate, {}, {}}});
    }
    return out;
}

std::string problemDocument(const Error& error, Language language) {
    json::Writer out;
    out.beginObject()
        .field("type", "/problems/" + std::string(name(error.code())))
        .field("title", text(error.code(), error.arguments(), language))
        .field("status", httpStatus(error.code()))
        .field("code", name(error.code()));
    if (error.code() == ErrorCode::Internal && !error.arguments().empty()) out.field("reference", error.arguments().front());
    if (!error.fields().empty()) {
        out.key("errors").beginArray();
        for (const FieldError& field : error.fields()) writeFieldError(out, field, field.field, language);
        out.endArray();
    }
    out.endObject();
    return out.take();
}

void writeRefused(json::Writer& out, const std::vector<FieldError>& errors, Language language) {
    std::map<std::size_t, std::vector<const FieldError*>> byRow;
    for (const FieldError& error : errors) byRow[error.row.value_or(0)].push_back(&error);
    out.beginArray();
    for (const auto& [row, list] : byRow) {
        out.beginObject().field("row", static_cast<std::int64_t>(row)).key("errors").beginArray();
        for (const FieldError* error : list) {
            const std::size_t dots = error->field.find('.', error->field.find('.') + 1);
            writeFieldError(out, *error, dots == std::string::npos ? "" : error->field.substr(dots + 1), language);
        }
        out.endArray().endObject();
    }
    out.endArray();
}

}  // namespace touchstone::http
