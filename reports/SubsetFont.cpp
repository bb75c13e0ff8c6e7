#include "reports/SubsetFont.h"

#include <cmath>
#include <cstdio>
#include <stdexcept>

#include "reports/Text.h"

namespace touchstone::reports {
namespace {

// The six letters before the name mark a subset. One document has one subset of a font, so they need not vary.
constexpr const char* name = "/TSCERT+TouchstoneHan";

int thousandths(int units, int unitsPerEm) {
    return static_cast<int>(std::lround(1000.0 * units / unitsPerEm));
}

struct PlainForm {
    char32_t letter;
    TrueTypeFont::Script script;
};

PlainForm plainForm(char32_t character) {
    using Script = TrueTypeFont::Script;
    constexpr std::u32string_view plain = U"0123456789+–", raised = U"⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", lowered = U"₀₁₂₃₄₅₆₇₈₉₊₋";
    if (const std::size_t i = raised.find(character); i != std::u32string_view::npos) return {plain[i], Script::raised};
    if (const std::size_t i = lowered.find(character); i != std::u32string_view::npos)
        return {plain[i], Script::lowered};
    // Signs of the standards that the font lacks, and those of it that look the same.
    constexpr std::u32string_view absent = U"−⩽⩾•‑", alike = U"–≤≥·‐";
    if (const std::size_t i = absent.find(character); i != std::u32string_view::npos) return {alike[i], Script::normal};
    return {character, Script::normal};
}

std::string hex16(std::size_t value) {
    char digits[8];
    std::snprintf(digits, sizeof digits, "%04zX", value & 0xFFFF);
    return digits;
}

}  // namespace

SubsetFont::SubsetFont(Document& document, const TrueTypeFont& font)
    : document_(document), source_(font), characters_{0}, glyphs_{{}}, widths_{1000} {
    font_ = HPDF_Dict_New(document.handle()->mmgr);
    if (font_ == nullptr || HPDF_Xref_Add(document.handle()->xref, font_) != HPDF_OK) throw std::bad_alloc();
    font_->header.obj_class |= HPDF_OSUBCLASS_FONT;
}

std::uint16_t SubsetFont::code(char32_t character) {
    if (const auto found = codes_.find(character); found != codes_.end()) return found->second;
    const auto [letter, script] = plainForm(character);
    const TrueTypeFont::Piece glyph{source_.glyph(letter), script};
    if (glyph.glyph == 0 || (!isBlank(character) && !source_.hasInk(glyph.glyph)))
        throw std::runtime_error("the font has no glyph for " + codePointName(character));
    const auto code = static_cast<std::uint16_t>(glyphs_.size());
    codes_.emplace(character, code);
    characters_.push_back(character);
    glyphs_.push_back(glyph);
    widths_.push_back(static_cast<float>(thousandths(source_.advance(glyph), source_.metrics().unitsPerEm)));
    return code;
}

float SubsetFont::width(std::u32string_view text) {
    float sum = 0;
    for (const char32_t character : text) sum += widths_[code(character)];
    return sum / 1000;
}

void SubsetFont::show(std::string& to, std::u32string_view text) {
    const auto put = [&to](unsigned byte) {
        const char c = static_cast<char>(byte);
        if (c == '\r') {  // readers take a bare one for a line feed
            to += "\\r";
            return;
        }
        if (c == '(' || c == ')' || c == '\\') to += '\\';
        to += c;
    };
    to += '(';
    for (const char32_t character : text) {
        const std::uint16_t number = code(character);
        put(number >> 8U);
        put(number & 0xFFU);
    }
    to += ')';
}

std::string SubsetFont::toUnicode() const {
    std::string map =
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
    constexpr std::size_t block = 100;  // the most that one bfchar section may hold
    for (std::size_t from = 1; from < characters_.size(); from += block) {
        const std::size_t to = std::min(from + block, characters_.size());
        map += std::to_string(to - from) + " beginbfchar\n";
        for (std::size_t code = from; code < to; ++code)
            map.append("<").append(hex16(code)).append("> <").append(utf16Hex({&characters_[code], 1})).append(">\n");
        map += "endbfchar\n";
    }
    return map + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
}

void SubsetFont::finish() {
    const TrueTypeFont::Metrics& metrics = source_.metrics();
    const auto scaled = [&](int units) { return std::to_string(thousandths(units, metrics.unitsPerEm)); };
    const TrueTypeFont::Subset subset = source_.subset(glyphs_);

    // Archives ask that the set names every glyph of the font file, components included.
    std::string identifiers(subset.count / 8U + 1U, '\0');
    for (unsigned i = 0; i < subset.count; ++i)
        identifiers[i / 8] = static_cast<char>(identifiers[i / 8] | 0x80 >> i % 8);

    std::string widths;
    for (const float width : widths_) widths += std::to_string(static_cast<int>(width)) + ' ';
    std::string box;
    for (const int side : metrics.box) box += scaled(side) + ' ';

    const std::string file =
        Document::reference(document_.addStream("/Length1 " + std::to_string(subset.file.size()), subset.file));
    const std::string set = Document::reference(document_.addStream("", identifiers));
    const std::string descriptor = Document::reference(document_.addObject(
        std::string("/Type /FontDescriptor /FontName ") + name + " /Flags 4 /FontBBox [" + box + "] /ItalicAngle 0" +
        " /Ascent " + scaled(metrics.ascent) + " /Descent " + scaled(metrics.descent) + " /CapHeight " +
        scaled(metrics.ascent) + " /StemV 80 /FontFile2 " + file + " /CIDSet " + set));
    HPDF_Dict descendant = document_.addObject(
        std::string("/Type /Font /Subtype /CIDFontType2 /BaseFont ") + name +
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /CIDToGIDMap /Identity" +
        " /FontDescriptor " + descriptor + " /DW 1000 /W [0 [" + widths + "]]");
    HPDF_Array descendants = HPDF_Array_New(font_->mmgr);
    HPDF_Array_Add(descendants, descendant);
    HPDF_Dict_AddName(font_, "Type", "Font");
    HPDF_Dict_AddName(font_, "Subtype", "Type0");
    HPDF_Dict_AddName(font_, "BaseFont", name + 1);
    HPDF_Dict_AddName(font_, "Encoding", "Identity-H");
    HPDF_Dict_Add(font_, "DescendantFonts", descendants);
    HPDF_Dict_Add(font_, "ToUnicode", document_.addStream("", toUnicode()));
}

}  // namespace touchstone::reports
