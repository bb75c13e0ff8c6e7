#include "instruments/formats/Animl.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "instruments/formats/AnimlSeries.h"
#include "instruments/formats/AnimlStructure.h"
#include "instruments/formats/Cds.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/Values.h"
#include "instruments/formats/Xml.h"

namespace touchstone::instruments {
namespace {

using animl::MeasuredSeries;
using animl::Refusal;
using animl::ValueSet;

constexpr std::string_view coreNamespace = "urn:org:astm:animl:schema:core:draft:0.90";
constexpr xml::Limits limits{.bytes = std::size_t{1} << 30U, .depth = 64};

std::string_view withoutBlanks(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

struct Sample {
    std::string barcode, location;
};

struct SampleReference {
    std::string id, role;
    bool consumed = false;
};

struct Step {
    std::string id, name, technique, timestamp, author, device;
    std::vector<SampleReference> samples;
    bool isTemplate = false;
    bool inherited = false;
    bool warned = false;  // that its sample cannot be told
};

struct Parameter {
    std::string name, unit, value;
    animl::ValueType type = animl::ValueType::String;
    Span span;
};

/// What Series::kind says of a technique.
std::string kindOf(std::string_view technique) {
    const auto has = [&](std::string_view word) { return technique.find(word) != std::string_view::npos; };
    if (has("hromatogra")) return "chromatogram";
    if (has("Mass Spec") || has("mass-spec")) return "mass_spectrum";
    if (has("Infrared") || has("IR")) return "infrared_spectrum";
    if (has("UV")) return "uv_visible_spectrum";
    return has("NMR") ? "nmr_spectrum" : "trace";
}

class Document final : public xml::Handler {
public:
    Document(std::string_view bytes, const SeriesSink& sink, Reading& reading)
        : bytes_(bytes), sink_(sink), reading_(reading) {}

    void start(const xml::Tag& tag) override {
        const std::string parent = path_.empty() ? "" : path_.back().name;
        const Span span{tagBegin(bytes_, tag.offset()), 0};
        path_.push_back({tag.name(), span.offset});
        if (skipped_ != 0) return;
        if (!animl::knows(parent, tag.name())) {
            skipped_ = path_.size();
            if (parent == "Signature" || !unexpected_.insert(parent + "/" + tag.name()).second) return;
            return warn("unexpected_element", "an element is unknown and left out", span, parent + "/" + tag.name());
        }
        if (tag.name() == "Signature") skipped_ = path_.size();
        open(tag, parent, {span.offset, tag.offset() - span.offset});
    }

    void end(const std::string& name, std::string text, std::size_t offset) override {
        const Span span{path_.back().begin,
                        std::max(std::min(offset, bytes_.size()), path_.back().begin) - path_.back().begin};
        path_.pop_back();
        if (skipped_ == path_.size() + 1) {
            skipped_ = 0;
            return;
        }
        if (skipped_ != 0) return;
        close(name, path_.empty() ? "" : path_.back().name, withoutBlanks(text), span);
    }

    void finish() {
        for (const auto& [step, span] : stepReferences_) {
            if (!stepIds_.contains(step)) warn("unknown_step", "a reference to a step that is not there", span, step);
        }
    }

private:
    struct Place {
        std::string name;
        std::size_t begin;
    };

    void open(const xml::Tag& tag, const std::string& parent, Span span) {
        const std::string& name = tag.name();
        if (name == "AnIML") return checkVersion(tag, span);
        if (name == "Sample") return addSample(tag, span);
        if (name == "ExperimentStep" || name == "Template") return openStep(tag, span);
        if (name == "Technique") steps_.back().technique = tag.find("name").value_or("");
        if (name == "SampleReference") return referToSample(tag, span);
        if (name == "SampleInheritance") return inheritSamples();
        if (name.starts_with("ExperimentData") && name.ends_with("Reference")) return referToStep(tag, span);
        if (name == "Category") return categories_.push_back(tag.find("name").value_or(""));
        if (name == "Parameter") return openParameter(tag, span);
        if (name == "SeriesSet") return openSet(tag, span);
        if (name == "Series") return openSeries(tag, span);
        if (name == "Unit") return setUnit(parent, tag.find("label").value_or(""));
        if (name.ends_with("ValueSet")) return openValues(tag, span);
    }

    void close(const std::string& name, const std::string& parent, std::string_view text, Span span) {
        if (name == "Timestamp" && parent == "Infrastructure") steps_.back().timestamp = readTime(text);
        if (name == "Name" && parent == "Author" && inMethod()) steps_.back().author = text;
        if (name == "Name" && parent == "Device") steps_.back().device = text;
        if (name == "ExperimentStep" || name == "Template") steps_.pop_back();
        if (name == "Category") categories_.pop_back();
        if (name == "Parameter") closeParameter(span);
        if (name == "EncodedValueSet") takeEncoded(text, span);
        if (name == "Series") closeSeries(span);
        if (name == "SeriesSet") closeSet();
        if (parent == "Parameter" && name != "Unit") return takeParameterValue(name, text, span);
        if (parent == "IndividualValueSet") return takeIndividual(name, text, span);
        if (parent == "StartValue" || parent == "Increment") takeAutomatic(parent, name, text, span);
    }

    void checkVersion(const xml::Tag& tag, Span span) {
        const std::string root = rootTag(bytes_).text;
        if (root.find(coreNamespace) == std::string::npos) {
            refuse("unknown_version", "the namespace is another one", span, std::string(coreNamespace));
        }
        if (tag.find("version") != "0.90") refuse("unknown_version", "the version is not 0.90", span);
    }

    std::string need(const xml::Tag& tag, const char* attribute, Span span) {
        const auto value = tag.find(attribute);
        if (!value || value->empty())
            refuse("missing_attribute", "an attribute is missing", span, tag.name() + "/@" + attribute);
        return *value;
    }

    void addSample(const xml::Tag& tag, Span span) {
        const std::string id = need(tag, "sampleID", span);
        const bool added =
            samples_.emplace(id, Sample{tag.find("barcode").value_or(""), tag.find("locationInContainer").value_or("")})
                .second;
        if (!added) refuse("duplicate_sample_id", "two samples have one id", span, id);
    }

    void openStep(const xml::Tag& tag, Span span) {
        Step step;
        step.isTemplate = tag.name() == "Template" || (!steps_.empty() && steps_.back().isTemplate);
        step.id = need(tag, tag.name() == "Template" ? "templateID" : "experimentStepID", span);
        step.name = tag.find("name").value_or("");
        if (!stepIds_.insert(step.id).second) refuse("duplicate_step_id", "two steps have one id", span, step.id);
        if (const auto used = tag.find("templateUsed")) stepReferences_.emplace_back(*used, span);
        steps_.push_back(std::move(step));
    }

    void referToSample(const xml::Tag& tag, Span span) {
        const std::string id = need(tag, "sampleID", span);
        if (!samples_.contains(id)) refuse("unknown_sample", "a step refers to a sample that is not there", span, id);
        steps_.back().samples.push_back({id, tag.find("role").value_or(""), tag.find("samplePurpose") != "produced"});
    }

    void inheritSamples() {
        if (steps_.size() < 2 || steps_.back().inherited) return;
        steps_.back().inherited = true;
        const auto& above = steps_[steps_.size() - 2].samples;
        steps_.back().samples.insert(steps_.back().samples.end(), above.begin(), above.end());
    }

    void referToStep(const xml::Tag& tag, Span span) {
        if (const auto id = tag.find("experimentStepID")) stepReferences_.emplace_back(*id, span);
    }

    void openParameter(const xml::Tag& tag, Span span) {
        const auto type = animl::valueType(need(tag, "parameterType", span));
        if (!type) refuse("unknown_type", "a parameter is of an unknown type", span);
        parameter_ =
            Parameter{.name = tag.find("name").value_or(""), .unit = {}, .value = {}, .type = *type, .span = span};
    }

    void openSet(const xml::Tag& tag, Span span) {
        const std::string written = need(tag, "length", span);
        std::uint64_t length = 0;
        const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), length);
        if (error != std::errc() || end != written.data() + written.size())
            refuse("bad_length", "a set's length is no number", span);
        set_.emplace(length, span);
    }

