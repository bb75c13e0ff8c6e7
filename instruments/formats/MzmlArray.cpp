#include "instruments/formats/MzmlArray.h"

#include <algorithm>
#include <array>

namespace touchstone::instruments {
namespace {

struct TypeTerm {
    std::string_view accession;
    NumberType type;
};

struct CompressionTerm {
    std::string_view accession;
    Numpress numpress;
    bool zlib;
};

struct KindTerm {
    std::string_view accession;
    ArrayKind kind;
};

constexpr std::array types{TypeTerm{"MS:1000523", NumberType::Float64}, TypeTerm{"MS:1000521", NumberType::Float32},
                           TypeTerm{"MS:1000522", NumberType::Int64}, TypeTerm{"MS:1000519", NumberType::Int32}};

/// 1003088: the writer cut off bits of the mantissa before zlib, which the reader need not undo.
constexpr std::array compressions{
    CompressionTerm{"MS:1000576", Numpress::None, false},   CompressionTerm{"MS:1000574", Numpress::None, true},
    CompressionTerm{"MS:1002312", Numpress::Linear, false}, CompressionTerm{"MS:1002313", Numpress::Pic, false},
    CompressionTerm{"MS:1002314", Numpress::Slof, false},   CompressionTerm{"MS:1002746", Numpress::Linear, true},
    CompressionTerm{"MS:1002747", Numpress::Pic, true},     CompressionTerm{"MS:1002748", Numpress::Slof, true},
    CompressionTerm{"MS:1003088", Numpress::None, true}};

/// imzML: the numbers lie in the file beside it.
constexpr std::string_view externalData = "IMS:1000101";

constexpr std::array kinds{KindTerm{"MS:1000514", ArrayKind::Mz}, KindTerm{"MS:1000515", ArrayKind::Intensity},
                           KindTerm{"MS:1000595", ArrayKind::Time}, KindTerm{"MS:1000617", ArrayKind::Wavelength},
                           KindTerm{"MS:1000786", ArrayKind::Other}};

template <class Terms>
const typename Terms::value_type* find(const Terms& terms, std::string_view accession) {
    const auto found = std::ranges::find(terms, accession, &Terms::value_type::accession);
    return found == terms.end() ? nullptr : &*found;
}

/// "MS:1000520 16-bit float", "MS:1001479 null-terminated ASCII string".
bool namesType(std::string_view name) {
    return name.ends_with("-bit float") || name.ends_with("-bit integer") || name.ends_with("string");
}

/// Of names that a person would write. A group's is copied wherever the file refers to it.
std::string brief(const std::string& text) {
    return text.size() <= 200 ? text : std::string();
}

std::string describe(const Term& term) {
    return brief(term.name) + " (" + brief(term.accession) + ")";
}

}  // namespace

void ArrayTerms::add(const Term& term) {
    if (addEncoding(term)) return;
    const KindTerm* const known = find(kinds, term.accession);
    if (known == nullptr && !term.name.ends_with(" array")) return;
    kind_ = known == nullptr ? ArrayKind::Other : known->kind;
    name_ = brief(term.value.empty() ? term.name : term.value);
    unit_ = brief(term.unit);
}

bool ArrayTerms::addEncoding(const Term& term) {
    if (const TypeTerm* const type = find(types, term.accession)) {
        type_ = type->type;
    } else if (const CompressionTerm* const compression = find(compressions, term.accession)) {
        // Two terms, numpress and zlib, stand where today one for both does.
        if (compression->numpress != Numpress::None) numpress_ = compression->numpress;
        zlib_ = zlib_ || compression->zlib;
    } else if (term.accession == externalData) {
        external_ = term.value != "false";
    } else if (term.name.find("compression") != std::string::npos) {
        unknownCompression_ = describe(term);
    } else if (namesType(term.name)) {
        unknownType_ = describe(term);
    } else {
        return false;
    }
    return true;
}

void ArrayTerms::add(const ArrayTerms& group) {
    if (group.kind_) {
        kind_ = group.kind_;
        name_ = group.name_;
        unit_ = group.unit_;
    }
    if (group.type_) type_ = group.type_;
    if (group.numpress_ != Numpress::None) numpress_ = group.numpress_;
    zlib_ = zlib_ || group.zlib_;
    external_ = external_ || group.external_;
    if (!group.unknownType_.empty()) unknownType_ = group.unknownType_;
    if (!group.unknownCompression_.empty()) unknownCompression_ = group.unknownCompression_;
}

std::variant<ArrayEncoding, ArrayFault> ArrayTerms::encoding() const {
    if (external_) return ArrayFault{"external_data", "the numbers of an array lie in another file"};
    if (!unknownCompression_.empty()) {
        return ArrayFault{"unsupported_compression", "an array is packed in a way that is not read",
                          unknownCompression_};
    }
    if (numpress_ == Numpress::None && !type_) {
        if (unknownType_.empty())
            return ArrayFault{"no_type", "it is not said of what type the numbers of an array are"};
        return ArrayFault{"unsupported_type", "an array is of a type that is not read", unknownType_};
    }
    return ArrayEncoding{type_.value_or(NumberType::Float64), numpress_, zlib_};
}

}  // namespace touchstone::instruments
