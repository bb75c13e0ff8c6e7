#include "instruments/formats/Andi.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "instruments/formats/NetCdf.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

/// NC_FILL_FLOAT and NC_FILL_DOUBLE: never written. Short and int ones are values of no instrument either.
constexpr double fillFloat = 9.9692099683868690e+36;

bool isFill(double value) {
    return !std::isfinite(value) || std::abs(value) >= fillFloat;
}

class AndiReader {
public:
    AndiReader(const NetCdf& file, const Mapping& mapping, const SeriesSink& sink, Reading& reading)
        : file_(file), mapping_(mapping), sink_(sink), reading_(reading) {}

    void read() {
        const auto* const trace = file_.find("ordinate_values");
        const auto* const masses = file_.find("mass_values");
        const auto* const tic = file_.find("total_intensity");
        const auto* const peaks = file_.find("peak_retention_time");
        const bool revision = !global("aia_template_revision").empty() || !global("ms_template_revision").empty();
        if (trace == nullptr && masses == nullptr && tic == nullptr && peaks == nullptr && !revision) {
            return refuse("not_andi", "the netCDF file is not ANDI: it has none of its variables");
        }
        if (trace != nullptr) chromatogram(*trace);
        if (tic != nullptr) totalIonCurrent(*tic);
        if (masses != nullptr) scans(*masses);
        if (peaks != nullptr || file_.find("peak_area") != nullptr || file_.find("peak_amount") != nullptr) readPeaks();
        if (series_ == 0 && reading_.observations.empty()) refuse("no_data", "the file holds no points, scans or peaks");
    }

private:
    using Variable = NetCdf::Variable;
    using Attribute = NetCdf::Attribute;

    [[nodiscard]] std::string decoded(const std::string& bytes) const {
        const std::string said = lowered(bytes);
        if (said == "none" || said == "n/a") return {};
        return decode(bytes, mapping_.encoding).text.utf8();
    }
    [[nodiscard]] std::string textOf(const Attribute* attribute) const {
        return attribute == nullptr || attribute->type != NetCdf::Type::Char ? std::string()
                                                                              : decoded(NetCdf::text(attribute->values));
    }
    /// A global attribute; some writers keep such texts as char variables.
    [[nodiscard]] std::string global(std::string_view name) const {
        const auto found = std::ranges::find(file_.attributes(), name, &Attribute::name);
        if (found != file_.attributes().end()) return textOf(&*found);
        const Variable* const variable = file_.find(name);
        if (variable == nullptr || variable->type != NetCdf::Type::Char) return {};
        const auto texts = file_.texts(*variable);
        return texts.empty() ? std::string() : decoded(texts.front());
    }
    [[nodiscard]] static double number(const Attribute* attribute, double otherwise) {
        if (attribute == nullptr || attribute->type == NetCdf::Type::Char) return otherwise;
        const auto values = NetCdf::numbers(*attribute);
        return values.empty() ? otherwise : values.front();
    }
    /// A scalar variable, or the global attribute of that name.
    [[nodiscard]] std::optional<double> scalar(std::string_view name) const {
        if (const Variable* const variable = file_.find(name); variable != nullptr && variable->type != NetCdf::Type::Char) {
            const auto values = file_.numbers(*variable);
            if (!values.empty() && !isFill(values.front())) return values.front();
        }
        const auto found = std::ranges::find(file_.attributes(), name, &Attribute::name);
        const double value = found == file_.attributes().end() ? NAN : number(&*found, NAN);
        return isFill(value) ? std::nullopt : std::optional(value);
    }

    /// The values of a variable with scale_factor and add_offset.
    [[nodiscard]] std::vector<double> values(const Variable& variable) {
        if (file_.cutOff(variable)) {
            warn("truncated", "the file ends before a variable does", file_.span(variable), variable.name);
        }
        std::vector<double> values = file_.numbers(variable);
        if (variable.type == NetCdf::Type::Float || variable.type == NetCdf::Type::Double) {
            for (double& value : values) value = isFill(value) ? NAN : value;
        }
        const double scale = number(variable.find("scale_factor"), 1);
        const double offset = number(variable.find("add_offset"), 0);
        if (scale == 1 && offset == 0) return values;
        for (double& value : values) value = value * scale + offset;
        return values;
    }
    [[nodiscard]] std::vector<double> values(std::string_view name) {
        const Variable* const variable = file_.find(name);
        return variable == nullptr || variable->type == NetCdf::Type::Char ? std::vector<double>() : values(*variable);
    }
    [[nodiscard]] std::string unitOf(const Variable* variable, std::string_view otherwise) const {
        const std::string unit = variable == nullptr ? std::string() : textOf(variable->find("units"));
        return unit.empty() ? std::string(otherwise) : unit;
    }
    [[nodiscard]] std::string retentionUnit() const {
        const std::string unit = global("retention_unit");
        return unit.empty() ? "seconds" : unit;
    }

