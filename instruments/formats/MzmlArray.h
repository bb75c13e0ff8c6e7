#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "instruments/formats/BinaryData.h"

namespace touchstone::instruments {

/// A controlled vocabulary's term as an mzML cvParam names it.
struct Term {
    std::string accession, name, value, unit;
};

enum class ArrayKind : std::uint8_t { Mz, Wavelength, Time, Intensity, Other };

/// What the terms in a binaryDataArray, or in a group that it refers to, say of it. Terms of the PSI-MS vocabulary that
/// came after this was written are known by their names.
class ArrayTerms {
public:
    void add(const Term& term);
    /// As if the group's terms stood here.
    void add(const ArrayTerms& group);

    [[nodiscard]] std::optional<ArrayKind> kind() const { return kind_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& unit() const { return unit_; }
    /// How to decode it; otherwise "external_data", "unsupported_compression", "unsupported_type" or "no_type".
    [[nodiscard]] std::variant<ArrayEncoding, ArrayFault> encoding() const;

private:
    bool addEncoding(const Term& term);

    std::optional<ArrayKind> kind_;
    std::string name_, unit_;
    std::optional<NumberType> type_;
    Numpress numpress_ = Numpress::None;
    bool zlib_ = false, external_ = false;
    std::string unknownType_, unknownCompression_;
};

}  // namespace touchstone::instruments
