#include "instruments/formats/Text.h"

#include <unicode/ucnv.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

namespace touchstone::instruments {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Close {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, Close>;

Converter open(std::string_view charset) {
    UErrorCode error = U_ZERO_ERROR;
    Converter converter(ucnv_open(std::string(charset).c_str(), &error));
    if (U_FAILURE(error) || converter == nullptr) return nullptr;
    ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
    return U_FAILURE(error) ? nullptr : std::move(converter);
}

/// Hands every character (or undecodable sequence, as -1) with its bytes to the caller.
template <class Sink>
void eachCharacter(UConverter* converter, std::string_view bytes, Sink sink) {
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    while (at < end) {
        const char* const begin = at;
        UErrorCode error = U_ZERO_ERROR;
        const UChar32 c = ucnv_getNextUChar(converter, &at, end, &error);
        if (error == U_INDEX_OUTOFBOUNDS_ERROR) return;  // nothing but a byte order mark or a shift was left
        if (at == begin) at = begin + 1;
        sink(U_FAILURE(error) ? -1 : c,
             Span{static_cast<std::size_t>(begin - bytes.data()), static_cast<std::size_t>(at - begin)});
        if (U_FAILURE(error)) ucnv_resetToUnicode(converter);
    }
}

bool validIn(std::string_view charset, std::string_view bytes) {
    if (charset == "UTF-8") return isUtf8(bytes);
    const Converter converter = open(charset);
    if (converter == nullptr) return false;
    bool valid = true;
    eachCharacter(converter.get(), bytes, [&](UChar32 c, Span) { valid = valid && c >= 0; });
    return valid;
}

/// HL7 table 0211 to ICU's names. UNICODE alone is UTF-8 here: devices that write it mean that, and UTF-16 cannot stand
/// in a message whose MSH could be read. ASCII says nothing, devices send it with any bytes.
std::optional<std::string> charsetOf(std::string_view declared) {
    struct Entry {
        std::string_view declared, icu;
    };
    static constexpr std::array<Entry, 20> table{{
        {"UNICODE UTF-8", "UTF-8"},  {"UTF-8", "UTF-8"},           {"UNICODE", "UTF-8"},
        {"UTF8", "UTF-8"},           {"GB 18030-2000", "GB18030"}, {"GB18030", "GB18030"},
        {"GBK", "GB18030"},          {"GB2312", "GB18030"},        {"BIG-5", "Big5"},
        {"ISO IR87", "ISO-2022-JP"}, {"KS X 1001", "EUC-KR"},      {"8859/1", "ISO-8859-1"},
        {"8859/2", "ISO-8859-2"},    {"8859/3", "ISO-8859-3"},     {"8859/4", "ISO-8859-4"},
        {"8859/5", "ISO-8859-5"},    {"8859/6", "ISO-8859-6"},     {"8859/7", "ISO-8859-7"},
        {"8859/9", "ISO-8859-9"},    {"8859/15", "ISO-8859-15"},
    }};
    const auto found = std::find_if(table.begin(), table.end(), [&](const Entry& e) { return e.declared == declared; });
    return found == table.end() ? std::nullopt : std::optional(std::string(found->icu));
}

std::string_view markOf(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) return "UTF-8";
    if (bytes.starts_with("\xFF\xFE")) return "UTF-16LE";
    if (bytes.starts_with("\xFE\xFF")) return "UTF-16BE";
    return "";
}

struct Choice {
    std::string charset;
    bool guessed = false;
    bool unknown = false;
};

Choice choose(std::string_view bytes, std::string_view setting, std::string_view declared) {
    const bool gbAllowed = setting == "auto-gb";
    if (!setting.empty() && setting != "auto" && !gbAllowed) return {std::string(setting)};
    if (const std::string_view mark = markOf(bytes); !mark.empty()) return {std::string(mark)};
    const bool silent = declared.empty() || declared == "ASCII";
    const auto named = silent ? std::nullopt : charsetOf(declared);
    const bool unknown = !silent && !named;
    if (named && validIn(*named, bytes)) return {*named};
    if (isUtf8(bytes)) return {"UTF-8", false, unknown};
    if (gbAllowed && validIn("GB18030", bytes)) return {"GB18030", true, unknown};
    return {"windows-1252", true, unknown};
}

/// Where a byte of the joined pieces stood on the wire.
std::size_t place(const Pieces& pieces, std::size_t joined) {
    for (const auto& [bytes, offset] : pieces) {
        if (joined < bytes.size()) return offset + joined;
        joined -= bytes.size();
    }
    return joined;
}

/// A character may begin in one piece and end in the next.
void appendDecoded(Text& text, UConverter* converter, std::string_view joined, const Pieces& pieces) {
    eachCharacter(converter, joined, [&](UChar32 c, Span at) {
        const std::size_t begin = place(pieces, at.offset);
        const Span wire{begin, place(pieces, at.offset + at.length - 1) + 1 - begin};
        if (c == 0xFEFF && wire.offset == 0) return;
        if (c < 0) {
            text.append(replacement, wire);
            return text.markBad(wire);
        }
        std::array<char, U8_MAX_LENGTH> buffer{};
        std::int32_t length = 0;
        auto* const out = reinterpret_cast<std::uint8_t*>(buffer.data());
        U8_APPEND_UNSAFE(out, length, c);
        text.append({buffer.data(), static_cast<std::size_t>(length)}, wire);
    });
}

}  // namespace