    void openSeries(const xml::Tag& tag, Span span) {
        const auto type = animl::valueType(need(tag, "seriesType", span));
        if (!type) refuse("unknown_type", "a series is of an unknown type", span);
        series_ = MeasuredSeries{};
        series_.name = tag.find("name").value_or("");
        series_.id = tag.find("seriesID").value_or("");
        series_.type = *type;
        series_.independent = tag.find("dependency") == "independent";
        series_.kind = steps_.empty() ? "trace" : kindOf(steps_.back().technique);
        series_.span = span;
    }

    void setUnit(const std::string& parent, std::string label) {
        (parent == "Parameter" ? parameter_.unit : series_.unit) = std::move(label);
    }

    void openValues(const xml::Tag& tag, Span span) {
        ValueSet& set = series_.sets.emplace_back();
        set.declaredStart = index(tag, "startIndex", span);
        set.declaredEnd = index(tag, "endIndex", span);
        set.automatic = tag.name() == "AutoIncrementedValueSet";
        set.at = series_.values.size();
        if (set.automatic && !animl::isNumeric(series_.type)) {
            refuse("type_mismatch", "values are counted up in a series that is not of numbers", span);
        }
    }

    std::optional<std::uint64_t> index(const xml::Tag& tag, const char* attribute, Span span) {
        const auto written = tag.find(attribute);
        if (!written) return std::nullopt;
        std::uint32_t value = 0;
        const auto [end, error] = std::from_chars(written->data(), written->data() + written->size(), value);
        if (error != std::errc() || end != written->data() + written->size())
            refuse("bad_index", "an index is no number", span);
        return value;
    }

