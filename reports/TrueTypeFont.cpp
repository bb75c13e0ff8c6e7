#include "reports/TrueTypeFont.h"

#include <endian.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <unordered_map>

namespace touchstone::reports {
namespace {

using Bytes = std::span<const std::uint8_t>;

Bytes part(Bytes bytes, std::size_t offset, std::size_t length) {
    if (offset > bytes.size() || length > bytes.size() - offset) throw std::runtime_error("font file is damaged");
    return bytes.subspan(offset, length);
}

std::uint16_t u16(Bytes bytes, std::size_t offset) {
    const Bytes two = part(bytes, offset, 2);
    return static_cast<std::uint16_t>(two[0] << 8 | two[1]);
}

std::int16_t i16(Bytes bytes, std::size_t offset) {
    return static_cast<std::int16_t>(u16(bytes, offset));
}

std::uint32_t u32(Bytes bytes, std::size_t offset) {
    return static_cast<std::uint32_t>(u16(bytes, offset)) << 16 | u16(bytes, offset + 2);
}

void put16(std::string& out, std::uint32_t value) {
    out.push_back(static_cast<char>(value >> 8));
    out.push_back(static_cast<char>(value));
}

void put32(std::string& out, std::uint32_t value) {
    put16(out, value >> 16);
    put16(out, value & 0xFFFF);
}

void set16(std::string& out, std::size_t offset, std::uint32_t value) {
    out.at(offset) = static_cast<char>(value >> 8);
    out.at(offset + 1) = static_cast<char>(value);
}

std::string text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes bytesOf(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::uint32_t checksum(const std::string& padded) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i + 4 <= padded.size(); i += 4) {
        std::uint32_t word = 0;
        std::memcpy(&word, padded.data() + i, 4);
        sum += be32toh(word);
    }
    return sum;
}

// Offsets, in a composite glyph, of the numbers of its components. They are unsigned: CJK fonts have more than 32767.
std::vector<std::size_t> componentOffsets(Bytes outline) {
    constexpr unsigned wordArguments = 0x1, oneScale = 0x8, more = 0x20, twoScales = 0x40, matrix = 0x80;
    std::vector<std::size_t> offsets;
    if (outline.empty() || i16(outline, 0) >= 0) return offsets;
    std::size_t at = 10;
    unsigned flags = more;
    while (flags & more) {
        flags = u16(outline, at);
        offsets.push_back(at + 2);
        at += 4 + ((flags & wordArguments) ? 4U : 2U);
        if (flags & oneScale) at += 2;
        if (flags & twoScales) at += 4;
        if (flags & matrix) at += 8;
    }
    return offsets;
}

constexpr double smallScale = 0.6;

int scaled(int units) {
    return static_cast<int>(std::lround(units * smallScale));
}

// An sfnt file of these tables, with the checksums that the format asks for.
std::string assemble(std::vector<std::pair<std::string, std::string>> tables) {
    const auto count = static_cast<std::uint32_t>(tables.size());
    std::uint32_t log = 0;
    while (2U << log <= count) ++log;
    std::string out;
    put32(out, 0x00010000);
    put16(out, count);
    put16(out, 16U << log);
    put16(out, log);
    put16(out, count * 16 - (16U << log));
    std::size_t offset = 12 + 16 * tables.size();
    std::size_t head = 0;
    for (auto& [tag, data] : tables) {
        const std::size_t length = data.size();
        data.resize((length + 3) / 4 * 4);
        out += tag;
        put32(out, checksum(data));
        put32(out, static_cast<std::uint32_t>(offset));
        put32(out, static_cast<std::uint32_t>(length));
        if (tag == "head") head = offset;
        offset += data.size();
    }
    for (const auto& [tag, data] : tables) out += data;
    const std::uint32_t adjustment = 0xB1B0AFBA - checksum(out);
    set16(out, head + 8, adjustment >> 16);
    set16(out, head + 10, adjustment & 0xFFFF);
    return out;
}

Bytes mapFile(const std::string& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0 || status.st_size <= 0) {
        if (descriptor >= 0) ::close(descriptor);
        throw std::runtime_error("cannot read font file " + file + ": " + std::strerror(errno));
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    ::close(descriptor);
    if (data == MAP_FAILED) throw std::runtime_error("cannot map font file " + file + ": " + std::strerror(errno));
    return {static_cast<const std::uint8_t*>(data), size};
}

void unmap(Bytes file) {
    ::munmap(const_cast<std::uint8_t*>(file.data()), file.size());
}

}  // namespace

