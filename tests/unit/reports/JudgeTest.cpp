#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "tests/unit/reports/Judge.h"

namespace touchstone::reports::judge {

Answer run(const std::filesystem::path& folder, const std::string& command) {
    Answer answer;
    FILE* pipe = ::popen(("cd '" + folder.string() + "' && { " + command + " ; } 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot start: " + command);
    char buffer[4096];
    while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) answer.text.append(buffer, count);
    const int status = ::pclose(pipe);
    answer.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    constexpr int notFound = 127;
    if (answer.status == notFound) throw std::runtime_error("this judge is not installed: " + command);
    return answer;
}

Folder::Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "touchstone-reports-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    path_ = pattern;
}

Folder::~Folder() {
    std::error_code ignored;  // nothing depends on its removal
    std::filesystem::remove_all(path_, ignored);
}

void Folder::write(const std::string& name, const std::string& bytes) const {
    std::ofstream out(path_ / name, std::ios::binary);
    out << bytes;
    if (!out.flush()) throw std::runtime_error("cannot write " + name);
}

std::string Folder::read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + name);
    return {std::istreambuf_iterator<char>(in), {}};
}

int Picture::darkest(int left, int top, int right, int bottom) const {
    int found = 255;
    for (int y = std::max(top, 0); y < std::min(bottom, height); ++y)
        for (int x = std::max(left, 0); x < std::min(right, width); ++x)
            found = std::min<int>(
                found, static_cast<unsigned char>(pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                                                         static_cast<std::size_t>(x)]));
    return found;
}

Picture rasterise(const Folder& folder, const std::string& pdfName, int page, int dotsPerInch) {
    const std::string number = std::to_string(page);
    const Answer answer = folder.run("pdftoppm -gray -singlefile -r " + std::to_string(dotsPerInch) + " -f " + number +
                                     " -l " + number + " " + pdfName + " page");
    if (answer.status != 0) throw std::runtime_error("pdftoppm: " + answer.text);
    std::istringstream in(folder.read("page.pgm"));
    std::string magic;
    int most = 0;
    Picture picture;
    in >> magic >> picture.width >> picture.height >> most;
    in.get();
    picture.pixels.assign(std::istreambuf_iterator<char>(in), {});
    if (magic != "P5" ||
        picture.pixels.size() != static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height))
        throw std::runtime_error("pdftoppm wrote no picture");
    return picture;
}

}  // namespace touchstone::reports::judge
