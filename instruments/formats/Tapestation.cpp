#include "instruments/formats/Tapestation.h"

#include <array>
#include <string>
#include <utility>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/Values.h"
#include "instruments/formats/XmlTree.h"

namespace touchstone::instruments {
namespace {

struct Units {
    std::string concentration, molarity, size;

    [[nodiscard]] std::string of(std::string_view field) const {
        static constexpr std::array<std::pair<std::string_view, std::string Units::*>, 10> known{{
            {"Concentration", &Units::concentration},
            {"AssignedQuantity", &Units::concentration},
            {"CalibratedQuantity", &Units::concentration},
            {"Molarity", &Units::molarity},
            {"Size", &Units::size},
            {"AverageSize", &Units::size},
            {"From", &Units::size},
            {"To", &Units::size},
            {"FromMW", &Units::size},
            {"ToMW", &Units::size},
        }};
        for (const auto& [name, unit] : known) {
            if (name == field) return this->*unit;
        }
        return field.find("Percent") == std::string_view::npos ? "" : "%";
    }
};

class Reader {
public:
    Reader(const XmlNode& root, Reading& reading) : root_(root), reading_(reading) {}

    void read() {
        const XmlNode& units = root_.childOrEmpty("Assay").childOrEmpty("Units");
        units_ = {std::string(units.textOf("ConcentrationUnit")), std::string(units.textOf("MolarityUnit")),
                  std::string(units.textOf("MolecularWeightUnit"))};
        const XmlNode* const samples = root_.child("Samples");
        if (samples == nullptr) {
            reading_.refused = Finding{"no_samples", "the export holds no samples", root_.span};
            return;
        }
        for (const XmlNode& sample : samples->children) {
            if (sample.name == "Sample") readSample(sample);
        }
    }

private:
    void readSample(const XmlNode& sample) {
        Observation o = run(sample.textOf("ScreenTapeID"));
        o.position = sample.textOf("WellNumber");
        o.specimen = sample.textOf("Comment");
        if (o.specimen.empty()) {
            reading_.warnings.push_back({"no_specimen", "a well has no description", sample.span, o.position});
            return;
        }
        const bool ladder = sample.textOf("Observations").find("Ladder") != std::string_view::npos;
        o.kind = ladder ? ObservationKind::Calibration : ObservationKind::Sample;
        o.flags = sample.textOf("Alert");
        readNumbers(sample, o, "");
        for (const XmlNode& part : sample.children) {
            if (part.name == "Peaks") {
                readEach(part, o, "Peak");
            } else if (part.name == "Regions") {
                readEach(part, o, "Region");
            } else {
                readNumbers(part, o, "");  // the quality of the RNA
            }
        }
    }

    void readEach(const XmlNode& list, const Observation& sample, const std::string& what) {
        std::size_t number = 0;
        for (const XmlNode& part : list.children) {
            ++number;
            std::string name = what + " " + std::to_string(number);
            if (what == "Peak") {
                const std::string_view given = part.textOf("Number");
                const std::string_view role = part.textOf("Observations");
                const bool numbered = !given.empty() && given != "-";
                if (numbered) name = what + " " + std::string(given);
                if (!numbered && !role.empty()) name = role;
            }
            Observation o = sample;
            o.name = part.textOf("Comment");
            o.flags = part.textOf("Observations");
            readNumbers(part, o, name + "/");
        }
    }

    void readNumbers(const XmlNode& node, const Observation& common, const std::string& prefix) {
        for (const XmlNode& field : node.children) {
            const bool naming = field.name == "ScreenTapeID" || field.name == "WellNumber" || field.name == "Number" ||
                                field.name == "Comment" || field.name == "Observations" || !field.children.empty();
            if (naming || !readNumber(field.text)) continue;
            Observation o = common;
            o.code = prefix + field.name;
            setValue(o, field.text);
            o.unit = units_.of(field.name);
            o.span = field.span;
            reading_.observations.push_back(std::move(o));
        }
    }

    /// Who ran the tape when, on what.
    [[nodiscard]] Observation run(std::string_view tapeId) const {
        Observation o;
        for (const XmlNode& tape : root_.childOrEmpty("ScreenTapes").children) {
            if (tape.name != "ScreenTape" || tape.textOf("ScreenTapeID") != tapeId) continue;
            const XmlNode& environment = tape.childOrEmpty("Environment");
            o.observedAt = cds::readDate(tape.textOf("TapeRunDate"));
            o.operatorName = environment.textOf("Experimenter");
            o.instrument = environment.textOf("InstrumentSerialNumber");
        }
        return o;
    }

    const XmlNode& root_;
    Reading& reading_;
    Units units_;
};

}  // namespace

Reading readTapestation(std::string_view bytes, const Mapping&, const SeriesSink&) {
    return readReport("tapestation", bytes,
                      [](const XmlNode& root, Reading& reading) { Reader(root, reading).read(); });
}

bool looksLikeTapestation(std::string_view bytes) {
    return rootTag(bytes).name == "File" && opening(bytes, 16384).find("<ScreenTape") != std::string::npos;
}

}  // namespace touchstone::instruments
