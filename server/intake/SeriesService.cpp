#include "server/intake/SeriesService.h"

#include <charconv>
#include <cmath>
#include <iterator>

#include "instruments/formats/Formats.h"
#include "server/core/Error.h"
#include "server/intake/IntakeStore.h"
#include "server/intake/ReadingStore.h"

namespace touchstone::intake {
namespace {

/// Reads the message as its standing reading did and takes the one series out of it; nothing when it is not there.
std::optional<SeriesService::Whole> fromRaw(db::ReadTransaction& tx, const MessageView& message, std::int64_t ordinal) {
    const auto raw = messageRaw(tx, message.uid);
    if (!raw) return std::nullopt;
    const Understanding by = understandingOf(tx, message.id, message.reading);
    const auto mapping = instruments::Mapping::parse(by.mapping.empty() ? "{}" : by.mapping);
    if (!std::holds_alternative<instruments::Mapping>(mapping)) return std::nullopt;
    std::optional<SeriesService::Whole> out;
    std::int64_t at = 0;
    const auto take = [&](instruments::Series&& series) {
        if (at++ != ordinal || series.x.size() != series.y.size()) return;
        out = SeriesService::Whole{describe(series, ordinal), {std::move(series.x), std::move(series.y)}};
    };
    static_cast<void>(instruments::read(by.protocol, *raw, std::get<instruments::Mapping>(mapping), take));
    return out;
}

void append(std::string& out, double number) {
    if (std::isnan(number)) return;
    char text[32];
    const auto [end, error] = std::to_chars(std::begin(text), std::end(text), number);
    if (error != std::errc()) throw std::logic_error("a double of more than 32 characters");
    out.append(text, end);
}

/// A cell of a table that a spreadsheet will read: quoted, and never taken for a formula.
std::string cell(const std::string& text) {
    std::string out = "\"";
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) out += '\'';
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    return out + '"';
}

}  // namespace

SeriesService::List SeriesService::list(const Actor& actor, const std::string& uid) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        const auto message = messageView(tx, uid);
        if (!message) throw Error(ErrorCode::NotFound, {"message", uid});
        return List{seriesFound(tx, message->id), seriesViews(tx, message->id)};
    });
}

SeriesService::Whole SeriesService::get(const Actor& actor, const std::string& uid, std::int64_t ordinal) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        const auto message = messageView(tx, uid);
        if (!message) throw Error(ErrorCode::NotFound, {"message", uid});
        if (auto stored = storedSeries(tx, message->id, ordinal)) {
            return Whole{stored->view, unpackPoints(stored->data, static_cast<std::size_t>(stored->view.points))};
        }
        auto read = ordinal < seriesFound(tx, message->id) ? fromRaw(tx, *message, ordinal) : std::nullopt;
        if (!read) throw Error(ErrorCode::NotFound, {"series", std::to_string(ordinal)});
        return std::move(*read);
    });
}

std::string toCsv(const SeriesView& view, const Points& points) {
    const auto title = [](const std::string& name, const std::string& unit) { return cell(unit.empty() ? name : name + " (" + unit + ")"); };
    std::string out = title("x", view.xUnit) + "," + title(view.name.empty() ? "y" : view.name, view.yUnit) + "\r\n";
    for (std::size_t i = 0; i < points.x.size(); ++i) {
        append(out, points.x[i]);
        out += ',';
        append(out, points.y[i]);
        out += "\r\n";
    }
    return out;
}

}  // namespace touchstone::intake
