#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments::biff {

/// Thrown where a workbook cannot be read.
struct Fault {
    explicit Fault(std::string message, std::string code = "xls_broken")
        : finding{std::move(code), std::move(message), {}} {}
    Finding finding;
};

enum : std::uint16_t {
    Formula = 0x0006,
    Eof = 0x000A,
    DateMode = 0x0022,
    FilePass = 0x002F,
    Continue = 0x003C,
    CodePage = 0x0042,
    BoundSheet = 0x0085,
    MulRk = 0x00BD,
    RString = 0x00D6,
    Xf = 0x00E0,
    MergeCells = 0x00E5,
    Sst = 0x00FC,
    LabelSst = 0x00FD,
    Number = 0x0203,
    Label = 0x0204,
    BoolErr = 0x0205,
    String = 0x0207,
    Rk = 0x027E,
    Format = 0x041E,
    Bof = 0x0809
};

/// The fields of a record one after another, also where it goes on in CONTINUE records. Throws Fault where they end.
class Fields {
public:
    explicit Fields(std::vector<std::string_view> pieces);

    [[nodiscard]] std::size_t left() const { return left_; }  ///< bytes
    std::uint64_t number(std::size_t width);
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    double real();
    double rk();  ///< a number packed into four bytes
    void skip(std::size_t count);
    std::string bytes(std::size_t count);
    /// A text of so many UTF-16 units with the flags before it, with or without what may stand behind it, as UTF-8.
    std::string unicode(std::size_t units);

private:
    std::string_view piece();
    std::string_view take(std::size_t most);  ///< of one piece

    std::vector<std::string_view> pieces_;
    std::size_t at_ = 0;  ///< the first of pieces_ that has something left
    std::size_t left_ = 0;
};

/// The records of a stream from a place on.
class Records {
public:
    explicit Records(std::string_view stream, std::size_t at) : stream_(stream), at_(at) {}

    void next();  ///< throws Fault behind the last
    [[nodiscard]] std::uint16_t type() const { return type_; }
    [[nodiscard]] std::size_t at() const { return at_; }  ///< behind the record
    /// Of the record; with the CONTINUE records behind it, which next() then does not give.
    [[nodiscard]] Fields fields() const { return Fields({body_}); }
    Fields continued();

private:
    [[nodiscard]] bool continues() const;

    std::string_view stream_, body_;
    std::size_t at_;
    std::uint16_t type_ = 0;
};

}  // namespace touchstone::instruments::biff
