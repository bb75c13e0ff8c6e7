#pragma once
#include <string>

#include "reports/Canvas.h"

namespace touchstone::reports {

/// QR code of `text` in a square whose lower left corner is (x, y). Throws std::runtime_error when it is too long for
/// one.
void drawQrCode(Document& document, Canvas& canvas, float x, float y, float side, const std::string& text);

/// Code 128, bars only, with the quiet zones that scanners need inside `width`.
void drawCode128(Canvas& canvas, float x, float y, float width, float height, const std::string& text);

struct Circle {
    float x, y, radius;
};

/// A round official seal: ring, five-pointed star, name along the arc, and a line under the star. Like ink, it does not
/// hide what is under it. Machines read the name in one piece.
void drawSeal(Document& document, Canvas& canvas, Circle at, const std::string& name, const std::string& underStar);

/// The index-th of so many slices of a seal, from the left.
struct SealSlice {
    std::size_t index, count;
};

/// A slice at the right edge of a page: laid in a fan, the pages show the whole seal. Machines read nothing there.
/// at.x is not used.
void drawSealSlice(Document& document, Canvas& canvas, float pageWidth, Circle at, SealSlice slice,
                   const std::string& name, const std::string& underStar);

/// Across the page, light enough to read over.
void drawWatermark(Canvas& canvas, float pageWidth, float pageHeight, const std::string& text);

}  // namespace touchstone::reports
