#include <pty.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cctype>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>

#include "instruments/transport/Dialer.h"
#include "instruments/transport/TcpServer.h"
#include "tests/support/TempFolder.h"

// Real sockets and pseudo terminals; every wait ends as soon as what is waited for has come.
namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;

/// What the handlers of a test tell, in order.
class Log {
public:
    void add(const std::string& what) {
        const std::lock_guard guard(mutex_);
        all_ += what;
        changed_.notify_all();
    }
    /// Whether it comes within five seconds.
    bool has(const std::string& what) {
        std::unique_lock guard(mutex_);
        return changed_.wait_for(guard, 5s, [&] { return all_.find(what) != std::string::npos; });
    }
    std::string all() {
        const std::lock_guard guard(mutex_);
        return all_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string all_;
};

const DialPauses quick{.first = 1ms, .longest = 10ms};

/// Answers every piece in capitals, hangs up at "bye".
void echo(Connection& connection) {
    while (!connection.closed()) {
        std::string bytes = connection.receive();
        if (bytes == "bye") return;
        for (char& c : bytes) c = static_cast<char>(std::toupper(c));
        if (!bytes.empty()) connection.send(bytes);
    }
}

/// Says something and logs what is answered.
Endpoint::Handler saying(const std::string& what, Log& log) {
    return [what, &log](Connection& connection) {
        log.add("[");
        connection.send(what);
        while (!connection.closed()) log.add(connection.receive());
        log.add("]");
    };
}

struct Wires {
    Log log;
    Dialer::Fault fault = [this](const std::string& what) { log.add("fault: " + what + "\n"); };
};

/// An authority and certificates that it signed, made anew for the test.
struct Certificates {
    test::TempFolder folder;

    Certificates() {
        authority("ca", "Test authority");
        authority("other", "Another authority");
        signedBy("ca", "server", "localhost");
        signedBy("ca", "client", "instrument");
        signedBy("other", "stranger", "instrument");
    }
    [[nodiscard]] TlsSettings tls(const std::string& name, const std::string& ca) const {
        return {.on = true,
                .certificateFile = name.empty() ? "" : folder.path(name + ".pem"),
                .keyFile = name.empty() ? "" : folder.path(name + ".key"),
                .caFile = ca.empty() ? "" : folder.path(ca + ".pem")};
    }

private:
    void openssl(const std::string& rest) const {
        const std::string command = "cd " + folder.path() + " && openssl " + rest + " >log 2>&1";
        BOOST_REQUIRE_MESSAGE(std::system(command.c_str()) == 0, command);
    }
    void authority(const std::string& name, const std::string& subject) const {
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=" + subject +
                "' -keyout " + name + ".key -out " + name + ".pem");
    }
    void signedBy(const std::string& ca, const std::string& name, const std::string& subject) const {
        folder.write("names", "subjectAltName=DNS:" + subject + "\n");
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=" + subject + "' -keyout " + name +
                ".key -out " + name + ".csr");
        openssl("x509 -req -in " + name + ".csr -CA " + ca + ".pem -CAkey " + ca +
                ".key -CAcreateserial -days 2 -extfile names -out " + name + ".pem");
    }
};

struct Pty {
    int master = -1, slave = -1;
    std::string name;

