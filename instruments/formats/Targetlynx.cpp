#include "instruments/formats/Targetlynx.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/TextBudget.h"
#include "instruments/formats/Values.h"
#include "instruments/formats/Xml.h"

namespace touchstone::instruments {
namespace {

constexpr xml::Limits limits{.bytes = std::size_t{256} << 20U, .depth = 64};

bool isZero(std::string_view text) {
    const auto number = readNumber(text);
    return number && number->decimal.find_first_of("123456789") == std::string::npos;
}

ObservationKind kindOf(std::string_view sampleType) {
    return sampleType == "Solvent" ? ObservationKind::Control : cds::kindOf(sampleType);
}

class Document final : public xml::Handler {
public:
    Document(std::string_view bytes, const Mapping& mapping, Reading& reading)
        : bytes_(bytes), reading_(reading), budget_(bytes.size()) {
        const auto place = mapping.fields.find("specimen");
        if (place != mapping.fields.end()) specimen_ = place->second;
    }

    void start(const xml::Tag& tag) override {
        const std::string parent = path_.empty() ? "" : path_.back();
        path_.push_back(tag.name());
        const std::string& name = tag.name();
        if (name == "GROUP") calibrated_.clear();
        if (name == "SAMPLELISTDATA") openList(tag);
        if (name == "SAMPLE" && parent == "SAMPLELISTDATA") openSample(tag);
        if (name == "COMPOUND") openCompound(tag);
        if (name == "PEAK" && parent == "COMPOUND" && inSample_) takePeak(tag);
        if (name == "METHOD" && parent == "COMPOUND") calibration_ = tag.find("calibref").value_or("");
        const bool curve = name == "RESPONSEFACTOR" || name == "CALIBRATIONCURVE";
        if (curve && parent == "CURVE" && !inSample_) calibrated_.insert(compound_);
    }

    void end(const std::string& name, std::string, std::size_t) override {
        path_.pop_back();
        if (name == "COMPOUND" && inSample_) closeCompound();
        if (name == "SAMPLE") inSample_ = false;
        if (name == "SAMPLELISTDATA") closeList();
        if (name == "GROUP") closeGroup();
    }

    void finish() {
        if (!anySample_ && !reading_.refused) {
            reading_.refused = Finding{"no_samples", "the export holds no samples", {}};
        }
        std::size_t at = 0;
        std::erase_if(reading_.observations, [&](const Observation&) { return none_.contains(at++); });
    }

private:
    /// A zero that may stand for nothing, until the calibrations of the group are known.
    struct Zero {
        std::size_t observation;
        std::string compound, calibration;
    };

    [[nodiscard]] Span spanOf(const xml::Tag& tag) const {
        const std::size_t begin = tagBegin(bytes_, tag.offset());
        return {begin, tag.offset() - begin};
    }

    void openList(const xml::Tag& tag) {
        declared_ = tag.find("count").value_or("");
        list_ = spanOf(tag);
        samples_ = 0;
    }

    void closeList() {
        if (reading_.refused || declared_.empty() || declared_ == std::to_string(samples_)) return;
        reading_.refused = Finding{"sample_count", "a list does not hold as many samples as it declares", list_,
                                   declared_ + " ≠ " + std::to_string(samples_)};
    }

    void openSample(const xml::Tag& tag) {
        const auto text = [&](const char* attribute) { return std::string(trimmed(tag.find(attribute).value_or(""))); };
        ++samples_;
        inSample_ = anySample_ = true;
        injection_ = {};
        if (!specimen_.empty()) injection_.specimen = text(specimen_.c_str());
        for (const char* attribute : {"sampleid", "desc", "name"}) {
            if (injection_.specimen.empty()) injection_.specimen = text(attribute);
        }
        injection_.position = text("vial");
        injection_.operatorName = text("user");
        injection_.instrument = text("instrument");
        injection_.kind = kindOf(text("type"));
        const std::string when = text("createdate") + " " + text("createtime");
        injection_.observedAt = cds::readDate(trimmed(when));
        if (injection_.observedAt.empty() && when != " ") {
            reading_.warnings.push_back({"time_unread", "a time could not be read", spanOf(tag), when});
        }
    }

    void openCompound(const xml::Tag& tag) {
        compound_ = tag.find("name").value_or("");
        calibration_.clear();
        zeros_.clear();
    }

    void closeCompound() {
        for (const std::size_t zero : zeros_) open_.push_back({zero, compound_, calibration_});
    }

    void takePeak(const xml::Tag& tag) {
        if (reading_.refused) return;
        const auto text = [&](const char* attribute) { return tag.find(attribute).value_or(""); };
        cds::Peak peak;
        peak.compound = compound_;
        peak.channel = text("chromtrace");
        peak.flags = trimmed(text("pkflags"));
        peak.amount.text = text("analconc");
        peak.area.text = text("area");
        peak.height.text = text("height");
        peak.retentionTime.text = text("foundrt");
        peak.span = spanOf(tag);
        const std::size_t first = reading_.observations.size();
        cds::addPeak(injection_, peak, reading_);
        for (std::size_t i = first; i < reading_.observations.size() && !reading_.refused; ++i) {
            reading_.refused = budget_.spend(reading_.observations[i]);
            const Observation& o = reading_.observations[i];
            if (o.code == compound_ && isZero(o.value)) zeros_.push_back(i);
        }
    }

    void closeGroup() {
        for (const Zero& zero : std::exchange(open_, {})) {
            if (!calibrated_.contains(zero.compound) && !calibrated_.contains(zero.calibration))
                none_.insert(zero.observation);
        }
    }

    std::string_view bytes_;
    Reading& reading_;
    std::string specimen_;  // the attribute that a mapping names
    std::vector<std::string> path_;
    std::string declared_;
    Span list_;
    std::size_t samples_ = 0;
    bool anySample_ = false, inSample_ = false;
    Observation injection_;
    std::string compound_, calibration_;
    std::vector<std::size_t> zeros_;    // of the compound
    std::vector<Zero> open_;            // of the group
    std::set<std::string> calibrated_;  // of the group
    std::set<std::size_t> none_;
    TextBudget budget_;
};

}  // namespace

Reading readTargetlynx(std::string_view bytes, const Mapping& mapping, const SeriesSink&) {
    Reading reading;
    reading.format = "targetlynx";
    try {
        Document document(bytes, mapping, reading);
        xml::read(bytes, document, limits);
        document.finish();
    } catch (const xml::Fault& e) {
        reading.refused = badXml(e);
    }
    if (reading.refused) reading.observations.clear();
    return reading;
}

bool looksLikeTargetlynx(std::string_view bytes) {
    return rootTag(bytes).name == "QUANDATASET";
}

}  // namespace touchstone::instruments
