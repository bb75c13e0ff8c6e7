#include <rapidjson/document.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "instruments/formats/BinaryWorkbook.h"
#include "instruments/formats/Formats.h"
#include "instruments/formats/Pattern.h"
#include "instruments/formats/Shipped.h"
#include "instruments/formats/Values.h"
#include "instruments/formats/Workbook.h"

// Real exports of instruments are read as `touchstone-gateway read` reads them, and their results compared with what
// another reader took from the same files. Nothing of them is in this project.
namespace touchstone::instruments {
namespace {

namespace fs = std::filesystem;
using rapidjson::Value;

/// Members of the other reader's documents that are results: what was measured of a sample and what the instrument
/// itself worked out of that. Left out on purpose: settings of the device (wavelengths, volumes, thresholds, gains),
/// descriptions of the vessel (well count, well volume), times, and "custom information document", in which that reader
/// puts every column that it does not know, results and settings alike.
const std::set<std::string> resultMembers{"absorbance",
                                          "fluorescence",
                                          "luminescence",  // plate readers, photometers
                                          "mass concentration",
                                          "molar concentration",
                                          "number concentration",  // analysers, digital PCR
                                          "pH",
                                          "pO2",
                                          "pCO2",
                                          "osmolality",
                                          "oxygen saturation",
                                          "carbon dioxide saturation",
                                          "viability (cell counter)",
                                          "viable cell density (cell counter)",
                                          "total cell density (cell counter)",
                                          "dead cell density (cell counter)",
                                          "average live cell diameter (cell counter)",
                                          "average total cell diameter",
                                          "total cell count",
                                          "viable cell count",
                                          "dead cell count",
                                          "cycle threshold result (qPCR)",
                                          "total partition count",
                                          "positive partition count",
                                          "negative partition count",
                                          "assay bead count",
                                          "statistical value",  // bead assays
                                          "absolute resonance",
                                          "relative resonance",  // interaction analysis
                                          "cumulative count",
                                          "cumulative particle density",  // particle counters
                                          "calculated result",
                                          "calculated datum",
                                          "image feature result"};

/// That reader writes -0.0 or NaN where a number is demanded but the file holds none.
bool isStandIn(const std::string& number) {
    return number == "-0.0" || number == "NaN";
}

struct Result {
    std::string sample, well, member, value, unit;
    auto operator<=>(const Result&) const = default;
};

std::string text(const Value& object, const char* member) {
    if (!object.HasMember(member) || !object[member].IsString()) return {};
    return {object[member].GetString(), object[member].GetStringLength()};
}

/// Walks a document of the other reader and gathers its results by sample and well.
class Oracle {
public:
    explicit Oracle(const fs::path& file) {
        std::ifstream stream(file);
        const std::string json{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
        rapidjson::Document document;
        document.Parse<rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseNanAndInfFlag>(json.c_str());
        BOOST_REQUIRE(!document.HasParseError());
        learnNames(document, {});
        walk(document, {});
    }
    [[nodiscard]] const std::vector<Result>& results() const { return results_; }

private:
    struct Where {
        std::string sample, well;
    };

    static Where whereIn(const Value& object, Where where) {
        if (!object.HasMember("sample document")) return where;
        const Value& sample = object["sample document"];
        where.sample = text(sample, "sample identifier");
        where.well = text(sample, "well location identifier");
        if (where.well.empty()) where.well = text(sample, "location identifier");
        return where;
    }

    /// Which sample an identifier belongs to, so that calculated data can be told apart.
    void learnNames(const Value& value, Where where) {
        if (value.IsArray()) {
            for (const auto& entry : value.GetArray()) learnNames(entry, where);
        } else if (value.IsObject()) {
            where = whereIn(value, where);
            for (const auto& member : value.GetObject()) {
                const std::string name = member.name.GetString();
                if (member.value.IsString() && name.ends_with("identifier") && !name.starts_with("data source") &&
                    !where.sample.empty()) {
                    names_.try_emplace(member.value.GetString(), where);
                }
                learnNames(member.value, where);
            }
        }
    }

    void walk(const Value& value, Where where) {
        if (value.IsArray()) {
            for (const auto& entry : value.GetArray()) walk(entry, where);
        } else if (value.IsObject()) {
            where = sourceOf(value, whereIn(value, where));
            if (value.HasMember("measurement document")) return measurements(value, where);
            if (text(value, "calculated data name").ends_with("particle_size")) return;  // names a class, is no result
            if (value.HasMember("calculated data identifier") && !isFirst(value, where)) return;
            if (text(value, "image feature name") == "Assay Layout") return;  // says which assay a well belongs to
            const bool whole = value.HasMember("measurement identifier");
            for (const auto& member : value.GetObject()) {
                // Of a measurement as a whole it is that reader's own sum over the analytes.
                if (whole && member.name == "assay bead count") continue;
                take(member.name.GetString(), member.value, where, results_);
            }
        }
    }

    /// A value of several measurements of one sample (the concentration beside each wavelength) is one result.
    void measurements(const Value& aggregate, const Where& where) {
        std::map<Result, std::size_t> most;
        for (const auto& one : aggregate["measurement document"].GetArray()) {
            std::vector<Result> found;
            std::swap(found, results_);
            walk(one, where);
            std::swap(found, results_);
            std::map<Result, std::size_t> counts;
            for (const Result& r : found) ++counts[r];
            for (const auto& [result, count] : counts) most[result] = std::max(most[result], count);
        }
        for (const auto& [result, count] : most) results_.insert(results_.end(), count, result);
        for (const auto& member : aggregate.GetObject()) {
            if (member.name != "measurement document") take(member.name.GetString(), member.value, where, results_);
        }
    }

    /// A value may be told twice of the same sources; what the file says of a well ("MeanQC") of each of its targets.
    bool isFirst(const Value& calculated, const Where& where) {
        const std::string name = text(calculated, "calculated data name");
        std::string key = name + "\n" + where.sample + "\n" + where.well;
        for (const char* const member : {"calculated result", "calculated datum"}) {
            if (calculated.HasMember(member) && calculated[member]["value"].IsString())
                key += std::string("\n") + calculated[member]["value"].GetString();
        }
        if (!name.ends_with("QC") && calculated.HasMember("data source aggregate document")) {
            const Value& sources = calculated["data source aggregate document"]["data source document"];
            for (const auto& source : sources.GetArray()) key += "\n" + text(source, "data source identifier");
        }
        return told_.insert(key).second;
    }

    Where sourceOf(const Value& object, Where where) {
        if (!object.HasMember("calculated data identifier")) return where;
        const std::string own = text(object, "calculated data identifier");
        if (const auto known = names_.find(own); known != names_.end()) return known->second;
        if (!object.HasMember("data source aggregate document")) return where;
        const Value& sources = object["data source aggregate document"]["data source document"];
        std::set<std::string> samples;
        for (const auto& source : sources.GetArray()) {
            const auto known = names_.find(text(source, "data source identifier"));
            if (known == names_.end()) continue;
            where = known->second;
            samples.insert(where.sample + "\n" + where.well);
        }
        return samples.size() == 1 ? where : Where{};  // of several samples: of the file
    }

    void take(const std::string& name, const Value& value, const Where& where, std::vector<Result>& into) {
        if (name == "custom information document" || name == "device control aggregate document") return;
        const bool quantity = value.IsObject() && value.HasMember("value") && value.HasMember("unit");
        if (quantity && value["value"].IsString() && resultMembers.contains(name)) {
            const std::string number = value["value"].GetString();
            if (!isStandIn(number)) into.push_back({where.sample, where.well, name, number, text(value, "unit")});
        } else if (name == "absorption spectrum data cube") {
            for (const auto& measures : value["data"]["measures"].GetArray()) {
                for (const auto& y : measures.GetArray()) {
                    if (y.IsString() && !isStandIn(y.GetString()))
                        into.push_back({where.sample, where.well, "spectrum", y.GetString(), "mAU"});
                }
            }
        } else if (!quantity && name != "sample document") {  // which tells of a standard what was put into it
            walk(value, where);
        }
    }

    std::map<std::string, Where> names_;
    std::set<std::string> told_;
    std::vector<Result> results_;
};

std::string canonical(std::string decimal) {
    if (decimal.find('.') != std::string::npos) {
        decimal.erase(decimal.find_last_not_of('0') + 1);
        if (decimal.ends_with('.')) decimal.pop_back();
    }
    return decimal == "-0" ? "0" : decimal;
}

/// What that reader does to a number on its way to the unit it wants: cells in millions, masses in g/L, and an enzyme's
/// activity as if it were an amount.
double factorBetween(const std::string& ours, const std::string& theirs) {
    if (theirs.starts_with("10^6") && ours.find("10^6") == std::string::npos) return 1e-6;
    if (theirs == "g/L" && ours == "mg/L") return 1e-3;
    if (theirs == "mmol/L" && ours == "U/L") return 0.0167;
    return 1;
}

/// Texts of both sides are decimals. That reader keeps doubles, and so does a workbook.
bool sameNumber(const Result& expected, const Observation& o, bool workbook) {
    const auto number = readNumber(expected.value);
    if (!number || !o.decimal) return false;
    if (canonical(number->decimal) == canonical(*o.decimal)) return true;
    const double a = std::stod(expected.value), b = std::stod(*o.decimal);
    if (const double factor = factorBetween(o.unit, expected.unit); factor != 1) {
        return std::abs(b * factor - a) <= 1e-12 * std::abs(a);
    }
    const std::size_t digits = std::max(number->decimal.size(), o.decimal->size());
    return (workbook || digits > 16) && std::abs(a - b) <= 1e-14 * std::abs(a);
}

/// That reader has no samples of an interaction analysis but "Run1_Cycle2".
bool isCycle(const std::string& sample, const std::string& position) {
    const auto captures = match("run * cycle * flow cell *", position);
    return captures && sample == "Run" + (*captures)[0] + "_Cycle" + (*captures)[1];
}

/// "N/A": the file names no sample.
bool sameSample(const Result& expected, const Observation& o) {
    if ((expected.sample.empty() || expected.sample == "N/A") && expected.well.empty()) return true;
    if (!expected.well.empty() && !o.position.empty()) return o.position == expected.well;
    return o.specimen == expected.sample || isCycle(expected.sample, o.position);
}

std::string bytesOf(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

fs::path vendor() {
    const char* const set = std::getenv("TOUCHSTONE_CORPORA");
    return (set != nullptr ? fs::path(set) : fs::path(TOUCHSTONE_SOURCE) / "../shared/corpora") / "vendor";
}

bool isExpectation(const fs::path& file) {
    return file.filename().string().ends_with(".expected.json");
}

std::vector<fs::path> exports() {
    std::vector<fs::path> files;
    if (!fs::is_directory(vendor())) return files;
    for (const auto& entry : fs::directory_iterator(vendor())) {
        const std::string name = entry.path().filename().string();
        if (entry.is_regular_file() && !isExpectation(entry.path()) && name.find("gitignore") == std::string::npos) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

std::optional<fs::path> expectationOf(const fs::path& file) {
    const fs::path expected = fs::path(file).replace_extension(".expected.json");
    return fs::exists(expected) ? std::optional(expected) : std::nullopt;
}

std::string deviceOf(const fs::path& file) {
    const std::string name = file.filename().string();
    return name.substr(0, name.find("__"));
}

struct Score {
    std::size_t compared = 0, missed = 0;
};

/// A point of a spectrum of that sample or well, which stands for one of the other reader's at most.
bool takePoint(const Result& expected, std::vector<Series>& series) {
    const std::string& whose = expected.well.empty() ? expected.sample : expected.well;
    for (Series& s : series) {
        const bool own = expected.sample == "N/A" || (" " + s.name + " ").find(" " + whose + " ") != std::string::npos;
        const auto found = own ? std::ranges::find(s.y, std::stod(expected.value)) : s.y.end();
        if (found == s.y.end()) continue;
        s.y.erase(found);
        return true;
    }
    return false;
}

/// Of EnVision that reader counts the rows of a plate that are there, whatever their letters.
std::string byLetter(const std::string& well, const Reading& reading) {
    if (reading.format != "envision" || well.empty()) return well;
    std::set<char> letters;
    for (const Observation& o : reading.observations) letters.insert(o.position.at(0));
    const auto row = static_cast<std::size_t>(well[0] - 'A');
    return row < letters.size() ? *std::next(letters.begin(), static_cast<std::ptrdiff_t>(row)) + well.substr(1) : well;
}

bool isWorkbook(const Reading& reading) {
    return reading.format == "xlsx" || reading.format == "xls";
}

/// Each observation stands for one result at most.
Score compare(const std::vector<Result>& expected, const Reading& reading, std::vector<Series> series) {
    std::vector<bool> used(reading.observations.size(), false);
    Score score;
    std::size_t shown = 0;
    for (Result result : expected) {
        result.well = byLetter(result.well, reading);
        ++score.compared;
        if (result.member == "spectrum" && takePoint(result, series)) continue;
        std::size_t i = 0;
        while (i < used.size() && (used[i] || !sameSample(result, reading.observations[i]) ||
                                   !sameNumber(result, reading.observations[i], isWorkbook(reading)))) {
            ++i;
        }
        if (i < used.size()) {
            used[i] = true;
            continue;
        }
        ++score.missed;
        if (std::getenv("TOUCHSTONE_SHOW_MISSES") != nullptr && shown++ < 4) {
            std::cout << "    missed: " << result.sample << " | " << result.well << " | " << result.member << " = "
                      << result.value << ' ' << result.unit << '\n';
        }
    }
    return score;
}

bool skipped() {
    if (!exports().empty()) return false;
    std::cout << "SKIPPED: no " << vendor() << '\n';
    return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(VendorCorpus)

BOOST_AUTO_TEST_CASE(shipped_mappings_find_every_result_that_another_reader_found) {
    if (skipped()) return;
    std::map<std::string, Score> devices;
    std::size_t refused = 0, mapped = 0;
    for (const fs::path& file : exports()) {
        const std::string bytes = bytesOf(file);
        std::vector<Series> series;
        const Reading reading = read("", bytes, {}, [&](Series&& s) { series.push_back(std::move(s)); });
        mapped += reading.mapping.empty() ? 0 : 1;
        refused += reading.refused ? 1 : 0;
        std::cout << std::left << std::setw(74) << file.filename().string().substr(0, 73) << std::setw(26)
                  << (reading.mapping.empty() ? "[" + reading.format + "]" : reading.mapping) << std::right
                  << std::setw(6) << reading.observations.size() << std::setw(5) << series.size() << std::setw(5)
                  << reading.warnings.size() << "  " << (reading.refused ? reading.refused->code : "");
        for (const Observation& o : reading.observations) BOOST_REQUIRE(o.span.offset + o.span.length <= bytes.size());
        const std::set<std::string> others{"csv", "softmax", "envision", "bioplex"};
        const bool compared = isWorkbook(reading) || others.contains(reading.format);
        const auto expectation = compared ? expectationOf(file) : std::nullopt;
        if (expectation) {
            const Score score = compare(Oracle(*expectation).results(), reading, std::move(series));
            std::cout << "  results " << score.compared << ", missed " << score.missed;
            devices[deviceOf(file)].compared += score.compared;
            devices[deviceOf(file)].missed += score.missed;
        }
        std::cout << '\n';
    }
    std::size_t compared = 0, equal = 0;
    for (const auto& [device, score] : devices) {
        std::cout << std::left << std::setw(40) << device << " results compared " << score.compared << ", missed "
                  << score.missed << '\n';
        compared += score.compared;
        equal += score.compared > 0 && score.missed == 0 ? 1 : 0;
    }
    std::cout << "vendor: files " << exports().size() << ", mapped " << mapped << ", refused " << refused
              << ", results compared " << compared << ", instruments with all results equal " << equal << '\n';
    BOOST_TEST(compared > 0u);
    BOOST_TEST(equal >= 12u);
}

BOOST_AUTO_TEST_CASE(no_file_is_recognised_by_two_mappings) {
    if (skipped()) return;
    for (const fs::path& file : exports()) {
        const std::string bytes = bytesOf(file);
        std::vector<Sheet> sheets;
        if (looksLikeWorkbook(bytes) || looksLikeBinaryWorkbook(bytes)) {
            auto workbook = looksLikeWorkbook(bytes) ? readWorkbook(bytes) : readBinaryWorkbook(bytes);
            if (std::holds_alternative<Finding>(workbook)) continue;  // refused, so nobody's
            sheets = std::get<std::vector<Sheet>>(std::move(workbook));
        }
        const Text text = sheets.empty() ? decode(bytes, "").text : Text();
        std::string names;
        for (const ShippedMapping& shipped : shippedMappings()) {
            std::vector<Sheet> head;
            if (sheets.empty()) head.push_back(splitHead(text, shipped.mapping.delimiter));
            if (FirstRows(sheets.empty() ? head : sheets).areOf(shipped.mapping)) names += " " + shipped.name;
        }
        BOOST_TEST(std::ranges::count(names, ' ') <= 1, file.filename().string() + ":" + names);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
