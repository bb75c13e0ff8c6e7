#pragma once
#include <string_view>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// ANDI/AIA files in netCDF classic: chromatography (ASTM E1947) and mass spectrometry (ASTM E2077).
///
/// Series: the detector's trace (chromatogram; x = actual_delay_time + i * actual_sampling_interval, or
/// raw_data_retention where sampling was not uniform, in retention_unit, seconds by the standard); the total ion current
/// (TIC, over scan_acquisition_time) and one mass_spectrum for each scan, "scan=" actual_scan_number. scale_factor and
/// add_offset are applied.
///
/// Observations: of each peak that has a name, under code = peak_name its amount, and under "NAME/area",
/// "NAME/area_percent", "NAME/height" and "NAME/retention_time" these; one without a name goes by its retention time and
/// has no amount, as Cds.h has it. The value is the shortest decimal that gives the stored number again. Fill values and
/// amounts in a file where all are 0 (it was never calibrated) are no values. specimen is sample_id, or sample_name where
/// that is empty.
///
/// Warnings: truncated, not_calibrated, no_time_axis, time_unread, scan_count, scan_range.
/// Refused: not_netcdf, netcdf4, netcdf_version, netcdf_header, not_andi, no_data.
[[nodiscard]] Reading readAndi(std::string_view bytes, const Mapping& mapping = {}, const SeriesSink& sink = {});

/// Whether it is netCDF of any version; HDF5 as well, so that it is refused by its name.
[[nodiscard]] bool looksLikeNetCdf(std::string_view bytes);

}  // namespace touchstone::instruments
