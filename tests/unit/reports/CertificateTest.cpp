#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <regex>
#include <thread>

#include "reports/Verifier.h"
#include "tests/unit/reports/Judge.h"
#include "tests/unit/reports/SampleData.h"

using namespace touchstone::reports;

namespace {

const std::vector<std::string> certificates{"drug", "device", "cosmetic", "import-drug", "retest", "english"};

std::size_t countOf(const std::string& text, const std::string& wanted) {
    std::size_t count = 0;
    for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + wanted.size())) ++count;
    return count;
}

int pageCount(const judge::Folder& folder, const std::string& name) {
    return std::stoi(folder.run("qpdf --show-npages " + name).text);
}

void expectSound(const judge::Folder& folder, const std::string& name) {
    const judge::Answer syntax = folder.run("qpdf --check " + name);
    BOOST_CHECK_MESSAGE(syntax.status == 0 && !syntax.says("WARNING"), syntax.text);
    const judge::Answer text = folder.run("pdftotext " + name + " sound.txt");
    BOOST_CHECK_MESSAGE(text.status == 0 && text.text.empty(), text.text);
}

std::string extracted(const judge::Folder& folder, const std::string& name) {
    const judge::Answer answer = folder.run("pdftotext -raw " + name + " -");
    BOOST_REQUIRE_EQUAL(answer.status, 0);
    return answer.text;
}

// Without the breaks of lines and pages, that long texts take.
std::string joined(std::string text) {
    std::erase_if(text, [](char c) { return c == '\n' || c == '\f' || c == ' '; });
    return text;
}

// Every word of every page lies on its page.
void expectInside(const judge::Folder& folder, const std::string& name) {
    const std::string boxes = folder.run("pdftotext -bbox " + name + " -").text;
    const std::regex page(R"re(<page width="([0-9.]+)" height="([0-9.]+)")re"),
        word(R"re(<word xMin="(-?[0-9.]+)" yMin="(-?[0-9.]+)" xMax="(-?[0-9.]+)" yMax="(-?[0-9.]+)">)re");
    std::smatch found;
    BOOST_REQUIRE(std::regex_search(boxes, found, page));
    const double width = std::stod(found[1]), height = std::stod(found[2]);
    std::size_t words = 0;
    for (std::sregex_iterator at(boxes.begin(), boxes.end(), word), end; at != end; ++at, ++words) {
        const bool inside = std::stod((*at)[1]) >= 0 && std::stod((*at)[2]) >= 0 && std::stod((*at)[3]) <= width &&
                            std::stod((*at)[4]) <= height;
        BOOST_CHECK_MESSAGE(inside, name << ": " << (*at)[0]);
    }
    BOOST_TEST(words > 0U);
}

void expectValidSignature(const judge::Folder& folder, const std::string& name) {
    const judge::Answer signature = folder.run("pdfsig " + name);
    BOOST_CHECK_MESSAGE(signature.says("Signature is Valid") && signature.says("Total document signed"), signature.text);
}

Data withRows(const std::string& layout, std::size_t rows) {
    Data data = sample::dataFor(layout);
    Data::List tests;
    for (std::size_t i = 1; i <= rows; ++i) {
        const std::string number = std::to_string(i);
        // Rows of different heights, so that pages break at different places.
        tests.push_back(sample::test("组" + std::to_string(i / 7), "项目A" + number + "Z",
                                     "应符合" + std::string(i % 11 * 9, '0') + "B" + number + "Y", "C" + number + "X",
                                     i % 13 == 0 ? "fails" : "conforms"));
    }
    data.set("tests", std::move(tests));
    return data;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Certificate)

BOOST_DATA_TEST_CASE(every_layout_is_sound_signed_and_says_what_it_was_given, certificates, name) {
    const judge::Folder folder;
    const Data data = sample::dataFor(name);
    folder.write("one.pdf", sample::printed(data, sample::signer(), sample::now(), sample::layout(name)));
    expectSound(folder, "one.pdf");
    expectInside(folder, "one.pdf");
    expectValidSignature(folder, "one.pdf");
    const std::string text = joined(extracted(folder, "one.pdf"));
    const auto expect = [&](const Data* value) {
        BOOST_CHECK_MESSAGE(text.find(joined(*value->text())) != std::string::npos, *value->text());
    };
    for (const char* member : {"number", "product_name", "batch_no", "specification", "maker", "client", "approval_no", "edition"})
        expect(data.find("sample")->find(member));
    for (const char* member : {"name", "name_en", "address", "seal_text"}) expect(data.find("laboratory")->find(member));
    for (const Data& test : *data.find("tests")->list()) {
        expect(test.find("item"));
        expect(test.find("requirement"));
        expect(test.find("derived")->find("result"));
    }
    expect(data.find("signatory")->find("name"));
}

