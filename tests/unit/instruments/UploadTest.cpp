#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <rapidjson/document.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "instruments/gateway/Digest.h"
#include "instruments/gateway/Sqlite.h"
#include "instruments/gateway/Station.h"
#include "instruments/transport/HttpReader.h"
#include "tests/support/TempFolder.h"

// Files are uploaded over real sockets to a station with a real spool.
namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;

const std::string table = "Sample,Component,Amount,Unit\r\nYP-1,Aspirin,99.1,%\r\n";
const std::string bearer = "Authorization: Bearer s3cret\r\n";

struct Answer {
    int status = 0;
    std::string head;
    rapidjson::Document json;

    [[nodiscard]] std::string text(const char* key) const {
        return json.IsObject() && json.HasMember(key) && json[key].IsString() ? json[key].GetString() : "";
    }
    /// Status and code; that it is a problem document with something to change.
    [[nodiscard]] std::string problem() const {
        const bool whole = head.find("application/problem+json") != std::string::npos && json.IsObject() &&
                           json["status"].GetInt() == status && !text("title").empty() && text("detail").size() > 20;
        return whole ? std::to_string(status) + " " + text("code") : "no problem document: " + head;
    }
};

struct Fixture {
    test::TempFolder folder;
    Spool spool{folder.path("spool"), {.journal = 0}};  // what the database refuses is refused at once
    std::vector<std::string> faults;
    Station::Watch watch{.handled = [](std::span<const Handled>) {},
                         .fault = [this](const std::string&, const std::string& what) { faults.push_back(what); }};
    InstrumentSettings settings{.code = "ELISA", .protocol = Protocol::Http, .upload = {.token = "s3cret"}};