TrueTypeFont::TrueTypeFont(const std::string& file) : file_(mapFile(file)) {
    try {
        directory_ = u32(file_, 0) == 0x74746366 ? u32(file_, 12) : 0;
        const Bytes head = table("head"), hhea = table("hhea");
        glyf_ = table("glyf");
        loca_ = table("loca");
        hmtx_ = table("hmtx");
        longLoca_ = i16(head, 50) != 0;
        glyphCount_ = u16(table("maxp"), 4);
        advanceCount_ = u16(hhea, 34);
        metrics_.unitsPerEm = u16(head, 18);
        metrics_.ascent = i16(hhea, 4);
        metrics_.descent = i16(hhea, 6);
        for (std::size_t i = 0; i < 4; ++i) metrics_.box[i] = i16(head, 36 + 2 * i);
        if (glyf_.empty() || metrics_.unitsPerEm == 0 || advanceCount_ == 0)
            throw std::runtime_error("no TrueType outlines in it");
        chooseCharacterMap();
    } catch (const std::runtime_error& error) {
        unmap(file_);
        throw std::runtime_error("cannot use font file " + file + ": " + error.what());
    }
}

TrueTypeFont::~TrueTypeFont() {
    unmap(file_);
}

TrueTypeFont::Bytes TrueTypeFont::table(const char* tag) const {
    const std::size_t count = u16(file_, directory_ + 4);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t entry = directory_ + 12 + 16 * i;
        if (std::memcmp(part(file_, entry, 16).data(), tag, 4) == 0)
            return part(file_, u32(file_, entry + 8), u32(file_, entry + 12));
    }
    return {};
}

// Only the full repertoire (format 12) is read: a font without it cannot name every person of this country.
void TrueTypeFont::chooseCharacterMap() {
    const Bytes cmap = table("cmap");
    const std::size_t count = u16(cmap, 2);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t offset = u32(cmap, 8 + 8 * i);
        if (u16(cmap, offset) != 12) continue;
        characters_ = part(cmap, offset + 16, std::size_t{12} * u32(cmap, offset + 12));
        return;
    }
    throw std::runtime_error("no Unicode character map (format 12)");
}

std::uint16_t TrueTypeFont::glyph(char32_t character) const {
    std::size_t low = 0, high = characters_.size() / 12;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        const std::uint32_t first = u32(characters_, 12 * middle), last = u32(characters_, 12 * middle + 4);
        if (character < first) {
            high = middle;
        } else if (character > last) {
            low = middle + 1;
        } else {
            const std::uint32_t found = u32(characters_, 12 * middle + 8) + (character - first);
            return found < glyphCount_ ? static_cast<std::uint16_t>(found) : std::uint16_t{0};
        }
    }
    return 0;
}

int TrueTypeFont::advance(Piece piece) const {
    const std::size_t entry = std::min<std::size_t>(piece.glyph, advanceCount_ - 1U);
    const int full = u16(hmtx_, 4 * entry);
    return piece.script == Script::normal ? full : scaled(full);
}

int TrueTypeFont::bearing(Piece piece) const {
    const std::size_t glyph = piece.glyph;
    const int full = i16(hmtx_, glyph < advanceCount_ ? 4 * glyph + 2 : 2 * (advanceCount_ + glyph));
    return piece.script == Script::normal ? full : scaled(full);
}

