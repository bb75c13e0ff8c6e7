#include "instruments/formats/ShimadzuToc.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "instruments/formats/Measured.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/Pattern.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/Table.h"
#include "instruments/formats/TextBudget.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t headSize = 4'096;

/// "NPOC:0.1581mg/L" in its parts.
struct Result {
    std::string analyte, value, unit;
};

std::size_t numberSize(std::string_view text) {
    const auto digits = [&](std::size_t at) {
        return std::min(text.find_first_not_of("0123456789.,", at), text.size());
    };
    const std::size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    const std::size_t end = digits(sign);
    if (end == sign) return 0;
    const bool power = end + 2 < text.size() && (text[end] == 'E' || text[end] == 'e') &&
                       (text[end + 1] == '-' || text[end + 1] == '+');
    return power ? digits(end + 2) : end;
}

std::optional<Result> resultOf(std::string_view written) {
    const std::size_t colon = written.find(':');
    if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
    const std::string_view said = written.substr(colon + 1);
    const std::size_t size = numberSize(said);
    if (size == 0) return std::nullopt;
    return Result{std::string(written.substr(0, colon)), std::string(said.substr(0, size)),
                  std::string(said.substr(size))};
}

/// Samples and the rows of their injections.
class Injections {
public:
    Injections(const Sheet& sheet, Reading& reading)
        : sheet_(sheet), reading_(reading), budget_(sheet.source().utf8().size()) {}

    std::vector<Measured> read() {
        std::size_t row = 0;
        for (; row < sheet_.rowCount() && sheet_.rowText(row) != "[Data]"; ++row) {
            if (sheet_.text(row, 0) == "System") instrument_ = sheet_.text(row, 1);
            if (sheet_.text(row, 0) == "User") operator_ = sheet_.text(row, 1);
        }
        if (++row >= sheet_.rowCount()) return refuse("no_header", "no table of injections stands under [Data]");
        for (const Sheet::Cell& cell : sheet_.cells(row)) columns_.try_emplace(sheet_.text(cell), cell.column);
        for (const char* wanted : {"Sample Name", "Analysis(Inj.)", "Inj. No.", "Conc.", "Result"}) {
            if (!columns_.contains(wanted)) return refuse("no_column", "a column is missing", wanted);
        }
        for (++row; row < sheet_.rowCount() && !reading_.refused; ++row) take(row);
        finishSample();
        return std::move(measured_);
    }

private:
    [[nodiscard]] std::string text(std::size_t row, const char* column) const {
        const auto found = columns_.find(column);
        return found == columns_.end() ? std::string() : sheet_.text(row, found->second);
    }

    void take(std::size_t row) {
        const std::string analysis = text(row, "Analysis(Inj.)"), number = text(row, "Inj. No.");
        std::string key;
        for (const char* column : {"Type", "Anal.", "Sample Name", "Sample ID", "Result", "Spl. No.", "Vial"}) {
            key += text(row, column) + '\n';
        }
        const std::string injection = analysis + "/injection_" + number;
        if (key != sample_ || injections_.contains(injection)) {
            finishSample();
            sample_ = std::move(key);
            readResults(row);
        }
        injections_.insert(injection);
        const std::size_t order = std::strtoul(number.c_str(), nullptr, 10);
        if (injections_.size() == 1 || order >= lastOrder_) {
            last_ = row;
            lastOrder_ = order;
        }
        if (columns_.contains("Conc.") && sheet_.cell(row, columns_.at("Conc.")) == nullptr) return;
        Observation o = common(row);
        o.code = injection;
        o.value = text(row, "Conc.");
        o.unit = unitOf(analysis);
        o.span = sheet_.span(row);
        if (text(row, "Excluded") == "1") o.flags = "excluded";
        keep(std::move(o));
    }

    /// Results of a sample stand behind its injections and at the time of the last one.
    void finishSample() {
        for (Result& result : results_) {
            Observation o = common(last_);
            o.code = std::move(result.analyte);
            o.value = std::move(result.value);
            o.unit = std::move(result.unit);
            o.span = sheet_.span(*sheet_.cell(last_, columns_.at("Result")));
            keep(std::move(o));
        }
        results_.clear();
        injections_.clear();
    }

