#include "instruments/formats/Text.h"

#include <unicode/ucnv.h>
#include <unicode/ustring.h>
#include <unicode/utf.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <optional>

namespace touchstone::instruments {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::size_t longestSteps = 256, longestStep = 255;

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
        sink(U_FAILURE(error) || U_IS_SURROGATE(c) ? -1 : c,  // UTF-7 gives halves of pairs, too
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

/// Where bytes of the joined pieces stood on the wire; to be asked in rising order.
class Places {
public:
    explicit Places(const Pieces& pieces) : pieces_(pieces) {}

    std::size_t of(std::size_t joined) {
        while (joined - passed_ >= pieces_[piece_].first.size()) passed_ += pieces_[piece_++].first.size();
        return pieces_[piece_].second + (joined - passed_);
    }

private:
    const Pieces& pieces_;
    std::size_t piece_ = 0, passed_ = 0;
};

/// A character may begin in one piece and end in the next.
void appendDecoded(Text& text, UConverter* converter, std::string_view joined, const Pieces& pieces) {
    Places places(pieces);
    eachCharacter(converter, joined, [&](UChar32 c, Span at) {
        const std::size_t begin = places.of(at.offset);
        const Span wire{begin, places.of(at.offset + at.length - 1) + 1 - begin};
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

std::string_view clipped(std::string_view utf8, std::size_t bytes) {
    if (bytes >= utf8.size()) return utf8;
    while (bytes > 0 && (static_cast<unsigned char>(utf8[bytes]) & 0xC0U) == 0x80U) --bytes;
    return utf8.substr(0, bytes);
}

bool isUtf8(std::string_view bytes) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    for (std::size_t at = 0; at < bytes.size();) {
        UChar32 c = 0;
        U8_NEXT(data, at, bytes.size(), c);
        if (c < 0) return false;
    }
    return true;
}

void Text::append(std::string_view utf8, Span wire) {
    if (utf8.empty()) return;
    const bool even = utf8.size() == wire.length;
    if (!even && utf8.size() > longestSteps) return appendFromOnePlace(utf8, wire);
    const bool stepped = !runs_.empty() && runs_.back().stepped;
    const bool room = stepped ? utf8_.size() - runs_.back().text + utf8.size() <= longestSteps : even;
    if (runs_.empty() || wire.offset != wireEnd_ || !room) {
        runs_.push_back({utf8_.size(), wire.offset, steps_.size(), !even});
    }
    wireEnd_ = wire.offset + wire.length;
    if (runs_.back().stepped && even) {
        steps_.insert(steps_.end(), utf8.size(), 1);
    } else if (runs_.back().stepped) {  // what takes more is a string of shifts, and a run ends behind it
        const std::size_t step = std::min(wire.length, longestStep);
        wireEnd_ = wire.offset + step;
        steps_.push_back(static_cast<std::uint8_t>(step));
        steps_.insert(steps_.end(), utf8.size() - 1, 0);
    }
    utf8_ += utf8;
}

/// In runs that are short: all of the text came from the wire's piece as a whole.
void Text::appendFromOnePlace(std::string_view utf8, Span wire) {
    const std::size_t step = std::min(wire.length, longestStep);
    for (; !utf8.empty(); utf8.remove_prefix(std::min(utf8.size(), longestSteps))) {
        const std::string_view part = utf8.substr(0, longestSteps);
        runs_.push_back({utf8_.size(), wire.offset, steps_.size(), true});
        steps_.push_back(static_cast<std::uint8_t>(step));
        steps_.insert(steps_.end(), part.size() - 1, 0);
        utf8_ += part;
    }
    wireEnd_ = wire.offset + step;
}

void Text::markBad(Span wire) {
    if (!bad_.empty() && bad_.back().offset + bad_.back().length == wire.offset) {
        bad_.back().length += wire.length;
    } else {
        bad_.push_back(wire);
    }
}

Span Text::at(std::size_t text) const {
    if (runs_.empty()) return {};
    auto run =
        std::upper_bound(runs_.begin(), runs_.end(), text, [](std::size_t t, const Run& r) { return t < r.text; });
    --run;
    std::size_t within = text - run->text;
    if (!run->stepped) return {run->wire + within, 1};
    const std::size_t size = (run + 1 == runs_.end() ? steps_.size() : (run + 1)->step) - run->step;
    if (within >= size) return {wireEnd_, 0};  // behind the last character
    const std::uint8_t* const steps = steps_.data() + run->step;
    while (steps[within] == 0) --within;
    return {std::accumulate(steps, steps + within, run->wire), steps[within]};
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
    const auto next = std::upper_bound(bad_.begin(), bad_.end(), wire.offset,
                                       [](std::size_t offset, const Span& b) { return offset < b.offset + b.length; });
    return next != bad_.end() && next->offset < wire.offset + wire.length;
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
