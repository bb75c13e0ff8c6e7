// Every shipped layout as it looks, compared with the picture that a person looked at and kept in pictures/.
// TOUCHSTONE_RENEW_PICTURES=1 build/tests/unit_reports -t Pictures writes them anew: look at them before they are kept.
#include <png.h>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>

#include "tests/unit/reports/Judge.h"
#include "tests/unit/reports/SampleData.h"

using namespace touchstone::reports;

namespace {

const std::vector<std::string> layouts{"drug",   "device",  "cosmetic", "import-drug",
                                       "retest", "english", "label",    "record-sheet"};
constexpr int dpi = 50;

struct PngImage {
    png_image image{};
    PngImage() { image.version = PNG_IMAGE_VERSION; }
    ~PngImage() { png_image_free(&image); }
    PngImage(const PngImage&) = delete;
    PngImage& operator=(const PngImage&) = delete;
};

judge::Picture readPicture(const std::string& file) {
    PngImage png;
    judge::Picture picture;
    if (png_image_begin_read_from_file(&png.image, file.c_str()) == 0) return picture;
    png.image.format = PNG_FORMAT_GRAY;
    picture.pixels.resize(PNG_IMAGE_SIZE(png.image));
    if (png_image_finish_read(&png.image, nullptr, picture.pixels.data(), 0, nullptr) == 0) return {};
    picture.width = static_cast<int>(png.image.width);
    picture.height = static_cast<int>(png.image.height);
    return picture;
}

void writePicture(const std::string& file, const judge::Picture& picture) {
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    PngImage png;
    png.image.width = static_cast<png_uint_32>(picture.width);
    png.image.height = static_cast<png_uint_32>(picture.height);
    png.image.format = PNG_FORMAT_GRAY;
    BOOST_REQUIRE(png_image_write_to_file(&png.image, file.c_str(), 0, picture.pixels.data(), 0, nullptr) != 0);
}

// Other versions of the rasteriser smooth edges a little otherwise; a line or a word that moved is far more.
bool alike(const judge::Picture& one, const judge::Picture& other) {
    if (one.width != other.width || one.height != other.height) return false;
    constexpr int noticeable = 64;
    std::size_t different = 0;
    for (std::size_t i = 0; i < one.pixels.size(); ++i)
        different += std::abs(static_cast<unsigned char>(one.pixels[i]) - static_cast<unsigned char>(other.pixels[i])) >
                     noticeable;
    return different * 1000 < one.pixels.size();
}

std::string drawn(const std::string& name) {
    const Data data = sample::dataFor(name);
    const bool sealed = name != "label" && name != "record-sheet";
    return sealed ? sample::printed(data, sample::signer(), sample::now(), sample::layout(name))
                  : sample::previewed(data, sample::layout(name));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Pictures)

BOOST_DATA_TEST_CASE(a_layout_looks_as_it_did, layouts, name) {
    const judge::Folder folder;
    folder.write("paper.pdf", drawn(name));
    const int pages = std::stoi(folder.run("qpdf --show-npages paper.pdf").text);
    for (int page = 1; page <= pages; ++page) {
        const judge::Picture now = judge::rasterise(folder, "paper.pdf", page, dpi);
        const std::string file = name + "-" + std::to_string(page) + ".png";
        const std::string kept = TOUCHSTONE_SOURCE "/tests/unit/reports/pictures/" + file;
        if (std::getenv("TOUCHSTONE_RENEW_PICTURES") != nullptr) writePicture(kept, now);
        const bool same = alike(now, readPicture(kept));
        const std::string different = TOUCHSTONE_DIFFERENT_PICTURES "/" + file;
        if (!same) writePicture(different, now);
        BOOST_CHECK_MESSAGE(same, "it does not look like " << kept << "; how it looks now: " << different);
    }
    BOOST_TEST(!std::filesystem::exists(TOUCHSTONE_SOURCE "/tests/unit/reports/pictures/" + name + "-" +
                                        std::to_string(pages + 1) + ".png"));
}

BOOST_AUTO_TEST_CASE(a_line_that_moved_is_noticed) {
    const judge::Picture kept = readPicture(TOUCHSTONE_SOURCE "/tests/unit/reports/pictures/device-1.png");
    BOOST_REQUIRE(kept.width > 0);
    judge::Picture moved = kept;
    const auto width = static_cast<std::size_t>(kept.width);
    moved.pixels = kept.pixels.substr(2 * width) + kept.pixels.substr(0, 2 * width);
    BOOST_TEST(!alike(kept, moved));
    BOOST_TEST(alike(kept, kept));
}

BOOST_AUTO_TEST_SUITE_END()
