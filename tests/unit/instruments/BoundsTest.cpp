// What hostile bytes cost: memory within a small multiple of what came, time in proportion to it.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <vector>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Text.h"
#include "instruments/formats/Xml.h"
#include "instruments/transport/Astm.h"
#include "instruments/transport/Balance.h"
#include "instruments/transport/Line.h"
#include "instruments/transport/Mllp.h"
#include "tests/unit/instruments/Allocations.h"
#include "tests/unit/instruments/Biff.h"
#include "tests/unit/instruments/Packed.h"

namespace touchstone::instruments {
namespace {

using touchstone::test::Cost;
using touchstone::test::costOf;

constexpr std::size_t kibi = 1'024, mebi = kibi * kibi;
constexpr std::size_t multiple = 100, spare = 16 * mebi;
constexpr std::size_t multipleOfTables = 256;  // an Observation for a row of six bytes, twice while they are settled

/// A message that begins with head and goes on with the unit again and again.
struct Endless {
    std::string format, head, unit;

    [[nodiscard]] std::string of(std::size_t size) const {
        std::string bytes = head;
        while (bytes.size() < size) bytes += unit;
        return bytes;
    }
};

Cost costOfReading(const std::string& format, const std::string& bytes, const Mapping& mapping = {}) {
    return costOf([&] { static_cast<void>(read(format, bytes, mapping, [](Series&&) {})); });
}

void isInProportion(const Endless& endless, const Mapping& mapping = {}) {
    const std::string some = endless.of(64 * kibi), more = endless.of(512 * kibi);
    const Cost little = costOfReading(endless.format, some, mapping);
    const Cost much = costOfReading(endless.format, more, mapping);
    const std::string what = endless.format + ": " + endless.head.substr(0, 40) + "… " + endless.unit.substr(0, 40);
    const std::size_t times = endless.format == "csv" ? multipleOfTables : multiple;
    BOOST_TEST(much.bytes <= times * more.size() + spare, what << " takes " << much.bytes / mebi << " MiB");
    // eight times the bytes: 64 times the time would be the square
    BOOST_TEST(much.seconds <= 20 * little.seconds + 0.1, what << " takes " << little.seconds << " s, then " << much.seconds);
}

const std::string msh = "MSH|^~\\&|A|B|||20260105||ORU^R01|1|P|2.5.1\r";
const std::string header = "H|\\^&|||x\rP|1\rO|1|S-1\r";
const std::string jcamp =
    "##TITLE=a\n##JCAMP-DX=4.24\n##DATA TYPE=INFRARED SPECTRUM\n##XUNITS=1/CM\n##YUNITS=ABSORBANCE\n##FIRSTX=1\n"
    "##LASTX=10000000000\n##XFACTOR=1\n##YFACTOR=1\n##NPOINTS=10000000000\n";
const std::string mzml =
    "<mzML xmlns=\"http://psi.hupo.org/ms/mzml\"><run><spectrumList count=\"10000000000\" defaultDataProcessingRef=\"d\">";

std::string spectrum(const std::string& binary, bool zlib) {
    const std::string packing = zlib ? "MS:1000574" : "MS:1000576";
    std::string arrays;
    for (const char* kind : {"MS:1000514", "MS:1000515"}) {
        arrays += "<binaryDataArray encodedLength=\"99999999999\"><cvParam accession=\"MS:1000523\"/><cvParam accession=\"" +
                  packing + "\"/><cvParam accession=\"" + kind + "\"/><binary>" + binary + "</binary></binaryDataArray>";
    }
    return "<spectrum index=\"0\" id=\"scan=1\" defaultArrayLength=\"10000000000\"><binaryDataArrayList count=\"2\">" + arrays +
           "</binaryDataArrayList></spectrum>";
}

std::string animl(const std::string& values) {
    return "<AnIML xmlns=\"urn:org:astm:animl:schema:core:draft:0.90\" version=\"0.90\"><ExperimentStepSet><ExperimentStep "
           "name=\"a\" experimentStepID=\"e\"><Result name=\"r\"><SeriesSet name=\"s\" length=\"10000000000\">"
           "<Series name=\"x\" seriesID=\"x\" dependency=\"independent\" seriesType=\"Float64\">" +
           values + "</Series><Series name=\"y\" seriesID=\"y\" dependency=\"dependent\" seriesType=\"Float64\">" + values +
           "</Series></SeriesSet></Result></ExperimentStep></ExperimentStepSet></AnIML>";
}

/// A classic netCDF file (big-endian numbers of 4 bytes) whose one variable is to have that many values.
std::string netCdf(std::uint32_t records, std::uint32_t length, std::uint32_t count) {
    const auto number = [](std::uint32_t n) {
        return std::string{static_cast<char>(n >> 24U), static_cast<char>(n >> 16U & 255U), static_cast<char>(n >> 8U & 255U),
                           static_cast<char>(n & 255U)};
    };
    const std::string dimension = number(10) + number(count) + number(12) + "point_number" + number(length);
    const std::string variable = number(11) + number(count) + number(15) + "ordinate_values" + std::string(1, '\0') + number(1) +
                                 number(0) + number(0) + number(0) + number(5) + number(0xFFFFFFFF) + number(120);
    return "CDF\1" + number(records) + dimension + number(0) + number(0) + variable + std::string(400, '\0');
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Bounds)

BOOST_AUTO_TEST_CASE(endless_messages) {
    for (const char* unit : {"OBX|1|NM|A||1.5\r", "OBX|1|NM|A||\xFF\x80\r", "OBR|1\r", "NTE|1||x\r", "SPM|1|a\r", "|", "^", "~", "\\",
                             "\\X41\\", "&", "\r", "A", " "}) {
        isInProportion({"hl7", msh, unit});
    }
    isInProportion({"hl7", msh, msh});
    isInProportion({"hl7", msh + "PID|1\rOBR|1\rOBX|1|NM|A||", "\\.br\\"});
    for (const char* unit : {"R|1|^^^A|1.5\r", "R|1|^^^A|\xFF\x80\r", "C|1|I|x\r", "P|1\r", "O|1|S\r", "M|1\r", "|", "^", "\\", "&",
                             "&X41&", "&F", "\r", "A"}) {
        isInProportion({"astm", header, unit});
    }
    isInProportion({"astm", "", astmFrame(1, "H|\\^&\r", true)});
    isInProportion({"astm", astmFrame(1, header, true), astmFrame(2, "R|1|^^^\xB0\xA1|1\r", true)}, Mapping{.encoding = "GB18030"});
    isInProportion({"astm", astmFrame(1, header, true), astmFrame(2, "\xB0", false)}, Mapping{.encoding = "GB18030"});
    isInProportion({"sics", "", "S S     100.00 g\r\n"});
    isInProportion({"sbi", "", "N     +   100.00 g  \r\n"});
}

BOOST_AUTO_TEST_CASE(endless_tables) {
    for (const char* head : {"", "specimen,code,value\n", "specimen,code,value\nS-1,PB,1.5\n"}) {
        for (const char* unit : {"\n", ",", ",\n", "a,b,1\n", "\"", "\"\"", "\"a\",", "a", " ", "1", "\t", ";", "\xFF,b,1\n", "specimen,"}) {
            isInProportion({"csv", head, unit});
        }
    }
    for (const char* charset : {"UTF-16LE", "GB18030", "windows-1252"}) {
        isInProportion({"csv", "", "a\xB0\xA1,"}, Mapping{.encoding = charset});
        isInProportion({"csv", "", std::string("\x80\xFF\n")}, Mapping{.encoding = charset});
    }
    for (const char* head : {"<html><p>", "<html><table><tr><td>", "<html><table></table>"}) {
        for (const char* unit : {"<", "&", "&#9;", "a", "a ", " ", "<p>1", "<td>1", "<tr>", "<tr><td>1", "<tr><td rowspan=9>1", "</table>",
                                 "<table><tr><td>1</table>", "<table>", "<!--", "<!--><style>", "<td colspan=99 rowspan=99>", "<a b='"}) {
            isInProportion({"html", head, unit});
        }
    }
    for (const char* format : {"labsolutions", "chromeleon", "empower_arw", "labsolutions_quant"}) {
        for (const char* unit : {"\n", ",", "\t", "a\t1\n", "1\t1\n", "[Header]\n", "[Peak Table(Detector A)]\n", "\"", "a", "\xFF\n"}) {
            isInProportion({format, "", unit});
        }
    }
    const std::string injections = "[Header]\n[Data]\nSample Name\tInj. No.\tAnalysis(Inj.)\tConc.\tResult\n";
    for (const char* unit : {"\n", "\t", "a\t1\tTC\t1\tTC:1mg/L\n", "a\t1\tTC\t1\t", "TC:1mg/L ", "TC:1", ":", "a", "\xFF\n"}) {
        isInProportion({"shimadzu_toc", injections, unit});
    }
    const std::string peaks = "Sample Name: S-1\nRetTime Area\n-------|-----|\n";
    for (const std::string& head : {std::string(), peaks}) {
        for (const char* unit : {"\n", "-", "--|\n", "a", "\xFF\n", "Data File a\nSample Name: a\n", "  1.500   2.5\n", "Page 1 of 2\n",
                                 "Totals :  2.5\n", "RetTime Area\n-------|-----|\n  1.500   2.5\nTotals : 2.5\n"}) {
            isInProportion({"chemstation_report", head, unit});
        }
    }
}

BOOST_AUTO_TEST_CASE(a_heading_that_every_value_repeats) {
    const auto mapping = Mapping::parse(R"j({"template": "ID (?P<specimen>\\S+)|(?P<value>[0-9])"})j");
    std::string bytes = "ID " + std::string(mebi, 'a') + "\n";
    for (int i = 0; i < 20'000; ++i) bytes += "1\n";
    const Cost cost = costOfReading("line", bytes, std::get<Mapping>(mapping));
    BOOST_TEST(cost.bytes < 512 * mebi, cost.bytes / mebi << " MiB");  // and not 20 GB
    BOOST_TEST(read("line", bytes, std::get<Mapping>(mapping)).refused.value().code == "too_large");
}

BOOST_AUTO_TEST_CASE(endless_spectra) {
    const std::string title = "##TITLE=a\n##JCAMP-DX=4.24\n";
    for (const char* unit : {"##A=\n", "##TITLE=a\n##DATA TYPE=LINK\n", "##END=\n", "$$", "#", "=", "\n", "##NTUPLES=\n##PAGE=N=1\n", "\xFF"}) {
        isInProportion({"jcamp", title, unit});
    }
    for (const char* unit : {"1A0J1J1\n", "1@Z999999999999\n", "1 1 1\n", "1A%Z99999\n", "A", "%", "Z", "?", "-", "1", "1e9 ", "\n", " "}) {
        isInProportion({"jcamp", jcamp + "##XYDATA=(X++(Y..Y))\n", unit});
    }
    for (const char* unit : {"1,1;", "1,1\n", ",", ";", "1 ", "\n"}) isInProportion({"jcamp", jcamp + "##XYPOINTS=(XY..XY)\n", unit});
    for (const char* unit : {"<spectrum id=\"a\"/>", "<spectrum>", "<cvParam accession=\"MS:1000574\"/>", "<a/>", "<!--", "<", "&lt;", "a"}) {
        isInProportion({"mzml", mzml, unit});
    }
    isInProportion({"mzml", mzml, spectrum("AAAAAAAA8D8=", false)});
    isInProportion({"mzml", mzml, spectrum(test::base64(test::zlib(std::string(256 * kibi, '\0'))), true)});
}

/// Repeat counts unpack: what a file of many blocks unpacks to is limited for all of them together.
BOOST_AUTO_TEST_CASE(repeat_counts_of_many_blocks) {
    const std::string bytes = Endless{"", "", jcamp + "##XYDATA=(X++(Y..Y))\n1A%Z99999999999\n##END=\n"}.of(mebi / 4);
    std::size_t points = 0;
    const Cost cost = costOf([&] {
        static_cast<void>(read("jcamp", "##TITLE=a\n##JCAMP-DX=4.24\n##DATA TYPE=LINK\n" + bytes + "##END=\n", {},
                               [&](Series&& series) { points += series.y.size(); }));
    });
    BOOST_TEST(points <= 64 * bytes.size(), points << " points of " << bytes.size() << " bytes");
    BOOST_TEST(cost.seconds < 10);
}

BOOST_AUTO_TEST_CASE(groups_that_are_referred_to_again_and_again) {
    std::string bytes = "<mzML xmlns=\"http://psi.hupo.org/ms/mzml\"><referenceableParamGroupList><referenceableParamGroup id=\"g\">";
    while (bytes.size() < 512 * kibi) bytes += "<cvParam accession=\"MS:1\"/>";
    bytes += "</referenceableParamGroup></referenceableParamGroupList><run><spectrumList>";
    while (bytes.size() < mebi) bytes += "<spectrum><referenceableParamGroupRef ref=\"g\"/></spectrum>";
    const Cost cost = costOfReading("mzml", bytes + "</spectrumList></run></mzML>");
    BOOST_TEST(cost.seconds < 5);
    BOOST_TEST(cost.bytes <= multiple * bytes.size());
}

BOOST_AUTO_TEST_CASE(endless_xml) {
    for (const char* format : {"animl", "acaml", "chemstation", "tapestation", "targetlynx", "bioplex", "xrdml"}) {
        for (const char* unit : {"<a>", "<a/>", "<a></a>", "<a b=\"c\"/>", "<!---->", "<![CDATA[", "&#65;", "a", "<", ">", " a=\"\""}) {
            isInProportion({format, "<AnIML>", unit});
        }
    }
    for (const bool many : {false, true}) {  // attributes of one element, namespaces of one
        const auto document = [&](std::size_t size) {
            std::string bytes = "<a";
            for (std::size_t i = 0; bytes.size() < size; ++i) bytes += (many ? " xmlns:b" : " b") + std::to_string(i) + "=\"c\"";
            return bytes + "/>";
        };
        const auto parse = [](const std::string& bytes) {
            return costOf([&] {
                try {
                    static_cast<void>(xml::parse(bytes));
                } catch (const xml::Fault&) {  // may be its answer
                }
            });
        };
        const Cost little = parse(document(64 * kibi)), much = parse(document(512 * kibi));
        BOOST_TEST(much.seconds <= 20 * little.seconds + 0.1, little.seconds << " s, then " << much.seconds);
        BOOST_TEST(much.bytes <= multiple * 512 * kibi + spare);
    }
}

BOOST_AUTO_TEST_CASE(entities_that_multiply) {
    std::string bomb = "<!DOCTYPE a [<!ENTITY e0 \"aaaaaaaaaa\">";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "&e" + std::to_string(i - 1) + ";";
        bomb += "<!ENTITY e" + std::to_string(i) + " \"";
        for (int k = 0; k < 10; ++k) bomb += before;
        bomb += "\">";
    }
    bomb += "]><a>&e11;</a>";
    const Cost cost = costOf([&] { BOOST_CHECK_THROW(static_cast<void>(xml::parse(bomb)), xml::Fault); });
    BOOST_TEST(cost.bytes < spare);
    for (const char* format : {"animl", "mzml", "acaml", "chemstation", "tapestation", "targetlynx", "bioplex", "xrdml"}) {
        BOOST_TEST(costOfReading(format, bomb).bytes < spare);
    }
}

/// 10^10 numbers are 80 GB; nobody may make room for them because a file says that they come.
BOOST_AUTO_TEST_CASE(arrays_that_are_only_announced) {
    BOOST_TEST(costOfReading("jcamp", jcamp + "##XYDATA=(X++(Y..Y))\n1A0\n##END=\n").bytes < spare);
    BOOST_TEST(costOfReading("jcamp", jcamp + "##XYDATA=(X++(Y..Y))\n1A%Z99999999999\n##END=\n").bytes < spare);
    BOOST_TEST(costOfReading("mzml", mzml + spectrum("AAAAAAAA8D8=", false)).bytes < spare);
    BOOST_TEST(costOfReading("mzml", mzml + spectrum("", false) + "</spectrumList></run></mzML>").bytes < spare);
    for (const char* values :
         {"<AutoIncrementedValueSet><StartValue><D>0</D></StartValue><Increment><D>1</D></Increment></AutoIncrementedValueSet>",
          "<AutoIncrementedValueSet startIndex=\"0\" endIndex=\"9999999999\"><StartValue><D>0</D></StartValue>"
          "<Increment><D>1</D></Increment></AutoIncrementedValueSet>",
          "<IndividualValueSet startIndex=\"9999999999\" endIndex=\"9999999999\"><D>1</D></IndividualValueSet>",
          "<EncodedValueSet startIndex=\"0\" endIndex=\"9999999999\">AAAAAAAA8D8=</EncodedValueSet>"}) {
        BOOST_TEST(costOfReading("animl", animl(values)).bytes < spare, values);
    }
    for (const std::uint32_t huge : {0x7FFFFFFFU, 0xFFFFFFFFU}) {
        BOOST_TEST(costOfReading("andi", netCdf(0, huge, 1)).bytes < spare);
        BOOST_TEST(costOfReading("andi", netCdf(huge, 0, 1)).bytes < spare);
        BOOST_TEST(costOfReading("andi", netCdf(0, 8, huge)).bytes < spare);
    }
}

/// An announced array is not made up of a few bytes again for each of many series either.
BOOST_AUTO_TEST_CASE(rulers_of_many_series) {
    const std::string ruler =
        "<AutoIncrementedValueSet><StartValue><D>0</D></StartValue><Increment><D>1</D></Increment></AutoIncrementedValueSet>";
    std::string all;
    while (all.size() < mebi) all += animl(ruler).substr(animl(ruler).find("<SeriesSet"), animl(ruler).find("</Result>") - animl(ruler).find("<SeriesSet"));
    const std::string one = animl(ruler);
    const std::string bytes = one.substr(0, one.find("<SeriesSet")) + all + one.substr(one.find("</Result>"));
    const Cost cost = costOfReading("animl", bytes);
    BOOST_TEST(cost.bytes <= multiple * bytes.size() + spare);
    BOOST_TEST(cost.seconds < 10);
}

BOOST_AUTO_TEST_CASE(packed_bombs) {
    const std::string zeros(std::size_t{60} << 20U, '\0');
    const std::string bomb = test::gzip(zeros);
    BOOST_TEST(costOfReading("", bomb).bytes <= 8 * zeros.size());  // within what gunzip allows
    BOOST_TEST(costOfReading("", test::gzip(bomb)).bytes < spare);  // unpacked once only
    BOOST_TEST(costOfReading("mzml", mzml + spectrum(test::base64(test::zlib(zeros)), true)).bytes < 40 * mebi);
}

/// A workbook's parts are packed a thousand to one; what they unpack to is limited for all of them together.
BOOST_AUTO_TEST_CASE(workbooks_that_are_bombs) {
    const auto workbook = [](const std::string& sheet, const std::string& texts) {
        return test::zipped(
            {{"xl/workbook.xml", R"(<workbook xmlns:r="r"><sheets><sheet name="A" r:id="a"/><sheet name="B" r:id="a"/></sheets></workbook>)"},
             {"xl/_rels/workbook.xml.rels", R"(<Relationships><Relationship Id="a" Type="x/worksheet" Target="s.xml"/>)"
                                            R"(<Relationship Id="t" Type="x/sharedStrings" Target="t.xml"/></Relationships>)"},
             {"xl/s.xml", sheet},
             {"xl/t.xml", texts}});
    };
    const auto repeated = [](std::string head, const std::string& unit, std::size_t size) {
        while (head.size() < size) head += unit;
        return head;
    };
    const std::size_t large = 48 * mebi;
    for (const std::string& bomb : {
             workbook(repeated("<worksheet><sheetData><row>", "<c t=\"s\"><v>0</v></c>", large), "<sst><si><t>a</t></si></sst>"),
             workbook(repeated("<worksheet><sheetData>", "<row/>", large), ""),
             workbook(repeated("<worksheet>", "\n", large), ""),
             workbook("<worksheet/>", repeated("<sst>", "<si><t>a</t></si>", large)),
             workbook("<worksheet/>", repeated("<sst><si><t>", "a", large)),
         }) {
        const Cost cost = costOfReading("xlsx", bomb);
        BOOST_TEST(cost.bytes <= 8 * large, bomb.size() / kibi << " KiB take " << cost.bytes / mebi << " MiB");
        BOOST_TEST(cost.seconds < 20);
    }
}

/// Whatever a workbook is full of, and whatever its records say of each other.
BOOST_AUTO_TEST_CASE(binary_workbooks_that_are_bombs) {
    using namespace test;
    const auto repeated = [](const std::string& unit, std::size_t size) {
        std::string all;
        while (all.size() < size) all += unit;
        return all;
    };
    const std::string number = record(0x0203, words({0, 0, 0}) + real(1));
    const std::string longText = record(0x00FC, little(1, 4) + little(1, 4) + words({8'000}) + '\0' + std::string(8'000, 'a'));
    const std::string useOfIt = record(0x00FD, words({0, 0, 0}) + little(0, 4));
    const std::string emptyTexts = record(0x00FC, little(~0U, 4) + little(~0U, 4) + std::string(8'000, '\0'));
    std::string row = words({0, 0});
    for (int i = 0; i < 256; ++i) row += words({0}) + little(2, 4);
    std::string area = words({1'000});
    for (int i = 0; i < 1'000; ++i) area += words({0, 0xFFFF, 0, 0});
    const std::function<std::string(std::size_t)> bombs[] = {
        [&](std::size_t size) {
            std::string rows;
            for (std::size_t i = 0; rows.size() < size; ++i) {
                rows += record(0x00BD, words({i, 0}) + words({0}) + little(i << 2U | 2U, 4) + words({0}) + little(6, 4) + words({0}) + little(6, 4) + words({2}));
            }
            return binaryWorkbook({rows});
        },
        [&](std::size_t size) { return binaryWorkbook({repeated(record(0x00BD, row + words({255})), size)}); },
        [&](std::size_t size) { return binaryWorkbook({repeated(record(0x00E5, area), size / 2) + repeated(number, size / 2)}); },
        [&](std::size_t size) { return binaryWorkbook({repeated(bof(chartKind), size)}); },
        [&](std::size_t size) { return binaryWorkbook({number}, repeated(record(0x00E0, words({0, 14})), size)); },
        [&](std::size_t size) { return binaryWorkbook({number}, repeated(record(0x041E, words({14}) + narrow("d")), size)); },
        [&](std::size_t size) { return binaryWorkbook({number}, repeated(emptyTexts, size)); },
        [&](std::size_t size) { return binaryWorkbook({number}, emptyTexts + repeated(record(0x003C, std::string(3, '\0')), size)); },
        [&](std::size_t size) { return binaryWorkbook({number}, repeated(record(0x0085, little(0, 4) + words({0x0200}) + narrow("", 1)), size)); },
        [&](std::size_t size) { return binaryWorkbook(std::vector<std::string>(size / 60, useOfIt), longText); },
        [&](std::size_t size) {
            std::string bytes = binaryWorkbook({repeated(number, size / 2)}, repeated(record(0x0085, "here" + words({0}) + narrow("", 1)), size / 2));
            const std::string place = little(bytes.rfind(bof(sheetKind)), 4);
            for (std::size_t at = bytes.find("here"); at != std::string::npos; at = bytes.find("here", at)) bytes.replace(at, 4, place);
            return bytes;
        },
    };
    const auto mapping = std::get<Mapping>(Mapping::parse(R"({"header_row": 0, "columns": {"specimen": 1, "code": 2, "value": 3}})"));
    for (const auto& bomb : bombs) {
        const std::string some = bomb(64 * kibi), more = bomb(512 * kibi);
        const Cost little = costOfReading("xls", some, mapping), much = costOfReading("xls", more, mapping);
        const auto which = &bomb - bombs;
        BOOST_TEST(much.bytes <= multiple * more.size() + spare, which << " takes " << much.bytes / mebi << " MiB");
        BOOST_TEST(much.seconds <= 20 * little.seconds + 0.1, which << " takes " << little.seconds << " s, then " << much.seconds);
    }
}

/// Its table of sectors says where the table goes on, over and over again.
BOOST_AUTO_TEST_CASE(compound_files_that_are_bombs) {
    using namespace test;
    for (const std::uint32_t next : {0U, 1U, 0x7FFFFFFFU, 0xFFFFFFFEU}) {
        std::string bytes = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(16, '\0') + words({0x3E, 3, 0xFFFE, 9, 6});
        bytes += std::string(56 - bytes.size(), '\0') + little(4'096, 4) + little(0, 4) + little(~0U, 4) + little(0, 4) + little(~0U, 4);
        while (bytes.size() < 512) bytes += little(bytes.size() % 128, 4);
        while (bytes.size() < 4 * mebi) bytes += little(next, 4);
        const Cost cost = costOfReading("xls", bytes);
        BOOST_TEST(cost.bytes <= multiple * bytes.size(), next << " takes " << cost.bytes / mebi << " MiB");
        BOOST_TEST(cost.seconds < 5);
    }
}

/// Of a message as long as the gateway takes at most, every byte a cell.
BOOST_AUTO_TEST_CASE(millions_of_cells) {
    const std::string bytes = Endless{"", "specimen,code,value\n", "1,"}.of(4 * mebi);
    const Cost cost = costOfReading("csv", bytes);
    BOOST_TEST(cost.bytes <= multipleOfTables * bytes.size(), "2 million cells take " << cost.bytes / mebi << " MiB");
    BOOST_TEST(cost.seconds < 20);
}

BOOST_AUTO_TEST_CASE(characters_know_their_bytes_without_taking_much) {
    for (const char* unit : {"a\xB0\xA1", "\xB0\xA1", "\xFF", "a\xFF", "a"}) {
        for (const char* charset : {"GB18030", "UTF-16LE", "windows-1252", "UTF-8"}) {
            const std::string bytes = Endless{"", "", unit}.of(mebi);
            const Cost cost = costOf([&] { static_cast<void>(decode(bytes, charset)); });
            BOOST_TEST(cost.bytes <= 40 * bytes.size(), unit << " in " << charset << " takes " << cost.bytes / mebi << " MiB");
        }
    }
}

/// What one call of feed() gives is an event for each byte at most; what links keep is limited.
BOOST_AUTO_TEST_CASE(links_do_not_grow_with_what_never_ends) {
    std::vector<std::unique_ptr<Link>> links;
    links.push_back(std::make_unique<AstmLink>());
    links.push_back(std::make_unique<AstmLink>(AstmSettings{.numbers = FrameNumbers::Lenient}));
    links.push_back(std::make_unique<MllpLink>());
    links.push_back(std::make_unique<MllpLink>(MllpSettings{.commitBlocks = true}));
    links.push_back(std::make_unique<LineReceiver>());
    links.push_back(std::make_unique<LineReceiver>(LineSettings{.begin = "\x02", .end = "\x03"}));
    links.push_back(std::make_unique<BalanceLink>());
    for (const auto& link : links) {
        for (const char* begun : {"", "\x05", "\x05\x02" "1H|", "\x0B", "\x02"}) {
            for (const char* unit : {" ", "a", "\x05", "\x02", "\x02" "1", "\x03", "\x04", "\x0B", "\x0B" "a", "\x1C", "a\r"}) {
                const std::string piece = Endless{"", "", unit}.of(64 * kibi);
                const Cost cost = costOf([&] {
                    static_cast<void>(link->feed(begun, {}));
                    for (int i = 0; i < 16; ++i) static_cast<void>(link->feed(piece, {}));  // 1 MiB
                });
                BOOST_TEST(cost.bytes < 80 * mebi, unit << " takes " << cost.bytes / mebi << " MiB");
                BOOST_TEST(cost.seconds < 5, unit << " takes " << cost.seconds << " s");
                static_cast<void>(link->tick(Moment() + std::chrono::hours(1)));
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
