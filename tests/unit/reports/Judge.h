#pragma once
#include <filesystem>
#include <string>

/// Programs of others that judge our files. A judge that is not installed fails the test.
namespace touchstone::reports::judge {

struct Answer {
    int status = 0;
    std::string text;  ///< standard output and error
    [[nodiscard]] bool says(const std::string& words) const { return text.find(words) != std::string::npos; }
};

/// Through the shell, in `folder`. Throws std::runtime_error when the program is not there.
[[nodiscard]] Answer run(const std::filesystem::path& folder, const std::string& command);

/// A folder that goes away with the test.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    void write(const std::string& name, const std::string& bytes) const;
    [[nodiscard]] std::string read(const std::string& name) const;
    [[nodiscard]] Answer run(const std::string& command) const { return judge::run(path_, command); }

private:
    std::filesystem::path path_;
};

/// A page of pixels, 0 black to 255 white.
struct Picture {
    int width = 0, height = 0;
    std::string pixels;
    [[nodiscard]] int darkest(int left, int top, int right, int bottom) const;
};

/// One page of a PDF in `folder`, drawn by poppler.
[[nodiscard]] Picture rasterise(const Folder& folder, const std::string& pdfName, int page, int dotsPerInch);

}  // namespace touchstone::reports::judge
