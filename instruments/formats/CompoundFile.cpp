#include "instruments/formats/CompoundFile.h"

#include <algorithm>
#include <cctype>

#include "instruments/formats/LittleEndian.h"

namespace touchstone::instruments {
namespace {

constexpr std::string_view signature = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
constexpr std::size_t headerSize = 512, headerFat = 76, entrySize = 128, smallSize = 64, smallStreamsUpTo = 4'096;
constexpr std::uint32_t endOfChain = 0xFFFFFFFE, none = 0xFFFFFFFF;

std::uint32_t word(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint32_t>(little(bytes, at, 4));
}

/// The sectors of a chain; nothing where it leaves the table or comes back to itself.
std::optional<std::vector<std::uint32_t>> follow(const std::vector<std::uint32_t>& next, std::uint32_t first) {
    std::vector<std::uint32_t> all;
    for (std::uint32_t at = first; at != endOfChain; at = next[at]) {
        if (at >= next.size() || all.size() == next.size()) return std::nullopt;
        all.push_back(at);
    }
    return all;
}

char upper(char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

/// Those that are looked for are ASCII.
std::string nameOf(std::string_view entry) {
    std::string name;
    for (std::size_t i = 0; i + 2 < std::min<std::size_t>(little(entry, 64, 2), 64); i += 2) {
        name += entry[i + 1] == '\0' ? upper(entry[i]) : '?';
    }
    return name;
}

}  // namespace

Span CompoundFile::Stream::span(std::size_t begin, std::size_t end) const {
    const std::size_t within = begin % sectorSize;
    return {sectors[begin / sectorSize] + within, std::min(end - begin, sectorSize - within)};
}

bool CompoundFile::recognises(std::string_view bytes) {
    return bytes.starts_with(signature);
}

std::optional<CompoundFile> CompoundFile::open(std::string_view bytes) {
    CompoundFile file(bytes);
    if (!file.openHeader() || !file.readFat() || !file.readDirectory()) return std::nullopt;
    return file;
}

std::optional<CompoundFile::Stream> CompoundFile::read(std::string_view name) const {
    const Entry* const entry = find(name);
    if (entry == nullptr || entry->size > bytes_.size()) return std::nullopt;
    const bool small = entry->size < smallStreamsUpTo;
    auto places = small ? smallChain(entry->first) : chain(entry->first);
    if (!places) return std::nullopt;
    Stream stream{{}, std::move(*places), small ? smallSize : sectorSize_};
    for (const std::size_t at : stream.sectors) {
        if (stream.bytes.size() < entry->size)
            stream.bytes.append(bytes_.substr(std::min(at, bytes_.size()), stream.sectorSize));
    }
    if (stream.bytes.size() < entry->size) return std::nullopt;
    stream.bytes.resize(entry->size);
    return stream;
}

bool CompoundFile::openHeader() {
    if (bytes_.size() < headerSize || !recognises(bytes_)) return false;
    const std::size_t shift = little(bytes_, 30, 2);
    if (little(bytes_, 28, 2) != 0xFFFE || (shift != 9 && shift != 12) || little(bytes_, 32, 2) != 6) return false;
    sectorSize_ = std::size_t{1} << shift;
    sectorCount_ = (std::max(bytes_.size(), sectorSize_) - 1) / sectorSize_;  // the header takes the place of one
    return word(bytes_, 56) == smallStreamsUpTo;
}

/// Of the sectors that the table takes, the header names 109 and a chain of further ones the rest. No more of them are
/// read than tell of the sectors of a file as long as this.
bool CompoundFile::readFat() {
    const auto take = [&](std::string_view numbers) {
        for (std::size_t i = 0; i < numbers.size() && fat_.size() < sectorCount_; i += 4) {
            const std::uint32_t number = word(numbers, i);
            if (number == none) continue;
            const std::string_view part = sector(number);
            if (part.size() < sectorSize_) return false;
            for (std::size_t at = 0; at < part.size(); at += 4) fat_.push_back(word(part, at));
        }
        return true;
    };
    if (!take(bytes_.substr(headerFat, headerSize - headerFat))) return false;
    std::uint32_t at = word(bytes_, 68);
    for (std::size_t left = std::min<std::size_t>(word(bytes_, 72), sectorCount_); left > 0; --left) {
        const std::string_view numbers = sector(at);
        if (numbers.size() < sectorSize_ || !take(numbers.substr(0, sectorSize_ - 4))) return false;
        at = word(numbers, sectorSize_ - 4);
    }
    return true;
}

/// The streams beside each other at the top are a tree; what storages hold is none of it.
bool CompoundFile::readDirectory() {
    const auto sectors = chain(word(bytes_, 48));
    if (!sectors) return false;
    std::string directory;
    for (const std::size_t at : *sectors) directory.append(bytes_.substr(at, sectorSize_));
    const std::size_t count = directory.size() / entrySize;
    if (count == 0) return false;
    const auto entry = [&](std::size_t i) { return std::string_view(directory).substr(i * entrySize, entrySize); };
    const auto small = chain(word(entry(0), 116));
    const auto smallTable = chain(word(bytes_, 60));
    if (small) smallStream_ = *small;
    for (const std::size_t at : smallTable.value_or(std::vector<std::size_t>())) {
        const std::string_view part = bytes_.substr(at, sectorSize_);
        for (std::size_t i = 0; i + 4 <= part.size(); i += 4) smallFat_.push_back(word(part, i));
    }
    constexpr char stream = 2, root = 5;
    if (entry(0)[66] != root) return false;
    std::vector<std::uint32_t> open{word(entry(0), 76)};
    std::vector<bool> seen(count);
    while (!open.empty()) {
        const std::uint32_t number = open.back();
        open.pop_back();
        if (number == none) continue;
        if (number >= count || seen[number]) return false;
        seen[number] = true;
        const std::string_view one = entry(number);
        open.push_back(word(one, 68));
        open.push_back(word(one, 72));
        // Of the eight bytes of the size old writers fill four.
        if (one[66] == stream) entries_.push_back({nameOf(one), word(one, 116), word(one, 120)});
    }
    return true;
}

std::string_view CompoundFile::sector(std::size_t number) const {
    return number < sectorCount_ ? bytes_.substr((number + 1) * sectorSize_, sectorSize_) : std::string_view();
}

std::optional<std::vector<std::size_t>> CompoundFile::chain(std::uint32_t first) const {
    const auto sectors = follow(fat_, first);
    if (!sectors) return std::nullopt;
    std::vector<std::size_t> places;
    for (const std::uint32_t number : *sectors) {
        if (number >= sectorCount_) return std::nullopt;
        places.push_back((std::size_t{number} + 1) * sectorSize_);
    }
    return places;
}

std::optional<std::vector<std::size_t>> CompoundFile::smallChain(std::uint32_t first) const {
    const auto sectors = follow(smallFat_, first);
    if (!sectors) return std::nullopt;
    std::vector<std::size_t> places;
    for (const std::uint32_t number : *sectors) {
        const std::size_t at = number * smallSize;
        if (at / sectorSize_ >= smallStream_.size()) return std::nullopt;
        places.push_back(smallStream_[at / sectorSize_] + at % sectorSize_);
    }
    return places;
}

const CompoundFile::Entry* CompoundFile::find(std::string_view name) const {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
        return std::ranges::equal(entry.name, name, [](char a, char b) { return a == upper(b); });
    });
    return found == entries_.end() ? nullptr : &*found;
}

}  // namespace touchstone::instruments
