#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// What an indexed mzML says of its own bytes (mzML 1.1 indexedmzML: indexList, indexListOffset, fileChecksum), held
/// against them. Many writers get it wrong, so that none of it is needed to read a file; it ends as warnings:
/// "index_offset", "index_list_offset", "file_checksum". 16 bytes of memory for each spectrum.
class MzmlIndex {
public:
    explicit MzmlIndex(std::string_view document) : document_(document) {}

    /// A spectrum or chromatogram begins there; in the order in which they stand.
    void element(std::size_t at, std::string_view id);
    /// The indexList begins there.
    void list(std::size_t at) { list_ = at; }
    /// One `<offset idRef="id">text</offset>` behind all elements.
    void offset(std::string_view id, std::string_view text, Span span);
    /// The first counts.
    void listOffset(std::string_view text, Span span);
    /// SHA-1 of the bytes up to the end of the tag `<fileChecksum>`; "0" where the writer made none. The first counts:
    /// each would cost another way through the document.
    void checksum(std::string_view text, std::size_t upTo, Span span);

    [[nodiscard]] std::vector<Finding> findings() const;

private:
    struct Element {
        std::size_t at;
        std::size_t idHash;
    };
    std::string_view document_;
    std::vector<Element> elements_;
    std::size_t list_ = 0;
    std::size_t offsets_ = 0, wrongOffsets_ = 0;
    Span firstWrong_;
    bool listChecked_ = false, summed_ = false;
    std::vector<Finding> findings_;
};

}  // namespace touchstone::instruments