bool isUtf8(std::string_view bytes) {
    std::int32_t at = 0;
    const auto size = static_cast<std::int32_t>(bytes.size());
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    while (at < size) {
        UChar32 c = 0;
        U8_NEXT(data, at, size, c);
        if (c < 0) return false;
    }
    return true;
}

void Text::append(std::string_view utf8, Span wire) {
    if (utf8.empty()) return;
    const bool wide = utf8.size() != wire.length;
    const bool continues = !runs_.empty() && !runs_.back().wide && !wide &&
                           runs_.back().wire.offset + runs_.back().wire.length == wire.offset;
    if (continues) {
        runs_.back().wire.length += wire.length;
    } else {
        runs_.push_back({utf8_.size(), wire, wide});
    }
    utf8_ += utf8;
}

Span Text::at(std::size_t text) const {
    if (runs_.empty()) return {};
    auto run =
        std::upper_bound(runs_.begin(), runs_.end(), text, [](std::size_t t, const Run& r) { return t < r.text; });
    --run;
    if (run->wide) return run->wire;
    return {run->wire.offset + (text - run->text), 1};
}

Span Text::wire(std::size_t begin, std::size_t end) const {
    if (begin >= end) return {at(begin).offset, 0};
    const Span first = at(begin);
    const Span last = at(end - 1);
    return {first.offset, last.offset + last.length - first.offset};
}

Span Text::wire(std::string_view part) const {
    const auto begin = static_cast<std::size_t>(part.data() - utf8_.data());
    return wire(begin, begin + part.size());
}

bool Text::bad(Span wire) const {
    return std::any_of(bad_.begin(), bad_.end(), [&](Span b) {
        return b.offset < wire.offset + wire.length && wire.offset < b.offset + b.length;
    });
}

Decoded decode(const Pieces& pieces, std::string_view setting, std::string_view declared) {
    std::string joined;
    for (const auto& [bytes, offset] : pieces) joined += bytes;
    Choice choice = choose(joined, setting, declared);
    Decoded decoded{.text = {}, .charset = choice.charset, .guessed = choice.guessed, .unknown = choice.unknown};
    const Converter converter = choice.charset == "UTF-8" && isUtf8(joined) ? nullptr : open(choice.charset);
    if (converter != nullptr) {
        appendDecoded(decoded.text, converter.get(), joined, pieces);
        return decoded;
    }
    for (const auto& [bytes, offset] : pieces) {
        const std::size_t mark = offset == 0 && bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
        decoded.text.append(std::string_view(bytes).substr(mark), {offset + mark, bytes.size() - mark});
    }
    return decoded;
}

Decoded decode(std::string_view bytes, std::string_view setting, std::string_view declared) {
    return decode(Pieces{{std::string(bytes), 0}}, setting, declared);
}

bool knownCharset(std::string_view name) {
    return name.empty() || name == "auto" || name == "auto-gb" || open(name) != nullptr;
}

}  // namespace touchstone::instruments
