#include "instruments/simulate/Commandline.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>
#include <iterator>
#include <limits>
#include <random>

#include "instruments/formats/Fields.h"
#include "instruments/formats/Formats.h"
#include "instruments/gateway/Arguments.h"
#include "instruments/simulate/ControlIds.h"
#include "instruments/simulate/Generator.h"
#include "instruments/simulate/Load.h"
#include "instruments/simulate/Scale.h"
#include "instruments/simulate/Worker.h"
#include "instruments/transport/Capture.h"

namespace touchstone::instruments {
namespace {

double fraction(const std::string& text, const std::string& option) {
    double value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size() || value <= 0) {
        throw UsageError("--" + option + " needs a number above 0, not " + text);
    }
    return value;
}

std::string bytesOf(const std::string& digits, const std::string& option) {
    std::string bytes;
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        unsigned value = 0;
        const char* const begin = digits.data() + at;
        const char* const end = digits.data() + std::min(at + 2, digits.size());
        const auto [stopped, fault] = std::from_chars(begin, end, value, 16);
        if (fault != std::errc() || stopped != begin + 2)
            throw UsageError("--" + option + " needs bytes in hexadecimal");
        bytes.push_back(static_cast<char>(value));
    }
    return bytes;
}

std::string choice(const Arguments& arguments, const std::string& option, const std::vector<std::string>& words) {
    const std::string said = arguments.get(option, words.front());
    if (std::ranges::find(words, said) != words.end()) return said;
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    throw UsageError("--" + option + " is one of " + all + ", not " + said);
}

std::vector<std::string> listOf(const std::string& text) {
    std::vector<std::string> all;
    for (const std::string_view word : split(text, ',')) {
        if (!word.empty()) all.emplace_back(word);
    }
    return all;
}

SerialSettings serialOf(const Arguments& arguments) {
    SerialSettings serial{.device = arguments.get("to")};
    serial.baud = static_cast<std::uint32_t>(arguments.number("baud", serial.baud));
    if (!knownBaud(serial.baud)) throw UsageError("--baud is not a speed of serial lines");
    const std::string parity = choice(arguments, "parity", {"none", "even", "odd"});
    serial.parity = parity == "even" ? Parity::Even : parity == "odd" ? Parity::Odd : Parity::None;
    serial.dataBits = choice(arguments, "data-bits", {"8", "7"}) == "7" ? 7 : 8;
    serial.stopBits = choice(arguments, "stop-bits", {"1", "2"}) == "2" ? 2 : 1;
    return serial;
}

Site siteOf(const std::string& protocol, const Arguments& arguments) {
    Site site{.where = arguments.get("to")};
    const int ways = (arguments.has("to") ? 1 : 0) + (arguments.has("listen") ? 1 : 0) + (arguments.has("pty") ? 1 : 0);
    if (ways != 1) throw UsageError("say one of --to, --listen, --pty and --print");
    site.tls = {.on = arguments.has("tls"),
                .certificateFile = arguments.get("certificate"),
                .keyFile = arguments.get("key"),
                .caFile = arguments.get("ca")};
    if (arguments.has("listen")) {
        site.kind = Site::Kind::Listen;
        site.where = arguments.get("listen");
        if (site.tls.on && site.tls.certificateFile.empty()) throw UsageError("--tls --listen needs --certificate");
    } else if (arguments.has("pty")) {
        site.kind = Site::Kind::Pty;
    } else if (protocol == "file") {
        site.kind = Site::Kind::Folder;
    } else if (site.where.starts_with("http://") || site.where.starts_with("https://")) {
        site.tls.on = site.where.starts_with("https://");
        site.where.erase(0, site.where.find("//") + 2);
        site.where.erase(std::min(site.where.find('/'), site.where.size()));
        if (site.where.find(':') == std::string::npos) site.where += site.tls.on ? ":443" : ":80";
    } else if (site.where.starts_with('/')) {
        site.kind = Site::Kind::Serial;
        site.serial = serialOf(arguments);
    }
    if (protocol == "file" && site.kind != Site::Kind::Folder) throw UsageError("file goes --to a folder");
    return site;
}