    Fixture() { settings.astm.maxMessage = 1'000; }

    [[nodiscard]] static Poco::Net::StreamSocket connect(const Station& station) {
        Poco::Net::StreamSocket socket{Poco::Net::SocketAddress(station.address())};
        socket.setReceiveTimeout(Poco::Timespan(5, 0));
        return socket;
    }
    static void say(Poco::Net::StreamSocket& socket, std::string_view bytes) {
        socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    }
    /// All up to the whole body; as a client does, the connection is left alone then.
    static Answer hear(Poco::Net::StreamSocket& socket) {
        std::string all;
        std::array<char, 4'096> buffer{};
        Answer answer;
        for (std::size_t end = std::string::npos; end == std::string::npos || all.size() < end;) {
            const int count = socket.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
            if (count <= 0) break;
            all.append(buffer.data(), static_cast<std::size_t>(count));
            const std::size_t head = all.find("\r\n\r\n"), length = all.find("Content-Length: ");
            if (head == std::string::npos || length == std::string::npos) continue;
            end = head + 4 + std::stoul(all.substr(length + 16));
        }
        if (all.size() < 12) return answer;
        answer.status = std::stoi(all.substr(9, 3));
        answer.head = all.substr(0, all.find("\r\n\r\n") + 2);
        answer.json.Parse(all.substr(answer.head.size() + 2).c_str());
        return answer;
    }
    static Answer ask(const Station& station, std::string_view request) {
        auto socket = connect(station);
        say(socket, request);
        return hear(socket);
    }
    static std::string request(const std::string& line, const std::string& fields, const std::string& body) {
        return line + " HTTP/1.1\r\nHost: gateway\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    }
    [[nodiscard]] std::string noteOf(const std::string& id) const {
        Sqlite file(folder.path("spool/spool.sqlite"));
        auto select = file.prepare("SELECT note FROM message WHERE id = ?");
        select.bind(1, id);
        return select.step() ? select.text(0) : "not there";
    }
    void rename(const std::string& from, const std::string& to) const {
        Sqlite(folder.path("spool/spool.sqlite")).execute("ALTER TABLE " + from + " RENAME TO " + to);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Upload, Fixture)

BOOST_AUTO_TEST_CASE(a_file_is_in_the_spool_when_201_is_answered) {
    const Station station(settings, spool, watch);
    const Answer answer = ask(station, request("PUT /upload/plate%201.csv", bearer, table));
    BOOST_TEST(answer.status == 201);
    BOOST_TEST(answer.text("sha256") == sha256Hex(table));
    BOOST_TEST(!answer.json["duplicate"].GetBool());
    const auto stored = spool.pending(10, 1'000);
    BOOST_REQUIRE(stored.size() == 1u);
    BOOST_TEST(stored[0].id == answer.text("id"));
    BOOST_TEST(stored[0].bytes == table);
    BOOST_TEST(stored[0].protocol == "csv");
    BOOST_TEST(noteOf(stored[0].id) == "plate 1.csv");
}

BOOST_AUTO_TEST_CASE(the_same_bytes_again_are_a_duplicate_of_the_first) {
    const Station station(settings, spool, watch);
    const std::string first = ask(station, request("POST /upload", bearer, table)).text("id");
    const Answer again = ask(station, request("POST /upload/other.csv?x=1", bearer, table));
    BOOST_TEST(again.status == 201);
    BOOST_TEST(again.json["duplicate"].GetBool());
    BOOST_TEST(again.text("id") == first);
    BOOST_TEST(spool.counts().pending == 1);
}

BOOST_AUTO_TEST_CASE(bytes_of_no_known_format_are_kept_as_unframed) {
    const Station station(settings, spool, watch);
    const std::string bytes("\x01\x02\x00\xFF\x80", 5);
    BOOST_TEST(ask(station, request("PUT /upload", bearer, bytes)).status == 201);
    BOOST_TEST(spool.pending(1, 1).at(0).protocol == "unframed");
    BOOST_TEST(spool.pending(1, 1).at(0).bytes == bytes);
}

BOOST_AUTO_TEST_CASE(chunks_make_one_file_and_a_cautious_client_is_told_to_go_on) {
    const Station station(settings, spool, watch);
    auto socket = connect(station);
    say(socket,
        "POST /upload HTTP/1.1\r\nHost: g\r\n" + bearer + "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
    const std::string goOn = "HTTP/1.1 100 Continue\r\n\r\n";
    std::string heard(goOn.size(), '\0');
    BOOST_TEST(socket.receiveBytes(heard.data(), static_cast<int>(heard.size())) == static_cast<int>(goOn.size()));
    BOOST_TEST(heard == goOn);
    for (const char* piece : {"3;x=y\r\nYP", "-\r\n1", "0\r\n0123456789abcdef\r", "\n0\r\nTrailer: t\r\n", "\r\n"})
        say(socket, piece);
    BOOST_TEST(hear(socket).status == 201);
    BOOST_TEST(spool.pending(1, 1).at(0).bytes == "YP-0123456789abcdef");
}

BOOST_AUTO_TEST_CASE(only_who_shows_the_token_may_upload) {
    const Station station(settings, spool, watch);
    for (const std::string fields : {"", "Authorization: Bearer wrong\r\n", "Authorization: Bearer s3cretX\r\n",
                                     "Authorization: Basic s3cret\r\n", "Authorization: Bearer \r\n"}) {
        const Answer answer = ask(station, request("PUT /upload", fields, table));
        BOOST_TEST(answer.problem() == "401 unauthorised");
        BOOST_TEST(answer.head.find("WWW-Authenticate: Bearer") != std::string::npos);
        BOOST_TEST(answer.text("detail").find("s3cret") == std::string::npos);
    }
    BOOST_TEST(spool.counts().pending == 0);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_request_is_named) {
    const Station station(settings, spool, watch);
    const std::string big(1'001, 'x');
    const std::vector<std::pair<std::string, std::string>> wrong{
        {request("GET /upload", bearer, ""), "405 wrong_method"},
        {request("DELETE /upload/a", bearer, ""), "405 wrong_method"},
        {request("PUT /", bearer, table), "404 unknown_path"},
        {request("PUT /uploads", bearer, table), "404 unknown_path"},
        {request("PUT /upload/..%2Fa", bearer, table), "400 bad_name"},
        {request("PUT /upload/%FF", bearer, table), "400 bad_name"},
        {request("PUT /upload/" + std::string(201, 'n'), bearer, table), "400 bad_name"},
        {request("PUT /upload", bearer, ""), "400 empty_file"},
        {request("PUT /upload", bearer, big), "413 too_large"},
        {"PUT /upload HTTP/1.1\r\n" + bearer + "Content-Length: 99999999999999999999999\r\n\r\n", "413 too_large"},
        {"PUT /upload HTTP/1.1\r\n" + bearer + "Content-Length: -1\r\n\r\n", "400 malformed_request"},
        {"PUT /upload HTTP/1.1\r\n" + bearer + "\r\n", "411 length_missing"},
        {"PUT /upload HTTP/1.1\r\n" + bearer + "Transfer-Encoding: chunked\r\n\r\n3E9\r\n", "413 too_large"},
        {"PUT /upload HTTP/1.1\r\n" + bearer + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
         "413 too_large"},
        {"PUT /upload HTTP/1.1\r\n" + bearer + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400 malformed_request"},
        {"PUT /upload HTTP/1.1\r\n" + bearer + "Transfer-Encoding: gzip\r\n\r\n", "400 malformed_request"},
        {request("PUT /upload", bearer + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), "400 malformed_request"},
        {"\x16\x03\x01 hello\r\n\r\n", "400 malformed_request"},
        {"PUT /upload HTTP/1.1\r\nX: " + std::string(17'000, 'x'), "400 malformed_request"},
    };
    for (const auto& [bytes, problem] : wrong)
        BOOST_TEST(ask(station, bytes).problem() == problem, bytes.substr(0, 80));
    BOOST_TEST(spool.counts().pending == 0);
}

BOOST_AUTO_TEST_CASE(what_the_spool_cannot_store_is_refused_and_taken_later) {
    const Station station(settings, spool, watch);
    rename("message", "away");
    const Answer answer = ask(station, request("PUT /upload", bearer, table));
    BOOST_TEST(answer.problem() == "503 cannot_store");
    BOOST_TEST(answer.head.find("Retry-After: ") != std::string::npos);
    rename("away", "message");
    BOOST_TEST(ask(station, request("PUT /upload", bearer, table)).status == 201);
    BOOST_REQUIRE(faults.size() == 1u);
    BOOST_TEST(faults[0].find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_client_that_falls_silent_or_drips_is_not_waited_for) {
    settings.astm.silence = 150ms;
    settings.upload.whole = 400ms;
    const Station station(settings, spool, watch);
    auto silent = connect(station), dripping = connect(station);
    say(silent, "PUT /upl");
    say(dripping, "PUT /upload HTTP/1.1\r\n" + bearer + "Content-Length: 500\r\n\r\n");
    for (int i = 0; i < 8; ++i, std::this_thread::sleep_for(50ms)) say(dripping, "x");
    BOOST_TEST(hear(silent).problem() == "408 too_slow");
    BOOST_TEST(hear(dripping).problem() == "408 too_slow");
    BOOST_TEST(spool.counts().pending == 0);
}

BOOST_AUTO_TEST_CASE(who_hangs_up_inside_a_file_leaves_nothing) {
    const Station station(settings, spool, watch);
    {
        auto socket = connect(station);
        say(socket, "PUT /upload HTTP/1.1\r\n" + bearer + "Content-Length: 500\r\n\r\nhalf");
    }
    BOOST_TEST(ask(station, request("PUT /upload", bearer, table)).status == 201);
    BOOST_TEST(spool.counts().pending == 1);
}

BOOST_AUTO_TEST_CASE(more_connections_than_may_be_served_are_closed_and_the_others_go_on) {
    const Station station(settings, spool, watch);
    std::vector<Poco::Net::StreamSocket> open;
    for (std::size_t i = 0; i < kMostUploads; ++i) open.push_back(connect(station));
    for (int i = 0; i < 500 && station.connections() < kMostUploads; ++i) std::this_thread::sleep_for(10ms);
    BOOST_TEST(ask(station, "").status == 0);
    say(open.front(), request("PUT /upload", bearer, table));
    BOOST_TEST(hear(open.front()).status == 201);
}

BOOST_AUTO_TEST_CASE(a_request_may_come_byte_by_byte) {
    HttpReader reader;
    const std::string bytes = request("PUT /upload", bearer, table);
    for (const char byte : bytes) {
        reader.feed({&byte, 1});
        if (reader.state() == HttpReader::State::HeadDone) reader.body(1'000);
    }
    BOOST_TEST((reader.state() == HttpReader::State::Done));
    BOOST_TEST(reader.head().field("authorization") == "Bearer s3cret");
    BOOST_TEST(reader.takeBody() == table);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
