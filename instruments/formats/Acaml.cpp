#include "instruments/formats/Acaml.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Container.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/Values.h"
#include "instruments/formats/XmlTree.h"

namespace touchstone::instruments {
namespace {

/// A document and where its archive has it.
struct Document {
    XmlNode root;
    std::string stem;  // "Run_1" of "Run_1.rx"; empty outside of an archive
    std::optional<Span> packed;
};

template <class Visit>
void eachElement(const XmlNode& node, const Visit& visit) {
    visit(node);
    for (const XmlNode& child : node.children) eachElement(child, visit);
}

cds::Quantity quantity(const XmlNode* node) {
    if (node == nullptr) return {};
    const std::string_view value = node->attribute("val");
    return {std::string(value.empty() ? std::string_view(node->text) : value), std::string(node->attribute("unit"))};
}

/// Of elements that may be given several times, some of them empty.
std::string firstText(const XmlNode& node, std::string_view name) {
    for (const XmlNode& child : node.children) {
        if (child.name == name && !child.text.empty()) return child.text;
    }
    return {};
}

/// Older versions have it one element deeper.
std::string compoundName(const XmlNode& compound) {
    const XmlNode* const identified = compound.child("IdentifiedCompound");
    return std::string((identified == nullptr ? compound : *identified).textOf("CompoundName"));
}

/// The peaks of an injection in the order of the document, until compounds take them.
struct PeakList {
    std::vector<cds::Peak> peaks;
    std::vector<bool> taken;
    std::map<std::string_view, std::size_t> byId;

    void add(cds::Peak peak, std::string_view id) {
        if (!id.empty()) byId.emplace(id, peaks.size());
        peaks.push_back(std::move(peak));
        taken.push_back(false);
    }
};

class Reader {
public:
    Reader(const std::vector<Document>& documents, Reading& reading) : documents_(documents), reading_(reading) {}

    void read() {
        for (const Document& document : documents_) {
            eachElement(document.root, [&](const XmlNode& node) { index(node, document); });
        }
        for (const Document& document : documents_) {
            const XmlNode* const doc = document.root.child("Doc");
            const XmlNode* const content = doc == nullptr ? nullptr : doc->child("Content");
            const XmlNode* const injections = content == nullptr ? nullptr : content->child("Injections");
            if (injections == nullptr) continue;
            for (const XmlNode& result : injections->children) {
                if (result.name == "Result") readResult(result, document);
            }
        }
    }

private:
    void index(const XmlNode& node, const Document& document) {
        const std::string_view id = node.attribute("id");
        if (node.name == "InjectionInfo" || node.name == "Injection") rawFiles_.emplace(document.stem, &node);
        if (node.name == "Samples") {
            for (const XmlNode& sample : node.children) indexSample(sample);
        }
        if (node.name == "Instrument" && instrument_.empty()) instrument_ = node.textOf("Name");
        if (!id.empty() && !node.name.ends_with("_ID")) byId_.emplace(id, &node);
    }

    [[nodiscard]] const XmlNode* referred(const XmlNode& node, std::string_view reference) const {
        const XmlNode* const link = node.child(reference);
        const auto found = link == nullptr ? byId_.end() : byId_.find(link->attribute("id"));
        return found == byId_.end() ? nullptr : found->second;
    }

    /// "IdentParam" of a sample: within it, or where its reference leads.
    [[nodiscard]] const XmlNode* parameters(const XmlNode& node, const std::string& name) const {
        const XmlNode* const inside = node.child(name);
        return inside != nullptr ? inside : referred(node, name + "_ID");
    }

    void indexSample(const XmlNode& sample) {
        constexpr std::size_t most = 4;  // its setup, its measurement, its result
        for (const XmlNode& link : sample.children) {
            if (link.name != "InjectionResult_ID" && link.name != "InjectionMeasData_ID") continue;
            auto& known = samplesOf_[link.attribute("id")];
            if (known.size() < most) known.push_back(&sample);
        }
    }

