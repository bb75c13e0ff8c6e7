#include "instruments/formats/Andi.h"

#include <algorithm>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "instruments/formats/Formats.h"
#include "instruments/formats/NetCdf.h"

namespace touchstone::instruments {
namespace {

using Values = std::vector<double>;

void append(std::string& bytes, std::uint64_t value, int width) {
    for (int i = width - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i));
}

std::string padded(std::string bytes) {
    bytes.resize((bytes.size() + 3) / 4 * 4);
    return bytes;
}

std::string floats(const std::vector<float>& values) {
    std::string bytes;
    for (const float value : values) append(bytes, std::bit_cast<std::uint32_t>(value), 4);
    return bytes;
}

std::string doubles(const Values& values) {
    std::string bytes;
    for (const double value : values) append(bytes, std::bit_cast<std::uint64_t>(value), 8);
    return bytes;
}

std::string ints(const std::vector<int>& values) {
    std::string bytes;
    for (const int value : values) append(bytes, static_cast<std::uint32_t>(value), 4);
    return bytes;
}

std::string shorts(const std::vector<int>& values) {
    std::string bytes;
    for (const int value : values) append(bytes, static_cast<std::uint16_t>(value), 2);
    return bytes;
}

/// Texts of a char variable whose last dimension is eight.
std::string eights(const std::vector<std::string>& texts) {
    std::string bytes;
    for (std::string text : texts) {
        text.resize(8);
        bytes += text;
    }
    return bytes;
}

enum Type : std::uint32_t { Char = 2, Short = 3, Int = 4, Float = 5, Double = 6 };

struct Attribute {
    std::string name;
    Type type;
    std::string values;
};

/// Writes netCDF classic. Dimensions are given by their place; the one of length 0 is the unlimited one.
class Writer {
public:
    explicit Writer(bool wide = false) : wide_(wide) {}
    std::vector<std::uint32_t> dimensions;
    std::vector<Attribute> attributes;
    struct Variable {
        std::string name;
        std::vector<std::uint32_t> dimensions;
        Type type;
        std::string values;
        std::vector<Attribute> attributes = {};
    };
    std::vector<Variable> variables;
    std::uint32_t records = 0;

    void global(const std::string& name, const std::string& text) { attributes.push_back({name, Char, text}); }

    [[nodiscard]] std::string bytes() const {
        const std::size_t headerSize = header(std::vector<std::uint64_t>(variables.size())).size();
        std::vector<std::uint64_t> begins(variables.size());
        std::string body;
        for (std::size_t i = 0; i < variables.size(); ++i) {
            if (record(variables[i])) continue;
            begins[i] = headerSize + body.size();
            body += padded(variables[i].values);
        }
        for (std::uint32_t r = 0; r < records; ++r) {
            for (std::size_t i = 0; i < variables.size(); ++i) {
                if (!record(variables[i])) continue;
                if (r == 0) begins[i] = headerSize + body.size();
                const std::size_t size = variables[i].values.size() / records;
                const std::string part = variables[i].values.substr(r * size, size);
                body += onlyRecord() ? part : padded(part);
            }
        }
        return header(begins) + body;
    }

private:
    [[nodiscard]] bool record(const Variable& v) const { return !v.dimensions.empty() && dimensions[v.dimensions[0]] == 0; }
    [[nodiscard]] bool onlyRecord() const {
        return std::ranges::count_if(variables, [&](const Variable& v) { return record(v); }) == 1;
    }
    static void name(std::string& out, const std::string& text) {
        append(out, text.size(), 4);
        out += padded(text);
    }
    static void list(std::string& out, std::uint32_t tag, std::size_t elements) {
        append(out, elements == 0 ? 0 : tag, 4);
        append(out, elements, 4);
    }
    static void write(std::string& out, const std::vector<Attribute>& all) {
        list(out, 0x0C, all.size());
        for (const Attribute& a : all) {
            name(out, a.name);
            append(out, a.type, 4);
            append(out, a.values.size() / (a.type == Char ? 1U : a.type == Short ? 2U : a.type == Double ? 8U : 4U), 4);
            out += padded(a.values);
        }
    }
    [[nodiscard]] std::string header(const std::vector<std::uint64_t>& begins) const {
        std::string out = wide_ ? "CDF\2" : "CDF\1";
        append(out, records, 4);
        list(out, 0x0A, dimensions.size());
        for (const std::uint32_t length : dimensions) {
            name(out, "d");
            append(out, length, 4);
        }
        write(out, attributes);
        list(out, 0x0B, variables.size());
        for (std::size_t i = 0; i < variables.size(); ++i) {
            name(out, variables[i].name);
            append(out, variables[i].dimensions.size(), 4);
            for (const std::uint32_t d : variables[i].dimensions) append(out, d, 4);
            write(out, variables[i].attributes);
            append(out, variables[i].type, 4);
            append(out, variables[i].values.size(), 4);
            append(out, begins[i], wide_ ? 8 : 4);
        }
        return out;
    }

