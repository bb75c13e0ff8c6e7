#include "instruments/formats/Bioplex.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string>
#include <utility>

#include "instruments/formats/Opening.h"
#include "instruments/formats/Plate.h"
#include "instruments/formats/TextBudget.h"
#include "instruments/formats/Values.h"
#include "instruments/formats/XmlTree.h"

namespace touchstone::instruments {
namespace {

constexpr unsigned mostRows = 32;

/// "B7" of row 2 and column 7.
std::string wellOf(const XmlNode& node) {
    const std::string_view row = node.attribute("RowNo");
    unsigned number = 0;
    std::from_chars(row.data(), row.data() + row.size(), number);
    if (number == 0 || number > mostRows) return {};
    return rowLetters(number - 1) + std::string(node.attribute("ColNo"));
}

class Reader {
public:
    Reader(const XmlNode& root, Reading& reading) : root_(root), reading_(reading) {}

    void read() {
        for (const XmlNode& well : root_.childOrEmpty("Wells").children) wells_[wellOf(well)] = &well;
        for (const XmlNode& curve : root_.childOrEmpty("StandardCurves").childOrEmpty("Interpolators").children) {
            units_[std::string(curve.textOf("AnalyteName"))] = curve.textOf("ConcentrationUnits");
        }
        for (const XmlNode& group : root_.childOrEmpty("Samples").children) {
            for (const XmlNode& sample : group.children) readSample(sample, kindOf(group.name));
        }
        if (reading_.refused) reading_.observations.clear();
        if (samples_ == 0) reading_.refused = Finding{"no_samples", "the export holds no samples", root_.span};
    }

private:
    static ObservationKind kindOf(std::string_view group) {
        if (group == "Standards") return ObservationKind::Calibration;
        return group == "Unknowns" ? ObservationKind::Sample : ObservationKind::Control;
    }

    void readSample(const XmlNode& sample, ObservationKind kind) {
        ++samples_;
        Observation common;
        common.kind = kind;
        common.specimen = sample.textOf("Description");
        if (common.specimen.empty()) common.specimen = sample.textOf("Label");
        std::map<std::string_view, std::string_view> analytes;  // by region
        for (const XmlNode& analyte : sample.childOrEmpty("Analytes").children) {
            const std::string_view name = analyte.textOf("AnalyteName");
            analytes[analyte.attribute("RegionNumber")] = name;
            readNumbers(analyte, common, std::string(name), "/sample ");
            readConcentration(analyte, common, std::string(name));
        }
        for (const XmlNode& member : sample.childOrEmpty("MemberWells").children) {
            const auto well = wells_.extract(wellOf(member));  // is of one sample
            if (!well.empty()) readWell(*well.mapped(), common, analytes);
        }
    }

    void readWell(const XmlNode& well, Observation common,
                  const std::map<std::string_view, std::string_view>& analytes) {
        common.position = wellOf(well);
        common.observedAt = readTime(well.textOf("AcquisitionTime"));
        common.operatorName = well.textOf("User");
        common.instrument = well.childOrEmpty("MachineInfo").textOf("SerialNumber");
        for (const XmlNode& region : well.childOrEmpty("BeadRegions").children) {
            const auto analyte = analytes.find(region.attribute("RegionNumber"));
            if (analyte != analytes.end()) readNumbers(region, common, std::string(analyte->second), "/");
        }
    }

    static bool isResult(const XmlNode& field) {
        static constexpr std::array<std::string_view, 4> others{"AnalyteName", "ReplicateCount", "ExpectedConc",
                                                                "ObsConc"};
        return std::ranges::find(others, field.name) == others.end() && readNumber(field.text);
    }

    void readNumbers(const XmlNode& node, const Observation& common, const std::string& analyte, const char* behind) {
        for (const XmlNode& field : node.children) {
            if (isResult(field))
                add(common, analyte + behind + field.name, field.name.starts_with("Percent") ? "%" : "", field);
        }
    }

    void readConcentration(const XmlNode& analyte, const Observation& common, const std::string& name) {
        const XmlNode* const found = analyte.child("ObsConc");
        const bool valid = analyte.childOrEmpty("ObsConcValidationFlag").attribute("Code") == "0";
        if (found == nullptr || !valid || !readNumber(found->text)) return;
        Observation o = common;
        o.flags = found->attribute("RecoveryRange");
        add(std::move(o), name, units_[name], *found);
    }

    void add(Observation o, std::string code, std::string unit, const XmlNode& field) {
        o.code = std::move(code);
        o.unit = std::move(unit);
        o.span = field.span;
        setValue(o, field.text);
        if (!reading_.refused) reading_.refused = budget_.spend(o);
        if (!reading_.refused) reading_.observations.push_back(std::move(o));
    }

    const XmlNode& root_;
    Reading& reading_;
    std::map<std::string, const XmlNode*> wells_;
    std::map<std::string, std::string> units_;  // of the concentration, by analyte
    std::size_t samples_ = 0;
    TextBudget budget_{0};
};

}  // namespace

Reading readBioplex(std::string_view bytes, const Mapping&, const SeriesSink&) {
    return readReport("bioplex", bytes, [](const XmlNode& root, Reading& reading) { Reader(root, reading).read(); });
}

bool looksLikeBioplex(std::string_view bytes) {
    return rootTag(bytes).name == "BioPlexManager";
}

}  // namespace touchstone::instruments
