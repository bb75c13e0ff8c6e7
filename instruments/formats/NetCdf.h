#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// A netCDF file of the classic format (CDF-1) or with 64-bit offsets (CDF-2), after the NetCDF Classic Format
/// Specification (OGC 10-092). A view into the bytes, which must outlive it. Nothing that the file says of its sizes is
/// believed: what stands beyond its end is not there, and no more is allotted than the bytes can hold.
class NetCdf {
public:
    enum class Type : std::uint8_t { Byte = 1, Char = 2, Short = 3, Int = 4, Float = 5, Double = 6 };

    struct Attribute {
        std::string name;
        Type type;
        std::string_view values;  ///< big-endian
    };

    struct Variable {
        std::string name;
        Type type = Type::Byte;
        std::vector<Attribute> attributes;
        std::uint64_t begin = 0;        ///< of its first value in the file
        std::uint64_t perRecord = 0;    ///< values in one record, or all of them
        std::uint64_t rowLength = 0;    ///< the last dimension: the length of a text
        bool record = false;            ///< its first dimension is the unlimited one
        [[nodiscard]] const Attribute* find(std::string_view attribute) const;
    };

    /// Reads the header. Refused: not_netcdf, netcdf4 (HDF5), netcdf_version (CDF-5 and unknown ones), netcdf_header.
    [[nodiscard]] static std::variant<NetCdf, Finding> open(std::string_view bytes);

    [[nodiscard]] const Variable* find(std::string_view variable) const;
    [[nodiscard]] const std::vector<Attribute>& attributes() const { return attributes_; }

    /// Values as they are stored; every type fits a double. Fewer than declared where the file ends before.
    [[nodiscard]] std::vector<double> numbers(const Variable& variable) const;
    /// Of char variables: the texts along the last dimension, up to a NUL, without blanks around them.
    [[nodiscard]] std::vector<std::string> texts(const Variable& variable) const;
    /// Whether the file ends before the variable does.
    [[nodiscard]] bool cutOff(const Variable& variable) const;
    [[nodiscard]] Span span(const Variable& variable) const;

    /// A text as attributes and char variables hold it, up to a NUL, without blanks around it.
    [[nodiscard]] static std::string text(std::string_view values);
    [[nodiscard]] static std::vector<double> numbers(const Attribute& attribute);
    [[nodiscard]] static std::size_t size(Type type);

private:
    friend class NetCdfHeader;

    [[nodiscard]] std::uint64_t declared(const Variable& variable) const;
    /// Hands each stretch of consecutive values that is in the file to the caller.
    template <class Sink>
    void eachStretch(const Variable& variable, Sink sink) const;

    std::string_view bytes_;
    std::uint64_t records_ = 0;
    std::uint64_t recordSize_ = 0;
    std::vector<Attribute> attributes_;
    std::vector<Variable> variables_;
};

}  // namespace touchstone::instruments
