#pragma once
#include "instruments/formats/Outline.h"
#include "server/core/Json.h"
#include "server/intake/IntakeService.h"

/// Messages as the API says them.
namespace touchstone::intake {

void writeMessage(json::Writer& out, const MessageView& message);
void writeObservations(json::Writer& out, const std::vector<ObservationView>& observations);
void writeReadings(json::Writer& out, const std::vector<ReadingView>& readings);
/// The members of an outline, within an object.
void writeOutline(json::Writer& out, const instruments::Outline& outline);
void writeReplayed(json::Writer& out, const Replayed& replayed);
/// An integer or null.
void writeOptional(json::Writer& out, std::string_view name, const std::optional<std::int64_t>& value);

}  // namespace touchstone::intake
