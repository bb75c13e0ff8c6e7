#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// Tables of the form (X++(Y..Y)) of JCAMP-DX (4.24, 5.8 and 6.4): an abscissa, then the ordinates from there on, as
/// plain numbers (AFFN, PAC) or with pseudo-digits (SQZ, DIF, DUP), mixed as the writer liked.
namespace touchstone::instruments::jcamp {

/// How a table is written.
struct TableStyle {
    char point = '.';             ///< the decimal sign
    std::size_t expected = 0;     ///< points that the header speaks of; only to reserve memory, within reason
    std::size_t maxPoints = 0;    ///< repeat counts may ask for any number of them
    bool checks = true;           ///< a row after one in DIF form begins with its last ordinate again
};

struct Ordinates {
    struct Row {
        std::size_t point;        ///< index of its first ordinate
        double x;                 ///< as written, before XFACTOR
        std::int32_t scale;       ///< decimals that x was written with; negative: zeros of an exponent
        std::size_t offset;       ///< in the table
    };
    /// How often something happened, and where first.
    struct Fault {
        std::size_t count = 0;
        std::size_t offset = 0;
        void at(std::size_t where) {
            if (count++ == 0) offset = where;
        }
    };

    std::vector<double> y;        ///< before YFACTOR; NaN where missing ('?') or unreadable
    std::vector<Row> rows;
    std::size_t yChecks = 0;      ///< rows after one that ended in DIF form: they begin with its last ordinate again
    Fault failedYChecks;          ///< … and it was another; reading went on from there
    Fault unreadable;             ///< characters that are no number, differences without an ordinate before them
    int finestScale = 0;          ///< most decimals that any ordinate was written with
    bool tooMany = false;         ///< reading ended at maxPoints
};

[[nodiscard]] Ordinates readOrdinates(std::string_view table, const TableStyle& style);

}  // namespace touchstone::instruments::jcamp