    Observation injectionOf(const XmlNode& result, const Document& document) const {
        Observation o;
        o.instrument = instrument_;
        const XmlNode* const link = result.child("InjectionMeasData_ID");
        const std::string_view measured = link == nullptr ? std::string_view() : link->attribute("id");
        if (const auto found = byId_.find(measured); found != byId_.end()) takeRun(o, *found->second);
        for (const std::string_view id : {result.attribute("id"), measured}) {
            const auto found = id.empty() ? samplesOf_.end() : samplesOf_.find(id);
            if (found == samplesOf_.end()) continue;
            for (const XmlNode* const sample : found->second) {
                takeSample(o, *sample);
                if (const XmlNode* const setup = referred(*sample, "SampleSetup_ID")) takeSample(o, *setup);
            }
        }
        if (o.specimen.empty()) takeRawFile(o, document.stem);
        return o;
    }

    static void takeRun(Observation& o, const XmlNode& run) {
        const XmlNode* const info = run.child("Info");
        if (info == nullptr) return;
        o.observedAt = readTime(info->textOf("CreatedDate"));
        if (const XmlNode* const by = info->child("CreatedBy")) o.operatorName = by->textOf("Username");
    }

    void takeSample(Observation& o, const XmlNode& sample) const {
        if (const XmlNode* const ident = parameters(sample, "IdentParam")) {
            for (const char* const field : {"LimsID", "Barcode", "ExpectedBarcode", "Name"}) {
                if (o.specimen.empty()) o.specimen = firstText(*ident, field);
            }
        }
        if (const XmlNode* const acquisition = parameters(sample, "AcqParam")) {
            if (o.position.empty()) o.position = acquisition->textOf("VialNumber");
        }
        const XmlNode* const analysis = parameters(sample, "DAParam");
        if (analysis != nullptr && o.kind == ObservationKind::Sample) o.kind = cds::kindOf(analysis->textOf("Type"));
    }

    void takeRawFile(Observation& o, const std::string& stem) const {
        const auto found = rawFiles_.find(stem);
        if (found == rawFiles_.end() || stem.empty()) return;
        const XmlNode& raw = *found->second;
        o.specimen = raw.textOf("Barcode").empty() ? raw.textOf("SampleName") : raw.textOf("Barcode");
        o.position = raw.textOf("Location");
        if (!raw.textOf("RunOperator").empty()) o.operatorName = raw.textOf("RunOperator");
        if (!raw.textOf("RunDateTime").empty()) o.observedAt = readTime(raw.textOf("RunDateTime"));
    }

    void readResult(const XmlNode& result, const Document& document) {
        const Observation injection = injectionOf(result, document);
        PeakList list;
        for (const XmlNode& signal : result.children) {
            if (signal.name != "SignalResult") continue;
            const XmlNode* const known = referred(signal, "Signal_ID");
            for (const XmlNode& node : signal.children) {
                if (node.name != "Peak") continue;
                cds::Peak peak = peakOf(node, document);
                if (known != nullptr) peak.channel = known->textOf("Name");
                list.add(std::move(peak), node.attribute("id"));
            }
        }
        for (const XmlNode& compound : result.children) {
            if (compound.name == "InjectionCompound") readCompound(compound, injection, document, list);
        }
        for (std::size_t i = 0; i < list.peaks.size(); ++i) {
            if (!list.taken[i]) cds::addPeak(injection, list.peaks[i], reading_);
        }
    }

    static cds::Peak peakOf(const XmlNode& node, const Document& document) {
        cds::Peak peak;
        peak.flags = node.textOf("BaselineCode");
        peak.area = quantity(node.child("Area"));
        peak.areaPercent = quantity(node.child("AreaPercent"));
        if (peak.areaPercent.unit.empty()) peak.areaPercent.unit = "%";
        peak.height = quantity(node.child("Height"));
        peak.retentionTime = quantity(node.child("RetentionTime"));
        peak.span = document.packed.value_or(node.span);
        return peak;
    }