FaultSettings faultsOf(const Arguments& arguments) {
    FaultSettings faults{
        .split = arguments.has("split"), .join = arguments.has("join"), .garbage = arguments.has("garbage")};
    const auto counted = [&](const std::string& option) {
        const std::uint64_t number = arguments.number(option, 0);
        if (arguments.has(option) && number == 0) throw UsageError("--" + option + " counts from 1");
        return number > 0 ? std::optional(number) : std::nullopt;
    };
    faults.badChecksum = counted("bad-checksum");
    faults.repeated = counted("repeat-frame");
    faults.skipped = counted("skip-frame");
    faults.cutAfter = counted("cut-after-frame");
    faults.cutAfterBytes = counted("cut-after-bytes");
    if (const auto pause = counted("silence")) faults.silence = std::chrono::milliseconds(*pause);
    if (arguments.has("chaos")) {
        const std::string said = arguments.get("chaos");
        const std::size_t colon = said.find(':');
        std::uint64_t seed = 0;
        const char* const end = said.data() + std::min(colon, said.size());
        const auto [stopped, fault] = std::from_chars(said.data(), end, seed);
        if (colon == std::string::npos || fault != std::errc() || stopped != end) {
            throw UsageError("--chaos needs SEED:RATE, such as 7:0.05");
        }
        faults.chaos = seed;
        faults.rate = fraction(said.substr(colon + 1), "chaos");
    }
    return faults;
}

/// What a fault cannot befall is a mistake on the command line, rather than a test that tests nothing.
void checkFaults(const std::string& protocol, const Arguments& arguments) {
    using Those = std::vector<std::string>;
    const auto only = [&](const std::string& option, const Those& protocols) {
        if (!arguments.has(option) || std::ranges::find(protocols, protocol) != protocols.end()) return;
        throw UsageError("--" + option + " does not befall " + protocol);
    };
    only("bad-checksum", {"astm"});
    only("skip-frame", {"astm", "line", "sics", "sbi"});
    only("join", {"astm", "mllp", "line"});
    only("repeat-frame", {"astm", "mllp", "line", "file", "http"});
    only("garbage", {"astm", "mllp", "line", "sics", "sbi"});
    for (const char* const option : {"cut-after-frame", "cut-after-bytes"}) {
        only(option, {"astm", "mllp", "line", "http", "sics", "sbi"});
    }
    only("window", {"mllp"});
    for (const char* const option : {"slow", "marker"}) only(option, {"file"});
    for (const char* const option : {"begin", "end", "answer"}) only(option, {"line"});
    for (const char* const option : {"weights", "unit", "state", "unsteady", "answers"}) only(option, {"sics", "sbi"});
    for (const char* const option : {"token-file", "instrument"}) only(option, {"http"});
    for (const char* const option : {"work", "ask", "orders", "refuse", "mute"}) only(option, {"astm", "mllp"});
}

Generator generatorOf(const Arguments& arguments) {
    Generator::Settings settings;
    const std::string format = choice(arguments, "generate", {"astm", "hl7", "csv"});
    settings.format = format == "astm" ? Generated::Astm : format == "hl7" ? Generated::Hl7 : Generated::Csv;
    settings.seed = arguments.number("seed", 1);
    const std::string specimens = arguments.get("specimens", "1");
    if (specimens.find_first_not_of("0123456789") == std::string::npos) {
        for (std::uint64_t n = 1; n <= arguments.number("specimens", 1); ++n) {
            const std::string digits = std::to_string(n);
            settings.specimens.push_back("S-" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits);
        }
    } else {
        for (const std::string_view line : lines(readFile(specimens))) settings.specimens.emplace_back(line);
    }
    if (settings.specimens.empty()) throw UsageError("--specimens names none");
    for (const std::string& word : listOf(arguments.get("analytes", "Pb:mg/kg,Cd:mg/kg"))) {
        const std::size_t colon = word.find(':');
        settings.analytes.push_back({word.substr(0, colon), colon == std::string::npos ? "" : word.substr(colon + 1)});
    }
    if (settings.analytes.empty()) throw UsageError("--analytes names none");
    return Generator(std::move(settings));
}

/// The messages of the command line, without an end: files one after the other and again from the first.
struct Source {
    std::function<Message(std::uint64_t)> message;
    std::uint64_t round = 0;  ///< so many are different
};