    void readResults(std::size_t row) {
        const std::string written = squeezed(text(row, "Result"));
        for (std::size_t at = 0; at < written.size();) {
            const std::size_t end = std::min(written.find(' ', at), written.size());
            if (auto result = resultOf(std::string_view(written).substr(at, end - at))) {
                results_.push_back(std::move(*result));
            } else {
                reading_.warnings.push_back(
                    {"result_unread", "a result is not written as name:number unit", sheet_.span(row)});
            }
            at = end + 1;
        }
    }

    [[nodiscard]] std::string unitOf(const std::string& analysis) const {
        const auto found = std::ranges::find(results_, analysis, &Result::analyte);
        return found == results_.end() ? std::string() : found->unit;
    }

    [[nodiscard]] Observation common(std::size_t row) const {
        Observation o;
        o.specimen = text(row, "Sample Name");
        if (o.specimen.empty()) o.specimen = text(row, "Sample ID");
        o.position = text(row, "Vial");
        o.observedAt = text(row, "Date / Time");
        o.operatorName = operator_;
        o.instrument = instrument_;
        const std::string type = text(row, "Type");
        if (type == "Standard") o.kind = ObservationKind::Calibration;
        if (type == "Control") o.kind = ObservationKind::Control;
        return o;
    }

    void keep(Observation o) {
        if (o.specimen.empty()) {
            if (unnamed_ != sample_) reading_.warnings.push_back({"no_specimen", "a row names no specimen", o.span});
            unnamed_ = sample_;
            return;
        }
        o.undecodable = sheet_.source().bad(o.span);
        if (auto fault = budget_.spend(o)) reading_.refused = std::move(fault);
        measured_.push_back({std::move(o), false});
    }

    std::vector<Measured> refuse(const char* code, const char* text, std::string about = {}) {
        reading_.refused = Finding{code, text, {}, std::move(about)};
        return {};
    }

    const Sheet& sheet_;
    Reading& reading_;
    TextBudget budget_;
    std::string instrument_, operator_;
    std::map<std::string, std::size_t> columns_;
    std::string sample_, unnamed_;          // what the rows of one sample share
    std::set<std::string> injections_;      // of the sample, as codes
    std::vector<Result> results_;           // of the sample
    std::size_t last_ = 0, lastOrder_ = 0;  // the row of its last injection, and its number
    std::vector<Measured> measured_;
};

}  // namespace

Reading readShimadzuToc(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    Reading reading;
    reading.format = "shimadzu_toc";
    Decoded decoded = decode(bytes, mapping.encoding);
    tellCharset(decoded, reading);
    const std::string& text = decoded.text.utf8();
    const std::size_t first = text.find_first_of("\t,;", std::min(text.find("[Data]"), text.size()));
    const char delimiter = first == std::string::npos ? '\t' : text[first];
    const auto split = splitText(std::move(decoded.text), delimiter);
    if (const auto* const fault = std::get_if<Finding>(&split)) {
        reading.refused = *fault;
        return reading;
    }
    std::vector<Measured> measured = Injections(std::get<Sheet>(split), reading).read();
    if (!reading.refused && measured.empty()) {
        reading.refused = Finding{"no_results", "no injection has a concentration", {}};
    }
    if (reading.refused) return reading;
    Mapping signs;
    signs.decimalAuto = true;
    signs.datesAuto = true;
    settle(std::move(measured), {}, signs, reading, sink);
    return reading;
}

bool looksLikeShimadzuToc(std::string_view bytes) {
    const std::string head = opening(bytes, headSize);
    const auto holds = [&head](std::string_view words) { return head.find(words) != std::string::npos; };
    return head.starts_with("[Header]") && holds("[Data]") && holds("Analysis(Inj.)") && holds("Inj. No.");
}

}  // namespace touchstone::instruments
