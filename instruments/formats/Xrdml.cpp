#include "instruments/formats/Xrdml.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "instruments/formats/Cds.h"
#include "instruments/formats/Opening.h"
#include "instruments/formats/XmlTree.h"

namespace touchstone::instruments {
namespace {

/// The numbers between blanks; nothing where one is none.
std::optional<std::vector<double>> numbersOf(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    std::vector<double> numbers;
    for (std::size_t at = text.find_first_not_of(blank); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(blank, at), text.size());
        const auto number = cds::readDouble(text.substr(at, end - at));
        if (!number || !std::isfinite(*number)) return std::nullopt;
        numbers.push_back(*number);
        at = text.find_first_not_of(blank, end);
    }
    return numbers;
}

/// Whether an axis moves during a scan.
bool moves(const XmlNode& positions) {
    return positions.name == "positions" && (positions.child("startPosition") || positions.child("listPositions"));
}

class Reader {
public:
    Reader(const XmlNode& root, Reading& reading) : root_(root), reading_(reading) {}

    std::vector<Series> read() {
        const XmlNode& sample = root_.childOrEmpty("sample");
        const std::string name(sample.textOf("name").empty() ? sample.textOf("id") : sample.textOf("name"));
        for (const XmlNode& measurement : root_.children) {
            if (measurement.name != "xrdMeasurement") continue;
            for (const XmlNode& scan : measurement.children) {
                if (scan.name == "scan" && !reading_.refused) readScan(scan, name);
            }
        }
        if (!reading_.refused && series_.empty()) refuse("no_scans", "the file holds no scans", root_);
        for (std::size_t i = 0; series_.size() > 1 && i < series_.size(); ++i) {
            series_[i].name += (name.empty() ? "scan " : " scan ") + std::to_string(i + 1);
        }
        return std::move(series_);
    }

private:
    void readScan(const XmlNode& scan, const std::string& name) {
        const XmlNode& points = scan.childOrEmpty("dataPoints");
        const XmlNode* const intensities = points.child("intensities");
        const XmlNode* const values = intensities != nullptr ? intensities : points.child("counts");
        if (values == nullptr) return;
        auto y = numbersOf(values->text);
        if (!y) return refuse("bad_number", "the intensities are not all numbers", *values);
        if (y->empty()) return;
        if (intensities == nullptr) lookAtAttenuator(points);
        const XmlNode* axis = nullptr;
        for (const XmlNode& positions : points.children) {
            const bool first = axis == nullptr || positions.attribute("axis") == "2Theta";
            if (moves(positions) && first) axis = &positions;
        }
        if (axis == nullptr) return refuse("no_moving_axis", "no axis moves during a scan", points);
        auto x = positionsOf(*axis, y->size());
        if (!x) return;
        Series series{.name = name,
                      .kind = "diffractogram",
                      .xUnit = std::string(axis->attribute("axis")) + " " + std::string(axis->attribute("unit")),
                      .unit = std::string(values->attribute("unit")),
                      .x = std::move(*x),
                      .y = std::move(*y),
                      .span = scan.span};
        series_.push_back(std::move(series));
    }

    void lookAtAttenuator(const XmlNode& points) {
        const auto factors = numbersOf(points.textOf("beamAttenuationFactors"));
        const bool none = factors && std::ranges::all_of(*factors, [](double factor) { return factor == 1; });
        if (none || std::exchange(attenuated_, true)) return;
        reading_.warnings.push_back({"attenuated", "counts were taken behind an attenuator", points.span});
    }

    std::optional<std::vector<double>> positionsOf(const XmlNode& axis, std::size_t count) {
        if (const XmlNode* const list = axis.child("listPositions")) {
            auto places = numbersOf(list->text);
            if (!places) refuse("bad_number", "the positions are not all numbers", *list);
            if (places && places->size() != count) {
                refuse("point_count", "there are not as many positions as intensities", axis,
                       std::to_string(places->size()) + " ≠ " + std::to_string(count));
            }
            return reading_.refused ? std::nullopt : places;
        }
        const auto begin = cds::readDouble(axis.textOf("startPosition"));
        const auto end = cds::readDouble(axis.textOf("endPosition"));
        if (!begin || !end || !std::isfinite(*end - *begin)) {
            refuse("bad_number", "an axis has no begin and end", axis);
            return std::nullopt;
        }
        std::vector<double> places;
        places.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            const double part = count == 1 ? 0 : static_cast<double>(i) / static_cast<double>(count - 1);
            places.push_back(*begin + (*end - *begin) * part);
        }
        return places;
    }

    void refuse(const char* code, const char* text, const XmlNode& node, std::string about = {}) {
        reading_.refused = Finding{code, text, node.span, std::move(about)};
    }

    const XmlNode& root_;
    Reading& reading_;
    std::vector<Series> series_;
    bool attenuated_ = false;
};

}  // namespace

Reading readXrdml(std::string_view bytes, const Mapping&, const SeriesSink& sink) {
    return readReport("xrdml", bytes, [&](const XmlNode& root, Reading& reading) {
        std::vector<Series> all = Reader(root, reading).read();
        for (Series& series : all) {
            if (sink && !reading.refused) sink(std::move(series));
        }
    });
}

bool looksLikeXrdml(std::string_view bytes) {
    return rootTag(bytes).name == "xrdMeasurements";
}

}  // namespace touchstone::instruments
