#include "instruments/formats/BinaryWorkbook.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "instruments/formats/BiffRecords.h"
#include "instruments/formats/CompoundFile.h"
#include "instruments/formats/SerialDate.h"
#include "instruments/formats/SheetBuilder.h"

namespace touchstone::instruments {
namespace {

using biff::Fault, biff::Fields, biff::Records;

constexpr std::size_t lastColumn = 255;  // of 65,536 rows, which is all that two bytes say
constexpr std::size_t mostText = std::size_t{256} << 20U, textPerByte = 20, spareText = std::size_t{1} << 20U;

/// What its BOF record says of a stream's part.
struct Opening {
    static constexpr std::uint16_t excel95 = 0x0500, excel97 = 0x0600, globals = 0x0005;
    std::uint16_t version = 0, kind = 0;

    explicit Opening(const Records& records) {
        if (records.type() != biff::Bof) throw Fault("a part of the workbook does not begin as one");
        Fields fields = records.fields();
        version = fields.u16();
        kind = fields.u16();
    }
};

/// Of the texts of bytes that Excel 5 and 95 wrote; "" for what cannot be theirs.
std::string charsetOf(std::uint16_t codePage) {
    constexpr std::uint16_t utf16 = 1'200;
    if (codePage == utf16) return {};
    if (codePage == 0x8000 || codePage == 10'000) return "macintosh";
    if (codePage == 0x8001) return "windows-1252";
    const bool ofWindows =
        codePage == 874 || (codePage >= 932 && codePage <= 950) || (codePage >= 1'250 && codePage <= 1'258);
    return (ofWindows ? "windows-" : "ibm-") + std::to_string(codePage);
}

std::string numberText(double value) {
    if (!std::isfinite(value)) throw Fault("a number that is none");
    if (value == 0) return "0";
    constexpr double smallest = 1e-7, largest = 1e21;  // of those that are written without an exponent
    const bool plain = std::abs(value) >= smallest && std::abs(value) < largest;
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   plain ? std::chars_format::fixed : std::chars_format::scientific);
    return {buffer.data(), end.ptr};
}

std::string_view errorText(std::uint64_t code) {
    switch (code) {
        case 0x00:
            return "#NULL!";
        case 0x07:
            return "#DIV/0!";
        case 0x0F:
            return "#VALUE!";
        case 0x17:
            return "#REF!";
        case 0x1D:
            return "#NAME?";
        case 0x24:
            return "#NUM!";
        case 0x2A:
            return "#N/A";
        case 0x2B:
            return "#GETTING_DATA";
        default:
            throw Fault("an error value that is none");
    }
}

/// What the part at the beginning of the stream says of all sheets.
class Globals {
public:
    struct Listed {
        std::string name;
        std::size_t at = 0;
        bool cells = false;  ///< and not a chart or a program
    };

    explicit Globals(std::string_view stream) {
        Records records(stream, 0);
        records.next();
        const Opening opening(records);
        if (opening.kind != Opening::globals) throw Fault("the workbook does not begin with what holds for all sheets");
        if (opening.version != Opening::excel97 && opening.version != Opening::excel95) {
            throw Fault("the workbook is of no version that is known");
        }
        wide_ = opening.version == Opening::excel97;
        for (records.next(); records.type() != biff::Eof; records.next()) take(records);
        end_ = records.at();
    }

    [[nodiscard]] const std::vector<Listed>& sheets() const { return sheets_; }
    [[nodiscard]] const std::vector<std::string>& strings() const { return strings_; }
    [[nodiscard]] bool from1904() const { return from1904_; }
    [[nodiscard]] std::size_t end() const { return end_; }

    [[nodiscard]] bool showsDates(std::size_t style) const {
        if (style >= formatOf_.size()) return false;
        const auto own = isDate_.find(formatOf_[style]);
        return own != isDate_.end() ? own->second : isBuiltInDateFormat(formatOf_[style]);
    }

    /// A text whose length stands in so many bytes before it.
    [[nodiscard]] std::string text(Fields& fields, std::size_t lengthWidth) const {
        const std::size_t length = fields.number(lengthWidth);
        return wide_ ? fields.unicode(length) : decoded(fields.bytes(length));
    }

private:
    void take(Records& records) {
        Fields fields = records.fields();
        switch (records.type()) {
            case biff::FilePass:
                throw Fault("the workbook is locked by a password", "xls_encrypted");
            case biff::DateMode:
                from1904_ = fields.u16() == 1;
                break;
            case biff::CodePage:
                charset_ = charsetOf(fields.u16());
                break;
            case biff::BoundSheet:
                takeSheet(fields);
                break;
            case biff::Sst:
                takeStrings(records.continued());
                break;
            case biff::Format:
                takeFormat(fields);
                break;
            case biff::Xf:
                fields.skip(2);
                formatOf_.push_back(fields.u16());
                break;
            default:
                break;
        }
    }

