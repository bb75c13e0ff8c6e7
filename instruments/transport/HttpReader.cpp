#include "instruments/transport/HttpReader.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace touchstone::instruments {
namespace {

constexpr std::size_t mostHead = 16'384;
constexpr std::size_t mostLine = 1'024;

std::string lower(std::string_view text) {
    std::string all(text);
    std::ranges::transform(all, all.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return all;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::optional<std::size_t> number(std::string_view text, int base) {
    std::size_t value = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (wrong == std::errc::result_out_of_range) return SIZE_MAX;
    if (wrong != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Whether what ends with `mark`, found at `end` or not yet, is longer than `most`: the same however the bytes were cut.
bool isBeyond(std::size_t end, std::size_t come, std::string_view mark, std::size_t most) {
    return end == std::string::npos ? come >= most + mark.size() : end > most;
}

bool isToken(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

bool startLine(std::string_view line, HttpHead& head) {
    const std::size_t first = line.find(' '), second = line.rfind(' ');
    if (first == std::string_view::npos || first == second) return false;
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, second - first - 1);
    const std::string_view version = line.substr(second + 1);
    return isToken(head.method) && isToken(head.target) && (version == "HTTP/1.1" || version == "HTTP/1.0");
}

/// RFC 9112 5.1: no blank before the colon, no continued lines.
bool fieldLine(std::string_view line, HttpHead& head) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !isToken(line.substr(0, colon))) return false;
    std::string& value = head.fields[lower(line.substr(0, colon))];
    value += (value.empty() ? "" : ", ") + std::string(trimmed(line.substr(colon + 1)));
    return true;
}

}  // namespace

std::string HttpHead::field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

void HttpReader::feed(std::string_view bytes) {
    if (state_ > State::Body) return;
    waiting_ += bytes;
    if (state_ == State::Head) takeHead();
    if (state_ != State::Body) return;
    if (chunked_) {
        takeChunks();
    } else {
        takeBytes();
    }
}

void HttpReader::takeHead() {
    const std::size_t end = waiting_.find("\r\n\r\n");
    if (isBeyond(end, waiting_.size(), "\r\n\r\n", mostHead)) state_ = State::Malformed;
    if (end == std::string::npos || state_ != State::Head) return;
    std::string_view rest(waiting_.data(), end + 2);
    for (bool first = true; !rest.empty(); first = false) {
        const std::size_t length = rest.find("\r\n");
        const std::string_view line = rest.substr(0, length);
        if (!(first ? startLine(line, head_) : fieldLine(line, head_))) {
            state_ = State::Malformed;
            return;
        }
        rest.remove_prefix(length + 2);
    }
    waiting_.erase(0, end + 4);
    state_ = State::HeadDone;
}

/// A length and chunks at once is how requests are smuggled past one another: RFC 9112 6.1.
void HttpReader::body(std::size_t limit) {
    limit_ = limit;
    const std::string coding = lower(head_.field("transfer-encoding"));
    const std::string length = head_.field("content-length");
    state_ = State::Body;
    chunked_ = !coding.empty();
    const auto announced = number(length, 10);
    if (chunked_ ? coding != "chunked" || !length.empty() : !length.empty() && !announced) {
        state_ = State::Malformed;
    } else if (!chunked_ && length.empty()) {
        state_ = State::LengthMissing;
    } else if (!chunked_ && *announced > limit_) {
        state_ = State::TooLarge;
    } else {
        left_ = announced.value_or(0);
        feed({});
    }
}

void HttpReader::takeBytes() {
    const std::size_t count = std::min(left_, waiting_.size());
    body_.append(waiting_, 0, count);
    waiting_.erase(0, count);
    left_ -= count;
    if (left_ == 0 && !chunked_) state_ = State::Done;
}

bool HttpReader::takeLine(std::string& line) {
    const std::size_t end = waiting_.find("\r\n");
    if (isBeyond(end, waiting_.size(), "\r\n", mostLine)) state_ = State::Malformed;
    if (end == std::string::npos || state_ != State::Body) return false;
    line = waiting_.substr(0, end);
    waiting_.erase(0, end + 2);
    return true;
}

/// RFC 9112 7.1; what stands behind a semicolon means nothing here.
void HttpReader::chunkSize(std::string_view line) {
    const auto size = number(trimmed(line.substr(0, line.find(';'))), 16);
    if (!size) {
        state_ = State::Malformed;
    } else if (*size > limit_ - body_.size()) {
        state_ = State::TooLarge;
    } else {
        left_ = *size;
        chunk_ = left_ == 0 ? Chunk::Trailer : Chunk::Bytes;
    }
}

void HttpReader::takeChunks() {
    std::string line;
    while (state_ == State::Body) {
        if (chunk_ == Chunk::Bytes) {
            takeBytes();
            if (left_ > 0) return;
            chunk_ = Chunk::End;
        } else if (!takeLine(line)) {
            return;
        } else if (chunk_ == Chunk::Size) {
            chunkSize(line);
        } else if (chunk_ == Chunk::End) {
            chunk_ = Chunk::Size;
            if (!line.empty()) state_ = State::Malformed;
        } else if (line.empty()) {
            state_ = State::Done;
        } else if ((trailers_ += line.size()) > mostHead) {
            state_ = State::Malformed;
        }
    }
}

}  // namespace touchstone::instruments
