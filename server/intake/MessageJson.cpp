#include "server/intake/MessageJson.h"

namespace touchstone::intake {
namespace {

void writeSpan(json::Writer& out, const instruments::Span& span) {
    out.field("offset", static_cast<std::int64_t>(span.offset)).field("length", static_cast<std::int64_t>(span.length));
}

}  // namespace

void writeOptional(json::Writer& out, std::string_view name, const std::optional<std::int64_t>& value) {
    out.key(name);
    if (value) {
        out.integer(*value);
    } else {
        out.null();
    }
}

void writeMessage(json::Writer& out, const MessageView& m) {
    out.field("uid", m.uid).field("instrument", m.instrument).field("protocol", m.protocol).field("state", m.state);
    out.field("reason", m.reason).field("detail", m.detail).field("received_at", toRfc3339(m.receivedAt));
    out.field("stored_at", toRfc3339(m.storedAt)).field("bytes", m.bytes).field("sha256", m.sha256);
    out.field("observations", m.observations).field("imported", m.imported).field("control_id", m.controlId).field("reading", m.reading);
}

void writeObservations(json::Writer& out, const std::vector<ObservationView>& observations) {
    out.beginArray();
    for (const ObservationView& view : observations) {
        const NewObservation& o = view.stored;
        out.beginObject().field("ordinal", o.ordinal).field("specimen", o.specimen).field("code", o.code).field("value", o.value);
        out.field("unit", o.unit).field("flags", o.flags).field("observed_at", o.observedAt);
        out.field("offset", o.spanOffset).field("length", o.spanLength).field("state", o.state).field("reason", o.reason);
        writeOptional(out, "test", o.test);
        out.field("sample", view.sample).field("corrected", o.correction.has_value()).endObject();
    }
    out.endArray();
}

void writeReadings(json::Writer& out, const std::vector<ReadingView>& readings) {
    out.beginArray();
    for (const ReadingView& r : readings) {
        out.beginObject().field("version", r.version).field("at", toRfc3339(r.at)).field("person", r.person).field("why", r.why);
        writeOptional(out, "mapping_version", r.mappingVersion);
        out.field("state", r.state).field("reason", r.cause).field("detail", r.detail);
        out.field("observations", r.observations).field("imported", r.imported).endObject();
    }
    out.endArray();
}

void writeOutline(json::Writer& out, const instruments::Outline& outline) {
    out.field("format", outline.format).field("charset", outline.charset).field("components", outline.components).field("cut", outline.cut);
    out.key("frames").beginArray();
    for (const instruments::Span& frame : outline.frames) {
        out.beginObject();
        writeSpan(out, frame);
        out.endObject();
    }
    out.endArray().field("sheet", outline.sheet).key("sheets").beginArray();
    for (const std::string& name : outline.sheets) out.string(name);
    out.endArray().key("lines").beginArray();
    for (const auto& line : outline.lines) {
        out.beginObject().field("kind", line.kind);
        writeSpan(out, line.span);
        out.key("parts").beginArray();
        for (const auto& part : line.parts) {
            out.beginObject().field("text", part.text);
            writeSpan(out, part.span);
            out.endObject();
        }
        out.endArray().endObject();
    }
    out.endArray();
}

void writeReplayed(json::Writer& out, const Replayed& r) {
    out.beginObject().field("uid", r.uid).field("reading", r.version).field("state_before", r.stateBefore);
    out.field("imported_before", r.importedBefore).field("state", r.state).field("reason", r.reason).field("detail", r.detail);
    out.field("observations", r.observations).field("imported", r.imported).endObject();
}

}  // namespace touchstone::intake
