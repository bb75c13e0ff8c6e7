#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace touchstone::instruments {

/// The head of an HTTP/1.1 request (RFC 9112). Names of fields are in lower case; a field that comes twice is joined
/// with ", ".
struct HttpHead {
    std::string method{};
    std::string target{};  ///< as sent: "/upload/a%20b.csv?x"
    std::map<std::string, std::string> fields{};

    [[nodiscard]] std::string field(const std::string& name) const;  ///< empty where there is none
};

/// One request out of bytes that come in pieces of any size, without I/O. Nothing that the sender announces is believed:
/// the body's memory grows with what has come, and ends at the limit. After the head the reader waits until body() says
/// that the body is wanted. Not safe to share between threads.
class HttpReader {
public:
    enum class State : std::uint8_t {
        Head,
        HeadDone,  ///< body() is to be called
        Body,
        Done,
        Malformed,      ///< not HTTP/1.x, or a head of more than 16 KiB
        LengthMissing,  ///< neither Content-Length nor chunks
        TooLarge,       ///< a body beyond the limit, or announced so
    };

    void feed(std::string_view bytes);
    /// Goes on to the body, of at most so many bytes.
    void body(std::size_t limit);

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] const HttpHead& head() const { return head_; }
    [[nodiscard]] std::string takeBody() { return std::move(body_); }

private:
    enum class Chunk : std::uint8_t { Size, Bytes, End, Trailer };

    void takeHead();
    void takeBytes();
    void takeChunks();
    [[nodiscard]] bool takeLine(std::string& line);
    void chunkSize(std::string_view line);

    State state_ = State::Head;
    HttpHead head_{};
    std::string waiting_{};  ///< fed and not used yet
    std::string body_{};
    std::size_t limit_ = 0;
    std::size_t left_ = 0;  ///< of the body, or of the chunk
    std::size_t trailers_ = 0;
    bool chunked_ = false;
    Chunk chunk_ = Chunk::Size;
};

}  // namespace touchstone::instruments