/// A file of a protocol of messages may be what somebody wrote down from a line.
std::vector<Message> messagesOf(const std::string& protocol, const std::string& name) {
    std::string bytes = readFile(name);
    if (protocol != "astm" && protocol != "mllp") return {{name, std::move(bytes)}};
    if (auto line = fromPrinted(bytes)) bytes = std::move(*line);
    std::vector<Message> messages;
    for (std::string& message : capturedMessages(bytes)) messages.push_back({name, std::move(message)});
    return messages;
}

Source sourceOf(const std::string& protocol, const Arguments& arguments) {
    const std::vector<std::string> names(arguments.rest().begin() + 1, arguments.rest().end());
    if (arguments.has("generate")) {
        if (!names.empty()) throw UsageError("--generate and files exclude one another");
        const Generator generator = generatorOf(arguments);
        return {[generator](std::uint64_t n) { return generator.message(n); }, generator.specimens()};
    }
    if (names.empty()) throw UsageError("no file to send, and no --generate");
    std::vector<Message> all;
    for (const std::string& name : names) std::ranges::move(messagesOf(protocol, name), std::back_inserter(all));
    return {[all](std::uint64_t n) { return all[n % all.size()]; }, all.size()};
}

/// At most 20 characters, as MSH-10 wants it.
Source withFreshIds(const std::string& protocol, Source source) {
    const std::string run = std::to_string(std::random_device{}());
    const std::string known = protocol == "astm" ? "astm" : protocol == "mllp" ? "hl7" : "";
    source.message = [run, known, make = std::move(source.message)](std::uint64_t n) {
        Message message = make(n);
        message.id = run + "-" + std::to_string(n + 1);
        const std::string format = known.empty() ? detect(message.bytes) : known;
        if (format != "astm" && format != "hl7") throw UsageError(message.name + " has no control id to make --unique");
        message.bytes =
            format == "astm" ? withFreshAstmId(message.bytes, message.id) : withFreshHl7Id(message.bytes, message.id);
        return message;
    };
    return source;
}

std::unique_ptr<Player> playerOf(const std::string& protocol, const Arguments& arguments, PlaySettings play) {
    if (protocol == "astm") return astmPlayer(std::move(play));
    if (protocol == "mllp") return mllpPlayer(std::move(play));
    if (protocol == "line") {
        return linePlayer(std::move(play), {.begin = bytesOf(arguments.get("begin"), "begin"),
                                            .end = bytesOf(arguments.get("end"), "end"),
                                            .answer = bytesOf(arguments.get("answer"), "answer")});
    }
    if (protocol == "file") {
        return dropPlayer(std::move(play), {.folder = arguments.need("to"),
                                            .slow = std::chrono::milliseconds(arguments.number("slow", 0)),
                                            .marker = arguments.get("marker")});
    }
    std::string token = readFile(arguments.need("token-file"));
    token.erase(token.find_last_not_of("\r\n") + 1);
    return uploadPlayer(std::move(play), {.host = siteOf(protocol, arguments).where,
                                          .token = std::move(token),
                                          .instrument = arguments.need("instrument")});
}

void tellOf(const std::string& what) {
    std::cerr << what << std::endl;
}

Opener openerFor(const Site& site) {
    return site.kind == Site::Kind::Folder ? Opener() : openerOf(site, tellOf);
}

