#pragma once
#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Distinguished Encoding Rules (X.690), as much of them as a signature needs.
namespace touchstone::reports::der {

inline std::string value(unsigned char tag, std::string_view content) {
    std::string length;
    if (content.size() < 0x80) {
        length.push_back(static_cast<char>(content.size()));
    } else {
        for (std::size_t rest = content.size(); rest != 0; rest >>= 8)
            length.insert(length.begin(), static_cast<char>(rest));
        length.insert(length.begin(), static_cast<char>(0x80 | length.size()));
    }
    std::string out(1, static_cast<char>(tag));
    return out.append(length).append(content);
}

inline std::string join(std::initializer_list<std::string_view> parts) {
    std::string out;
    for (const std::string_view part : parts) out += part;
    return out;
}

inline std::string sequence(std::initializer_list<std::string_view> parts) {
    return value(0x30, join(parts));
}
inline std::string octets(std::string_view content) {
    return value(0x04, content);
}
inline std::string integer(char small) {
    return value(0x02, {&small, 1});
}
inline std::string context(unsigned char number, std::string_view content) {
    return value(static_cast<unsigned char>(0xA0 | number), content);
}
/// Elements of a set come in the order of their encodings.
inline std::string set(std::vector<std::string> parts) {
    std::sort(parts.begin(), parts.end(), [](const std::string& left, const std::string& right) {
        return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
            return static_cast<unsigned char>(a) < static_cast<unsigned char>(b);
        });
    });
    std::string content;
    for (const std::string& part : parts) content += part;
    return value(0x31, content);
}

/// One value: the identifier octet, what is in it, and both together with the length.
struct Value {
    unsigned char tag = 0;
    std::string_view content, whole;
};

/// Goes over values that stand one behind the other. Single identifier octets and definite lengths of at most four
/// octets only. Throws std::runtime_error when the bytes are otherwise; never reads outside them.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] bool atEnd() const { return rest_.empty(); }
    [[nodiscard]] bool isNext(unsigned char tag) const {
        return !rest_.empty() && static_cast<unsigned char>(rest_.front()) == tag;
    }
    Value take() {
        const auto octet = [this](std::size_t at) -> std::size_t {
            if (at >= rest_.size()) throw std::runtime_error("a value is cut off");
            return static_cast<unsigned char>(rest_[at]);
        };
        Value out;
        out.tag = static_cast<unsigned char>(octet(0));
        std::size_t length = octet(1), header = 2;
        if (length >= 0x80) {
            const std::size_t count = length & 0x7F;
            if (count == 0 || count > 4) throw std::runtime_error("a value has no definite length");
            length = 0;
            for (; header < 2 + count; ++header) length = length << 8 | octet(header);
        }
        if (length > rest_.size() - header) throw std::runtime_error("a value is cut off");
        out.content = rest_.substr(header, length);
        out.whole = rest_.substr(0, header + length);
        rest_.remove_prefix(header + length);
        return out;
    }
    Value take(unsigned char tag) {
        if (!isNext(tag)) throw std::runtime_error("a value is missing or of another kind");
        return take();
    }
    /// Goes into the next value.
    Reader inside(unsigned char tag) { return Reader(take(tag).content); }
    void finish() const {
        if (!atEnd()) throw std::runtime_error("there is more than should be");
    }

private:
    std::string_view rest_;
};

}  // namespace touchstone::reports::der
