#include "reports/Picture.h"

#include <png.h>

#include <algorithm>

#include "reports/Document.h"

namespace touchstone::reports {
namespace {

/// libpng's simplified interface, which answers with a code where its other one would end the process.
struct Decoder {
    png_image image{};
    Decoder() { image.version = PNG_IMAGE_VERSION; }
    ~Decoder() { png_image_free(&image); }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
    [[nodiscard]] std::string problem() const { return std::string("no PNG that can be read: ") + image.message; }
};

}  // namespace

std::variant<Picture, std::string> readPng(std::string_view file) {
    Decoder decoder;
    png_image& image = decoder.image;
    if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0) return decoder.problem();
    const std::size_t pixels = std::size_t{image.width} * image.height;
    if (pixels > mostPixels) return "more than " + std::to_string(mostPixels) + " pixels";
    image.format = PNG_FORMAT_RGBA;
    constexpr std::size_t channels = 4;
    std::string bytes(pixels * channels, '\0');
    if (png_image_finish_read(&image, nullptr, bytes.data(), 0, nullptr) == 0 || PNG_IMAGE_FAILED(image))
        return decoder.problem();

    std::string colours, opacity;
    colours.reserve(pixels * 3);
    opacity.reserve(pixels);
    for (std::size_t i = 0; i < bytes.size(); i += channels) {
        colours.append(bytes, i, 3);
        opacity += bytes[i + 3];
    }
    const bool opaque = std::ranges::all_of(opacity, [](char c) { return c == '\xFF'; });
    return Picture{image.width, image.height, deflate(colours), opaque ? "" : deflate(opacity)};
}

}  // namespace touchstone::reports
