#include "instruments/formats/MzmlIndex.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>
#include <stdexcept>
#include <utility>

#include "instruments/formats/Values.h"

namespace touchstone::instruments {
namespace {

std::optional<std::size_t> numberIn(std::string_view text) {
    text = trimmed(text);
    std::size_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string sha1Hex(std::string_view bytes) {
    std::array<unsigned char, 20> digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha1(), nullptr) != 1) {
        throw std::runtime_error("SHA-1 is not to be had");
    }
    std::string hex;
    for (const unsigned char byte : digest) {
        hex += "0123456789abcdef"[byte >> 4U];
        hex += "0123456789abcdef"[byte & 0xFU];
    }
    return hex;
}

}  // namespace

void MzmlIndex::element(std::size_t at, std::string_view id) {
    elements_.push_back({at, std::hash<std::string_view>()(id)});
}

void MzmlIndex::offset(std::string_view id, std::string_view text, Span span) {
    ++offsets_;
    const auto at = numberIn(text);
    const auto found = std::ranges::lower_bound(elements_, at.value_or(0), {}, &Element::at);
    const bool lands =
        at && found != elements_.end() && found->at == *at && found->idHash == std::hash<std::string_view>()(id);
    if (!lands && wrongOffsets_++ == 0) firstWrong_ = span;
}

void MzmlIndex::listOffset(std::string_view text, Span span) {
    if (std::exchange(listChecked_, true)) return;
    const auto at = numberIn(text);
    if (at && list_ != 0 && *at == list_) return;
    findings_.push_back({"index_list_offset", "indexListOffset does not say where the indexList begins", span});
}

void MzmlIndex::checksum(std::string_view text, std::size_t upTo, Span span) {
    if (std::exchange(summed_, true)) return;
    std::string said(trimmed(text));
    std::ranges::transform(said, said.begin(),
                           [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
    if (said == "0") {
        findings_.push_back({"file_checksum", "the file carries no checksum: its writer put 0", span});
    } else if (said != sha1Hex(document_.substr(0, upTo))) {
        findings_.push_back({"file_checksum", "the bytes do not have the SHA-1 that fileChecksum says", span});
    }
}

std::vector<Finding> MzmlIndex::findings() const {
    std::vector<Finding> all = findings_;
    if (wrongOffsets_ > 0) {
        all.push_back({"index_offset", "offsets in the index do not lead to their element", firstWrong_,
                       std::to_string(wrongOffsets_) + "/" + std::to_string(offsets_)});
    }
    return all;
}

}  // namespace touchstone::instruments
