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
constexpr float numberLine = PageFlow::pageHeight - mm(17);  // base line of the head of further pages
constexpr Colour grey{0.35F, 0.35F, 0.35F};
constexpr TextStyle small{8, 12};

TextStyle bold(float size = 9.5F, Colour colour = black) { return {size, 13.5F, Weight::bold, colour}; }

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
      flow_(document, font, [this](PageFlow& flow, Canvas& page) { return beginPage(flow, page); }) {}

void CertificateLayout::draw() {
    flow_.newPage();
    drawFields();
    drawResults();
    drawConclusion();
    drawSignatures();
    drawSealAndNotes();
    drawPageNumbers();
}

float CertificateLayout::beginPage(PageFlow& flow, Canvas& page) {
    drawWatermark(page, PageFlow::pageWidth, PageFlow::pageHeight, data_.watermark);
    if (flow.pages().size() == 1) return drawTitle(flow, page);
    const auto name = flow.lines(width * 0.5F, data_.laboratory + " " + data_.title, 9);
    page.text(left, numberLine + 13, 9, name.front(), Align::left, Weight::normal, grey);
    page.line(left, numberLine + 8, right, numberLine + 8, 0.4F, grey);
    return numberLine - 10;
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
    base -= 23;
    constexpr float titleSize = 24;
    const float letters = static_cast<float>(decode(data_.title).size());
    const float titleWidth = std::min(room, letters * titleSize * 1.35F);
    page.spread(centre - titleWidth / 2, base, titleSize, titleWidth, data_.title, Weight::bold);
    base = std::min(base, top - side) - 30;
    return base - 7;
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
            if (!group->empty()) {
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

void CertificateLayout::drawConclusion() {
    Row row = {flow_.cell(labelWidth, "检验结论", Align::centre, bold(), true),
               flow_.cell(width - labelWidth, data_.conclusion, Align::left, bold(10))};
    row[0].style.leading = row[1].style.leading = 16;
    flow_.row(std::move(row));
}

void CertificateLayout::drawSignatures() {
    const std::size_t count = data_.signatures.size();
    const std::size_t columns = count % 3 == 0 ? 3 : std::min<std::size_t>(count, 2);
    for (std::size_t i = 0; i < count;) {
        Row row;
        // A last row that is not full spreads over the whole width.
        const std::size_t inRow = std::min(columns, count - i);
        const float pair = width / static_cast<float>(inRow);
        for (const std::size_t end = i + inRow; i < end; ++i) {
            row.push_back(flow_.cell(labelWidth, data_.signatures[i].first, Align::centre, {}, true));
            row.push_back(flow_.cell(pair - labelWidth, data_.signatures[i].second, Align::centre));
        }
        flow_.row(std::move(row));
    }
}

void CertificateLayout::drawSealAndNotes() {
    constexpr float radius = mm(20), blockHeight = 2 * radius + 14, blockWidth = mm(62);
    std::vector<std::u32string> notes;
    const bool isBeside = [&] {
        std::size_t lines = 1;
        for (const std::string& note : data_.notes) lines += flow_.lines(width - blockWidth - 10, note, small.size).size();
        return static_cast<float>(lines) * small.leading <= blockHeight - 10;
    }();
    const float noteWidth = isBeside ? width - blockWidth - 10 : width;
    for (const std::string& note : data_.notes)
        for (auto& line : flow_.lines(noteWidth, note, small.size)) notes.push_back(std::move(line));

    flow_.need(blockHeight);
    const float top = flow_.y(), centre = right - blockWidth / 2, middle = top - 8 - radius;
    Canvas& page = flow_.canvas();
    // The seal goes over the name of the laboratory and the date, as on paper.
    const auto name = flow_.lines(blockWidth, data_.laboratory, 9);
    float base = middle + 6 + 6.5F * static_cast<float>(name.size() - 1);
    for (const auto& line : name) {
        page.text(centre, base, 9, line, Align::centre);
        base -= 13;
    }
    page.text(centre, base - 3, 9, "签发日期：" + data_.issueDate, Align::centre);
    if (sealed_) {
        drawSeal(page, centre, middle, radius, data_.sealText, data_.watermark);
        sealPage_ = page.page();
        sealArea_ = {centre - radius, middle - radius, centre + radius, middle + radius};
    }

    if (!isBeside) flow_.skip(blockHeight);
    float noteBase = flow_.y() - 18;
    if (!notes.empty()) {
        page.text(left, noteBase, 8.5F, "说明", Align::left, Weight::bold);
        noteBase -= 13;
    }
    for (const auto& line : notes) {
        if (noteBase < PageFlow::bottom) {
            flow_.newPage();
            noteBase = flow_.y() - small.size;
        }
        flow_.canvas().text(left, noteBase, small.size, line, Align::left);
        noteBase -= small.leading;
    }
}

void CertificateLayout::drawPageNumbers() {
    auto& pages = flow_.pages();
    const std::string total = std::to_string(pages.size());
    constexpr float foot = mm(17);
    for (std::size_t i = 0; i < pages.size(); ++i) {
        Canvas& page = pages[i];
        page.line(left, foot, right, foot, 0.4F, grey);
        page.text(left, foot - 11, 8, data_.number, Align::left, Weight::normal, grey);
        page.text((left + right) / 2, foot - 11, 8, "第 " + std::to_string(i + 1) + " 页 共 " + total + " 页", Align::centre,
                  Weight::normal, grey);
        page.text(right, foot - 11, 8, data_.title, Align::right, Weight::normal, grey);
    }
}

}  // namespace touchstone::reports