BOOST_DATA_TEST_CASE(nothing_of_many_rows_is_lost_or_said_twice_where_pages_break, certificates, name) {
    const judge::Folder folder;
    folder.write("many.pdf", sample::printed(withRows(name, 400), sample::signer(), sample::now(), sample::layout(name)));
    expectSound(folder, "many.pdf");
    expectInside(folder, "many.pdf");
    expectValidSignature(folder, "many.pdf");
    const std::string text = joined(extracted(folder, "many.pdf"));
    for (int i = 1; i <= 400; ++i) {
        const std::string number = std::to_string(i);
        for (const std::string& part : {"A" + number + "Z", "B" + number + "Y", "C" + number + "X"})
            BOOST_CHECK_MESSAGE(countOf(text, part) == 1, part << " stands there " << countOf(text, part) << " times");
    }
    const int pages = pageCount(folder, "many.pdf");
    BOOST_TEST(pages > 10);
    for (int page = 1; page <= pages; ++page) {
        const std::string own = folder.run("pdftotext -raw -f " + std::to_string(page) + " -l " + std::to_string(page) +
                                           " many.pdf -").text;
        const std::string here = std::to_string(page), all = std::to_string(pages);
        const std::string place = name == "english" ? "Page " + here + " of " + all : "第 " + here + " 页 共 " + all + " 页";
        BOOST_CHECK_MESSAGE(own.find(place) != std::string::npos, place);
        BOOST_CHECK_MESSAGE(own.find(name == "english" ? "Requirement" : "单项结论") != std::string::npos,
                            "page " << page << " has no head of the table");
    }
}

BOOST_AUTO_TEST_CASE(a_group_that_goes_on_says_so) {
    const judge::Folder folder;
    folder.write("many.pdf", sample::previewed(sample::certificate(100)));
    const std::string text = extracted(folder, "many.pdf");
    BOOST_TEST(countOf(text, "【扩展检查】\n") == 1U);
    BOOST_TEST(countOf(text, "【扩展检查】（续）\n") == static_cast<std::size_t>(pageCount(folder, "many.pdf") - 1));
    BOOST_TEST(countOf(text, "【性状】") == 0U);  // one row that says the same
}

BOOST_DATA_TEST_CASE(every_glyph_of_a_layout_leaves_ink, certificates, name) {
    const judge::Folder folder;
    Data data = sample::dataFor(name);
    sample::set(data, "laboratory", "watermark", "");
    folder.write("one.pdf", sample::previewed(data, sample::layout(name)));
    constexpr int dpi = 144;
    const std::string boxes = folder.run("pdftotext -f 1 -l 1 -bbox one.pdf -").text;
    const judge::Picture picture = judge::rasterise(folder, "one.pdf", 1, dpi);
    const std::regex word(R"re(<word xMin="([0-9.]+)" yMin="([0-9.]+)" xMax="([0-9.]+)" yMax="([0-9.]+)">([^<]*)<)re");
    constexpr double scale = dpi / 72.0;
    std::size_t words = 0;
    for (std::sregex_iterator at(boxes.begin(), boxes.end(), word), end; at != end; ++at, ++words) {
        const auto pixel = [&](std::size_t i) { return static_cast<int>(std::stod((*at)[i]) * scale); };
        BOOST_CHECK_MESSAGE(picture.darkest(pixel(1), pixel(2), pixel(3) + 1, pixel(4) + 1) < 160,
                            "no ink of " << (*at)[5]);
    }
    BOOST_TEST(words > 50U);
}

