#include <boost/test/unit_test.hpp>
#include <thread>

#include "reports/Verifier.h"
#include "tests/unit/reports/Judge.h"
#include "tests/unit/reports/SampleData.h"

using namespace touchstone::reports;

namespace {

std::string pageCount(const judge::Folder& folder, const std::string& name) {
    const judge::Answer answer = folder.run("qpdf --show-npages " + name);
    return answer.status == 0 ? answer.text.substr(0, answer.text.find('\n')) : answer.text;
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

CertificateData onePage() {
    CertificateData data = sample::certificate();
    data.lines.resize(4);
    return data;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Certificate)

BOOST_AUTO_TEST_CASE(one_two_and_many_pages_are_sound) {
    const judge::Folder folder;
    folder.write("one.pdf", sample::printer().print(onePage(), sample::signer(), sample::now()));
    folder.write("two.pdf", sample::printer().print(sample::certificate(), sample::signer(), sample::now()));
    folder.write("many.pdf", sample::printer().print(sample::certificate(400), sample::signer(), sample::now()));
    for (const char* name : {"one.pdf", "two.pdf", "many.pdf"}) {
        expectSound(folder, name);
        const judge::Answer signature = folder.run(std::string("pdfsig ") + name);
        BOOST_CHECK_MESSAGE(signature.says("Signature is Valid") && signature.says("Total document signed"),
                            signature.text);
    }
    BOOST_TEST(pageCount(folder, "one.pdf") == "1");
    BOOST_TEST(pageCount(folder, "two.pdf") == "2");
    const int pages = std::stoi(pageCount(folder, "many.pdf"));
    BOOST_TEST(pages > 10);

    const std::string text = extracted(folder, "many.pdf");
    for (int page = 1; page <= pages; ++page) {
        const std::string place = "第 " + std::to_string(page) + " 页 共 " + std::to_string(pages) + " 页";
        BOOST_CHECK_MESSAGE(text.find(place) != std::string::npos, place);
    }
    for (int i = 1; i <= 400; ++i) {
        const std::string row = "示例项目 " + std::to_string(i);
        BOOST_CHECK_MESSAGE(text.find(row) != std::string::npos, row << " is missing");
    }
    std::size_t heads = 0;
    for (std::size_t at = text.find("检验结果\n"); at != std::string::npos; at = text.find("检验结果\n", at + 1))
        ++heads;
    BOOST_TEST(heads >= static_cast<std::size_t>(pages - 1));
}

BOOST_AUTO_TEST_CASE(what_was_given_is_what_can_be_read) {
    const judge::Folder folder;
    CertificateData data = onePage();
    data.watermark.clear();
    folder.write("one.pdf", sample::printer().print(data, sample::signer(), sample::now()));
    const std::string text = extracted(folder, "one.pdf");
    for (const auto& [label, value] : data.fields) {
        BOOST_CHECK_MESSAGE(text.find(label) != std::string::npos, label);
        BOOST_CHECK_MESSAGE(text.find(value) != std::string::npos, value);
    }
    for (const std::string& note : data.notes) BOOST_CHECK_MESSAGE(text.find(note) != std::string::npos, note);
    for (const std::string* part :
         {&data.number, &data.laboratory, &data.laboratoryEnglish, &data.issueDate, &data.address})
        BOOST_CHECK_MESSAGE(text.find(*part) != std::string::npos, *part);
    BOOST_TEST(text.find("以下空白") != std::string::npos);
    BOOST_TEST(text.find("扫码核验") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(long_texts_and_empty_ones_find_room) {
    const judge::Folder folder;
    std::string sixty;
    for (int i = 0; i < 60; ++i) sixty += "例";
    CertificateData data = sample::certificate(3);
    data.laboratory = data.title = data.laboratoryEnglish = data.sealText = data.address = data.accreditation = sixty;
    data.watermark = data.issueDate = data.number = sixty;
    data.fields[0].second = data.fields[3].first = sixty;
    data.lines[0].item = data.lines[1].verdict = data.lines[2].result = sixty;
    data.lines[3].requirement.clear();
    for (int i = 0; i < 60; ++i) data.lines[3].requirement += sixty;
    data.conclusion = data.lines[3].requirement;
    data.signatures.emplace_back(sixty, sixty);
    data.notes.assign(60, sixty);
    folder.write("long.pdf", sample::printer().print(data, sample::signer(), sample::now()));
    folder.write("empty.pdf", sample::printer().print(CertificateData{}, sample::signer(), sample::now()));
    for (const char* name : {"long.pdf", "empty.pdf"}) {
        expectSound(folder, name);
        BOOST_TEST(folder.run(std::string("pdfsig ") + name).says("Signature is Valid"));
    }
    // Nothing of the longest cell was lost where it went over pages: 3600 of it and 3600 of the conclusion at least.
    const std::string text = extracted(folder, "long.pdf");
    std::size_t count = 0;
    for (std::size_t at = text.find("例"); at != std::string::npos; at = text.find("例", at + 3)) ++count;
    BOOST_TEST(count >= 7200U + 3600U);
}

BOOST_AUTO_TEST_CASE(the_code_leads_to_verification) {
    const judge::Folder folder;
    const CertificateData data = onePage();
    folder.write("one.pdf", sample::printer().print(data, sample::signer(), sample::now()));
    BOOST_REQUIRE_EQUAL(folder.run("pdftoppm -r 150 -png -singlefile one.pdf one").status, 0);
    BOOST_TEST(folder.run("zbarimg -q --raw one.png 2>/dev/null").text == data.verificationUrl + "\n");
}

BOOST_AUTO_TEST_CASE(results_are_attached_for_machines) {
    const judge::Folder folder;
    CertificateData data = onePage();
    folder.write("with.pdf", sample::printer().print(data, sample::signer(), sample::now()));
    BOOST_TEST(folder.run("pdfdetach -save 1 -o out.xml with.pdf").status == 0);
    BOOST_TEST(folder.read("out.xml") == data.resultsXml);
    BOOST_TEST(folder.run("qpdf --list-attachments with.pdf").says("results.xml"));
    data.resultsXml.clear();
    folder.write("without.pdf", sample::printer().print(data, sample::signer(), sample::now()));
    BOOST_TEST(folder.run("pdfdetach -list without.pdf").says("0 embedded files"));
}

BOOST_AUTO_TEST_CASE(it_says_that_it_is_an_archive_file) {
    const judge::Folder folder;
    folder.write("one.pdf", sample::printer().print(onePage(), sample::signer(), sample::now()));
    const judge::Answer metadata = folder.run("pdfinfo -meta one.pdf");
    BOOST_TEST(metadata.says("<pdfaid:part>3</pdfaid:part>"));
    BOOST_TEST(metadata.says("<pdfaid:conformance>B</pdfaid:conformance>"));
    BOOST_TEST(folder.run("pdfinfo one.pdf").says("检验报告书 SL-Y-2026-000123"));
    BOOST_TEST(folder.run("pdffonts one.pdf").says("yes yes yes"));  // embedded, subset, with Unicode
}

BOOST_AUTO_TEST_CASE(a_preview_has_neither_signature_nor_seal) {
    const judge::Folder folder;
    const std::string preview = sample::printer().preview(onePage(), sample::now());
    folder.write("preview.pdf", preview);
    expectSound(folder, "preview.pdf");
    BOOST_TEST(!verify(preview, sample::authority().caPem).hasSignature);
    BOOST_TEST(extracted(folder, "preview.pdf").find("专\n用\n章") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_same_data_and_time_give_the_same_bytes_in_every_thread) {
    const auto at = sample::now();
    const CertificateData data = sample::certificate(30);
    const std::string expected = sample::printer().preview(data, at);
    std::vector<int> different(2, 0);
    std::vector<std::thread> threads;
    for (int& count : different)
        threads.emplace_back([&] {
            for (int i = 0; i < 20; ++i) count += sample::printer().preview(data, at) != expected;
        });
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(different == std::vector<int>(2, 0), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(labels_are_read_by_scanners) {
    const judge::Folder folder;
    std::vector<Label> labels;
    for (int i = 0; i < 25; ++i)
        labels.push_back({"Y2026-" + std::to_string(100'000 + i),
                          {"示例片（示例数据）", "批号 SL260101", "很长的一行" + std::string(200, 'x')}});
    folder.write("labels.pdf", printLabels(sample::fontFile, labels));
    expectSound(folder, "labels.pdf");
    BOOST_TEST(pageCount(folder, "labels.pdf") == "2");
    BOOST_REQUIRE_EQUAL(folder.run("pdftoppm -r 200 -png labels.pdf labels").status, 0);
    const judge::Answer read = folder.run("zbarimg -q --raw labels-1.png labels-2.png");
    for (const Label& label : labels) BOOST_CHECK_MESSAGE(read.says(label.barcode + "\n"), label.barcode);
    BOOST_CHECK_THROW((void)printLabels(sample::fontFile, {{"不是条码", {}}}), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