    Pty() {
        char path[128] = {};
        BOOST_REQUIRE(::openpty(&master, &slave, path, nullptr, nullptr) == 0);
        name = path;
        ::close(slave);
    }
    ~Pty() { unplug(); }
    void unplug() {
        if (master >= 0) ::close(master);
        master = -1;
    }
    void write(const std::string& bytes) const {
        BOOST_REQUIRE(::write(master, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    }
    [[nodiscard]] std::string read(std::size_t count) const {
        std::string all(count, '\0');
        std::size_t at = 0;
        // Until the other end is opened there is an error to read.
        for (int patience = 5'000; at < count && patience > 0; --patience) {
            const ssize_t got = ::read(master, all.data() + at, count - at);
            if (got <= 0) std::this_thread::sleep_for(1ms);
            at += got > 0 ? static_cast<std::size_t>(got) : 0;
        }
        return all.substr(0, at);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Connecting, Wires)

BOOST_AUTO_TEST_CASE(a_client_speaks_to_a_server) {
    const TcpServer server("127.0.0.1", 0, echo);
    const Dialer dialer(server.address(), tcpTo("127.0.0.1", server.port()), saying("hello", log), fault, quick);
    BOOST_TEST(log.has("HELLO"));
    BOOST_TEST(dialer.connections() == 1u);
}

BOOST_AUTO_TEST_CASE(a_connection_that_ended_is_opened_again) {
    const TcpServer server("127.0.0.1", 0, echo);
    const Dialer dialer(server.address(), tcpTo("127.0.0.1", server.port()), saying("bye", log), fault, quick);
    BOOST_TEST(log.has("[][][]"));
}

BOOST_AUTO_TEST_CASE(an_instrument_that_is_not_there_is_called_until_it_is_and_complained_of_once) {
    auto server = std::make_unique<TcpServer>("127.0.0.1", 0, echo);
    const std::uint16_t port = server->port();
    server.reset();
    const Dialer dialer("the instrument", tcpTo("127.0.0.1", port), saying("hello", log), fault, quick);
    BOOST_TEST(log.has("fault: the instrument: "));
    server = std::make_unique<TcpServer>("127.0.0.1", port, echo);
    BOOST_TEST(log.has("HELLO"));
    const std::string all = log.all();
    BOOST_TEST(all.find("fault") == all.rfind("fault"));
}

BOOST_AUTO_TEST_CASE(tls_protects_both_directions) {
    const Certificates files;
    const std::string big(100'000, 'x');
    const TcpServer server("127.0.0.1", 0, echo, files.tls("server", ""));
    const Dialer dialer("", tcpTo("localhost", server.port(), files.tls("", "ca")), saying("hello" + big, log), fault,
                        quick);
    BOOST_TEST(log.has(std::string(100'000, 'X')), log.all().substr(0, 200));
}

BOOST_AUTO_TEST_CASE(a_server_of_another_authority_or_name_is_not_spoken_to) {
    const Certificates files;
    const TcpServer server("127.0.0.1", 0, echo, files.tls("server", ""));
    const TcpServer otherName("127.0.0.1", 0, echo, files.tls("client", ""));
    const Dialer stranger("stranger", tcpTo("localhost", server.port(), files.tls("", "other")), saying("secret", log),
                          fault, quick);
    BOOST_TEST(log.has("fault: stranger: "));
    const Dialer misnamed("misnamed", tcpTo("127.0.0.1", otherName.port(), files.tls("", "ca")), saying("secret", log),
                          fault, quick);
    BOOST_TEST(log.has("fault: misnamed: "));
    BOOST_TEST(log.all().find('[') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_server_that_demands_certificates_hears_only_those_of_its_authority) {
    const Certificates files;
    Log heard;
    const auto hear = [&](Connection& connection) {
        while (!connection.closed()) {
            const std::string bytes = connection.receive();
            heard.add(bytes);
            connection.send(bytes);
        }
    };
    const TcpServer server("127.0.0.1", 0, hear, files.tls("server", "ca"));
    const auto call = [&](const std::string& certificate) {
        return tcpTo("localhost", server.port(), files.tls(certificate, "ca"));
    };
    const Dialer nobody("", call(""), saying("nobody", log), fault, quick);
    const Dialer stranger("", call("stranger"), saying("stranger", log), fault, quick);
    const Dialer known("", call("client"), saying("known", log), fault, quick);
    BOOST_TEST(heard.has("known"));
    BOOST_TEST(log.has("known"));
    BOOST_TEST(heard.all() == "known");
}

BOOST_AUTO_TEST_CASE(a_serial_line_passes_every_byte_as_it_is) {
    Pty pty;
    std::string all;
    for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
    const Dialer dialer(pty.name, serialOver({.device = pty.name}), saying(all, log), fault, quick);
    BOOST_TEST(pty.read(256) == all);
    pty.write(all);
    BOOST_TEST(log.has(all));
}

BOOST_AUTO_TEST_CASE(a_device_that_was_unplugged_is_opened_again) {
    const test::TempFolder folder;
    Pty first;
    const std::string link = folder.path("balance");
    std::filesystem::create_symlink(first.name, link);
    const Dialer dialer(link, serialOver({.device = link, .baud = 1'200}), saying("S\r\n", log), fault, quick);
    BOOST_TEST(first.read(3) == "S\r\n");
    first.unplug();
    BOOST_TEST(log.has("]"));
    const Pty second;
    std::filesystem::remove(link);
    std::filesystem::create_symlink(second.name, link);
    BOOST_TEST(second.read(3) == "S\r\n");
}

BOOST_AUTO_TEST_CASE(what_is_no_serial_line_is_a_fault) {
    const Dialer dialer("x", serialOver({.device = "/dev/null"}), saying("", log), fault, quick);
    BOOST_TEST(log.has("fault: x: "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
