#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "reports/Canvas.h"
#include "reports/Text.h"
#include "tests/unit/reports/Judge.h"
#include "tests/unit/reports/SampleData.h"

using namespace touchstone::reports;

namespace {

constexpr std::u32string_view signs =
    U"0123456789ABCXYZabcxyz%.,:;()<>=+-/℃°±×·≤≥≠≈‰μαβγΔΩⅠⅡⅢ，。、；：？！（）《》【】～％＜＞①②☆★−⩽⩾";
constexpr std::u32string_view scripts = U"⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉₊₋";

// Every fifth unified ideograph: simple and composite glyphs from all over the font, numbers over 32767 among them.
std::u32string repertoire() {
    std::u32string all(signs);
    all += scripts;
    for (char32_t c = 0x4E00; c <= 0x9FA5; c += 5) all += c;
    return all;
}

// Whatever the shipped layouts can print of their own.
std::u32string wordsOfLayouts() {
    std::set<char32_t> all;
    for (const auto& file : std::filesystem::directory_iterator(TOUCHSTONE_SOURCE "/templates/layouts")) {
        std::ifstream in(file.path(), std::ios::binary);
        for (const char32_t c : decode(std::string(std::istreambuf_iterator<char>(in), {})))
            if (c > U' ' && !isBlank(c)) all.insert(c);
    }
    return {all.begin(), all.end()};
}

constexpr float cell = 14, margin = 20;
constexpr std::size_t perLine = 39, linesPerPage = 57;

std::string sheet(const TrueTypeFont& outlines, const std::u32string& characters) {
    Document document;
    SubsetFont font(document, outlines);
    for (std::size_t first = 0; first < characters.size(); first += perLine * linesPerPage) {
        Canvas page(document.addPage(595, 842), font);
        for (std::size_t i = first; i < std::min(first + perLine * linesPerPage, characters.size()); ++i) {
            const std::size_t place = i - first;
            page.text(margin + cell * static_cast<float>(place % perLine),
                      842 - margin - cell * static_cast<float>(place / perLine + 1) + 3, 11, {&characters[i], 1});
        }
    }
    font.finish();
    return document.save();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Font)

// An extracted text says nothing of what is seen: glyphs are looked for on the drawn page, one by one.
BOOST_AUTO_TEST_CASE(every_glyph_leaves_ink) {
    const TrueTypeFont outlines(sample::fontFile);
    const std::u32string shipped = wordsOfLayouts(), characters = repertoire() + shipped;
    BOOST_TEST(shipped.size() > 200U);
    const judge::Folder folder;
    folder.write("sheet.pdf", sheet(outlines, characters));
    constexpr int dpi = 144;
    constexpr double scale = dpi / 72.0;
    const std::size_t perPage = perLine * linesPerPage;
    for (std::size_t first = 0; first < characters.size(); first += perPage) {
        const judge::Picture picture =
            judge::rasterise(folder, "sheet.pdf", static_cast<int>(first / perPage + 1), dpi);
        for (std::size_t i = first; i < std::min(first + perPage, characters.size()); ++i) {
            const double left = margin + cell * static_cast<double>((i - first) % perLine);
            const double top = margin + cell * static_cast<double>((i - first) / perLine);
            const int darkest =
                picture.darkest(static_cast<int>(left * scale), static_cast<int>(top * scale),
                                static_cast<int>((left + cell) * scale), static_cast<int>((top + cell) * scale));
            BOOST_CHECK_MESSAGE(darkest < 128, codePointName(characters[i]) << " has no ink");
        }
    }
}

BOOST_AUTO_TEST_CASE(every_character_is_extracted_as_it_was_printed) {
    const TrueTypeFont outlines(sample::fontFile);
    std::u32string characters = repertoire() + U"⼀⼆一二";  // radicals that share their glyph with ideographs
    Document document;
    SubsetFont font(document, outlines);
    std::string expected;
    for (std::size_t first = 0; first < characters.size(); first += 800) {
        Canvas page(document.addPage(595, 842), font);
        for (std::size_t i = first; i < std::min(first + 800, characters.size()); i += 20)
            page.text(20, 820 - static_cast<float>(i - first), 11, std::u32string_view(characters).substr(i, 20));
    }
    font.finish();
    const judge::Folder folder;
    folder.write("text.pdf", document.save());
    BOOST_REQUIRE(folder.run("pdftotext -raw text.pdf text.txt").text.empty());
    std::u32string extracted = decode(folder.read("text.txt"));
    std::erase_if(extracted, [](char32_t c) { return c == U'\n' || c == U'\f'; });
    BOOST_TEST((extracted == characters));
}

BOOST_AUTO_TEST_CASE(a_missing_glyph_is_named) {
    Data data = sample::certificate();
    data.set("number", "性状\U00020BB7");
    BOOST_CHECK_EXCEPTION(
        (void)sample::previewed(data), std::runtime_error,
        [](const std::exception& error) { return std::string(error.what()).find("U+20BB7") != std::string::npos; });
    data.set("number", "tab\tin it");
    BOOST_CHECK_EXCEPTION(
        (void)sample::previewed(data), std::runtime_error,
        [](const std::exception& error) { return std::string(error.what()).find("U+0009") != std::string::npos; });
}

BOOST_AUTO_TEST_CASE(what_is_no_font_is_refused) {
    const judge::Folder folder;
    std::ifstream in(sample::fontFile, std::ios::binary);
    std::string head(100'000, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    folder.write("cut.ttc", head);
    folder.write("empty.ttf", "");
    folder.write("text.ttf", "this is not a font, and longer than a directory of tables would be");
    for (const char* name : {"cut.ttc", "empty.ttf", "text.ttf", "absent.ttf"})
        BOOST_CHECK_THROW(CertificatePrinter((folder.path() / name).string()), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
