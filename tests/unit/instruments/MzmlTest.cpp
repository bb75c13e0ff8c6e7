#include <sys/mman.h>

#include <boost/test/unit_test.hpp>
#include <libmsnumpress/MSNumpress.hpp>
#include <random>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Mzml.h"
#include "tests/unit/instruments/Packed.h"

namespace touchstone::instruments {
namespace {

using Numbers = std::vector<double>;

struct Got {
    Reading reading;
    std::vector<Series> series;

    [[nodiscard]] std::vector<std::string> warnings() const {
        std::vector<std::string> codes;
        for (const Finding& warning : reading.warnings) codes.push_back(warning.code);
        return codes;
    }
    [[nodiscard]] std::string refused() const { return reading.refused ? reading.refused->code : ""; }
};

Got readAll(const std::string& bytes) {
    Got got;
    got.reading = read("", bytes, {}, [&](Series&& series) { got.series.push_back(std::move(series)); });
    return got;
}

std::string term(const std::string& accession, const std::string& name, const std::string& unit = "") {
    return "<cvParam cvRef='MS' accession='" + accession + "' name='" + name + "' value=''" +
           (unit.empty() ? "" : " unitName='" + unit + "'") + "/>";
}

const std::string mz = term("MS:1000514", "m/z array", "m/z");
const std::string intensity = term("MS:1000515", "intensity array", "number of counts");
const std::string seconds = term("MS:1000595", "time array", "second");
const std::string f64 = term("MS:1000523", "64-bit float");
const std::string f32 = term("MS:1000521", "32-bit float");
const std::string uncompressed = term("MS:1000576", "no compression");
const std::string zlib = term("MS:1000574", "zlib compression");

std::string array(const std::string& terms, const std::string& bytes, const std::string& attributes = "") {
    return "<binaryDataArray encodedLength='0'" + attributes + ">" + terms + "<binary>" + test::base64(bytes) +
           "</binary></binaryDataArray>";
}

std::string doubles(const Numbers& numbers) {
    return test::bytesOf(numbers);
}

std::string item(const std::string& element, const std::string& id, std::size_t length, const std::string& arrays) {
    return "<" + element + " index='0' id='" + id + "' defaultArrayLength='" + std::to_string(length) +
           "'><binaryDataArrayList count='2'>" + arrays + "</binaryDataArrayList></" + element + ">\n";
}

std::string spectrum(const std::string& arrays, std::size_t length = 3) {
    return item("spectrum", "scan=1", length, arrays);
}

const std::string groups = "<referenceableParamGroupList count='1'><referenceableParamGroup id='packed'>" + f64 + zlib +
                           "</referenceableParamGroup></referenceableParamGroupList>";

std::string mzml(const std::string& items, const std::string& attributes = "version='1.1.0'") {
    return "<?xml version='1.0' encoding='ISO-8859-1'?>\n<mzML xmlns='http://psi.hupo.org/ms/mzml' " + attributes +
           ">" + groups + "<run id='r'><spectrumList count='1'>" + items + "</spectrumList></run></mzML>";
}

const std::string pair = array(f64 + uncompressed + mz, doubles({100, 200, 300})) +
                         array(f64 + uncompressed + intensity, doubles({7, 8, 9}));

/// With an index whose every number is as it should be.
std::string indexed(const std::string& checksum = "0") {
    const std::string document = mzml(spectrum(pair));
    const std::string text =
        "<indexedmzML xmlns='http://psi.hupo.org/ms/mzml'>" + document.substr(document.find("<mzML"));
    const std::string element = std::to_string(text.find("<spectrum "));
    const std::string list = std::to_string(text.size());
    return text + "<indexList count='1'><index name='spectrum'><offset idRef='scan=1'>" + element +
           "</offset></index></indexList><indexListOffset>" + list + "</indexListOffset><fileChecksum>" + checksum +
           "</fileChecksum></indexedmzML>";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    BOOST_REQUIRE(text.find(from) != std::string::npos);
    return text.replace(text.find(from), from.size(), to);
}

std::vector<std::string> warningsOf(const std::string& items) {
    return readAll(mzml(items)).warnings();
}

using Codes = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(MzmlTest)

BOOST_AUTO_TEST_CASE(a_spectrum_is_a_series) {
    const std::string bytes = mzml(spectrum(pair));
    const Got got = readAll(bytes);
    BOOST_TEST(got.reading.format == "mzml");
    BOOST_TEST(got.refused().empty());
    BOOST_TEST(got.warnings().empty());
    BOOST_REQUIRE(got.series.size() == 1U);
    const Series& series = got.series[0];
    BOOST_TEST(series.name == "scan=1");
    BOOST_TEST(series.kind == "mass_spectrum");
    BOOST_TEST(series.xUnit == "m/z");
    BOOST_TEST(series.unit == "number of counts");
    BOOST_TEST(series.x == (Numbers{100, 200, 300}), boost::test_tools::per_element());
    BOOST_TEST(series.y == (Numbers{7, 8, 9}), boost::test_tools::per_element());
    const std::string element = spectrum(pair);
    BOOST_TEST(bytes.substr(series.span.offset, series.span.length) + "\n" == element);
}

BOOST_AUTO_TEST_CASE(a_chromatogram_is_a_series_also_where_it_is_no_intensity) {
    const std::string pressure = term("MS:1000821", "pressure array", "pascal");
    for (const auto& [y, unit] : {std::pair{intensity, "number of counts"}, std::pair{pressure, "pascal"}}) {
        const Got got =
            readAll(replaced(mzml("x"), "<spectrumList count='1'>x</spectrumList>",
                             "<chromatogramList count='1'>" +
                                 item("chromatogram", "TIC", 2,
                                      array(f64 + seconds, doubles({1, 2})) + array(f64 + y, doubles({3, 4}))) +
                                 "</chromatogramList>"));
        BOOST_REQUIRE(got.series.size() == 1U);
        BOOST_TEST(got.series[0].name == "TIC");
        BOOST_TEST(got.series[0].kind == "chromatogram");
        BOOST_TEST(got.series[0].xUnit == "second");
        BOOST_TEST(got.series[0].unit == unit);
        BOOST_TEST(got.series[0].y == (Numbers{3, 4}), boost::test_tools::per_element());
        BOOST_TEST(got.warnings().empty());
    }
}

BOOST_AUTO_TEST_CASE(groups_are_as_good_as_terms) {
    const Got got = readAll(mzml(
        spectrum(array("<referenceableParamGroupRef ref='packed'/>" + mz, test::zlib(doubles({1, 2, 3}))) +
                 array(intensity + "<referenceableParamGroupRef ref='packed'/>", test::zlib(doubles({4, 5, 6}))))));
    BOOST_TEST(got.warnings().empty());
    BOOST_REQUIRE(got.series.size() == 1U);
    BOOST_TEST(got.series[0].y == (Numbers{4, 5, 6}), boost::test_tools::per_element());
    BOOST_TEST(warningsOf(spectrum(array("<referenceableParamGroupRef ref='none'/>" + f64 + mz, doubles({1, 2, 3})) +
                                   array(f64 + intensity, doubles({4, 5, 6})))) == (Codes{"no_group"}));
}

BOOST_AUTO_TEST_CASE(numpress_is_said_by_one_term_or_by_two) {
    std::vector<unsigned char> linear;
    ms::numpress::MSNumpress::encodeLinear({100, 200, 300}, linear, 1e4);
    const std::string x(linear.begin(), linear.end()), y = test::pic({4, 5, 6});
    const std::string one = array(term("MS:1002746", "linear then zlib") + mz, test::zlib(x)) +
                            array(term("MS:1002747", "pic then zlib") + intensity, test::zlib(y));
    const std::string two = array(f64 + term("MS:1002312", "linear") + zlib + mz, test::zlib(x)) +
                            array(f64 + zlib + term("MS:1002313", "pic") + intensity, test::zlib(y));
    for (const std::string& arrays : {one, two}) {
        const Got got = readAll(mzml(spectrum(arrays)));
        BOOST_TEST(got.warnings().empty());
        BOOST_REQUIRE(got.series.size() == 1U);
        BOOST_TEST(got.series[0].x == (Numbers{100, 200, 300}), boost::test_tools::per_element());
        BOOST_TEST(got.series[0].y == (Numbers{4, 5, 6}), boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(further_arrays_are_traces_over_the_same_x) {
    const std::string mobility =
        array(f64 + term("MS:1003006", "mean inverse reduced ion mobility array", "V s"), doubles({1, 2, 3}));
    const std::string own = array(
        f64 + "<cvParam accession='MS:1000786' name='non-standard data array' value='ms level'/>", doubles({1, 1, 2}));
    const Got got = readAll(mzml(spectrum(mobility + pair + own)));
    BOOST_TEST(got.warnings().empty());
    BOOST_REQUIRE(got.series.size() == 3U);
    BOOST_TEST(got.series[0].name == "scan=1: mean inverse reduced ion mobility array");
    BOOST_TEST(got.series[0].kind == "trace");
    BOOST_TEST(got.series[0].unit == "V s");
    BOOST_TEST(got.series[0].x == (Numbers{100, 200, 300}), boost::test_tools::per_element());
    BOOST_TEST(got.series[1].name == "scan=1: ms level");
    BOOST_TEST(got.series[2].kind == "mass_spectrum");
    const Got shorter = readAll(
        mzml(spectrum(pair + array(f64 + term("MS:1000516", "charge array"), doubles({1}), " arrayLength='1'"))));
    BOOST_TEST(shorter.warnings() == (Codes{"lengths_differ"}));
    BOOST_TEST(shorter.series.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_scan_that_saw_nothing_is_an_empty_series) {
    const Got got = readAll(mzml("<spectrum id='scan=1' defaultArrayLength='0'/>"));
    BOOST_REQUIRE(got.series.size() == 1U);
    BOOST_TEST(got.series[0].x.empty());
    BOOST_TEST(got.warnings().empty());
}

BOOST_AUTO_TEST_CASE(wrong_lengths_are_told) {
    const Got wrong = readAll(mzml(spectrum(pair, 4)));
    BOOST_TEST(wrong.warnings() == (Codes{"array_length", "array_length"}));
    BOOST_TEST(wrong.series.size() == 1U);
    const Got differing =
        readAll(mzml(spectrum(array(f64 + mz, doubles({1, 2})) + array(f64 + intensity, doubles({1})), 2)));
    BOOST_TEST(differing.warnings() == (Codes{"array_length", "lengths_differ"}));
    BOOST_TEST(differing.series.empty());
    BOOST_TEST(warningsOf(spectrum(pair) + spectrum(pair)) == (Codes{"list_count"}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_left_out_and_named) {
    const std::string good = array(f64 + intensity, doubles({1, 2, 3}));
    const auto warning = [&](const std::string& terms, const std::string& bytes) {
        const Got got = readAll(mzml(spectrum(array(terms + mz, bytes) + good)));
        BOOST_TEST(got.series.empty());
        BOOST_REQUIRE(got.reading.warnings.size() == 1U);
        return got.reading.warnings[0];
    };
    const Finding zstd = warning(f64 + term("MS:1003780", "zstd compression"), "abc");
    BOOST_TEST(zstd.code == "unsupported_compression");
    BOOST_TEST(zstd.about.find("zstd compression (MS:1003780)") != std::string::npos);
    BOOST_TEST(warning(term("MS:1001479", "null-terminated ASCII string"), "abc").code == "unsupported_type");
    const std::string external = "<cvParam cvRef='IMS' accession='IMS:1000101' name='external data' value='";
    BOOST_TEST(warning(f64 + external + "true'/>", "").code == "external_data");
    BOOST_TEST(warning(f64 + external + "false'/>", "abc").code == "array_bytes");
    BOOST_TEST(warning(uncompressed, "abc").code == "no_type");
    BOOST_TEST(warning(f64 + zlib, "abc").code == "bad_zlib");
    BOOST_TEST(warning(f64, "abc").code == "array_bytes");
    BOOST_TEST(warningsOf(spectrum(good)) == (Codes{"no_axis"}));
    BOOST_TEST(warningsOf(spectrum(good + array(f64, doubles({1, 2, 3})))) == (Codes{"no_array_kind", "no_axis"}));
    BOOST_TEST(readAll(mzml(spectrum(replaced(pair, "</binary>", "&lt;</binary>")))).warnings() ==
               (Codes{"bad_base64"}));
}

BOOST_AUTO_TEST_CASE(every_way_of_writing_the_text_reads_alike) {
    const std::string plain = mzml(spectrum(pair));
    const std::string text = test::base64(doubles({7, 8, 9}));
    for (const std::string& other :
         {replaced(plain, "<binary>" + text, "<binary >" + text), replaced(plain, text, "<![CDATA[" + text + "]]>"),
          replaced(plain, text, "\n " + text.substr(0, 5) + "\n" + text.substr(5) + "\n"),
          replaced(plain, text, "<!-- <binary>AAAA</binary> -->" + text),
          replaced(plain, text, "&#" + std::to_string(static_cast<int>(text[0])) + ";" + text.substr(1)),
          replaced(plain, "<spectrum ",
                   "<!-- <binary> --><?x <binary>?><note><![CDATA[<binary>AAAA</binary>]]></note><spectrum ")}) {
        const Got got = readAll(other);
        BOOST_TEST(got.warnings().empty(), other);
        BOOST_REQUIRE(got.series.size() == 1U);
        BOOST_TEST(got.series[0].y == (Numbers{7, 8, 9}), boost::test_tools::per_element());
        BOOST_TEST(other.substr(got.series[0].span.offset).starts_with("<spectrum "));
        BOOST_TEST(other.substr(0, got.series[0].span.offset + got.series[0].span.length).ends_with("</spectrum>"));
    }
}

BOOST_AUTO_TEST_CASE(utf16_reads_as_well) {
    std::string wide = "\xFF\xFE";
    for (const char c : replaced(mzml(spectrum(pair)), "ISO-8859-1", "UTF-16")) wide += std::string{c, '\0'};
    const Got got = readAll(wide);
    BOOST_TEST(got.refused().empty());
    BOOST_REQUIRE(got.series.size() == 1U);
    BOOST_TEST(got.series[0].y == (Numbers{7, 8, 9}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_an_index_says_is_checked_and_not_needed) {
    BOOST_TEST(readAll(indexed()).warnings() == (Codes{"file_checksum"}));
    const std::string bytes = indexed("0123456789abcdef0123456789abcdef01234567");
    BOOST_TEST(readAll(bytes).warnings() == (Codes{"file_checksum"}));
    const std::string from = "<indexListOffset>";
    for (const char* number : {"", "-1", "18446744073709551616", "9223372036854775807", "12"}) {
        std::string wrong = indexed();
        const std::size_t at = wrong.find(from) + from.size();
        wrong.replace(at, wrong.find('<', at) - at, number);
        const Got got = readAll(wrong);
        BOOST_TEST(got.warnings() == (Codes{"index_list_offset", "file_checksum"}));
        BOOST_TEST(got.series.size() == 1U);
    }
    BOOST_TEST(readAll(replaced(indexed(), "idRef='scan=1'", "idRef='scan=2'")).warnings() ==
               (Codes{"file_checksum", "index_offset"}));
}

BOOST_AUTO_TEST_CASE(the_checksum_covers_the_bytes_up_to_its_own_tag) {
    const std::string bytes = indexed("0");
    const std::string covered = bytes.substr(0, bytes.find("<fileChecksum>") + 14);
    std::array<unsigned char, 20> digest{};
    BOOST_REQUIRE(EVP_Digest(covered.data(), covered.size(), digest.data(), nullptr, EVP_sha1(), nullptr) == 1);
    std::string hex;
    for (const unsigned char byte : digest) {
        hex += "0123456789ABCDEF"[byte >> 4U];
        hex += "0123456789ABCDEF"[byte & 0xFU];
    }
    BOOST_TEST(readAll(indexed(hex)).warnings().empty());
    BOOST_TEST(readAll(indexed(hex)).series.size() == 1U);
    const std::string marked = "\xEF\xBB\xBF" + indexed(hex);  // a byte order mark counts
    BOOST_TEST(readAll(marked).warnings() == (Codes{"index_list_offset", "file_checksum", "index_offset"}));
}

BOOST_AUTO_TEST_CASE(one_checksum_is_summed_up_however_many_there_are) {
    std::string checksums;
    for (int i = 0; i < 20'000; ++i) checksums += "<fileChecksum>1</fileChecksum><indexListOffset>1</indexListOffset>";
    const Got got = readAll(replaced(indexed(), "</indexList>", "</indexList>" + checksums));
    BOOST_TEST(got.warnings() == (Codes{"file_checksum", "index_list_offset"}));
}

BOOST_AUTO_TEST_CASE(drafts_are_refused_by_their_number) {
    BOOST_TEST(readAll(mzml(spectrum(pair), "version='0.99.1'")).refused() == "unsupported_version");
    const Got draft =
        readAll(replaced(mzml(spectrum(pair), "version='test'"), "/ms/mzml", "/schema_revision/mzML_0.99.10"));
    BOOST_TEST(draft.refused() == "unsupported_version");
    BOOST_TEST(draft.reading.refused->message().find("0.99.10") != std::string::npos);
    BOOST_TEST(readAll(replaced(mzml(spectrum(pair)), "/ms/mzml", "/schema_revision/mzML_1.0.0")).series.size() == 1U);
    BOOST_TEST(readAll(mzml(spectrum(pair), "version=''")).series.size() == 1U);
}

BOOST_AUTO_TEST_CASE(other_documents_are_not_mzml) {
    BOOST_TEST(detect("<?xml version='1.0'?><AnIML/>") != "mzml");
    BOOST_TEST(detect("<!-- <mzML> --><mzMLb/>") != "mzml");
    BOOST_TEST(detect("\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- a -->\n<p:indexedmzML xmlns:p='x'>") == "mzml");
    BOOST_TEST(read("mzml", "<r/>").refused->code == "not_mzml");
    BOOST_TEST(read("mzml", "<indexedmzML/>").refused->code == "not_mzml");
    BOOST_TEST(read("mzml", "<!DOCTYPE mzML [<!ENTITY a 'b'>]><mzML>&a;</mzML>").refused->code == "bad_xml");
}

BOOST_AUTO_TEST_CASE(more_than_four_gibibytes_are_refused_untouched) {
    const std::size_t size = (std::size_t{4} << 30U) + 1;
    void* const mapped = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    BOOST_REQUIRE(mapped != MAP_FAILED);
    BOOST_TEST(readMzml({static_cast<const char*>(mapped), size}, {}, {}).refused->code == "too_large");
    BOOST_TEST(::munmap(mapped, size) == 0);
}

BOOST_AUTO_TEST_CASE(a_file_that_breaks_off_anywhere_is_refused) {
    const std::string whole = indexed();
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const Reading reading = readMzml(std::string_view(whole).substr(0, length), {}, {});
        BOOST_REQUIRE(reading.refused.has_value());
        BOOST_REQUIRE(reading.refused->code == "bad_xml");
    }
}

BOOST_AUTO_TEST_CASE(a_spectrum_in_a_spectrum_does_no_harm) {
    const std::string inner = "<spectrum id='b' defaultArrayLength='0'>" + f64 + "</spectrum>";
    BOOST_TEST(readAll(mzml(spectrum("<binaryDataArray>" + inner + f64 + "</binaryDataArray>"))).refused().empty());
    BOOST_TEST(readAll(mzml(spectrum("<binaryDataArray><binaryDataArray>" + f64 + mz + "</binaryDataArray>" + f64 +
                                     "</binaryDataArray>")))
                   .series.empty());
}

BOOST_AUTO_TEST_CASE(warnings_stay_few_where_everything_is_wrong) {
    std::string items;
    for (int i = 0; i < 1000; ++i) items += spectrum(pair, 9);
    const Got got = readAll(mzml(items));
    BOOST_TEST(got.reading.warnings.size() == 22U);  // 20, how many more, and the count of the list
    BOOST_TEST(got.series.size() == 1000U);
}

BOOST_AUTO_TEST_CASE(hostile_bytes_never_throw_and_spans_stay_inside) {
    const std::string seed =
        replaced(indexed(), pair,
                 array("<referenceableParamGroupRef ref='packed'/>" + mz, test::zlib(doubles({1, 2, 3}))) + pair);
    std::mt19937 random(20261122);
    for (int round = 0; round < 5000; ++round) {
        std::string bytes = seed;
        for (auto changes = 1 + random() % 4; changes > 0; --changes) {
            const std::size_t at = random() % bytes.size();
            if (random() % 3 == 0) {
                bytes.erase(at, random() % 9);
            } else if (random() % 2 == 0) {
                bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 60));
            } else {
                bytes[at] = static_cast<char>(random());
            }
        }
        const auto inside = [&](Span span) { return span.offset + span.length <= bytes.size(); };
        const Reading reading = readMzml(bytes, {}, [&](Series&& series) {
            BOOST_REQUIRE(inside(series.span));
            BOOST_REQUIRE(series.x.size() == series.y.size());
        });
        for (const Finding& warning : reading.warnings) BOOST_REQUIRE(inside(warning.span));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
