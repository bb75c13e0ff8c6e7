#include "instruments/formats/Formats.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "instruments/formats/Acaml.h"
#include "instruments/formats/Andi.h"
#include "instruments/formats/Animl.h"
#include "instruments/formats/Astm.h"
#include "instruments/formats/Balance.h"
#include "instruments/formats/BinaryWorkbook.h"
#include "instruments/formats/Bioplex.h"
#include "instruments/formats/Chemstation.h"
#include "instruments/formats/ChemstationReport.h"
#include "instruments/formats/Chromeleon.h"
#include "instruments/formats/Delimited.h"
#include "instruments/formats/EmpowerArw.h"
#include "instruments/formats/Envision.h"
#include "instruments/formats/Gzip.h"
#include "instruments/formats/Hl7.h"
#include "instruments/formats/Html.h"
#include "instruments/formats/Jcamp.h"
#include "instruments/formats/Labsolutions.h"
#include "instruments/formats/Line.h"
#include "instruments/formats/Mzml.h"
#include "instruments/formats/ShimadzuToc.h"
#include "instruments/formats/SoftMax.h"
#include "instruments/formats/Tapestation.h"
#include "instruments/formats/Targetlynx.h"
#include "instruments/formats/Workbook.h"
#include "instruments/formats/Xrdml.h"
#include "instruments/transport/Control.h"