    void deliver(Series&& series) {
        if (series.y.empty()) return;
        ++series_;
        if (sink_) sink_(std::move(series));
    }

    void chromatogram(const Variable& trace) {
        Series series;
        series.name = global("detector_name");
        if (series.name.empty()) series.name = "detector";
        series.kind = "chromatogram";
        series.xUnit = retentionUnit();
        series.unit = global("detector_unit");
        series.span = file_.span(trace);
        series.y = values(trace);
        const bool uniform = lowered(textOf(trace.find("uniform_sampling_flag"))) != "n";
        const auto interval = scalar("actual_sampling_interval");
        const bool evenly = interval && *interval > 0;
        if (!uniform || !evenly) series.x = values("raw_data_retention");
        if (series.x.size() != series.y.size()) {
            if (!evenly || !uniform) {
                warn("no_time_axis", "the points of the trace have no times of their own", series.span);
                if (!evenly) series.xUnit.clear();
            }
            const double delay = evenly ? scalar("actual_delay_time").value_or(0) : 0;
            series.x.resize(series.y.size());
            for (std::size_t i = 0; i < series.x.size(); ++i) {
                series.x[i] = delay + static_cast<double>(i) * (evenly ? *interval : 1);
            }
        }
        deliver(std::move(series));
    }

    void totalIonCurrent(const Variable& tic) {
        const Variable* const times = file_.find("scan_acquisition_time");
        Series series;
        series.name = "TIC";
        series.kind = "chromatogram";
        series.xUnit = unitOf(times, "seconds");
        series.unit = unitOf(&tic, "");
        series.span = file_.span(tic);
        series.y = values(tic);
        if (times != nullptr) series.x = values(*times);
        if (series.x.size() != series.y.size()) {
            warn("no_time_axis", "there are not as many scan times as total intensities; numbered instead", series.span);
            series.xUnit.clear();
            series.x.resize(series.y.size());
            for (std::size_t i = 0; i < series.x.size(); ++i) series.x[i] = static_cast<double>(i);
        }
        deliver(std::move(series));
    }

    /// E2077: scan_index says where a scan begins among all points, point_count how many it has. Scans that would share
    /// points are not believed.
    void scans(const Variable& masses) {
        const Variable* const intensities = file_.find("intensity_values");
        if (intensities == nullptr) return warn("no_intensities", "there are masses but no intensities", file_.span(masses));
        const std::vector<double> x = values(masses);
        const std::vector<double> y = values(*intensities);
        const std::vector<double> begins = values("scan_index");
        const std::vector<double> counts = values("point_count");
        const std::vector<double> numbers = values("actual_scan_number");
        const std::size_t points = std::min(x.size(), y.size());
        if (begins.size() != counts.size() || x.size() != y.size()) {
            warn("scan_count", "scan_index, point_count, mass_values and intensity_values are not of one length",
                 file_.span(masses));
        }
        std::size_t used = 0, outside = 0;
        for (std::size_t i = 0; i < std::min(begins.size(), counts.size()); ++i) {
            if (counts[i] == 0) continue;
            const bool sound = begins[i] >= static_cast<double>(used) && counts[i] > 0 &&
                               begins[i] + counts[i] <= static_cast<double>(points);
            if (!sound) {
                ++outside;
                continue;
            }
            const auto begin = static_cast<std::size_t>(begins[i]);
            const auto end = begin + static_cast<std::size_t>(counts[i]);
            used = end;
            Series series;
            const bool numbered = i < numbers.size() && std::abs(numbers[i]) < 1e15;
            series.name = "scan=" + std::to_string(numbered ? static_cast<std::int64_t>(numbers[i])
                                                            : static_cast<std::int64_t>(i) + 1);
            series.kind = "mass_spectrum";
            series.xUnit = unitOf(&masses, "M/Z");
            series.unit = unitOf(intensities, "");
            series.span = file_.span(masses);
            series.x.assign(x.begin() + static_cast<std::ptrdiff_t>(begin), x.begin() + static_cast<std::ptrdiff_t>(end));
            series.y.assign(y.begin() + static_cast<std::ptrdiff_t>(begin), y.begin() + static_cast<std::ptrdiff_t>(end));
            deliver(std::move(series));
        }
        if (outside > 0) {
            warn("scan_range", "scans lie outside of the points that there are, or share some", file_.span(masses),
                 std::to_string(outside));
        }
    }

    /// One quantity of all peaks.
    struct Column {
        const char* suffix;  // of the code; "" for the result itself, which only a peak with a name has
        std::string unit;
        const Variable* variable;
        std::vector<double> values;
    };