int play(const std::string& protocol, const Arguments& arguments) {
    Source source = sourceOf(protocol, arguments);
    if (arguments.has("unique")) source = withFreshIds(protocol, std::move(source));
    static_cast<void>(source.message(0));  // what cannot be made is said before anything is sent
    const std::uint64_t repeat = arguments.number("repeat", 1);
    if (arguments.has("print")) {
        for (std::uint64_t n = 0; n < repeat * source.round; ++n) std::cout << source.message(n).bytes;
        return std::cout.flush() ? 0 : 1;
    }
    const Site site = siteOf(protocol, arguments);
    PlaySettings settings{.open = openerFor(site), .faults = faultsOf(arguments)};
    settings.patience = std::chrono::milliseconds(arguments.number("patience", 15'000));
    LoadSettings load;
    load.message = source.message;
    load.connections = std::max<std::uint64_t>(arguments.number("connections", 1), 1);
    const bool line = site.kind == Site::Kind::Serial || site.kind == Site::Kind::Pty;
    if (line && load.connections > 1) throw UsageError("a serial line has one connection");
    const std::size_t shares = arguments.has("generate") ? 1 : load.connections;
    const bool endless = arguments.has("seconds");
    if (endless) load.time = std::chrono::seconds(arguments.number("seconds", 0));
    load.messages = endless ? std::numeric_limits<std::uint64_t>::max() / 2 : repeat * source.round * shares;
    if (arguments.has("rate")) load.rate = fraction(arguments.get("rate"), "rate");
    load.joined = settings.faults.join ? source.round : arguments.number("window", 0);
    load.insist = arguments.has("insist");
    load.summary = arguments.has("summary");
    load.player = [&](std::uint64_t connection) {
        PlaySettings own = settings;
        own.connection = connection;
        return playerOf(protocol, arguments, std::move(own));
    };
    return playLoad(load, std::cout) ? 0 : 1;
}

int weighing(const std::string& protocol, const Arguments& arguments) {
    static const std::vector<std::string> states{"stable", "dynamic", "overload", "underload", "error", "silent"};
    ScaleSettings settings{.sics = protocol == "sics"};
    settings.open = openerFor(siteOf(protocol, arguments));
    settings.faults = faultsOf(arguments);
    settings.weights = listOf(arguments.get("weights", "100.00"));
    if (settings.weights.empty()) throw UsageError("--weights names none");
    settings.unit = arguments.get("unit", "g");
    const std::string state = choice(arguments, "state", states);
    settings.state = static_cast<ScaleState>(std::ranges::find(states, state) - states.begin());
    settings.unsteady = arguments.number("unsteady", 0);
    settings.answers = arguments.number("answers", 0);
    settings.time = std::chrono::seconds(arguments.number("seconds", 10));
    const std::size_t answers = weigh(settings, [](const std::string& line) { std::cout << line << std::endl; });
    return answers >= settings.answers ? 0 : 1;
}

int working(const std::string& protocol, const Arguments& arguments) {
    WorkSettings settings{.astm = protocol == "astm"};
    settings.open = openerFor(siteOf(protocol, arguments));
    settings.time = std::chrono::seconds(arguments.number("work", 10));
    settings.orders = arguments.number("orders", 0);
    settings.refuse = arguments.has("refuse");
    settings.mute = arguments.has("mute");
    settings.asked = listOf(arguments.get("ask"));
    const std::size_t said = work(settings, [](const std::string& line) { std::cout << line << std::endl; });
    return said >= settings.orders ? 0 : 1;
}

}  // namespace

int simulate(const std::vector<std::string>& words) {
    const Arguments arguments(
        words,
        {"to",
         "listen",
         "ca",
         "certificate",
         "key",
         "baud",
         "parity",
         "data-bits",
         "stop-bits",
         "token-file",
         "instrument",
         "generate",
         "specimens",
         "analytes",
         "seed",
         "repeat",
         "connections",
         "rate",
         "window",
         "seconds",
         "patience",
         "bad-checksum",
         "repeat-frame",
         "skip-frame",
         "cut-after-frame",
         "cut-after-bytes",
         "silence",
         "chaos",
         "slow",
         "marker",
         "begin",
         "end",
         "answer",
         "weights",
         "unit",
         "state",
         "unsteady",
         "answers",
         "work",
         "ask",
         "orders"},
        {"pty", "print", "tls", "unique", "insist", "summary", "split", "join", "garbage", "refuse", "mute"});
    static constexpr std::array protocols{"astm", "mllp", "line", "file", "http", "sics", "sbi"};
    const auto& rest = arguments.rest();
    if (rest.empty() || std::ranges::find(protocols, rest[0]) == protocols.end()) {
        throw UsageError("say astm, mllp, line, file, http, sics or sbi first; see --help");
    }
    const std::string& protocol = rest[0];
    checkFaults(protocol, arguments);
    const bool played = protocol != "sics" && protocol != "sbi" && !arguments.has("work");
    if (!played && rest.size() > 1) throw UsageError("no file is sent here: " + rest[1]);
    if (arguments.has("work")) return working(protocol, arguments);
    return played ? play(protocol, arguments) : weighing(protocol, arguments);
}

}  // namespace touchstone::instruments