    bool wide_;
};

/// Three points, two peaks of which one has a name.
Writer chromatography(bool wide = false) {
    Writer file(wide);
    file.dimensions = {3, 2, 8};
    file.global("aia_template_revision", "1.0");
    file.global("sample_id", std::string("YP-2026-1\0\0\0", 12));
    file.global("sample_name", "other");
    file.global("injection_date_time_stamp", "20260105083000+0800");
    file.global("operator_name", " Li  ");
    file.global("detector_name", "UV 254");
    file.global("detector_unit", "mAU");
    file.global("retention_unit", "seconds");
    file.global("peak_amount_unit", "mg/mL");
    file.variables = {
        {"ordinate_values", {0}, Float, floats({1.5F, -2, 0.1F}), {{"uniform_sampling_flag", Char, "Y"}, {"autosampler_position", Char, "P1-B1"}}},
        {"actual_sampling_interval", {}, Float, floats({0.5F})},
        {"actual_delay_time", {}, Float, floats({10})},
        {"peak_name", {1, 2}, Char, eights({"Caffeine", "  "})},
        {"peak_retention_time", {1}, Float, floats({10.1F, 11.2F})},
        {"peak_area", {1}, Float, floats({1234.5F, 6})},
        {"peak_height", {1}, Float, floats({9.9692099683868690e+36F, 7})},
        {"peak_amount", {1}, Float, floats({0.1F, 0})}};
    return file;
}

/// Two scans, 2 and 1 points, of three; masses and intensities have the unlimited dimension.
Writer massSpectrometry() {
    Writer file;
    file.dimensions = {0, 2};
    file.records = 3;
    file.global("ms_template_revision", "1.0.1");
    file.variables = {{"scan_acquisition_time", {1}, Double, doubles({0.5, 1.5})},
                      {"total_intensity", {1}, Double, doubles({30, 5})},
                      {"scan_index", {1}, Int, ints({0, 2})},
                      {"point_count", {1}, Int, ints({2, 1})},
                      {"actual_scan_number", {1}, Int, ints({7, 8})},
                      {"mass_values", {0}, Short, shorts({1000, 2000, -4}), {{"scale_factor", Double, doubles({0.05})}}},
                      {"intensity_values", {0}, Float, floats({10, 20, 5}), {{"units", Char, "Counts"}, {"add_offset", Float, floats({1})}}}};
    return file;
}

struct Read {
    Reading reading;
    std::vector<Series> series;
    [[nodiscard]] bool warned(const std::string& code) const {
        return std::ranges::find(reading.warnings, code, &Finding::code) != reading.warnings.end();
    }
    [[nodiscard]] std::string refused() const { return reading.refused ? reading.refused->code : ""; }
};

Read readAll(const std::string& bytes) {
    Read all;
    all.reading = readAndi(bytes, {}, [&](Series&& s) { all.series.push_back(std::move(s)); });
    return all;
}

Writer::Variable& variable(Writer& file, const std::string& name) {
    return *std::ranges::find(file.variables, name, &Writer::Variable::name);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Andi)

BOOST_AUTO_TEST_CASE(a_trace_stands_at_the_times_of_its_sampling) {
    for (const bool wide : {false, true}) {
        const Read all = readAll(chromatography(wide).bytes());
        const Series& trace = all.series.at(0);
        BOOST_TEST(trace.kind == "chromatogram");
        BOOST_TEST(trace.name == "UV 254");
        BOOST_TEST(trace.unit == "mAU");
        BOOST_TEST(trace.xUnit == "seconds");
        BOOST_TEST(trace.x == (Values{10, 10.5, 11}));
        BOOST_TEST(trace.y == (Values{1.5, -2, 0.1F}));
    }
}

BOOST_AUTO_TEST_CASE(sampling_that_was_not_uniform_has_its_own_times) {
    Writer file = chromatography();
    variable(file, "ordinate_values").attributes[0].values = "N";
    BOOST_TEST(readAll(file.bytes()).warned("no_time_axis"));
    file.variables.push_back({"raw_data_retention", {0}, Float, floats({1, 2, 4})});
    const Read all = readAll(file.bytes());
    BOOST_TEST(all.series.at(0).x == (Values{1, 2, 4}));
    BOOST_TEST(!all.warned("no_time_axis"));
}

BOOST_AUTO_TEST_CASE(a_named_peak_gives_observations) {
    const std::string bytes = chromatography().bytes();
    const Read all = readAll(bytes);
    const auto& found = all.reading.observations;
    BOOST_REQUIRE(found.size() >= 3u);  // its height was never written
    BOOST_TEST(found[0].code == "Caffeine");
    BOOST_TEST(found[0].name == "Caffeine");
    BOOST_TEST(found[0].value == "0.1");
    BOOST_TEST(*found[0].decimal == "0.1");
    BOOST_TEST(found[0].unit == "mg/mL");
    BOOST_TEST(found[0].specimen == "YP-2026-1");
    BOOST_TEST(found[0].position == "P1-B1");
    BOOST_TEST(found[0].observedAt == "2026-01-05T08:30:00+08:00");
    BOOST_TEST(found[0].operatorName == "Li");
    BOOST_TEST(found[0].instrument == "UV 254");
    BOOST_TEST(bytes.substr(found[0].span.offset, found[0].span.length) == floats({0.1F}));
    BOOST_TEST(found[1].code == "Caffeine/area");
    BOOST_TEST(found[1].value == "1234.5");
    BOOST_TEST(found[2].code == "Caffeine/retention_time");
    BOOST_TEST(found[2].value == "10.1");
    BOOST_TEST(found[2].unit == "seconds");
}

BOOST_AUTO_TEST_CASE(a_peak_without_a_name_goes_by_its_retention_time_and_has_no_amount) {
    const Read all = readAll(chromatography().bytes());
    const auto& found = all.reading.observations;
    std::string unnamed;
    for (std::size_t i = 3; i < found.size(); ++i) unnamed += found[i].code + "=" + found[i].value + " ";
    BOOST_TEST(unnamed == "11.2/area=6 11.2/height=7 ");
}

BOOST_AUTO_TEST_CASE(amounts_that_are_all_zero_were_never_calibrated) {
    Writer file = chromatography();
    variable(file, "peak_amount").values = floats({0, 0});
    const Read all = readAll(file.bytes());
    BOOST_TEST(all.warned("not_calibrated"));
    BOOST_TEST(all.reading.observations.at(0).code == "Caffeine/area");
}

BOOST_AUTO_TEST_CASE(texts_that_say_nothing_are_empty) {
    Writer file = chromatography();
    file.attributes[1].values = "none";
    file.attributes[2].values = "YP-9 ";
    file.attributes[3].values = "yesterday";
    file.global("sample_type", "Control");
    const Read all = readAll(file.bytes());
    BOOST_TEST(all.reading.observations.at(0).specimen == "YP-9");
    BOOST_TEST(all.warned("time_unread"));
    BOOST_TEST((all.reading.observations.at(0).kind == ObservationKind::Control));
}

BOOST_AUTO_TEST_CASE(scans_are_cut_out_of_all_points_and_scaled) {
    const Read all = readAll(massSpectrometry().bytes());
    BOOST_TEST(all.reading.warnings.empty());
    BOOST_REQUIRE(all.series.size() == 3u);
    BOOST_TEST(all.series[0].name == "TIC");
    BOOST_TEST(all.series[0].kind == "chromatogram");
    BOOST_TEST(all.series[0].x == (Values{0.5, 1.5}));
    BOOST_TEST(all.series[0].y == (Values{30, 5}));
    BOOST_TEST(all.series[1].name == "scan=7");
    BOOST_TEST(all.series[1].kind == "mass_spectrum");
    BOOST_TEST(all.series[1].x == (Values{1000 * 0.05, 2000 * 0.05}));
    BOOST_TEST(all.series[1].y == (Values{11, 21}));
    BOOST_TEST(all.series[1].unit == "Counts");
    BOOST_TEST(all.series[2].x == (Values{-4 * 0.05}));
}

BOOST_AUTO_TEST_CASE(scans_outside_of_the_points_or_over_each_other_are_not_believed) {
    for (const std::string& wrong : {ints({0, 1}), ints({0, 3}), ints({-1, 2}), ints({2147483647, 2})}) {
        Writer file = massSpectrometry();
        variable(file, "scan_index").values = wrong;
        const Read all = readAll(file.bytes());
        BOOST_TEST(all.warned("scan_range"));
        BOOST_TEST(all.series.size() == 2u);
    }
}

BOOST_AUTO_TEST_CASE(one_variable_alone_has_no_padding_between_its_records) {
    Writer file;
    file.dimensions = {0};
    file.records = 3;
    file.global("aia_template_revision", "1.0");
    file.variables = {{"ordinate_values", {0}, Short, shorts({1, 2, 3})}};
    BOOST_TEST(readAll(file.bytes()).series.at(0).y == (Values{1, 2, 3}));
    // The writer never came to say how many records there are: as many as the file holds.
    std::string streamed = file.bytes();
    streamed.replace(4, 4, "\xFF\xFF\xFF\xFF");
    BOOST_TEST(readAll(streamed).series.at(0).y == (Values{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(a_file_that_was_cut_off_gives_what_is_there_and_says_so) {
    const std::string whole = massSpectrometry().bytes();
    const Read all = readAll(whole.substr(0, whole.size() - 8));
    BOOST_TEST(all.warned("truncated"));
    BOOST_TEST(all.series.at(1).y.size() == 2u);
    BOOST_TEST(readAll(whole.substr(0, 40)).refused() == "netcdf_header");
}

BOOST_AUTO_TEST_CASE(other_files_are_refused_by_name) {
    BOOST_TEST(readAll("\x89HDF\r\n\x1A\n....").refused() == "netcdf4");
    BOOST_TEST(readAll(std::string("CDF\5\0\0\0\0", 8)).refused() == "netcdf_version");
    BOOST_TEST(readAll("text").refused() == "not_netcdf");
    Writer weather;
    weather.dimensions = {1};
    weather.variables = {{"temperature", {0}, Float, floats({20})}};
    BOOST_TEST(readAll(weather.bytes()).refused() == "not_andi");
    Writer empty;
    empty.global("aia_template_revision", "1.0");
    BOOST_TEST(readAll(empty.bytes()).refused() == "no_data");
    BOOST_TEST(detect(weather.bytes()) == "andi");
    BOOST_TEST(read("", "\x89HDF\r\n\x1A\n....").refused.value().code == "netcdf4");
}

BOOST_AUTO_TEST_CASE(sizes_that_the_bytes_cannot_hold_are_not_believed) {
    Writer file = chromatography();
    file.dimensions[0] = 0xFFFFFFFF;
    const Read all = readAll(file.bytes());
    BOOST_TEST(all.warned("truncated"));
    BOOST_TEST(all.series.at(0).y.size() < file.bytes().size() / 4);
}

BOOST_AUTO_TEST_CASE(hostile_bytes_do_no_harm) {
    const std::vector<std::string> seeds{chromatography().bytes(), chromatography(true).bytes(), massSpectrometry().bytes()};
    const auto harmless = [](const std::string& bytes) {
        std::size_t points = 0;
        const Reading reading = readAndi(bytes, {}, [&](Series&& s) {
            BOOST_REQUIRE(s.x.size() == s.y.size());
            BOOST_REQUIRE(s.span.offset + s.span.length <= bytes.size());
            points += s.y.size();
        });
        BOOST_REQUIRE(points <= 4 * bytes.size());
        for (const Observation& o : reading.observations) BOOST_REQUIRE(o.span.offset + o.span.length <= bytes.size());
        if (reading.refused) BOOST_REQUIRE(reading.observations.empty());
    };
    for (const std::string& seed : seeds) {
        for (std::size_t length = 0; length <= seed.size(); ++length) harmless(seed.substr(0, length));
    }
    std::mt19937 random(20261122);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = seeds[random() % seeds.size()];
        for (auto changes = 1 + random() % 5; changes > 0; --changes) {
            bytes[4 + random() % (bytes.size() - 4)] = random() % 2 == 0 ? static_cast<char>(random()) : '\xFF';
        }
        harmless(bytes);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
