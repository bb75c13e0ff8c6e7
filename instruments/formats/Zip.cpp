#include "instruments/formats/Zip.h"

#define ZLIB_CONST  // it only reads its input
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

#include "instruments/formats/LittleEndian.h"

namespace touchstone::instruments {
namespace {

constexpr std::string_view endMark = "PK\x05\x06", entryMark = "PK\x01\x02", localMark = "PK\x03\x04";
constexpr std::size_t endSize = 22, entrySize = 46, localSize = 30, longestComment = 65'535;

bool sameName(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    });
}

/// Where the bytes of a member begin: behind its local header, whose name and extra field may be longer than those in
/// the directory.
std::optional<Span> dataOf(std::string_view bytes, std::size_t local, std::size_t size) {
    if (local > bytes.size() || bytes.size() - local < localSize || !bytes.substr(local).starts_with(localMark)) {
        return std::nullopt;
    }
    const std::size_t begin = local + localSize + little(bytes, local + 26, 2) + little(bytes, local + 28, 2);
    if (begin > bytes.size() || bytes.size() - begin < size) return std::nullopt;
    return Span{begin, size};
}

class Inflater {
public:
    Inflater() { ready_ = inflateInit2(&stream_, -MAX_WBITS) == Z_OK; }
    ~Inflater() {
        if (ready_) inflateEnd(&stream_);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    std::optional<std::string> run(std::string_view packed, std::size_t most) {
        if (!ready_ || packed.size() > std::numeric_limits<uInt>::max()) return std::nullopt;
        stream_.next_in = reinterpret_cast<const Bytef*>(packed.data());
        stream_.avail_in = static_cast<uInt>(packed.size());
        std::string text;
        std::array<char, 65'536> buffer{};
        for (int state = Z_OK; state == Z_OK;) {
            stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
            stream_.avail_out = buffer.size();
            state = inflate(&stream_, Z_NO_FLUSH);
            text.append(buffer.data(), buffer.size() - stream_.avail_out);
            if (text.size() > most || (state != Z_OK && state != Z_STREAM_END)) return std::nullopt;
        }
        return text;
    }

private:
    z_stream stream_{};
    bool ready_ = false;
};

}  // namespace

std::optional<Zip> Zip::open(std::string_view bytes) {
    const std::size_t end = bytes.rfind(endMark);
    if (end == std::string_view::npos || bytes.size() - end < endSize ||
        bytes.size() - end > endSize + longestComment) {
        return std::nullopt;
    }
    Zip zip;
    zip.bytes_ = bytes;
    std::size_t at = little(bytes, end + 16, 4);
    for (std::size_t left = little(bytes, end + 10, 2); left > 0; --left) {
        if (at > end || end - at < entrySize || !bytes.substr(at).starts_with(entryMark)) return std::nullopt;
        const std::size_t nameSize = little(bytes, at + 28, 2);
        const std::size_t next = at + entrySize + nameSize + little(bytes, at + 30, 2) + little(bytes, at + 32, 2);
        if (next > end) return std::nullopt;
        const std::size_t method = little(bytes, at + 10, 2);
        const bool encrypted = (little(bytes, at + 8, 2) & 1U) != 0;
        const auto data = dataOf(bytes, little(bytes, at + 42, 4), little(bytes, at + 20, 4));
        if (data && !encrypted && (method == 0 || method == 8)) {
            zip.members_.push_back({std::string(bytes.substr(at + entrySize, nameSize)), *data, method == 8});
        }
        at = next;
    }
    return zip;
}

const Zip::Member* Zip::find(std::string_view name) const {
    const auto found = std::ranges::find_if(members_, [&](const Member& m) { return sameName(m.name, name); });
    return found == members_.end() ? nullptr : &*found;
}

std::optional<std::string> Zip::read(const Member& member, std::size_t most) const {
    const std::string_view packed = bytes_.substr(member.span.offset, member.span.length);
    if (member.deflated) return Inflater().run(packed, most);
    return packed.size() > most ? std::nullopt : std::optional(std::string(packed));
}

}  // namespace touchstone::instruments