    void takeSheet(Fields& fields) {
        Listed sheet;
        sheet.at = fields.number(4);
        fields.skip(1);
        sheet.cells = fields.number(1) == 0;
        sheet.name = text(fields, 1);
        sheets_.push_back(std::move(sheet));
    }

    void takeFormat(Fields& fields) {
        const std::uint16_t format = fields.u16();
        isDate_[format] = isDateFormat(text(fields, wide_ ? 2 : 1));
    }

    void takeStrings(Fields fields) {
        fields.skip(4);
        for (std::size_t left = fields.number(4); left > 0 && fields.left() > 0; --left) {
            strings_.push_back(fields.unicode(fields.u16()));
        }
    }

    [[nodiscard]] std::string decoded(const std::string& bytes) const {
        const bool ascii = std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        if (ascii) return bytes;
        if (charset_.empty() || !knownCharset(charset_))
            throw Fault("the charset of its texts is not known", "bad_charset");
        const Decoded text = decode(bytes, charset_);
        if (text.text.anyBad()) throw Fault("some bytes are no characters in " + charset_, "bad_charset");
        return text.text.utf8();
    }

    bool wide_ = true, from1904_ = false;
    std::string charset_;
    std::size_t end_ = 0;
    std::vector<Listed> sheets_;
    std::vector<std::string> strings_;
    std::vector<std::uint16_t> formatOf_;  ///< of a cell's style
    std::map<std::uint16_t, bool> isDate_;
};

class SheetReader {
public:
    SheetReader(const Globals& globals, std::size_t& room) : globals_(globals), cells_(room) {}

    /// Gives the place behind its last record. What lies within the sheet, charts above all, has cells of its own that
    /// are not the sheet's.
    std::size_t read(std::string_view stream, std::size_t at) {
        Records records(stream, at);
        records.next();
        static_cast<void>(Opening(records));
        for (std::size_t depth = 1; depth > 0;) {
            records.next();
            if (records.type() == biff::Bof) ++depth;
            if (records.type() == biff::Eof) --depth;
            if (depth == 1) take(records);
        }
        if (awaited_) throw Fault("the text that a formula gave is missing");
        return records.at();
    }

    Sheet finish(const std::string& name, Span span) { return cells_.finish(name, span); }

private:
    struct Head {
        SheetPlace place;
        std::size_t style = 0;
    };

    static SheetPlace place(Fields& fields) {
        const std::size_t row = fields.u16();
        const SheetPlace place{row + 1, fields.u16()};
        if (place.column > lastColumn) throw Fault("a cell beyond the last");
        return place;
    }

    static Head head(Fields& fields) {
        const SheetPlace where = place(fields);
        return {where, fields.u16()};
    }

    void take(Records& records) {
        Fields fields = records.fields();
        switch (records.type()) {
            case biff::Number: {
                const Head cell = head(fields);
                return number(cell, fields.real());
            }
            case biff::Rk: {
                const Head cell = head(fields);
                return number(cell, fields.rk());
            }
            case biff::MulRk:
                return numbers(fields);
            case biff::LabelSst:
                return sharedText(fields);
            case biff::Label:
            case biff::RString: {
                const Head cell = head(fields);
                return cells_.add(cell.place, globals_.text(fields, 2));
            }
            case biff::BoolErr: {
                const Head cell = head(fields);
                const std::uint64_t value = fields.number(1);
                return truth(cell.place, value, fields.number(1) != 0);
            }
            case biff::Formula:
                return formula(fields);
            case biff::String:
                return formulaText(records.continued());
            case biff::MergeCells:
                return merge(fields);
            default:
                break;
        }
    }

    void number(const Head& cell, double value) {
        const std::string date =
            globals_.showsDates(cell.style) ? serialDate(value, globals_.from1904()) : std::string();
        cells_.add(cell.place, date.empty() ? numberText(value) : date, date.empty());
    }

    /// Of cells side by side; the last column stands behind them.
    void numbers(Fields& fields) {
        constexpr std::size_t lastColumnSize = 2;
        for (SheetPlace where = place(fields); fields.left() > lastColumnSize; ++where.column) {
            if (where.column > lastColumn) throw Fault("a cell beyond the last");
            const std::size_t style = fields.u16();
            number({where, style}, fields.rk());
        }
    }

    void sharedText(Fields& fields) {
        const Head cell = head(fields);
        const std::size_t index = fields.number(4);
        if (index >= globals_.strings().size()) throw Fault("a cell has a text that the workbook does not hold");
        cells_.addShared(cell.place, index, globals_.strings()[index]);
    }

    void truth(SheetPlace where, std::uint64_t value, bool isError) {
        cells_.add(where, isError ? errorText(value) : value == 0 ? "FALSE" : "TRUE");
    }

