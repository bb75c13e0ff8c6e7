#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// Report.TXT of Agilent ChemStation (told by reports in area percent and of internal standards), as on paper: "Data
/// File", "Sample Name", what is known of the injection, and for each signal a table of peaks in columns of fixed width
/// under a ruler of dashes; several injections may follow each other, pages may part a table. Peaks become observations
/// as Cds.h says (specimen: Sample Name; position: Location), also those of an internal standard, which their flags
/// tell ("MM I"). An amount of "-" is a compound that was looked for and not found. The order of day and month is told
/// by all dates of the file. Refused, because results would be missing: a column that is not known (unknown_column), a
/// line that does not stand in the columns (bad_row), a table without its totals (incomplete_table). Warned of: totals
/// that are not the sum of their rows (total_differs), tables of other things than peaks (section_unread).
[[nodiscard]] Reading readChemstationReport(std::string_view bytes, const Mapping& mapping, const SeriesSink& sink);
[[nodiscard]] bool looksLikeChemstationReport(std::string_view bytes);

}  // namespace touchstone::instruments