    void takeParameterValue(const std::string& element, std::string_view text, Span span) {
        if (element != animl::elementOf(parameter_.type)) {
            refuse("type_mismatch", "a parameter's value is of another type", span, parameter_.name + "/" + element);
        }
        if (animl::isNumeric(parameter_.type)) static_cast<void>(animl::numberOf(parameter_.type, text, span));
        parameter_.value = text;
    }

    void takeIndividual(const std::string& element, std::string_view text, Span span) {
        if (element != animl::elementOf(series_.type))
            refuse("type_mismatch", "a value is of another type than its series", span, series_.name + "/" + element);
        if (animl::isNumeric(series_.type)) series_.values.push_back(animl::numberOf(series_.type, text, span));
        if (series_.firstText.empty()) series_.firstText = text;
        ++series_.sets.back().count;
    }

    void takeEncoded(std::string_view text, Span span) {
        const std::vector<double> values = animl::decodeValues(series_.type, text, span);
        series_.values.insert(series_.values.end(), values.begin(), values.end());
        series_.sets.back().count = values.size();
        if (series_.firstText.empty() && values.size() == 1) series_.firstText = written(values.front());
    }

    /// A number that was never written in decimal digits, by the fewest that tell it apart.
    [[nodiscard]] std::string written(double value) const {
        std::array<char, 40> buffer{};
        const auto end =
            series_.type == animl::ValueType::Float32
                ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<float>(value)).ptr
                : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
        return {buffer.data(), end};
    }

    void takeAutomatic(const std::string& parent, const std::string& element, std::string_view text, Span span) {
        if (path_.size() < 2 || path_[path_.size() - 2].name != "AutoIncrementedValueSet") return;
        if (element != animl::elementOf(series_.type))
            refuse("type_mismatch", "a value is of another type than its series", span, series_.name + "/" + element);
        ValueSet& set = series_.sets.back();
        (parent == "Increment" ? set.increment : set.first) = animl::numberOf(series_.type, text, span);
    }

    void closeParameter(Span span) {
        if (inResult()) observe(parameter_.name, parameter_.value, parameter_.unit, span);
    }

