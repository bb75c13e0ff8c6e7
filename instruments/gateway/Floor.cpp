#include "instruments/gateway/Floor.h"

#include <Poco/Exception.h>

#include <stdexcept>

namespace touchstone::instruments {

void Floor::apply(const std::vector<InstrumentSettings>& instruments, std::optional<std::int64_t> version) {
    const std::lock_guard guard(mutex_);
    Wanted before, wanted;
    for (const auto& [code, place] : places_) before.emplace(code, place.station->settings());
    for (const InstrumentSettings& instrument : instruments) wanted.emplace(instrument.code, instrument);
    closeAllBut(wanted);  // first, since a port may go from one instrument to another
    std::string code;
    try {
        for (const auto& [each, instrument] : wanted) {
            code = each;
            if (!places_.contains(each)) open(instrument);
        }
        version_ = version;
    } catch (const std::exception& fault) {
        closeAllBut(before);
        std::string also;
        for (const auto& [each, instrument] : before) {
            try {
                if (!places_.contains(each)) open(instrument);
            } catch (const std::exception& worse) {
                also += "; and " + each + " could not be opened again: " + worse.what();
            }
        }
        throw std::runtime_error(code + ": " + fault.what() + also);
    }
}

void Floor::close() {
    const std::lock_guard guard(mutex_);
    closeAllBut({});
}

void Floor::closeAllBut(const Wanted& wanted) {
    for (auto at = places_.begin(); at != places_.end();) {
        const auto kept = wanted.find(at->first);
        if (kept != wanted.end() && kept->second.source == at->second.station->settings().source) {
            ++at;
            continue;
        }
        outbox_.forget(at->first);
        at = places_.erase(at);
    }
}

void Floor::open(const InstrumentSettings& instrument) {
    Place place;
    place.dialogue = outbox_.dialogue(instrument.code, instrument.orders);
    try {
        place.station = std::make_unique<Station>(instrument, spool_, watch_, place.dialogue.get());
    } catch (const Poco::Exception& fault) {  // its what() is only the name of its kind
        outbox_.forget(instrument.code);
        throw std::runtime_error(fault.displayText());
    } catch (...) {
        outbox_.forget(instrument.code);
        throw;
    }
    places_.emplace(instrument.code, std::move(place));
}

Floor::View Floor::view() const {
    const std::lock_guard guard(mutex_);
    View view{version_, {}};
    for (const auto& [code, place] : places_) {
        const Station& station = *place.station;
        view.stations.push_back({station.settings(), station.address(), station.connections(), station.counts()});
    }
    return view;
}

}  // namespace touchstone::instruments