namespace touchstone::instruments {
namespace {

bool isPunctuation(char c) {
    return std::ispunct(static_cast<unsigned char>(c)) != 0;
}

bool isText(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;
    return bytes.find_first_of(std::string_view("\0\1\2\3\4\5\6\7\x0B\x17\x1C", 11)) == std::string_view::npos;
}

/// Behind a byte order mark and what goes over a line before the first message.
std::string_view beginning(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    const std::size_t begin = bytes.find_first_not_of(control::beforeMessage);
    return begin == std::string_view::npos ? std::string_view() : bytes.substr(begin);
}

/// A capture has MLLP's begin of a block, and some devices keep their line alive with STX.
bool looksLikeHl7(std::string_view bytes) {
    std::string_view rest = beginning(bytes);
    rest.remove_prefix(std::min(rest.find_first_not_of("\x02\x0B"), rest.size()));
    return rest.starts_with("MSH") || rest.starts_with("FHS") || rest.starts_with("BHS");
}

/// A frame's number, if it has one, and the letter of a record: other devices begin with STX, too.
bool isFrame(std::string_view behindStx) {
    if (!behindStx.empty() && std::isdigit(static_cast<unsigned char>(behindStx[0])) != 0) behindStx.remove_prefix(1);
    return behindStx.size() > 1 && std::isalpha(static_cast<unsigned char>(behindStx[0])) != 0 && isPunctuation(behindStx[1]);
}

bool looksLikeAstm(std::string_view bytes) {
    const std::string_view rest = beginning(bytes);
    if (rest.starts_with('\x02')) return isFrame(rest.substr(1));
    const bool header = rest.size() > 5 && (rest[0] == 'H' || rest[0] == 'h');
    return header && std::all_of(rest.begin() + 1, rest.begin() + 5, isPunctuation);
}

/// Reports begin with lines of a title: a delimiter somewhere near the beginning is enough. XML and JSON are no tables.
bool looksLikeTable(std::string_view bytes) {
    const std::string_view rest = beginning(bytes);
    if (rest.starts_with('<') || rest.starts_with('{')) return false;
    return isText(bytes) && rest.substr(0, 4'096).find_first_of(",;\t|") != std::string_view::npos;
}

/// Lines mean what the instrument's mapping says; nothing in them tells that they are such.
bool isNeverPlain(std::string_view) {
    return false;
}

template <Reading (*readIt)(std::string_view, const Mapping&)>
Reading withoutSeries(std::string_view bytes, const Mapping& mapping, const SeriesSink&) {
    return readIt(bytes, mapping);
}

/// The table takes nearly every text and stands last.
constexpr std::array known{
    Format{"hl7", looksLikeHl7, withoutSeries<readHl7>, hl7ControlId},
    Format{"astm", looksLikeAstm, withoutSeries<readAstm>, astmControlId},
    Format{"softmax", looksLikeSoftMax, readSoftMax, nullptr},
    Format{"envision", looksLikeEnvision, readEnvision, nullptr},
    Format{"jcamp", looksLikeJcamp, readJcamp, nullptr},
    Format{"andi", looksLikeNetCdf, readAndi, nullptr},
    Format{"mzml", looksLikeMzml, readMzml, nullptr},
    Format{"chemstation", looksLikeChemstation, readChemstation, nullptr},
    Format{"chemstation_report", looksLikeChemstationReport, readChemstationReport, nullptr},
    Format{"tapestation", looksLikeTapestation, readTapestation, nullptr},
    Format{"targetlynx", looksLikeTargetlynx, readTargetlynx, nullptr},
    Format{"bioplex", looksLikeBioplex, readBioplex, nullptr},
    Format{"xrdml", looksLikeXrdml, readXrdml, nullptr},
    Format{"animl", looksLikeAniml, readAniml, nullptr},
    Format{"labsolutions", looksLikeLabsolutions, readLabsolutions, nullptr},
    Format{"labsolutions_quant", looksLikeQuantBrowser, readQuantBrowser, nullptr},
    Format{"shimadzu_toc", looksLikeShimadzuToc, readShimadzuToc, nullptr},
    Format{"chromeleon", looksLikeChromeleon, readChromeleon, nullptr},
    Format{"empower_arw", looksLikeEmpowerArw, readEmpowerArw, nullptr},
    Format{"acaml", looksLikeAcaml, readAcaml, nullptr},
    Format{"unicorn", looksLikeUnicorn, refuseUnicorn, nullptr},
    Format{"sics", looksLikeSics, withoutSeries<readSics>, nullptr},
    Format{"sbi", looksLikeSbi, withoutSeries<readSbi>, nullptr},
    Format{"line", isNeverPlain, withoutSeries<readLine>, nullptr},
    Format{"xlsx", looksLikeWorkbook, readXlsx, nullptr},
    Format{"xls", looksLikeBinaryWorkbook, readXls, nullptr},
    Format{"html", looksLikeHtml, readHtml, nullptr},
    Format{"csv", looksLikeTable, readDelimited, nullptr},
};

const Format* find(std::string_view name) {
    const auto found = std::ranges::find(known, name, &Format::name);
    return found == known.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Format> formats() {
    return known;
}

bool isOpen(std::string_view format) {
    return format.empty() || format == "auto" || format == "unframed";
}

std::string detect(std::string_view bytes) {
    const std::string unpacked = isGzip(bytes) ? gzipHead(bytes) : std::string();  // once: gzip may hold itself
    const std::string_view head = isGzip(bytes) ? unpacked : bytes;
    const auto found = std::ranges::find_if(known, [&](const Format& format) { return format.recognises(head); });
    return found == known.end() ? std::string() : std::string(found->name);
}

std::string formatInsteadOf(std::string_view format, std::string_view bytes) {
    if (format != "csv") return {};
    for (const std::string workbook : {"xlsx", "xls", "html"}) {
        if (find(workbook)->recognises(bytes)) return workbook;
    }
    return {};
}

Reading read(std::string_view format, std::string_view bytes, const Mapping& mapping, const SeriesSink& sink) {
    Reading reading;
    reading.format = format;
    if (isOpen(format)) reading.format = mapping.line.pattern.empty() ? detect(bytes) : "line";
    const Format* const found = find(reading.format);
    if (found == nullptr) {
        reading.refused = bytes.empty() ? Finding{"no_bytes", "there are no bytes", {}}
                                        : Finding{"unknown_format", "the bytes are of no format that is known", {}};
        return reading;
    }
    if (const std::string other = formatInsteadOf(reading.format, bytes); !other.empty()) {
        reading.refused =
            Finding{"other_format", "the bytes are of another format", {}, other + " ≠ " + reading.format};
        return reading;
    }
    if (!isGzip(bytes)) return found->read(bytes, mapping, sink);
    const auto content = gunzip(bytes);
    if (const auto* const text = std::get_if<std::string>(&content)) return found->read(*text, mapping, sink);
    reading.refused = std::get<Finding>(content);
    return reading;
}

std::string controlId(std::string_view format, std::string_view bytes) {
    const Format* const found = find(format);
    return found == nullptr || found->controlId == nullptr ? std::string() : found->controlId(bytes);
}

}  // namespace touchstone::instruments
