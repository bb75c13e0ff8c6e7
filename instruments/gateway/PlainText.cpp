#include "instruments/gateway/PlainText.h"

#include "instruments/formats/Text.h"

namespace touchstone::instruments {

std::string plainText(std::string_view said) {
    constexpr std::size_t most = 500;
    std::string plain = decode(said.substr(0, most), "", "").text.utf8();
    for (char& c : plain) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    return std::string(clipped(plain, most));
}

}  // namespace touchstone::instruments