    /// A compound takes its peaks; one without a name leaves them.
    void readCompound(const XmlNode& node, const Observation& injection, const Document& document, PeakList& list) {
        const std::string name = compoundName(node);
        if (name.empty()) return;
        cds::Peak peak;
        eachElement(node, [&](const XmlNode& inner) {
            if (inner.name != "Peak_ID") return;
            const auto found = list.byId.find(inner.attribute("id"));
            if (found == list.byId.end()) return;
            if (peak.retentionTime.text.empty()) peak = list.peaks[found->second];
            list.taken[found->second] = true;
        });
        peak.compound = name;
        peak.amount = quantity(node.child("Amount"));
        peak.concentration = quantity(node.child("Concentration"));
        if (peak.area.text.empty()) peak.area = quantity(node.child("Area"));
        if (peak.height.text.empty()) peak.height = quantity(node.child("Height"));
        if (!node.textOf("Type").empty())
            peak.flags += (peak.flags.empty() ? "" : " ") + std::string(node.textOf("Type"));
        peak.span = document.packed.value_or(node.span);
        if (!readNumber(peak.amount.text)) peak.amount.text.clear();
        cds::addPeak(injection, peak, reading_);
    }

    const std::vector<Document>& documents_;
    Reading& reading_;
    std::map<std::string_view, const XmlNode*> byId_;
    std::map<std::string, const XmlNode*> rawFiles_;
    std::map<std::string_view, std::vector<const XmlNode*>> samplesOf_;  // by the injections that they were
    std::string instrument_;
};

bool isPackage(std::string_view name) {
    return name.ends_with(".rx") || name.ends_with(".dx");
}

bool isDocument(std::string_view name) {
    return name.ends_with(".acaml") || name.ends_with("InjectionACAML") || name.ends_with("injection.acmd");
}

/// Gathers documents within the bounds that all of them share.
class Gatherer {
public:
    Gatherer(std::string_view bytes, std::vector<Document>& documents)
        : budget_(unpackingBudget(bytes)), documents_(documents) {}

    std::optional<Finding> addDocument(std::string_view bytes, std::string stem, std::optional<Span> packed) {
        auto tree = readXmlTree(bytes, elements_);
        if (auto* fault = std::get_if<Finding>(&tree))
            return Finding{fault->code, fault->text, packed.value_or(Span{}), fault->about};
        documents_.push_back({std::move(std::get<XmlNode>(tree)), std::move(stem), packed});
        return std::nullopt;
    }

    /// What an archive holds, and what the packages in it hold; no deeper.
    std::optional<Finding> addArchive(std::string_view bytes, const std::string& stem, std::optional<Span> packed) {
        const auto wanted = [&](std::string_view name) { return isDocument(name) || (!packed && isPackage(name)); };
        return unzip(bytes, budget_, wanted, [&](const Member& member) {
            const Span span = packed.value_or(member.span);
            if (!isPackage(member.name)) return addDocument(member.bytes, stem, span);
            auto fault = addArchive(member.bytes, member.name.substr(0, member.name.rfind('.')), span);
            if (fault) fault->span = span;
            return fault;
        });
    }

private:
    std::size_t budget_;
    std::size_t elements_ = mostElements;
    std::vector<Document>& documents_;
};

}  // namespace

Reading readAcaml(std::string_view bytes, const Mapping&, const SeriesSink&) {
    Reading reading;
    reading.format = "acaml";
    std::vector<Document> documents;
    Gatherer gatherer(bytes, documents);
    reading.refused = bytes.starts_with("PK") ? gatherer.addArchive(bytes, ".", std::nullopt)
                                              : gatherer.addDocument(bytes, "", std::nullopt);
    const auto isAcaml = [](const Document& d) { return d.root.name == "ACAML"; };
    if (!reading.refused && std::ranges::none_of(documents, isAcaml)) {
        reading.refused = Finding{"no_acaml", "there is no ACAML document", {}};
    }
    if (!reading.refused) Reader(documents, reading).read();
    return reading;
}

bool looksLikeAcaml(std::string_view bytes) {
    if (zipNames(bytes, {".acaml", "Base/InjectionACAML", "injection.acmd"})) return true;
    const RootTag root = rootTag(bytes);
    return root.name == "ACAML" && root.text.find("urn:schemas-agilent-com:acaml") != std::string::npos;
}

Reading refuseUnicorn(std::string_view, const Mapping&, const SeriesSink&) {
    Reading reading;
    reading.format = "unicorn";
    reading.refused =
        Finding{"unicorn_unsupported", "exports of UNICORN are not read; export the chromatogram as text", {}};
    return reading;
}

bool looksLikeUnicorn(std::string_view bytes) {
    return zipNames(bytes, {"Chrom.1.Xml", "Chrom.1_1_True"});
}

}  // namespace touchstone::instruments