    /// Its result is a double, or in the place of one that is no number it says what else it is.
    void formula(Fields& fields) {
        constexpr std::uint64_t other = 0xFFFF, text = 0, truthValue = 1, error = 2, noText = 3;
        const Head cell = head(fields);
        const std::uint64_t result = fields.number(8);
        if (result >> 48U != other) return number(cell, std::bit_cast<double>(result));
        const std::uint64_t kind = result & 0xFFU, value = result >> 16U & 0xFFU;
        if (kind > noText || awaited_) throw Fault("the result of a formula is none");
        if (kind == text) awaited_ = cell.place;
        if (kind == truthValue || kind == error) truth(cell.place, value, kind == error);
    }

    void formulaText(Fields fields) {
        if (!awaited_) return;
        cells_.add(*awaited_, globals_.text(fields, 2));
        awaited_.reset();
    }

    void merge(Fields& fields) {
        for (std::size_t left = fields.u16(); left > 0; --left) {
            const std::size_t first = fields.u16(), last = fields.u16(), column = fields.u16();
            fields.skip(2);
            cells_.merge(column, first + 1, last + 1);
        }
    }

    const Globals& globals_;
    SheetBuilder cells_;
    std::optional<SheetPlace> awaited_;  ///< where the text belongs that the next STRING record gives
};

std::vector<Sheet> readSheets(std::string_view stream, std::size_t fileSize, const auto& spanOf) {
    const Globals globals(stream);
    std::vector<Sheet> sheets;
    std::size_t room = std::min(mostText, fileSize * textPerByte + spareText);
    std::size_t unread = stream.size() - globals.end();
    std::set<std::size_t> begun;
    for (const Globals::Listed& listed : globals.sheets()) {
        SheetReader reader(globals, room);
        Span span;
        if (listed.cells) {
            const std::size_t end = reader.read(stream, listed.at);
            if (end - listed.at > unread || !begun.insert(listed.at).second) throw Fault("sheets lie upon each other");
            unread -= end - listed.at;
            span = spanOf(listed.at, end);
        }
        sheets.push_back(reader.finish(listed.name, span));
    }
    if (sheets.empty()) throw Fault("the workbook holds no sheet");
    return sheets;
}

/// The stream in a compound file; since Excel 97 it is called Workbook, beside which Book may stand for older versions.
CompoundFile::Stream streamOf(std::string_view bytes) {
    const auto file = CompoundFile::open(bytes);
    if (!file) throw Fault("the compound file is broken");
    if (file->holds("EncryptedPackage")) throw Fault("the workbook is locked by a password", "xls_encrypted");
    const std::string_view name = file->holds("Workbook") ? "Workbook" : "Book";
    if (!file->holds(name)) throw Fault("the file of another application", "xls_no_workbook");
    auto stream = file->read(name);
    if (!stream) throw Fault("the file does not hold all of the workbook");
    return std::move(*stream);
}

/// BOF records as the versions before Excel 5 wrote them.
bool isOfExcel4OrBefore(std::string_view bytes) {
    return bytes.size() > 3 && bytes[0] == 0x09 && (bytes[1] == 0 || bytes[1] == 2 || bytes[1] == 4) &&
           (bytes[2] == 4 || bytes[2] == 6) && bytes[3] == 0;
}

/// Programs that write a workbook by hand leave the compound file away, as Excel bears with.
bool isBareStream(std::string_view bytes) {
    return bytes.starts_with(std::string_view("\x09\x08\x10\x00\x00\x06\x05\x00", 8)) ||
           bytes.starts_with(std::string_view("\x09\x08\x08\x00\x00\x05\x05\x00", 8));
}

}  // namespace

std::variant<std::vector<Sheet>, Finding> readBinaryWorkbook(std::string_view bytes) {
    try {
        if (isOfExcel4OrBefore(bytes)) throw Fault("a workbook of Excel 4 or before", "xls_too_old");
        if (isBareStream(bytes)) {
            return readSheets(bytes, bytes.size(), [](std::size_t begin, std::size_t end) {
                return Span{begin, end - begin};
            });
        }
        const CompoundFile::Stream stream = streamOf(bytes);
        return readSheets(stream.bytes, bytes.size(),
                          [&](std::size_t begin, std::size_t end) { return stream.span(begin, end); });
    } catch (const Fault& fault) {
        return fault.finding;
    } catch (const SheetBuilder::TooLarge&) {
        return Finding{"too_large", "the sheets hold more text than can be read", {}};
    }
}

bool looksLikeBinaryWorkbook(std::string_view bytes) {
    return CompoundFile::recognises(bytes) || isOfExcel4OrBefore(bytes) || isBareStream(bytes);
}

}  // namespace touchstone::instruments