    void closeSeries(Span span) {
        series_.span = span;
        set_->add(std::move(series_), reading_.warnings);
        series_ = {};
    }

    void closeSet() {
        if (inResult() && set_->length() == 1) {
            for (const MeasuredSeries& s : set_->series()) {
                if (!s.independent) observe(s.name, s.firstText, s.unit, s.span);
            }
        } else {
            set_->give(inResult() ? sink_ : SeriesSink(), reading_.warnings);
        }
        set_.reset();
    }

    void observe(const std::string& name, const std::string& value, const std::string& unit, Span span) {
        const SampleReference* const sample = sampleOf(steps_.back(), span);
        if (sample == nullptr || value.empty()) return;
        const Step& step = steps_.back();
        const Sample& known = samples_.at(sample->id);
        Observation o;
        o.specimen = known.barcode.empty() ? sample->id : known.barcode;
        o.position = known.location;
        for (const std::string& category : categories_) o.code += category + "/";
        o.code += name;
        o.name = step.name;
        setValue(o, value);
        o.unit = unit;
        o.observedAt = step.timestamp;
        o.operatorName = step.author;
        o.instrument = step.device;
        o.kind = cds::kindOf(sample->role);
        o.span = span;
        reading_.observations.push_back(std::move(o));
    }

    /// The one that the step is about, or null.
    const SampleReference* sampleOf(Step& step, Span span) {
        const SampleReference* found = nullptr;
        std::size_t consumed = 0;
        for (const SampleReference& sample : step.samples) {
            if (!sample.consumed && (found != nullptr || step.samples.size() > 1)) continue;
            consumed += found == nullptr || found->id != sample.id ? 1 : 0;
            found = &sample;
        }
        if (consumed == 1) return found;
        if (!step.warned) {
            step.warned = true;
            warn("sample_unclear", "a step does not tell one sample for its results", span, step.id);
        }
        return nullptr;
    }

    [[nodiscard]] bool inMethod() const {
        return std::ranges::any_of(path_, [](const Place& p) { return p.name == "Method"; });
    }
    [[nodiscard]] bool inResult() const {
        if (steps_.empty() || steps_.back().isTemplate) return false;
        for (auto place = path_.rbegin(); place != path_.rend(); ++place) {
            if (place->name == "Result") return true;
            if (place->name == "Method" || place->name == "ExperimentStep") return false;
        }
        return false;
    }

    [[noreturn]] static void refuse(const char* code, std::string text, Span span, std::string about = {}) {
        throw Refusal{{code, std::move(text), span, std::move(about)}};
    }
    void warn(const char* code, std::string text, Span span, std::string about = {}) {
        reading_.warnings.push_back({code, std::move(text), span, std::move(about)});
    }

    std::string_view bytes_;
    const SeriesSink& sink_;
    Reading& reading_;
    std::vector<Place> path_;
    std::size_t skipped_ = 0;  // depth of the element whose content is left out
    std::set<std::string> unexpected_;
    std::map<std::string, Sample> samples_;
    std::set<std::string> stepIds_;
    std::vector<std::pair<std::string, Span>> stepReferences_;
    std::vector<Step> steps_;
    std::vector<std::string> categories_;
    Parameter parameter_;
    MeasuredSeries series_;
    std::optional<animl::SeriesSet> set_;
};

}  // namespace

Reading readAniml(std::string_view bytes, const Mapping&, const SeriesSink& sink) {
    Reading reading;
    reading.format = "animl";
    try {
        Document document(bytes, sink, reading);
        xml::read(bytes, document, limits);
        document.finish();
    } catch (const Refusal& refusal) {
        reading.refused = refusal.finding;
    } catch (const xml::Fault& e) {
        reading.refused = badXml(e);
    }
    if (reading.refused) reading.observations.clear();
    return reading;
}

bool looksLikeAniml(std::string_view bytes) {
    return rootTag(bytes).name == "AnIML";
}

}  // namespace touchstone::instruments
