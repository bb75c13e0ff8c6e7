#include "reports/CertificateLayout.h"

#include <algorithm>

#include "reports/Marks.h"
#include "reports/Text.h"

namespace touchstone::reports {
namespace {

constexpr float left = PageFlow::left, right = PageFlow::right, width = PageFlow::width;
constexpr float labelWidth = 66;
constexpr float itemWidth = 0.24F * width, requirementWidth = 0.37F * width, resultWidth = 0.21F * width,
                verdictWidth = width - itemWidth - requirementWidth - resultWidth;
constexpr Colour grey{0.35F, 0.35F, 0.35F};
constexpr TextStyle small{8, 12};
constexpr float sealRadius = mm(20), sealInset = mm(6), sealOverlap = 24, belowTable = 2 * sealRadius - sealOverlap + 4;

TextStyle bold(float size = 9.5F, Colour colour = black) {
    return {size, 13.5F, Weight::bold, colour};
}

// Smaller where it would not fit: numbers must not be cut or run into their neighbours.
void textWithin(Canvas& page, float room, float x, float y, float size, const std::string& text, Align align,
                Colour colour = grey) {
    const float natural = page.font().width(decode(text));
    page.text(x, y, std::min(size, room / std::max(natural, 0.1F)), text, align, Weight::normal, colour);
}

// The two languages of the table's head: Chinese over English.
Cell headCell(PageFlow& flow, float cellWidth, const std::string& chinese, const std::string& english) {
    Cell cell = flow.cell(cellWidth, chinese + "\n" + english, Align::centre, bold(9), true);
    cell.style.leading = 12;
    return cell;
}

}  // namespace

CertificateLayout::CertificateLayout(Document& document, SubsetFont& font, const CertificateData& data, bool sealed)
    : document_(document),
      data_(data),
      sealed_(sealed),
      flow_(document, font, [this](PageFlow& flow, Canvas& page) { return beginPage(flow, page); }) {
}

void CertificateLayout::draw() {
    flow_.newPage();
    drawFields();
    drawResults();
    drawClosing();
    drawFeet();
}

float CertificateLayout::beginPage(PageFlow& flow, Canvas& page) {
    drawWatermark(page, PageFlow::pageWidth, PageFlow::pageHeight, data_.watermark);
    if (flow.pages().size() == 1) return drawTitle(flow, page);
    constexpr float base = PageFlow::pageHeight - mm(15);
    const auto name = flow.lines(width * 0.55F, data_.laboratory + " " + data_.title, 9);
    page.text(left, base, 9, name.front(), Align::left, Weight::normal, grey);
    textWithin(page, width * 0.42F, right, base, 9, "报告编号：" + data_.number, Align::right);
    page.line(left, base - 5, right, base - 5, 0.4F, grey);
    return base - 15;
}

float CertificateLayout::drawTitle(PageFlow& flow, Canvas& page) {
    constexpr float top = PageFlow::pageHeight - mm(14), side = mm(23);
    if (!data_.verificationUrl.empty()) {
        drawQrCode(document_, page, right - side, top - side, side, data_.verificationUrl);
        page.text(right - side / 2, top - side - 9, 7.5F, "扫码核验", Align::centre, Weight::normal, grey);
    }
    if (!data_.accreditation.empty()) {
        const auto lines = flow.lines(side, data_.accreditation, 7);
        const float height = static_cast<float>(lines.size()) * 9.5F + 7;
        page.frame(left, top - height, side + 6, height, 0.5F, grey);
        float base = top - 11;
        for (const auto& line : lines) {
            page.text(left + 3 + side / 2, base, 7, line, Align::centre, Weight::normal, grey);
            base -= 9.5F;
        }
    }
    // Between mark and code; long names get smaller, then break.
    constexpr float room = width - 2 * side - 30, centre = (left + right) / 2;
    const float natural = page.font().width(decode(data_.laboratory));
    const float size = std::clamp(room / std::max(natural, 1.0F), 12.0F, 19.0F);
    float base = top - size;
    for (const auto& line : flow.lines(room, data_.laboratory, size)) {
        page.text(centre, base, size, line, Align::centre, Weight::bold);
        base -= size * 1.3F;
    }
    base += size * 1.3F - 15;
    for (const auto& line : flow.lines(room, data_.laboratoryEnglish, 9)) {
        page.text(centre, base, 9, line, Align::centre);
        base -= 11;
    }
    constexpr float spacing = 1.35F;
    const float titleSize = std::clamp(room / (spacing * page.font().width(decode(data_.title)) + 0.1F), 12.0F, 24.0F);
    base -= titleSize - 2;
    for (const auto& line : flow.lines(room, data_.title, titleSize)) {
        const float titleWidth = std::min(room, page.font().width(line) * titleSize * spacing);
        page.spread(centre - titleWidth / 2, base, titleSize, titleWidth, line, Weight::bold);
        base -= titleSize * 1.2F;
    }
    base += titleSize * 1.2F;
    base = std::min(base - 28, top - side - 24);
    textWithin(page, width, left, base, 10, "报告编号：" + data_.number, Align::left, black);
    return base - 8;
}

void CertificateLayout::drawFields() {
    constexpr float half = width / 2;
    const auto fits = [&](std::size_t i, float cellWidth) {
        return i < data_.fields.size() && flow_.cell(cellWidth - labelWidth, data_.fields[i].second).lines.size() == 1;
    };
    const auto add = [&](Row& row, std::size_t i, float cellWidth) {
        row.push_back(flow_.cell(labelWidth, data_.fields[i].first, Align::centre, {}, true));
        row.push_back(flow_.cell(cellWidth - labelWidth, data_.fields[i].second));
    };
    for (std::size_t i = 0; i < data_.fields.size(); ++i) {
        Row row;
        if (fits(i, half) && fits(i + 1, half)) {
            add(row, i, half);
            add(row, ++i, half);
        } else {
            add(row, i, width);
        }
        flow_.row(std::move(row));
    }
    flow_.skip(9);
}

Row CertificateLayout::resultRow(const CertificateLine& line) const {
    const TextStyle emphasis = line.conforms ? TextStyle{} : bold();
    const TextStyle verdict = line.conforms ? TextStyle{} : bold(9.5F, sealRed);
    return {flow_.cell(itemWidth, line.item), flow_.cell(requirementWidth, line.requirement),
            flow_.cell(resultWidth, line.result, Align::centre, emphasis),
            flow_.cell(verdictWidth, line.verdict, Align::centre, verdict)};
}

void CertificateLayout::drawResults() {
    const Row head = {headCell(flow_, itemWidth, "检验项目", "Test item"),
                      headCell(flow_, requirementWidth, "标准规定", "Requirement"),
                      headCell(flow_, resultWidth, "检验结果", "Result"),
                      headCell(flow_, verdictWidth, "单项结论", "Conformity")};
    flow_.need(PageFlow::height(head) + 60);
    flow_.row(head);
    flow_.repeat({head});
    const std::string* group = nullptr;
    for (const CertificateLine& line : data_.lines) {
        const Row row = resultRow(line);
        if (group == nullptr || line.group != *group) {
            group = &line.group;
            flow_.repeat({head});
            const bool isAlone = &line == &data_.lines.back() || (&line + 1)->group != line.group;
            if (!group->empty() && !(isAlone && line.item == *group)) {
                const Row heading = {flow_.cell(width, "【" + *group + "】", Align::left, bold())};
                flow_.need(PageFlow::height(heading) + std::min(PageFlow::height(row), 60.0F));
                flow_.row(heading);
                flow_.repeat({head, {flow_.cell(width, "【" + *group + "】（续）", Align::left, bold())}});
            }
        }
        flow_.row(row, !line.conforms);
    }
    flow_.repeat({});
    flow_.row({flow_.cell(width, "（以下空白）", Align::centre)});
}

// Conclusion, hands and seal stay on one page unless the conclusion is long: a page with nothing but a seal proves
// nothing.
void CertificateLayout::drawClosing() {
    Row conclusion = {flow_.cell(labelWidth, "检验结论", Align::centre, bold(), true),
                      flow_.cell(width - labelWidth, data_.conclusion, Align::left, bold(10))};
    conclusion[0].style.leading = conclusion[1].style.leading = 16;
    std::vector<Row> rows = signatureRows();
    float together = belowTable;
    for (const Row& row : rows) together += PageFlow::height(row);
    constexpr float longConclusion = 200;
    flow_.need(together + std::min(PageFlow::height(conclusion), longConclusion));
    flow_.row(std::move(conclusion));
    flow_.need(together);
    for (Row& row : rows) flow_.row(std::move(row));
    if (sealed_) drawSealHere();
    drawNotes();
}

std::vector<Row> CertificateLayout::signatureRows() const {
    const std::size_t count = data_.signatures.size();
    const std::size_t columns = count % 3 == 0 ? 3 : 2;
    std::vector<Row> rows;
    const auto add = [&](Row& row, const std::string& label, const std::string& value, float pairWidth, Align align) {
        row.push_back(flow_.cell(labelWidth, label, Align::centre, {}, true));
        row.push_back(flow_.cell(pairWidth - labelWidth, value, align));
    };
    for (std::size_t i = 0; i < count;) {
        // A last row that is not full spreads over the whole width.
        const std::size_t end = std::min(i + columns, count);
        const float pairWidth = width / static_cast<float>(end - i);
        for (Row& row = rows.emplace_back(); i < end; ++i)
            add(row, data_.signatures[i].first, data_.signatures[i].second, pairWidth, Align::centre);
    }
    Row& last = rows.emplace_back();
    add(last, "签发日期", data_.issueDate, width / 3, Align::centre);
    add(last, "检验机构", data_.laboratory + "（盖章）", width * 2 / 3, Align::left);
    return rows;
}

// Over the last row of the table, as a stamp on paper; what is under it stays readable.
void CertificateLayout::drawSealHere() {
    Canvas& page = flow_.canvas();
    const float x = right - sealRadius - sealInset, y = flow_.y() + sealOverlap - sealRadius;
    drawSeal(document_, page, x, y, sealRadius, data_.sealText, data_.watermark);
    sealPage_ = page.page();
    sealArea_ = {x - sealRadius, y - sealRadius, x + sealRadius, y + sealRadius};
}

// Beside the seal when there is room, else below it.
void CertificateLayout::drawNotes() {
    if (data_.notes.empty()) return;
    constexpr float besideSeal = width - 2 * sealRadius - sealInset - 14;
    const auto broken = [&](float lineWidth) {
        std::vector<std::u32string> lines;
        for (const std::string& note : data_.notes)
            for (auto& line : flow_.lines(lineWidth, note, small.size)) lines.push_back(std::move(line));
        return lines;
    };
    std::vector<std::u32string> lines = broken(besideSeal);
    if (static_cast<float>(lines.size()) * small.leading > belowTable - 32) {
        lines = broken(width);
        flow_.skip(belowTable - 12);
    }
    float base = flow_.y() - 18;
    flow_.canvas().text(left, base, 8.5F, "说明：", Align::left, Weight::bold);
    for (const auto& line : lines) {
        base -= small.leading;
        if (base < PageFlow::bottom) {
            flow_.newPage();
            base = flow_.y() - small.leading;
        }
        flow_.canvas().text(left, base, small.size, line);
    }
}

void CertificateLayout::drawFeet() {
    auto& pages = flow_.pages();
    const std::string total = std::to_string(pages.size());
    constexpr float foot = mm(16), size = 8;
    const auto address = flow_.lines(width * 0.38F, data_.address, size);
    for (std::size_t i = 0; i < pages.size(); ++i) {
        Canvas& page = pages[i];
        page.line(left, foot, right, foot, 0.4F, grey);
        float base = foot - 11;
        for (const auto& line : address) {
            page.text(left, base, size, line, Align::left, Weight::normal, grey);
            base -= 10;
        }
        page.text((left + right) / 2, foot - 11, size, "第 " + std::to_string(i + 1) + " 页 共 " + total + " 页",
                  Align::centre, Weight::normal, grey);
        textWithin(page, width * 0.38F, right, foot - 11, size, data_.number, Align::right);
    }
}

}  // namespace touchstone::reports
