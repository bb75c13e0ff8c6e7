#include "instruments/formats/Opening.h"

#include <algorithm>

namespace touchstone::instruments {
namespace {

constexpr std::size_t mostBeforeRoot = 16384;  // characters; licences and comments may stand before a root

struct Wide {
    bool is = false;
    std::size_t low = 0;   // of the two bytes, the one with the ASCII character
    std::size_t mark = 0;  // bytes of the mark
};

Wide wideness(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xFE")) return {true, 0, 2};
    if (bytes.starts_with("\xFE\xFF")) return {true, 1, 2};
    if (bytes.size() < 2) return {};
    if (bytes[0] != 0 && bytes[1] == 0) return {true, 0, 0};
    if (bytes[0] == 0 && bytes[1] != 0) return {true, 1, 0};
    return {};
}

bool skip(std::string_view& text, std::string_view begin, std::string_view end) {
    if (!text.starts_with(begin)) return false;
    const std::size_t at = text.find(end, begin.size());
    text = at == std::string_view::npos ? std::string_view() : text.substr(at + end.size());
    return true;
}

}  // namespace

std::string opening(std::string_view bytes, std::size_t characters) {
    const Wide wide = wideness(bytes);
    if (!wide.is) {
        if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
        return std::string(bytes.substr(0, characters));
    }
    std::string text;
    for (std::size_t i = wide.mark; i + 1 < bytes.size() && text.size() < characters; i += 2) {
        const char c = bytes[i + wide.low];
        const bool ascii = bytes[i + 1 - wide.low] == 0 && (static_cast<unsigned char>(c) & 0x80U) == 0;
        text += ascii ? c : '?';
    }
    return text;
}

RootTag rootTag(std::string_view bytes) {
    const std::string whole = opening(bytes, mostBeforeRoot);
    std::string_view text = whole;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
        if (!skip(text, "<?", "?>") && !skip(text, "<!--", "-->")) break;
    }
    if (text.size() < 2 || text[0] != '<' || text[1] == '!') return {};
    const std::string_view tag = text.substr(0, std::min(text.find('>'), text.size() - 1) + 1);
    std::string_view name = tag.substr(1, tag.find_first_of(" \t\r\n/>") - 1);
    name.remove_prefix(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
    return {std::string(name), std::string(tag)};
}

std::size_t tagBegin(std::string_view document, std::size_t end) {
    end = std::min(end, document.size());
    const Wide wide = wideness(document);
    if (!wide.is) {
        const std::size_t at = document.substr(0, end).rfind('<');
        return at == std::string_view::npos ? end : at;
    }
    for (std::size_t at = end - end % 2; at >= 2; at -= 2) {
        if (document[at - 2 + wide.low] == '<' && document[at - 1 - wide.low] == 0) return at - 2;
    }
    return end;
}

}  // namespace touchstone::instruments