BOOST_DATA_TEST_CASE(long_texts_and_empty_ones_find_room, certificates, name) {
    const judge::Folder folder;
    std::string sixty, threeThousand;
    for (int i = 0; i < 60; ++i) sixty += "例";
    for (int i = 0; i < 60; ++i) threeThousand += sixty;
    Data data = sample::dataFor(name);
    for (const char* member : {"product_name", "batch_no", "specification", "maker", "client", "approval_no"})
        sample::set(data, "sample", member, sixty);
    for (const char* member : {"name", "name_en", "address", "seal_text", "watermark"})
        sample::set(data, "laboratory", member, sixty);
    sample::set(data, "derived", "failing", Data::List{threeThousand});
    data.set("verdict", "fails");
    data.set("tests", Data::List{sample::test(sixty, sixty, threeThousand, sixty), sample::test("", "", "", "")});
    folder.write("long.pdf", sample::printed(data, sample::signer(), sample::now(), sample::layout(name)));
    expectSound(folder, "long.pdf");
    expectInside(folder, "long.pdf");
    expectValidSignature(folder, "long.pdf");
    // Nothing of the longest texts was lost where they went over pages.
    BOOST_TEST(countOf(extracted(folder, "long.pdf"), "例") >= 3600U * 2 + 60 * 14);

    Data empty = sample::dataFor(name);
    empty.set("tests", Data::List{});
    empty.set("replaces", "");  // what was amended takes room of its own
    folder.write("empty.pdf", sample::printed(empty, sample::signer(), sample::now(), sample::layout(name)));
    expectSound(folder, "empty.pdf");
    BOOST_TEST(pageCount(folder, "empty.pdf") == 1);
    BOOST_TEST(extracted(folder, "empty.pdf").find(name == "english" ? "No tests" : "无检验项目") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_conclusion_never_stands_without_a_result) {
    const judge::Folder folder;
    for (std::size_t more = 0; more < 40; ++more) {
        folder.write("one.pdf", sample::previewed(sample::certificate(more)));
        const std::string last = std::to_string(pageCount(folder, "one.pdf"));
        const std::string text = folder.run("pdftotext -raw -f " + last + " -l " + last + " one.pdf -").text;
        BOOST_CHECK_MESSAGE(text.find("检验结论") != std::string::npos && text.find("授权签字人") != std::string::npos &&
                                text.find("单项结论") < text.find("（以下空白）"),
                            more << " more rows: " << text);
    }
}

BOOST_AUTO_TEST_CASE(an_amendment_says_what_it_replaces_why_and_what_changed) {
    const judge::Folder folder;
    for (const std::string& name : certificates) {
        folder.write("one.pdf", sample::previewed(sample::amended(), sample::layout(name)));
        const std::string text = extracted(folder, "one.pdf");
        for (const char* part : {"SL-Y-2026-000101", "批号抄录有误", "SL260110"})
            BOOST_CHECK_MESSAGE(text.find(part) != std::string::npos, name << ": " << part);
        BOOST_TEST(text.find("verdict:") == std::string::npos);
    }
    folder.write("first.pdf", sample::previewed(sample::certificate()));
    BOOST_TEST(extracted(folder, "first.pdf").find("更正") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_out_of_scope_is_marked) {
    const judge::Folder folder;
    Data data = sample::withTests(2);
    Data::List tests = *data.find("tests")->list();
    tests[1].set("derived", Data::Record{{"result", "显正反应"}, {"in_scope", "false"}});
    data.set("tests", std::move(tests));
    sample::set(data, "derived", "outside_scope",
                Data::List{Data::Record{{"body", "CMA"}, {"items", Data::List{"化学反应", "水分"}}}});
    folder.write("one.pdf", sample::previewed(data));
    const std::string text = extracted(folder, "one.pdf");
    BOOST_TEST(text.find("（1）化学反应*") != std::string::npos);
    BOOST_TEST(text.find("以下不在本机构CMA能力范围内：化学反应、水分。") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_code_leads_to_verification) {
    const judge::Folder folder;
    folder.write("one.pdf", sample::printed(sample::certificate()));
    BOOST_REQUIRE_EQUAL(folder.run("pdftoppm -r 150 -png -singlefile one.pdf one").status, 0);
    BOOST_TEST(folder.run("zbarimg -q --raw one.png 2>/dev/null").text ==
               *sample::certificate().find("verification_url")->text() + "\n");
}

BOOST_AUTO_TEST_CASE(results_are_attached_for_machines) {
    const judge::Folder folder;
    folder.write("with.pdf", sample::printed(sample::certificate()));
    BOOST_TEST(folder.run("pdfdetach -save 1 -o out.xml with.pdf").status == 0);
    BOOST_TEST(folder.read("out.xml") == sample::resultsXml);
    BOOST_TEST(folder.run("qpdf --list-attachments with.pdf").says("results.xml"));
    folder.write("without.pdf", sample::previewed(sample::certificate()));
    BOOST_TEST(folder.run("pdfdetach -list without.pdf").says("0 embedded files"));
}

BOOST_AUTO_TEST_CASE(it_says_that_it_is_an_archive_file) {
    const judge::Folder folder;
    folder.write("one.pdf", sample::printed(sample::certificate()));
    const judge::Answer metadata = folder.run("pdfinfo -meta one.pdf");
    BOOST_TEST(metadata.says("<pdfaid:part>3</pdfaid:part>"));
    BOOST_TEST(metadata.says("<pdfaid:conformance>B</pdfaid:conformance>"));
    BOOST_TEST(folder.run("pdfinfo one.pdf").says("检验报告书 SL-Y-2026-000123"));
    BOOST_TEST(folder.run("pdffonts one.pdf").says("yes yes yes"));  // embedded, subset, with Unicode
}

BOOST_AUTO_TEST_CASE(a_preview_has_neither_signature_nor_seal) {
    const judge::Folder folder;
    const std::string preview = sample::previewed(sample::certificate());
    folder.write("preview.pdf", preview);
    expectSound(folder, "preview.pdf");
    BOOST_TEST(!verify(preview, sample::authority().caPem).hasSignature);
    BOOST_TEST(extracted(folder, "preview.pdf").find("检验专用章") == std::string::npos);
}

// The seal itself is read once, its slices at the edges of the pages are seen only.
BOOST_AUTO_TEST_CASE(the_seal_is_read_once_and_lies_over_the_edges_of_all_pages) {
    const judge::Folder folder;
    folder.write("many.pdf", sample::printed(sample::certificate(100)));
    folder.write("plain.pdf", sample::previewed(sample::certificate(100)));
    BOOST_TEST(countOf(extracted(folder, "many.pdf"), "示例药品检验研究院检验专用章") == 1U);
    constexpr int dpi = 72;
    for (int page = 1; page <= pageCount(folder, "many.pdf"); ++page) {
        const auto darkestAtEdge = [&](const char* name) {
            const judge::Picture picture = judge::rasterise(folder, name, page, dpi);
            return picture.darkest(picture.width - 6, 300, picture.width, 540);
        };
        BOOST_TEST(darkestAtEdge("many.pdf") < 160);
        BOOST_TEST(darkestAtEdge("plain.pdf") > 200);
    }
}

BOOST_AUTO_TEST_CASE(the_same_data_and_time_give_the_same_bytes_in_every_thread) {
    const auto at = sample::now();
    const Data data = sample::certificate(30);
    const std::string expected = sample::previewed(data, sample::layout("drug"), at);
    std::vector<int> different(2, 0);
    std::vector<std::thread> threads;
    for (int& count : different)
        threads.emplace_back([&, on = sample::layout("drug")] {
            for (int i = 0; i < 20; ++i) count += sample::previewed(data, on, at) != expected;
        });
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(different == std::vector<int>(2, 0), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(labels_are_read_by_scanners) {
    const judge::Folder folder;
    const Data data = sample::labels(25);
    folder.write("labels.pdf", sample::previewed(data, sample::layout("label")));
    expectSound(folder, "labels.pdf");
    expectInside(folder, "labels.pdf");
    BOOST_TEST(pageCount(folder, "labels.pdf") == 2);
    BOOST_REQUIRE_EQUAL(folder.run("pdftoppm -r 200 -png labels.pdf labels").status, 0);
    const judge::Answer read = folder.run("zbarimg -q --raw labels-1.png labels-2.png");
    for (const Data& label : *data.find("labels")->list()) {
        const std::string& number = *label.find("number")->text();
        BOOST_CHECK_MESSAGE(read.says(number + "\n"), number);
    }
    const Data wrong = Data::Record{{"labels", Data::List{Data::Record{{"number", "不是条码"}, {"product_name", ""}, {"batch_no", ""}, {"specification", ""}}}}};
    BOOST_CHECK_THROW((void)sample::previewed(wrong, sample::layout("label")), std::runtime_error);
    folder.write("none.pdf", sample::previewed(sample::labels(0), sample::layout("label")));
    expectSound(folder, "none.pdf");
}

BOOST_AUTO_TEST_CASE(a_record_sheet_shows_every_observation) {
    const judge::Folder folder;
    folder.write("sheet.pdf", sample::previewed(sample::worksheet(), sample::layout("record-sheet")));
    expectSound(folder, "sheet.pdf");
    expectInside(folder, "sheet.pdf");
    const std::string text = extracted(folder, "sheet.pdf");
    for (const char* part : {"WS2026-000045", "1523.6 mAU·s", "100001-202501", "示例胶囊（示例数据）", "不符合规定", "受控"})
        BOOST_CHECK_MESSAGE(text.find(part) != std::string::npos, part);
}

BOOST_AUTO_TEST_SUITE_END()
