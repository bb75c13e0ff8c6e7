#include <Poco/Net/SocketAddress.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>

#include "instruments/gateway/Arguments.h"
#include "instruments/formats/Fields.h"
#include "instruments/simulate/Player.h"
#include "instruments/simulate/Worker.h"

namespace touchstone::instruments {
namespace {

constexpr const char* help = R"(touchstone-simulate: plays an instrument

touchstone-simulate astm|mllp --to HOST:PORT [options] FILE...
    Sends every file as one message and waits for every acknowledgement. ASTM: a capture of frames is sent as it is,
    frame by frame between ENQ and EOT; bare records are put into frames. MLLP: a file is one block.
    --repeat N           every file N times
    --connections N      so many instruments at a time, each sending everything
    --unique             a fresh control id (H.3, MSH-10) in every message; without it a repetition is a duplicate
    --insist             what is not acknowledged is sent again, with the same control id, for up to a minute
    --split              every byte in a write of its own
    --join               ASTM: the whole transfer in one write, then the replies are counted
    --bad-checksum K     ASTM: frame K is wrong at its first sending
    --cut-after-frame K  ASTM: the connection is cut once frame K is acknowledged
    --patience MS        how long to wait for a reply, default 15000
    --summary            one JSON line at the end instead: messages, acknowledged, seconds, per_second, p50_ms, p99_ms
Prints a JSON line for each message: file, control_id (with --unique), acknowledged, milliseconds, note.

touchstone-simulate astm|mllp --to HOST:PORT --work SECONDS [options]
    Stays connected for so long, takes orders and prints a JSON line for each: order, act, specimen, position, priority,
    tests; for an answer to what it asked: answer (ASTM the code of L, HL7 that of QAK), orders.
    --ask SPECIMEN,…     asks for them at the start, one after the other; ALL asks for everything
    --orders N           leaves after so many lines
    --refuse             MLLP: answers every order with "unable to accept"
    --mute               MLLP: answers no order
Exit status 0: all were acknowledged, 1: some were not, 2: the command line is wrong.
)";

struct Job {
    bool astm = false;
    bool unique = false;
    bool insist = false;
    bool summary = false;
    std::size_t repeat = 1;
    std::size_t connections = 1;
    PlaySettings settings;
    std::vector<std::pair<std::string, std::string>> files;
};

Job jobOf(const std::vector<std::string>& words) {
    const Arguments arguments(words, {"to", "repeat", "connections", "bad-checksum", "cut-after-frame", "patience"},
                              {"unique", "insist", "split", "join", "summary"});
    const auto& rest = arguments.rest();
    if (rest.empty() || (rest[0] != "astm" && rest[0] != "mllp"))
        throw UsageError("say astm or mllp first; see --help");
    if (rest.size() < 2) throw UsageError("no file to send");
    Job job;
    job.astm = rest[0] == "astm";
    job.unique = arguments.has("unique");
    job.insist = arguments.has("insist");
    job.summary = arguments.has("summary");
    job.repeat = arguments.number("repeat", 1);
    job.connections = arguments.number("connections", 1);
    const Poco::Net::SocketAddress to(arguments.need("to"));
    job.settings.host = to.host().toString();
    job.settings.port = to.port();
    job.settings.split = arguments.has("split");
    job.settings.join = arguments.has("join");
    if (arguments.has("bad-checksum")) job.settings.badChecksum = arguments.number("bad-checksum", 1);
    if (arguments.has("cut-after-frame")) job.settings.cutAfter = arguments.number("cut-after-frame", 1);
    job.settings.patience = std::chrono::milliseconds(arguments.number("patience", 15'000));
    for (std::size_t i = 1; i < rest.size(); ++i) job.files.emplace_back(rest[i], readFile(rest[i]));
    return job;
}

std::string lineOf(const std::string& file, const std::string& id, const Played& played) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
    json.StartObject();
    json.Key("file");
    json.String(file.c_str());
    if (!id.empty()) {
        json.Key("control_id");
        json.String(id.c_str());
    }
    json.Key("acknowledged");
    json.Bool(played.acknowledged);
    json.Key("milliseconds");
    json.Double(played.milliseconds);
    json.Key("note");
    json.String(played.note.c_str());
    json.EndObject();
    return buffer.GetString();
}

std::string summaryOf(std::vector<double> milliseconds, std::size_t acknowledged, double seconds) {
    std::ranges::sort(milliseconds);
    const auto count = static_cast<double>(milliseconds.size());
    const auto at = [&](double share) { return milliseconds.at(static_cast<std::size_t>(share * (count - 1))); };
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
    json.StartObject();
    json.Key("messages");
    json.Uint64(milliseconds.size());
    json.Key("acknowledged");
    json.Uint64(acknowledged);
    for (const auto& [key, value] : {std::pair("seconds", seconds), {"per_second", count / seconds},
                                     {"p50_ms", at(0.5)}, {"p99_ms", at(0.99)}}) {
        json.Key(key);
        json.Double(value);
    }
    json.EndObject();
    return buffer.GetString();
}

class Run {
public:
    explicit Run(Job job) : job_(std::move(job)) {}

    bool all() {
        const auto begin = std::chrono::steady_clock::now();
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < job_.connections; ++i) threads.emplace_back([this] { one(); });
        for (std::thread& thread : threads) thread.join();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        if (job_.summary) std::cout << summaryOf(times_, acknowledged_, took.count()) << std::endl;
        return acknowledged_ == times_.size();
    }

private:
    void one() {
        const auto player = job_.astm ? astmPlayer(job_.settings) : mllpPlayer(job_.settings);
        for (std::size_t n = 0; n < job_.repeat; ++n) {
            for (const auto& [file, bytes] : job_.files) {
                const std::string id = job_.unique ? freshId() : "";
                const std::string fresh = job_.astm ? withFreshAstmId(bytes, id) : withFreshHl7Id(bytes, id);
                const Played played = play(*player, job_.unique ? fresh : bytes);
                const std::lock_guard guard(output_);
                acknowledged_ += played.acknowledged ? 1 : 0;
                times_.push_back(played.milliseconds);
                if (!job_.summary) std::cout << lineOf(file, id, played) << std::endl;
            }
        }
    }

    Played play(Player& player, const std::string& message) const {
        const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        Played played = player.play(message);
        while (job_.insist && !played.acknowledged && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            played = player.play(message);
        }
        return played;
    }

    /// At most 20 characters, as MSH-10 wants it.
    std::string freshId() { return run_ + "-" + std::to_string(count_++); }

    Job job_;
    std::string run_ = std::to_string(std::random_device{}());
    std::atomic<std::uint64_t> count_ = 1;
    std::mutex output_;
    std::size_t acknowledged_ = 0;
    std::vector<double> times_;
};

int worker(const std::vector<std::string>& words) {
    const Arguments arguments(words, {"to", "work", "ask", "orders"}, {"refuse", "mute"});
    const auto& rest = arguments.rest();
    if (rest.size() != 1 || (rest[0] != "astm" && rest[0] != "mllp")) throw UsageError("say astm or mllp; see --help");
    const Poco::Net::SocketAddress to(arguments.need("to"));
    WorkSettings settings{.astm = rest[0] == "astm", .host = to.host().toString(), .port = to.port()};
    settings.time = std::chrono::seconds(arguments.number("work", 10));
    settings.orders = arguments.number("orders", 0);
    settings.refuse = arguments.has("refuse");
    settings.mute = arguments.has("mute");
    if (arguments.has("ask")) {
        const std::string asked = arguments.get("ask");
        for (const std::string_view specimen : split(asked, ',')) settings.asked.emplace_back(specimen);
    }
    const std::size_t lines = work(settings, [](const std::string& line) { std::cout << line << std::endl; });
    return lines >= settings.orders ? 0 : 1;
}

bool isWork(const std::string& word) {
    return word == "--work" || word.starts_with("--work=");
}

int simulate(const std::vector<std::string>& words) {
    const bool asked = words.empty() || words[0] == "--help" || words[0] == "-h";
    if (asked || (words.size() > 1 && words[1] == "--help")) {
        std::cout << help;
        return words.empty() ? 2 : 0;
    }
    std::signal(SIGPIPE, SIG_IGN);
    if (std::any_of(words.begin(), words.end(), isWork)) return worker(words);
    return Run(jobOf(words)).all() ? 0 : 1;
}

}  // namespace
}  // namespace touchstone::instruments

int main(int argc, char** argv) {
    try {
        return touchstone::instruments::simulate({argv + 1, argv + argc});
    } catch (const std::exception& fault) {
        std::cerr << "touchstone-simulate: " << fault.what() << '\n';
        return 2;
    }
}
