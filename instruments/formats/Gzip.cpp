#include "instruments/formats/Gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>

namespace touchstone::instruments {
namespace {

constexpr std::size_t mebi = std::size_t{1} << 20U;

enum class Stop : std::uint8_t { End, Full, Truncated, Bad };

class Inflater {
public:
    explicit Inflater(std::string_view bytes) : bytes_(bytes) {
        constexpr int gzipOnly = 16 + MAX_WBITS;
        if (inflateInit2(&stream_, gzipOnly) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Until the end, or until there is more than so much.
    Stop run(std::size_t most) {
        for (;;) {
            if (size_ > most) return Stop::Full;
            const int result = step(most);
            if (result == Z_STREAM_END) {
                if (left() == 0) return Stop::End;
                if (!isGzip(bytes_.substr(at_))) return Stop::Bad;
                inflateReset(&stream_);
            } else if (result == Z_BUF_ERROR || (result == Z_OK && left() == 0 && stream_.avail_out > 0)) {
                return Stop::Truncated;
            } else if (result != Z_OK) {
                return Stop::Bad;
            }
        }
    }

    std::string take() {
        content_.resize(size_);
        return std::move(content_);
    }

private:
    [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

    int step(std::size_t most) {
        constexpr std::size_t window = std::numeric_limits<uInt>::max();
        if (size_ == content_.size()) content_.resize(std::min(std::max(size_ * 2, mebi / 16), most + 1));
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes_.data() + at_));  // zlib only reads there
        stream_.avail_in = static_cast<uInt>(std::min(left(), window));
        stream_.next_out = reinterpret_cast<Bytef*>(content_.data() + size_);
        const std::size_t room = std::min(content_.size() - size_, window);
        stream_.avail_out = static_cast<uInt>(room);
        const uInt given = stream_.avail_in;
        const int result = inflate(&stream_, Z_NO_FLUSH);
        at_ += given - stream_.avail_in;
        size_ += room - stream_.avail_out;
        return result;
    }

    std::string_view bytes_;
    std::size_t at_ = 0;
    std::string content_;
    std::size_t size_ = 0;
    z_stream stream_{};
};

}  // namespace

bool isGzip(std::string_view bytes) {
    return bytes.starts_with("\x1F\x8B");
}

std::variant<std::string, Finding> gunzip(std::string_view bytes) {
    const std::size_t most = std::min(1024 * mebi, std::max(64 * mebi, 100 * bytes.size()));
    const Span all{0, bytes.size()};
    Inflater inflater(bytes);
    switch (inflater.run(most)) {
        case Stop::End:
            return inflater.take();
        case Stop::Truncated:
            return Finding{"gzip_truncated", "the packed bytes break off", all};
        case Stop::Full:
            return Finding{"too_large", "unpacks to more bytes than is sensible", all, "> " + std::to_string(most)};
        case Stop::Bad:
            break;
    }
    return Finding{"bad_gzip", "the bytes are not as gzip writes them", all};
}

std::string gzipHead(std::string_view bytes) {
    Inflater inflater(bytes);
    static_cast<void>(inflater.run(mebi / 16));  // what is wrong further on is for gunzip to tell
    return inflater.take();
}

}  // namespace touchstone::instruments
