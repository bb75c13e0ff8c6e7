#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "instruments/formats/Observation.h"
#include "server/db/Database.h"

namespace touchstone::intake {

struct SeriesView {
    std::int64_t ordinal = 0;
    std::string name;
    std::string kind;
    std::string xUnit;
    std::string yUnit;
    std::string specimen;                       ///< when the message speaks of one only
    std::int64_t points = 0;
    std::optional<double> xMin, xMax, yMin, yMax;   ///< of the points that are numbers
};
[[nodiscard]] SeriesView describe(const instruments::Series& series, std::int64_t ordinal);

struct NewSeries {
    std::int64_t message = 0;
    SeriesView view;
    std::string data;                           ///< packed
};

/// Takes the series of one message while it is read and packs them at once, so that memory stays bounded. Kept are the
/// first 200 traces, the first 200 spectra (of a file of a hundred thousand the chromatograms stay, which stand behind
/// them), each of at most 2,000,000 points, together at most 8 MB packed. What goes beyond is counted.
class SeriesCollector {
public:
    void take(const instruments::Series& series);
    [[nodiscard]] std::int64_t found() const { return found_; }
    [[nodiscard]] std::vector<NewSeries> release() { return std::move(kept_); }

private:
    std::int64_t found_ = 0;
    std::size_t traces_ = 0;
    std::size_t spectra_ = 0;
    std::size_t bytes_ = 0;
    std::vector<NewSeries> kept_;
};

/// How many series a message holds, stored or not.
struct FoundSeries {
    std::int64_t message;
    std::int64_t found;
};
void insertSeries(db::WriteTransaction& tx, const std::vector<FoundSeries>& found, const std::vector<NewSeries>& series);

/// Series are those of the first reading that found any.
[[nodiscard]] std::set<std::int64_t> messagesWithSeries(db::ReadTransaction& tx, const std::vector<std::int64_t>& messages);

[[nodiscard]] std::int64_t seriesFound(db::ReadTransaction& tx, std::int64_t message);
[[nodiscard]] std::vector<SeriesView> seriesViews(db::ReadTransaction& tx, std::int64_t message);
struct StoredSeries {
    SeriesView view;
    std::string data;
};
[[nodiscard]] std::optional<StoredSeries> storedSeries(db::ReadTransaction& tx, std::int64_t message, std::int64_t ordinal);

}  // namespace touchstone::intake
