#include "server/intake/SeriesRoutes.h"

#include <charconv>
#include <cmath>

namespace touchstone::intake {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

void writeFields(json::Writer& out, const SeriesView& view) {
    const auto real = [&](const char* name, const std::optional<double>& number) {
        out.key(name);
        number ? out.real(*number) : out.null();
    };
    out.field("ordinal", view.ordinal).field("name", view.name).field("kind", view.kind).field("x_unit", view.xUnit);
    out.field("y_unit", view.yUnit).field("specimen", view.specimen).field("points", view.points);
    real("x_min", view.xMin);
    real("x_max", view.xMax);
    real("y_min", view.yMin);
    real("y_max", view.yMax);
}

void writeNumbers(json::Writer& out, const char* name, const std::vector<double>& numbers) {
    out.key(name).beginArray();
    for (const double number : numbers) out.real(number);
    out.endArray();
}

Response list(SeriesService& service, const Request& request) {
    request.query().finish();
    const auto list = service.list(request.actor(), request.path.at("uid"));
    json::Writer out;
    out.beginObject().field("found", list.found).key("items").beginArray();
    for (const SeriesView& view : list.stored) {
        out.beginObject();
        writeFields(out, view);
        out.endObject();
    }
    return Response::json(out.endArray().endObject().take());
}

std::int64_t ordinalOf(const Request& request) {
    const std::string& given = request.path.at("n");
    const auto ordinal = http::parseInteger(given, 0, INT32_MAX);
    if (!ordinal) throw Error(ErrorCode::NotFound, {"series", given});
    return *ordinal;
}

std::optional<double> numberOf(http::Query& query, const std::string& name, std::vector<FieldError>& errors) {
    const auto text = query.text(name, 32);
    if (!text) return std::nullopt;
    double number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error == std::errc() && end == text->data() + text->size() && std::isfinite(number)) return number;
    errors.push_back({name, ErrorCode::NotANumber, {}, {}});
    return std::nullopt;
}

Response get(SeriesService& service, const Request& request) {
    http::Query query = request.query();
    std::vector<FieldError> errors;
    SeriesWindow window;
    window.from = numberOf(query, "from", errors);
    window.to = numberOf(query, "to", errors);
    window.most = static_cast<std::size_t>(query.integer("points", 2, 20'000, 2'000));
    query.finish();
    if (window.from && window.to && *window.from > *window.to) errors.push_back({"to", ErrorCode::OutOfRange, {"from", "∞"}, {}});
    if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, errors);
    const auto whole = service.get(request.actor(), request.path.at("uid"), ordinalOf(request));
    const Drawn drawn = draw(whole.points, window);
    json::Writer out;
    out.beginObject();
    writeFields(out, whole.view);
    out.field("within", drawn.within).field("exact", drawn.exact);
    writeNumbers(out, "x", drawn.points.x);
    writeNumbers(out, "y", drawn.points.y);
    return Response::json(out.endObject().take());
}

Response csv(SeriesService& service, const Request& request) {
    request.query().finish();
    const auto whole = service.get(request.actor(), request.path.at("uid"), ordinalOf(request));
    const std::string name = request.path.at("uid") + "-" + std::to_string(whole.view.ordinal) + ".csv";
    Response response = Response::file(toCsv(whole.view, whole.points), "text/csv", name);
    response.headers.front().second.replace(0, 6, "attachment");
    return response;
}

}  // namespace

std::vector<http::Route> seriesRoutes(SeriesService& series) {
    const std::string all = "/intake/messages/{uid}/series";
    return {
        {Verb::Get, all, Access::Signed, Body::None, [&series](const Request& r) { return list(series, r); }},
        {Verb::Get, all + "/{n}", Access::Signed, Body::None, [&series](const Request& r) { return get(series, r); }},
        {Verb::Get, all + "/{n}/csv", Access::Signed, Body::None, [&series](const Request& r) { return csv(series, r); }},
    };
}

}  // namespace touchstone::intake
