#include "instruments/gateway/Upload.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>
#include <openssl/crypto.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "instruments/formats/Text.h"
#include "instruments/gateway/Digest.h"
#include "instruments/transport/HttpReader.h"

namespace touchstone::instruments {
namespace {

using Json = rapidjson::Writer<rapidjson::StringBuffer>;
using State = HttpReader::State;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kPath = "/upload";
constexpr std::size_t mostName = 200;
/// How long a refused sender's bytes are still taken, so that the answer is not lost with a connection that is reset.
constexpr std::chrono::seconds kFarewell{2};

struct Problem {
    int status;
    const char* title;
    const char* code;
    std::string detail;  ///< what to change
    const char* header = "";
};

void text(Json& json, const char* key, std::string_view value) {
    json.Key(key);
    json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

std::string response(int status, const std::string& reason, const std::string& type, const std::string& header,
                     const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) + " " + reason + "\r\nContent-Type: " + type + "\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\nCache-Control: no-store\r\nConnection: close\r\n" + header + "\r\n" + body;
}

std::string response(const Problem& problem) {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    json.StartObject();
    text(json, "type", "about:blank");
    text(json, "title", problem.title);
    json.Key("status");
    json.Int(problem.status);
    text(json, "code", problem.code);
    text(json, "detail", problem.detail);
    json.EndObject();
    return response(problem.status, problem.title, "application/problem+json", problem.header, buffer.GetString());
}

std::string response(const Stored& stored, const std::string& sha256) {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    json.StartObject();
    text(json, "id", stored.id);
    text(json, "sha256", sha256);
    json.Key("duplicate");
    json.Bool(stored.duplicate);
    json.EndObject();
    return response(201, "Created", "application/json", "", buffer.GetString());
}

/// In a time that does not tell how much of it is right: the digests are compared, all of their bytes.
bool showsToken(const HttpHead& head, const std::string& token) {
    const std::string shown = sha256Hex(head.field("authorization")), right = sha256Hex("Bearer " + token);
    return CRYPTO_memcmp(shown.data(), right.data(), right.size()) == 0;
}

/// The file's name, empty for /upload itself; nothing where it cannot be one.
std::optional<std::string> nameIn(const std::string& path) {
    if (path.size() <= kPath.size() + 1) return std::string();
    std::string name;
    try {
        Poco::URI::decode(path.substr(kPath.size() + 1), name);
    } catch (const Poco::Exception&) {
        return std::nullopt;
    }
    const auto wrong = [](char c) { return (c >= 0 && c < ' ') || c == '\x7F' || c == '/' || c == '\\'; };
    if (name.size() > mostName || !isUtf8(name) || std::ranges::any_of(name, wrong)) return std::nullopt;
    return name;
}

std::string pathOf(const HttpHead& head) {
    return head.target.substr(0, head.target.find('?'));
}

std::optional<Problem> problemOf(const HttpHead& head, const UploadSettings& settings) {
    const std::string path = pathOf(head);
    if (path != kPath && !path.starts_with(std::string(kPath) + "/")) {
        return Problem{404, "Not Found", "unknown_path", "Files go to /upload or /upload/NAME."};
    }
    if (head.method != "POST" && head.method != "PUT") {
        return Problem{405, "Method Not Allowed", "wrong_method", "Send the file's bytes with POST or PUT.",
                       "Allow: POST, PUT\r\n"};
    }
    if (!showsToken(head, settings.token)) {
        return Problem{401, "Unauthorized", "unauthorised",
                       "Send the header \"Authorization: Bearer TOKEN\" with the token of this instrument's section in "
                       "the gateway's configuration.",
                       "WWW-Authenticate: Bearer\r\n"};
    }
    if (!nameIn(path)) {
        return Problem{400, "Bad Request", "bad_name",
                       "The name behind /upload/ must be percent-encoded UTF-8 of at most 200 bytes, without slashes and "
                       "control characters."};
    }
    return std::nullopt;
}

Problem problemOf(State state, const UploadSettings& settings) {
    if (state == State::TooLarge) {
        return {413, "Content Too Large", "too_large",
                "A file may have " + std::to_string(settings.maxFile) +
                    " bytes. Send less, or raise max_message in this instrument's section of the gateway's configuration."};
    }
    if (state == State::LengthMissing) {
        return {411, "Length Required", "length_missing", "Send Content-Length, or \"Transfer-Encoding: chunked\"."};
    }
    return {400, "Bad Request", "malformed_request", "Send an HTTP/1.1 request whose head has at most 16 KiB."};
}

/// The times that one request may take.
class Patience {
public:
    explicit Patience(const UploadSettings& settings) : settings_(settings) {}
    void heard() { last_ = Clock::now(); }
    [[nodiscard]] bool ended() const {
        const auto now = Clock::now();
        return now - last_ >= settings_.silence || now - began_ >= settings_.whole;
    }

private:
    const UploadSettings& settings_;
    Clock::time_point began_ = Clock::now(), last_ = began_;
};

/// Until the reader is in another state than this; false when the sender is gone or too slow.
bool readWhile(State state, HttpReader& reader, Connection& connection, Patience& patience) {
    while (reader.state() == state) {
        if (connection.closed() || patience.ended()) return false;
        const std::string bytes = connection.receive();
        if (!bytes.empty()) patience.heard();
        reader.feed(bytes);
    }
    return true;
}

void refuse(Connection& connection, const Problem& problem) {
    connection.send(response(problem));
    const auto until = Clock::now() + kFarewell;
    while (!connection.closed() && Clock::now() < until) static_cast<void>(connection.receive());
}

/// What is wrong with the request; nothing where the reader holds a file of it.
std::optional<Problem> receive(HttpReader& reader, Connection& connection, const UploadSettings& settings) {
    const Problem slow{408, "Request Timeout", "too_slow",
                       "The request did not arrive in time; see silence_seconds and upload_seconds in the gateway's "
                       "configuration. Send it again."};
    Patience patience(settings);
    if (!readWhile(State::Head, reader, connection, patience)) return slow;
    if (reader.state() != State::HeadDone) return problemOf(reader.state(), settings);
    if (auto problem = problemOf(reader.head(), settings)) return problem;
    reader.body(settings.maxFile);
    if (reader.state() == State::Body && reader.head().field("expect") == "100-continue") {
        connection.send("HTTP/1.1 100 Continue\r\n\r\n");
    }
    if (!readWhile(State::Body, reader, connection, patience)) return slow;
    if (reader.state() != State::Done) return problemOf(reader.state(), settings);
    return std::nullopt;
}

}  // namespace

std::string serveUpload(Connection& connection, const UploadSettings& settings,
                        const std::function<Stored(std::string name, std::string bytes)>& store) {
    HttpReader reader;
    std::optional<Problem> problem = receive(reader, connection, settings);
    std::string bytes = reader.takeBody(), fault;
    if (!problem && bytes.empty()) {
        problem = {400, "Bad Request", "empty_file", "Send the file's bytes as the request's body."};
    }
    if (!problem) {
        try {
            const std::string sha256 = sha256Hex(bytes);
            connection.send(response(store(*nameIn(pathOf(reader.head())), std::move(bytes)), sha256));
        } catch (const std::exception& trouble) {
            fault = trouble.what();
            problem = {503, "Service Unavailable", "cannot_store",
                       "The gateway cannot write to its disk now, nothing was kept. Send the file again later.",
                       "Retry-After: 30\r\n"};
        }
    }
    if (problem) refuse(connection, *problem);
    return fault;
}

}  // namespace touchstone::instruments
