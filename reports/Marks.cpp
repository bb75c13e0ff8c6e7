#include "reports/Marks.h"

#include <qrencode.h>
#include <zint.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <stdexcept>

#include "reports/Text.h"

namespace touchstone::reports {

namespace {

constexpr double pi = std::numbers::pi;

void drawStar(Canvas& canvas, float x, float y, float outer) {
    constexpr int points = 5;
    const double inner = outer * std::sin(pi / 10) / std::sin(7 * pi / 10);
    std::array<Canvas::Point, 2 * points> corners{};
    for (int i = 0; i < 2 * points; ++i) {
        const double angle = pi / 2 + i * pi / points, reach = i % 2 == 0 ? outer : inner;
        corners.at(static_cast<std::size_t>(i)) = {x + static_cast<float>(reach * std::cos(angle)),
                                                   y + static_cast<float>(reach * std::sin(angle))};
    }
    canvas.fill(corners, sealRed);
}

// Short names keep their letters together, long ones use the arc down to the line under the star.
void drawAlongArc(Canvas& canvas, Circle at, const std::u32string& name) {
    const auto count = static_cast<double>(name.size());
    const double step = std::min(pi / 8.5, 1.45 * pi / count);
    const double size = std::min(at.radius * 0.25, step * at.radius * 0.72);
    const double reach = at.radius * 0.90 - size / 2;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const double angle = pi / 2 - (static_cast<double>(i) - (count - 1) / 2) * step;
        canvas.turned(at.x + static_cast<float>(reach * std::cos(angle)),
                      at.y + static_cast<float>(reach * std::sin(angle)),
                      static_cast<float>(size), angle - pi / 2, {&name[i], 1}, sealRed);
    }
}

void drawInk(Document& document, Canvas& canvas, Circle at, const std::string& name, const std::string& underStar) {
    HPDF_ExtGState ink = HPDF_CreateExtGState(document.handle());
    HPDF_ExtGState_SetBlendMode(ink, HPDF_BM_MULTIPLY);
    canvas.save();
    canvas.blend(ink);
    canvas.circle(at.x, at.y, at.radius, at.radius * 0.055F, sealRed);
    drawStar(canvas, at.x, at.y, at.radius * 0.31F);
    drawAlongArc(canvas, at, decode(name));
    if (const std::u32string line = decode(underStar); !line.empty()) {
        const float size = std::min(at.radius * 0.22F, at.radius / canvas.font().width(line));
        canvas.text(at.x, at.y - at.radius * 0.66F, size, line, Align::centre, Weight::normal, sealRed);
    }
    canvas.restore();
}

}  // namespace

void drawQrCode(Document& document, Canvas& canvas, float x, float y, float side, const std::string& text) {
    // Whatever is left of the level of correction is of no use when the modules are too fine to be seen.
    constexpr float finest = 0.4F * 72 / 25.4F;
    std::unique_ptr<QRcode, decltype(&QRcode_free)> code(nullptr, QRcode_free);
    for (const QRecLevel level : {QR_ECLEVEL_M, QR_ECLEVEL_L}) {
        code.reset(QRcode_encodeString8bit(text.c_str(), 0, level));
        if (code && side / static_cast<float>(code->width) >= finest) break;
    }
    if (!code) throw std::runtime_error("this text does not fit into a QR code: " + text);
    // An image, because rectangles side by side show seams on screens; large, because viewers blur small ones.
    constexpr std::size_t scale = 8;
    const auto modules = static_cast<std::size_t>(code->width);
    std::string bits;
    for (std::size_t row = 0; row < modules; ++row) {
        std::string line;
        for (std::size_t column = 0; column < modules; ++column)
            line += (code->data[row * modules + column] & 1) != 0 ? '\0' : '\xFF';
        for (std::size_t i = 0; i < scale; ++i) bits += line;
    }
    const std::string size = std::to_string(modules * scale);
    HPDF_Dict image =
        document.addStream("/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 1 /Width " + size +
                               " /Height " + size,
                           bits);
    image->header.obj_class |= HPDF_OSUBCLASS_XOBJECT;
    canvas.image(image, x, y, side, side);
}

void drawCode128(Canvas& canvas, float x, float y, float width, float height, const std::string& text) {
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }))
        throw std::runtime_error("scanners read no such bar code: " + text);
    const std::unique_ptr<zint_symbol, decltype(&ZBarcode_Delete)> symbol(ZBarcode_Create(), ZBarcode_Delete);
    if (!symbol) throw std::bad_alloc();
    symbol->symbology = BARCODE_CODE128;
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (ZBarcode_Encode(symbol.get(), bytes, static_cast<int>(text.size())) >= ZINT_ERROR)
        throw std::runtime_error("no Code 128 of \"" + text + "\": " + symbol->errtxt);
    constexpr int quiet = 10;  // modules, ISO/IEC 15417
    const auto isBar = [&](int module) { return (symbol->encoded_data[0][module / 8] >> (module % 8) & 1) != 0; };
    const float module = width / static_cast<float>(symbol->width + 2 * quiet);
    for (int from = 0; from < symbol->width;) {
        int to = from + 1;
        while (to < symbol->width && isBar(to) == isBar(from)) ++to;
        if (isBar(from))
            canvas.fill(x + module * static_cast<float>(from + quiet), y, module * static_cast<float>(to - from),
                        height, black);
        from = to;
    }
}

void drawSeal(Document& document, Canvas& canvas, Circle at, const std::string& name, const std::string& underStar) {
    canvas.beginReadAs(name);
    drawInk(document, canvas, at, name, underStar);
    canvas.endReadAs();
}

void drawSealSlice(Document& document, Canvas& canvas, float pageWidth, Circle at, SealSlice slice,
                   const std::string& name, const std::string& underStar) {
    const float outer = at.radius * 1.05F, width = 2 * outer / static_cast<float>(slice.count);
    at.x = pageWidth - width * static_cast<float>(slice.index + 1) + outer;
    canvas.beginReadAs("");
    canvas.save();
    canvas.clip(pageWidth - width, at.y - outer, width, 2 * outer);
    drawInk(document, canvas, at, name, underStar);
    canvas.restore();
    canvas.endReadAs();
}

void drawWatermark(Canvas& canvas, float pageWidth, float pageHeight, const std::string& text) {
    const std::u32string characters = decode(text);
    if (characters.empty()) return;
    constexpr Colour light{0.925F, 0.925F, 0.925F};
    const float diagonal = std::hypot(pageWidth, pageHeight);
    const float size = std::min(150.0F, 0.7F * diagonal / canvas.font().width(characters));
    canvas.turned(pageWidth / 2, pageHeight / 2, size, pi / 4, characters, light);
}

}  // namespace touchstone::reports
