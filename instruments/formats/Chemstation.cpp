#include "instruments/formats/Chemstation.h"

#include <string>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/XmlTree.h"

namespace touchstone::instruments {
namespace {

std::string firstOf(std::initializer_list<std::string_view> candidates) {
    for (const std::string_view candidate : candidates) {
        if (!candidate.empty()) return std::string(candidate);
    }
    return {};
}

Observation injectionOf(const XmlNode& root, Reading& reading) {
    const XmlNode& sample = root.childOrEmpty("SampleInformation");
    const XmlNode& acquisition = root.childOrEmpty("Acquisition");
    Observation o;
    o.specimen = firstOf({sample.textOf("LimsID"), acquisition.textOf("BarCode"), sample.textOf("SampleName")});
    o.position = sample.textOf("Location");
    o.operatorName = sample.textOf("Operator");
    o.instrument = firstOf({acquisition.textOf("InstrumentName"), sample.textOf("AcqInstName")});
    o.kind = cds::kindOf(sample.textOf("SampleType"));
    const std::string when(sample.textOf("InjectionDateTime"));
    o.observedAt = cds::readDate(when);
    if (!when.empty() && o.observedAt.empty()) {
        reading.warnings.push_back({"time_unread", "a time could not be read", sample.span, when});
    }
    return o;
}

cds::Quantity quantity(const XmlNode& peak, std::string_view name) {
    const XmlNode& node = peak.childOrEmpty(name);
    return {node.text, std::string(node.attribute("Unit"))};
}

cds::Peak peakOf(const XmlNode& node, bool percent) {
    cds::Peak peak;
    peak.compound = node.textOf("Name");
    peak.channel = node.textOf("SignalDesc");
    while (peak.channel.ends_with(',') || peak.channel.ends_with(' ')) peak.channel.pop_back();
    peak.flags = node.textOf("PeakType");
    (percent ? peak.areaPercent : peak.amount) = quantity(node, "Amount");
    peak.area = quantity(node, "Area");
    peak.height = quantity(node, "Height");
    peak.retentionTime = quantity(node, "MeasRetTime");
    peak.span = node.span;
    return peak;
}

/// What the integrator found; it stands for the results where a method without quantification wrote none.
cds::Peak integratedPeak(const XmlNode& node, const XmlNode& signal) {
    cds::Peak peak;
    peak.channel = signal.textOf("Description");
    while (peak.channel.ends_with(',') || peak.channel.ends_with(' ')) peak.channel.pop_back();
    peak.area = quantity(node, "Area");
    peak.areaPercent = {std::string(node.textOf("AreaPercent")), "%"};
    peak.height = quantity(node, "Height");
    peak.retentionTime = {std::string(node.textOf("RetTime")), std::string(signal.textOf("XUnits"))};
    peak.span = node.span;
    return peak;
}

void readPeaks(const XmlNode& root, const Observation& injection, Reading& reading) {
    const XmlNode& results = root.childOrEmpty("Results");
    const bool percent = results.textOf("QuantCalc") == "Percent";
    std::size_t peaks = 0;
    for (const XmlNode& group : results.children) {
        for (const XmlNode& peak : group.children) {
            if (peak.name != "Peak") continue;
            cds::addPeak(injection, peakOf(peak, percent), reading);
            ++peaks;
        }
    }
    if (peaks != 0) return;
    for (const XmlNode& signal : root.childOrEmpty("Chromatograms").children) {
        for (const XmlNode& peak : signal.children) {
            if (peak.name == "IntegrationResults") cds::addPeak(injection, integratedPeak(peak, signal), reading);
        }
    }
}

}  // namespace

Reading readChemstation(std::string_view bytes, const Mapping&, const SeriesSink&) {
    return readReport("chemstation", bytes, [](const XmlNode& root, Reading& reading) {
        if (root.name != "ChemStationResult") {
            reading.refused = Finding{"not_chemstation", "the root is not ChemStationResult", root.span};
            return;
        }
        reading.sender = root.childOrEmpty("Acquisition").textOf("InstrumentName");
        readPeaks(root, injectionOf(root, reading), reading);
    });
}

bool looksLikeChemstation(std::string_view bytes) {
    return rootTag(bytes).name == "ChemStationResult";
}

}  // namespace touchstone::instruments
