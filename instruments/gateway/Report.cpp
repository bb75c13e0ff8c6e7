#include "instruments/gateway/Report.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

class Line {
public:
    void member(const char* key, std::string_view value) {
        json_.Key(key);
        const std::string text = isUtf8(value) ? std::string(value) : decode(value, "windows-1252").text.utf8();
        json_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    }
    void member(const char* key, bool value) {
        json_.Key(key);
        json_.Bool(value);
    }
    void member(const char* key, std::size_t value) {
        json_.Key(key);
        json_.Uint64(value);
    }

    void reading(const Reading& reading, const std::vector<SeriesSummary>& series) {
        json_.Key("observations");
        json_.StartArray();
        for (const Observation& o : reading.observations) observation(o);
        json_.EndArray();
        json_.Key("series");
        json_.StartArray();
        for (const SeriesSummary& s : series) {
            json_.StartObject();
            member("name", s.name);
            member("kind", s.kind);
            member("points", s.points);
            member("unit", s.unit);
            member("x_unit", s.xUnit);
            json_.EndObject();
        }
        json_.EndArray();
        json_.Key("warnings");
        json_.StartArray();
        for (const Finding& warning : reading.warnings) finding(warning);
        json_.EndArray();
        json_.Key("refused");
        if (reading.refused) {
            finding(*reading.refused);
        } else {
            json_.Null();
        }
    }

    void open() { json_.StartObject(); }
    std::string close() {
        json_.EndObject();
        return buffer_.GetString();
    }

private:
    void observation(const Observation& o) {
        json_.StartObject();
        member("specimen", o.specimen);
        member("position", o.position);
        member("code", o.code);
        member("name", o.name);
        member("value", o.value);
        json_.Key("decimal");
        if (o.decimal) {
            json_.String(o.decimal->c_str());
        } else {
            json_.Null();
        }
        member("comparator", sign(o.comparator));
        member("unit", o.unit);
        member("flags", o.flags);
        member("status", o.status);
        member("time", o.observedAt);
        member("operator", o.operatorName);
        member("instrument", o.instrument);
        member("qc", o.kind == ObservationKind::Control);
        member("calibration", o.kind == ObservationKind::Calibration);
        member("undecodable", o.undecodable);
        span(o.span);
        json_.EndObject();
    }

    void finding(const Finding& f) {
        json_.StartObject();
        member("code", f.code);
        member("message", f.message());
        span(f.span);
        json_.EndObject();
    }

    void span(Span s) {
        json_.Key("span");
        json_.StartArray();
        json_.Uint64(s.offset);
        json_.Uint64(s.length);
        json_.EndArray();
    }

    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> json_{buffer_};
};

}  // namespace

SeriesSink summariseInto(std::vector<SeriesSummary>& summaries) {
    return [&summaries](Series&& s) {
        summaries.push_back({std::move(s.name), std::move(s.kind), std::move(s.xUnit), std::move(s.unit), s.y.size()});
    };
}

std::string readingLine(const std::string& file, const Reading& reading, const std::vector<SeriesSummary>& series) {
    Line line;
    line.open();
    line.member("file", file);
    line.member("format", reading.format);
    line.member("mapping", reading.mapping);
    line.member("control_id", reading.controlId);
    line.member("sender", reading.sender);
    line.reading(reading, series);
    return line.close();
}

std::string handledLine(const Handled& handled, const Reading* reading, const std::vector<SeriesSummary>& series) {
    Line line;
    line.open();
    line.member("id", handled.stored.id);
    line.member("instrument", handled.message.instrument);
    line.member("protocol", handled.message.protocol);
    line.member("state", name(handled.message.state));
    line.member("bytes", handled.message.bytes.size());
    line.member("sha256", handled.stored.sha256);
    line.member("control_id", handled.message.controlId);
    line.member("duplicate", handled.stored.duplicate);
    line.member("acknowledged", handled.acknowledged);
    line.member("note", handled.message.note);
    if (reading != nullptr) line.reading(*reading, series);
    return line.close();
}

}  // namespace touchstone::instruments
