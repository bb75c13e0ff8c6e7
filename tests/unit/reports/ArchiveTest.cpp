// PDF/A before an outside judge. Debian has one of part 1 only, so it is given the same papers with the few words changed in
// which part 3 differs: no attachment, no ink that lets shine through, and the name of the part.
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tests/unit/reports/Judge.h"
#include "tests/unit/reports/SampleData.h"

using namespace touchstone::reports;

namespace {

const std::vector<std::string> layouts{"drug",   "device",  "cosmetic", "import-drug",
                                       "retest", "english", "label",    "record-sheet"};

void replace(std::string& in, const std::string& words, const std::string& by) {
    BOOST_REQUIRE_EQUAL(words.size(), by.size());  // the places of all objects stay
    for (std::size_t at = in.find(words); at != std::string::npos; at = in.find(words, at)) in.replace(at, by.size(), by);
}

std::string asPartOne(std::string pdf) {
    replace(pdf, "%PDF-1.7", "%PDF-1.4");
    replace(pdf, "<pdfaid:part>3<", "<pdfaid:part>1<");
    replace(pdf, "/BM /Multiply", "/BM /Normal  ");
    return pdf;
}

std::string drawn(const std::string& name, const Signer* signer) {
    const Data data = sample::dataFor(name);
    const Layout& layout = sample::layout(name);
    const Printout printout{layout, data, layout.title(), "示例药品检验研究院", "SL-Y-2026-000123", ""};
    return signer == nullptr ? sample::printer().preview(printout, sample::now())
                             : sample::printer().print(printout, *signer, sample::now());
}

// PDFBox preflight.
judge::Answer judged(const judge::Folder& folder, const std::string& files) {
    std::string classes;
    for (const char* jar : {"preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "jaxb-api", "javax.activation"})
        classes += std::string("/usr/share/java/") + jar + ".jar:";
    return folder.run("java -cp " + classes + " org.apache.pdfbox.preflight.Validator_A1b " + files);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ArchiveFiles)

BOOST_AUTO_TEST_CASE(every_layout_is_a_valid_archive_file_signed_and_unsigned) {
    const judge::Folder folder;
    std::filesystem::create_directory(folder.path() / "papers");
    for (const std::string& name : layouts) {
        folder.write("papers/" + name + ".pdf", asPartOne(drawn(name, nullptr)));
        folder.write("papers/" + name + "-signed.pdf", asPartOne(drawn(name, &sample::signer())));
    }
    const judge::Answer answer = judged(folder, "batch papers");
    BOOST_CHECK_MESSAGE(answer.status == 0 && answer.says("drug-signed.pdf is a valid"), answer.text);
}

BOOST_AUTO_TEST_CASE(the_judge_notices_what_is_wrong) {
    const judge::Folder folder;
    std::string pdf = asPartOne(drawn("drug", nullptr));
    replace(pdf, "/OutputIntents", "/OutputIntentz");
    folder.write("wrong.pdf", pdf);
    const judge::Answer answer = judged(folder, "wrong.pdf");
    BOOST_CHECK_MESSAGE(answer.status != 0 && answer.says("not a valid PDF/A-1b"), answer.text);
}

BOOST_AUTO_TEST_SUITE_END()
