#include "instruments/gateway/PlainText.h"

#include <algorithm>

#include "instruments/formats/Text.h"

namespace touchstone::instruments {

std::string plainText(std::string_view said) {
    constexpr std::size_t most = 500;
    std::string plain = decode(said.substr(0, most), "", "").text.utf8();
    for (char& c : plain) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    std::size_t end = std::min(plain.size(), most);
    while (end > 0 && end < plain.size() && (static_cast<unsigned char>(plain[end]) & 0xC0U) == 0x80U) --end;
    return plain.substr(0, end);
}

}  // namespace touchstone::instruments
