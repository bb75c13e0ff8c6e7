#include "server/intake/MappingService.h"

#include <algorithm>
#include <set>

#include "instruments/formats/Formats.h"
#include "server/core/Json.h"

namespace touchstone::intake {
namespace {

constexpr std::initializer_list<Role> kHands{Role::technician, Role::administrator};

instruments::Mapping parsed(const std::string& mapping) {
    auto found = instruments::Mapping::parse(mapping);
    if (const auto* wrong = std::get_if<instruments::Finding>(&found)) {
        throw Error(ErrorCode::Invalid, {},
                    {{"mapping", ErrorCode::WrongType, {"mapping (" + wrong->message() + ")"}, {}}});
    }
    return std::get<instruments::Mapping>(std::move(found));
}

std::string describe(const std::vector<InstrumentCode>& codes) {
    json::Writer out;
    out.beginObject().key("codes").beginArray();
    for (const InstrumentCode& c : codes) {
        out.beginObject().field("code", c.code).field("analyte", c.analyte).field("unit", c.unit).endObject();
    }
    out.endArray().endObject();
    return out.take();
}

std::string describe(std::int64_t version, const std::string& mapping) {
    json::Writer out;
    out.beginObject().field("version", version).field("mapping", mapping).endObject();
    return out.take();
}

std::string describeProtocol(const std::string& protocol) {
    json::Writer out;
    out.beginObject().field("protocol", protocol).endObject();
    return out.take();
}

/// Those of the codes that are named.
std::vector<InstrumentCode> among(const std::vector<InstrumentCode>& all, const std::set<std::string>& named) {
    std::vector<InstrumentCode> out;
    std::copy_if(all.begin(), all.end(), std::back_inserter(out), [&](const InstrumentCode& c) { return named.contains(c.code); });
    return out;
}

}  // namespace

std::vector<std::string> protocols() {
    std::vector<std::string> out{"auto"};
    for (const instruments::Format& format : instruments::formats()) out.emplace_back(format.name);
    return out;
}

LockedInstrument MappingService::locked(db::WriteTransaction& tx, const std::string& code) {
    const auto found = lockInstrument(tx, code);
    if (!found) throw Error(ErrorCode::NotFound, {"instrument", code});
    return *found;
}

MappingService::Detail MappingService::instrument(const Actor& actor, const std::string& code) {
    const auto views = intake_.instruments(actor);
    const auto found = std::ranges::find(views, code, &InstrumentView::code);
    if (found == views.end()) throw Error(ErrorCode::NotFound, {"instrument", code});
    return database_.read([&](db::ReadTransaction& tx) {
        return Detail{*found, mappingVersions(tx, found->id), instrumentCodes(tx, found->id)};
    });
}

std::vector<AnalyteView> MappingService::analytes(const Actor& actor) {
    actor.require(kStaff);
    return database_.read([](db::ReadTransaction& tx) { return intake::analytes(tx); });
}

std::int64_t MappingService::save(const Actor& actor, const std::string& code, std::int64_t base, const std::string& mapping,
                                  const std::string& reason) {
    actor.require(kHands);
    static_cast<void>(parsed(mapping));
    const std::int64_t version = database_.write([&](db::WriteTransaction& tx) {
        const LockedInstrument instrument = locked(tx, code);
        const auto versions = mappingVersions(tx, instrument.id);
        const std::int64_t newest = versions.empty() ? 0 : versions.front().version;
        if (newest != base) throw Error(ErrorCode::Conflict);
        insertMapping(tx, instrument.id, newest + 1, mapping, actor.id, clock_.now(), reason);
        const auto before = versions.empty() ? std::nullopt : std::optional(describe(newest, versions.front().mapping));
        trail_.append(tx, actor, {{"instrument.map", "instrument", code, before, describe(newest + 1, mapping), reason}});
        return newest + 1;
    });
    intake_.forgetInstruments();
    return version;
}

void MappingService::setProtocol(const Actor& actor, const std::string& code, const std::string& protocol, const std::string& reason) {
    actor.require(kHands);
    database_.write([&](db::WriteTransaction& tx) {
        const LockedInstrument instrument = locked(tx, code);
        intake::setProtocol(tx, instrument.id, protocol);
        trail_.append(tx, actor, {{"instrument.set_protocol", "instrument", code, describeProtocol(instrument.protocol),
                                   describeProtocol(protocol), reason}});
    });
    intake_.forgetInstruments();
}

void MappingService::setCodes(const Actor& actor, const std::string& code, const std::vector<InstrumentCode>& codes, const std::string& reason) {
    actor.require(kHands);
    database_.write([&](db::WriteTransaction& tx) {
        const LockedInstrument instrument = locked(tx, code);
        std::set<std::string> known;
        for (const AnalyteView& analyte : intake::analytes(tx)) known.insert(analyte.code);
        std::set<std::string> named;
        std::vector<FieldError> errors;
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const std::string row = "rows." + std::to_string(i);
            if (!known.contains(codes[i].analyte)) errors.push_back({row + ".analyte", ErrorCode::NotKnown, {codes[i].analyte}, i});
            if (!named.insert(codes[i].code).second) errors.push_back({row + ".code", ErrorCode::Duplicate, {}, i});
        }
        if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, std::move(errors));
        const auto before = among(instrumentCodes(tx, instrument.id), named);
        upsertCodes(tx, instrument.id, codes);
        trail_.append(tx, actor, {{"instrument.set_codes", "instrument", code, describe(before), describe(codes), reason}});
    });
    intake_.forgetInstruments();
}

void MappingService::removeCodes(const Actor& actor, const std::string& code, const std::vector<std::string>& codes, const std::string& reason) {
    actor.require(kHands);
    database_.write([&](db::WriteTransaction& tx) {
        const LockedInstrument instrument = locked(tx, code);
        const auto before = among(instrumentCodes(tx, instrument.id), {codes.begin(), codes.end()});
        std::vector<FieldError> errors;
        for (std::size_t i = 0; i < codes.size(); ++i) {
            if (std::ranges::find(before, codes[i], &InstrumentCode::code) == before.end()) {
                errors.push_back({"codes." + std::to_string(i), ErrorCode::NotKnown, {codes[i]}, i});
            }
        }
        if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, std::move(errors));
        deleteCodes(tx, instrument.id, codes);
        trail_.append(tx, actor, {{"instrument.remove_codes", "instrument", code, describe(before), {}, reason}});
    });
    intake_.forgetInstruments();
}

MappingService::Preview MappingService::preview(const Actor& actor, const std::string& protocol, const std::string& raw,
                                                const std::string& mapping) const {
    actor.require(kHands);
    const instruments::Mapping how = parsed(mapping);
    return {instruments::outline(protocol, raw, how), instruments::read(protocol, raw, how)};
}

}  // namespace touchstone::intake