// A composite glyph of one component: the whole glyph, made small and moved up or down.
std::string TrueTypeFont::smallOutline(Piece piece) const {
    constexpr unsigned wordArguments = 0x1, argumentsAreOffsets = 0x2, oneScale = 0x8;
    const Bytes whole = outline(piece.glyph);
    if (whole.empty()) return {};
    const int rise = metrics_.unitsPerEm * (piece.script == Script::raised ? 34 : -12) / 100;
    std::string out;
    put16(out, 0xFFFF);
    for (std::size_t i = 0; i < 4; ++i)
        put16(out, static_cast<std::uint16_t>(scaled(i16(whole, 2 + 2 * i)) + (i % 2 == 0 ? 0 : rise)));
    put16(out, wordArguments | argumentsAreOffsets | oneScale);
    put16(out, piece.glyph);
    put16(out, 0);
    put16(out, static_cast<std::uint16_t>(rise));
    put16(out, static_cast<unsigned>(smallScale * 0x4000));
    return out;
}

TrueTypeFont::Bytes TrueTypeFont::outline(std::uint16_t glyph) const {
    const std::size_t i = glyph;
    const std::size_t from = longLoca_ ? u32(loca_, 4 * i) : std::size_t{2} * u16(loca_, 2 * i);
    const std::size_t to = longLoca_ ? u32(loca_, 4 * i + 4) : std::size_t{2} * u16(loca_, 2 * i + 2);
    if (to < from) throw std::runtime_error("font file is damaged");
    return part(glyf_, from, to - from);
}

TrueTypeFont::Subset TrueTypeFont::subset(std::vector<Piece> pieces) const {
    std::unordered_map<std::uint16_t, std::uint16_t> components;
    std::string glyf, loca, hmtx;
    // Components are appended while we go, so that components of components are followed too.
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const Piece piece = pieces[i];
        std::string copy = piece.script == Script::normal ? text(outline(piece.glyph)) : smallOutline(piece);
        for (const std::size_t offset : componentOffsets(bytesOf(copy))) {
            const std::uint16_t component = u16(bytesOf(copy), offset);
            const auto [entry, isNew] = components.try_emplace(component, static_cast<std::uint16_t>(pieces.size()));
            if (isNew) pieces.push_back({component});
            if (pieces.size() > 0xFFFF) throw std::runtime_error("too many glyphs in one document");
            set16(copy, offset, entry->second);
        }
        put32(loca, static_cast<std::uint32_t>(glyf.size()));
        glyf += copy;
        glyf.resize((glyf.size() + 3) / 4 * 4);
        put16(hmtx, static_cast<std::uint32_t>(advance(piece)));
        put16(hmtx, static_cast<std::uint16_t>(bearing(piece)));
    }
    put32(loca, static_cast<std::uint32_t>(glyf.size()));

    const auto count = static_cast<std::uint16_t>(pieces.size());
    std::string head = text(table("head")), hhea = text(table("hhea")), maxp = text(table("maxp"));
    set16(head, 8, 0);
    set16(head, 10, 0);
    set16(head, 50, 1);
    set16(hhea, 34, count);
    set16(maxp, 4, count);
    // smallOutline() makes composites one level deeper than any of the font's own.
    set16(maxp, 28, std::max<unsigned>(u16(bytesOf(maxp), 28), 1));
    set16(maxp, 30, u16(bytesOf(maxp), 30) + 1U);
    set16(maxp, 10, std::max(u16(bytesOf(maxp), 6), u16(bytesOf(maxp), 10)));  // points
    set16(maxp, 12, std::max(u16(bytesOf(maxp), 8), u16(bytesOf(maxp), 12)));  // contours
    std::vector<std::pair<std::string, std::string>> tables;
    for (const char* tag : {"cvt ", "fpgm"})
        if (const Bytes data = table(tag); !data.empty()) tables.emplace_back(tag, text(data));
    tables.emplace_back("glyf", std::move(glyf));
    tables.emplace_back("head", std::move(head));
    tables.emplace_back("hhea", std::move(hhea));
    tables.emplace_back("hmtx", std::move(hmtx));
    tables.emplace_back("loca", std::move(loca));
    tables.emplace_back("maxp", std::move(maxp));
    if (const Bytes data = table("prep"); !data.empty()) tables.emplace_back("prep", text(data));
    return {assemble(std::move(tables)), count};
}

}  // namespace touchstone::reports
