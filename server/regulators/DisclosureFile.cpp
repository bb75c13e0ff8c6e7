#include "server/regulators/DisclosureFile.h"

#include <unistd.h>
#include <xlsxwriter.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace touchstone::regulators {
namespace {

struct Column {
    const char* heading;
    double width;  ///< of a sheet, in characters
};

constexpr std::array<Column, 14> kColumns{{{"序号 No.", 8},
                                           {"产品名称 Product", 22},
                                           {"规格 Specification", 16},
                                           {"批号 Batch", 16},
                                           {"标示生产单位 Maker", 28},
                                           {"批准文号 Approval No.", 20},
                                           {"被抽样单位 Sampled from", 28},
                                           {"检验依据 Standard", 26},
                                           {"检验机构 Laboratory", 28},
                                           {"检验结论 Conclusion", 14},
                                           {"不符合规定项目 Failing items", 44},
                                           {"报告编号 Certificate", 18},
                                           {"签发日期 Issued on", 14},
                                           {"备注 Note", 26}}};

std::string failingText(const std::vector<FailingItem>& items) {
    std::string out;
    for (const FailingItem& one : items) {
        if (!out.empty()) out += ";";
        out += one.item + ":" + one.value + one.unit + "(标准规定:" + one.requirement + ")";
    }
    return out;
}

std::string noteText(const DisclosureRow& row) {
    if (row.mark() == "withdrawn") return "已撤回 Withdrawn";
    if (row.mark() != "corrected") return "";
    return "已更正 Corrected" + (row.replacement ? ":" + *row.replacement : std::string());
}

std::array<std::string, kColumns.size()> cellsOf(const DisclosureRow& row) {
    return {std::to_string(row.seq),
            row.productName,
            row.specification,
            row.batchNo,
            row.maker,
            row.approvalNo,
            row.client,
            row.edition,
            row.laboratory,
            row.verdict == "fails" ? "不符合规定" : "符合规定",
            failingText(row.failing),
            row.number,
            row.issuedOn,
            noteText(row)};
}

/// What begins a formula, in ASCII and as the full-width letters that Chinese and Japanese spreadsheets take for them.
bool beginsFormula(std::string_view text) {
    for (const std::string_view start : {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}) {
        if (text.starts_with(start)) return true;
    }
    return false;
}

/// A name for a file of this process; the file is gone with this.
class ScratchFile {
public:
    ScratchFile() {
        const int handle = mkstemp(path_.data());
        if (handle < 0) throw std::runtime_error("no temporary file can be made: " + path_);
        close(handle);
    }
    ~ScratchFile() {
        std::error_code gone;
        std::filesystem::remove(path_, gone);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    [[nodiscard]] const char* path() const { return path_.c_str(); }
    [[nodiscard]] std::string bytes() const {
        std::ifstream in(path_, std::ios::binary);
        if (!in) throw std::runtime_error("cannot read " + path_);
        return {std::istreambuf_iterator<char>(in), {}};
    }

private:
    std::string path_ = (std::filesystem::temp_directory_path() / "touchstone-sheet-XXXXXX").string();
};

void require(lxw_error error) {
    if (error != LXW_NO_ERROR)
        throw std::runtime_error(std::string("a sheet cannot be written: ") + lxw_strerror(error));
}

void fillSheet(lxw_workbook* book, const Disclosure& issue, const std::vector<DisclosureRow>& rows) {
    lxw_worksheet* sheet = workbook_add_worksheet(book, nullptr);
    lxw_format* bold = workbook_add_format(book);
    format_set_bold(bold);
    lxw_format* wrapped = workbook_add_format(book);
    format_set_text_wrap(wrapped);
    format_set_align(wrapped, LXW_ALIGN_VERTICAL_TOP);
    require(worksheet_write_string(sheet, 0, 0, (issue.organisationName + " " + issue.title).c_str(), bold));
    lxw_row_t at = 1;
    for (lxw_col_t c = 0; c < kColumns.size(); ++c) {
        require(worksheet_set_column(sheet, c, c, kColumns.at(c).width, nullptr));
        require(worksheet_write_string(sheet, at, c, kColumns.at(c).heading, bold));
    }
    for (const DisclosureRow& row : rows) {
        ++at;
        const auto cells = cellsOf(row);
        for (lxw_col_t c = 0; c < cells.size(); ++c)
            require(worksheet_write_string(sheet, at, c, cells.at(c).c_str(), wrapped));
    }
    worksheet_freeze_panes(sheet, 2, 0);
    require(worksheet_autofilter(sheet, 1, 0, at, static_cast<lxw_col_t>(kColumns.size() - 1)));
}

}  // namespace

std::string csvCell(const std::string& text) {
    const std::string safe = (beginsFormula(text) ? "'" : "") + text;
    if (safe.find_first_of("\",\r\n") == std::string::npos) return safe;
    std::string out = "\"";
    for (const char c : safe) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

std::string csvOf(const std::vector<DisclosureRow>& rows) {
    std::string out = "\xEF\xBB\xBF";
    const auto line = [&out](const auto& cells, const auto& textOf) {
        bool first = true;
        for (const auto& cell : cells) {
            if (!first) out += ',';
            first = false;
            out += csvCell(textOf(cell));
        }
        out += "\r\n";
    };
    line(kColumns, [](const Column& column) { return std::string(column.heading); });
    for (const DisclosureRow& row : rows) line(cellsOf(row), [](const std::string& cell) { return cell; });
    return out;
}

std::string xlsxOf(const Disclosure& issue, const std::vector<DisclosureRow>& rows) {
    const ScratchFile file;
    lxw_workbook* book = workbook_new(file.path());
    if (book == nullptr) throw std::runtime_error("a sheet cannot be made");
    try {
        fillSheet(book, issue, rows);
    } catch (...) {
        static_cast<void>(workbook_close(book));  // frees it; what went wrong is on its way
        throw;
    }
    require(workbook_close(book));
    return file.bytes();
}

}  // namespace touchstone::regulators
