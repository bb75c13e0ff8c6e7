#pragma once
#include <string>
#include <vector>

#include "server/core/Actor.h"
#include "server/intake/SeriesStore.h"
#include "server/intake/SeriesWindow.h"

namespace touchstone::intake {

/// Reads of traces and spectra, for any of the staff. Thread-safe.
class SeriesService {
public:
    explicit SeriesService(db::Database& database) : database_(database) {}

    struct List {
        std::int64_t found = 0;            ///< series of the message; those that are not stored are read when asked for
        std::vector<SeriesView> stored;
    };
    /// Error(NotFound), as all below.
    [[nodiscard]] List list(const Actor& actor, const std::string& uid);

    struct Whole {
        SeriesView view;
        Points points;
    };
    /// One series with all its points: as stored, or read again from the raw bytes of the message.
    [[nodiscard]] Whole get(const Actor& actor, const std::string& uid, std::int64_t ordinal);

private:
    db::Database& database_;
};

/// "x,y" under a line with the units, numbers in the fewest digits that read back as the same double; a missing point
/// leaves its y empty.
[[nodiscard]] std::string toCsv(const SeriesView& view, const Points& points);

}  // namespace touchstone::intake
