#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// JCAMP-DX 4.24, 5.00, 5.01 and 6 (IUPAC): spectra, chromatograms and peak tables of one file with any number of
/// blocks (LINK), in all forms of writing ordinates; NTUPLES with pages. Every table is one Series; its kind comes from
/// DATA TYPE, with "_peaks" behind it for PEAK TABLE and assignments. The format holds no results: there are no
/// observations.
///
/// y is ordinate * YFACTOR and x is FIRSTX + i * (LASTX - FIRSTX) / (NPOINTS - 1). What the header says beside that is
/// compared with the data, and a disagreement is a warning: x_check (abscissae of the rows), y_check (ordinates that
/// DIF form repeats), no_y_check (it repeats none), point_count, first_x, last_x, first_y, min_y, max_y, no_factor,
/// x_from_rows, unreadable_number, incomplete_group, decimal_comma, columns_left_out (of a table with more than x and
/// y), unknown_table, no_end. A table that cannot be trusted is left out (table_unreadable, no_points,
/// too_many_points).
///
/// Refused: not_jcamp, too_deep (blocks in blocks), no_data (no table), untrusted_data (none of the tables can be
/// used).
[[nodiscard]] Reading readJcamp(std::string_view bytes, const Mapping& mapping = {}, const SeriesSink& sink = {});

/// Whether the first record is one that such a file begins with.
[[nodiscard]] bool looksLikeJcamp(std::string_view bytes);

}  // namespace touchstone::instruments