    void readPeaks() {
        const Variable* const nameVariable = file_.find("peak_name");
        const auto names = nameVariable == nullptr ? std::vector<std::string>() : file_.texts(*nameVariable);
        const std::string detectorUnit = global("detector_unit");
        std::array<Column, 5> columns{{
            {"", global("peak_amount_unit"), file_.find("peak_amount"), {}},
            {"/area", "", file_.find("peak_area"), {}},
            {"/area_percent", "%", file_.find("peak_area_percent"), {}},
            {"/height", detectorUnit, file_.find("peak_height"), {}},
            {"/retention_time", retentionUnit(), file_.find("peak_retention_time"), {}},
        }};
        std::size_t peaks = 0;
        for (Column& column : columns) {
            if (column.variable != nullptr) column.values = values(*column.variable);
            peaks = std::max(peaks, column.values.size());
        }
        auto& amounts = columns[0].values;
        if (!amounts.empty() && std::ranges::all_of(amounts, [](double a) { return a == 0 || isFill(a); })) {
            amounts.clear();
            warn("not_calibrated", "no peak has an amount", file_.span(*columns[0].variable));
        }
        const Observation common = heading();
        const Column& times = columns.back();
        for (std::size_t i = 0; i < peaks; ++i) {
            std::string name = i < names.size() ? decoded(names[i]) : std::string();
            const bool named = !name.empty();
            if (!named && i < times.values.size()) name = shortest(*times.variable, times.values[i]);
            if (name.empty()) continue;
            for (const Column& column : columns) {
                const bool tellsNothing = column.suffix[0] == '\0' || &column == &times;
                if (named || !tellsNothing) observe(common, name, column, i);
            }
        }
    }

    /// What all observations of the file have in common.
    [[nodiscard]] Observation heading() {
        Observation o;
        o.specimen = global("sample_id");
        if (o.specimen.empty()) o.specimen = global("sample_name");
        if (const Variable* const trace = file_.find("ordinate_values")) {
            o.position = textOf(trace->find("autosampler_position"));
        }
        const std::string when = global("injection_date_time_stamp");
        o.observedAt = readTime(when);
        if (!when.empty() && o.observedAt.empty()) warn("time_unread", "a time could not be read", {}, when);
        o.operatorName = global("operator_name");
        o.instrument = global("instrument_name");
        if (o.instrument.empty()) o.instrument = global("detector_name");
        const std::string type = lowered(global("sample_type"));
        if (type == "control") o.kind = ObservationKind::Control;
        if (type == "standard" || type == "calibration" || type == "calibrant") o.kind = ObservationKind::Calibration;
        return o;
    }

    void observe(const Observation& common, const std::string& name, const Column& column, std::size_t peak) {
        if (peak >= column.values.size() || isFill(column.values[peak])) return;
        Observation o = common;
        o.code = name + column.suffix;
        o.name = name;
        o.unit = column.unit;
        setValue(o, shortest(*column.variable, column.values[peak]));
        const Span all = file_.span(*column.variable);
        const std::size_t width = NetCdf::size(column.variable->type);
        // Parts of a record are not next to each other: the span is then the whole variable's.
        o.span = column.variable->record ? all : Span{all.offset + peak * width, width};
        reading_.observations.push_back(std::move(o));
    }

    /// The shortest decimal that gives the stored number again.
    [[nodiscard]] static std::string shortest(const Variable& variable, double value) {
        const bool scaled = variable.find("scale_factor") != nullptr || variable.find("add_offset") != nullptr;
        std::array<char, 48> text{};
        char* const end = text.data() + text.size();
        const auto written = variable.type == NetCdf::Type::Float && !scaled
                                 ? std::to_chars(text.data(), end, static_cast<float>(value))
                                 : std::to_chars(text.data(), end, value);
        return {text.data(), written.ptr};
    }

    void warn(const char* code, std::string text, Span span, std::string about = {}) {
        reading_.warnings.push_back({code, std::move(text), span, std::move(about)});
    }
    void refuse(const char* code, std::string text) { reading_.refused = Finding{code, std::move(text), {}}; }

    const NetCdf& file_;
    const Mapping& mapping_;
    const SeriesSink& sink_;
    Reading& reading_;
    std::size_t series_ = 0;
};

}  // namespace

bool looksLikeNetCdf(std::string_view bytes) {
    if (bytes.starts_with("\x89HDF\r\n\x1A\n")) return true;
    return bytes.size() > 3 && bytes.starts_with("CDF") && bytes[3] >= 1 && bytes[3] <= 5;
}

Reading readAndi(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    Reading reading;
    reading.format = "andi";
    const auto opened = NetCdf::open(bytes);
    if (const auto* const fault = std::get_if<Finding>(&opened)) {
        reading.refused = *fault;
    } else {
        AndiReader(std::get<NetCdf>(opened), mapping, sink, reading).read();
    }
    return reading;
}

}  // namespace touchstone::instruments
