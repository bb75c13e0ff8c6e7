#include "instruments/gateway/Config.h"

#include <Poco/Exception.h>
#include <Poco/Util/IniFileConfiguration.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <set>
#include <sstream>

#include "instruments/gateway/Arguments.h"

namespace touchstone::instruments {
namespace {

using Kind = ConfigFault::Kind;

/// One section; every key that was not asked for at the end is a mistake in the file.
class Section {
public:
    Section(const Poco::Util::IniFileConfiguration& file, std::string prefix)
        : file_(file), prefix_(std::move(prefix)) {}

    std::string text(const std::string& key, const std::string& otherwise = "") {
        asked_.insert(key);
        return file_.getString(prefix_ + "." + key, otherwise);
    }

    std::string need(const std::string& key) {
        std::string value = text(key);
        if (value.empty()) throw missing(key);
        return value;
    }

    std::uint64_t number(const std::string& key, std::uint64_t otherwise) {
        const std::string written = text(key);
        if (written.empty()) return otherwise;
        std::uint64_t value = 0;
        const auto [end, wrong] = std::from_chars(written.data(), written.data() + written.size(), value);
        if (wrong != std::errc() || end != written.data() + written.size())
            throw fault(key, "must be a number", Kind::NotANumber);
        return value;
    }

    /// Bytes in hexadecimal: "0D 0A".
    std::string bytes(const std::string& key) {
        std::string digits = text(key);
        std::erase(digits, ' ');
        std::string all;
        for (std::size_t at = 0; at < digits.size(); at += 2) {
            unsigned value = 0;
            const char* const end = digits.data() + std::min(at + 2, digits.size());
            const auto [stopped, wrong] = std::from_chars(digits.data() + at, end, value, 16);
            if (wrong != std::errc() || stopped != digits.data() + at + 2)
                throw fault(key, "must be bytes in hexadecimal");
            all.push_back(static_cast<char>(value));
        }
        return all;
    }

    /// One of these words; the first where nothing is written.
    std::string choice(const std::string& key, const std::vector<std::string>& words) {
        std::string written = text(key, words.front());
        if (std::ranges::find(words, written) != words.end()) return written;
        std::string all;
        for (const std::string& word : words) all += (all.empty() ? "" : word == words.back() ? " or " : ", ") + word;
        throw fault(key, all, Kind::NotOneOf);
    }

    [[nodiscard]] ConfigError fault(const std::string& key, const std::string& what, Kind kind = Kind::Wrong) const {
        return ConfigError({.section = prefix_, .key = key, .kind = kind, .what = what});
    }
    [[nodiscard]] ConfigError missing(const std::string& key) const { return fault(key, "is missing", Kind::Missing); }

    /// Every key with its value: by it a section is known to be another than before.
    [[nodiscard]] std::string source() const {
        std::string all = "[" + prefix_ + "]\n";
        for (const std::string& key : keys()) all += key + "=" + file_.getString(prefix_ + "." + key, "") + "\n";
        return all;
    }

    void finish() const {
        for (const std::string& key : keys()) {
            if (!asked_.contains(key)) throw fault(key, "is not known", Kind::Unknown);
        }
    }

private:
    [[nodiscard]] Poco::Util::AbstractConfiguration::Keys keys() const {
        Poco::Util::AbstractConfiguration::Keys keys;
        file_.keys(prefix_, keys);
        return keys;
    }

    const Poco::Util::IniFileConfiguration& file_;
    std::string prefix_;
    std::set<std::string> asked_;
};

/// Specimens and codes of an instrument that says nothing of orders go out in the form of its protocol; balances and
/// instruments that take files must be asked to.
OrderSettings ordersOf(Protocol protocol, Section& section) {
    using Form = OrderSettings::Form;
    OrderSettings orders;
    const bool wanted = section.choice("orders", {"yes", "no"}) == "yes";
    if (wanted && protocol == Protocol::Astm) orders.form = Form::Astm;
    if (wanted && protocol == Protocol::Mllp) orders.form = Form::Hl7;
    if (wanted && (protocol == Protocol::Sics || protocol == Protocol::Sbi)) orders.form = Form::Reading;
    const std::string delimiters = section.text("order_delimiters", "|\\^&");
    const auto said = astmDelimiters("H" + delimiters);
    if (!said || said->doubtful || delimiters.size() != 4)
        throw section.fault("order_delimiters", "must be four characters");
    orders.delimiters = said->delimiters;
    orders.message = section.choice("order_message", {"OML_O33", "OML_O21"}) == "OML_O21" ? Hl7OrderMessage::OmlO21
                                                                                          : Hl7OrderMessage::OmlO33;
    orders.names = section.choice("order_names", {"no", "yes"}) == "yes";
    orders.patience = std::chrono::seconds(section.number("order_patience_seconds", 30));
    orders.worklistFolder = section.text("worklist_folder");
    const std::string columns = section.text("worklist_columns", "Sample=specimen; Test=code");
    const auto layout = WorklistTemplate::parse(columns);
    if (!layout) throw section.fault("worklist_columns", "must be like Sample=specimen; Test=code");
    orders.worklist = *layout;
    if (!orders.worklistFolder.empty()) orders.form = Form::Worklist;
    return orders;
}

/// "token", or what stands in "token_file".
std::string tokenOf(Section& section) {
    const std::string token = section.text("token"), file = section.text("token_file");
    if (token.empty() && file.empty()) throw section.fault("token", "or token_file is missing", Kind::Missing);
    if (file.empty()) return token;
    try {
        return readToken(file);
    } catch (const UsageError& error) {
        throw section.fault("token_file", error.what());
    }
}

ServerAddress serverOf(Section section) {
    ServerAddress server;
    server.url = section.need("url");
    if (!server.url.starts_with("http://") && !server.url.starts_with("https://")) {
        throw section.fault("url", "must begin with http:// or https://");
    }
    server.caFile = section.text("ca_file");
    server.certificateFile = section.text("certificate_file");
    server.keyFile = section.text("key_file");
    if (server.certificateFile.empty() != server.keyFile.empty()) {
        throw section.fault(server.keyFile.empty() ? "key_file" : "certificate_file", "is missing", Kind::Missing);
    }
    if (server.keyFile.empty()) {
        server.token = tokenOf(section);
    } else if (!server.url.starts_with("https://")) {
        throw section.fault("certificate_file", "goes with https:// only");
    } else if (!section.text("token").empty() || !section.text("token_file").empty()) {
        throw section.fault("token", "and certificate_file: the server would believe the token alone");
    }
    section.finish();
    return server;
}

void serialOf(InstrumentSettings& instrument, Section& section, const std::string& device) {
    SerialSettings& line = instrument.serial;
    instrument.wire = Wire::Serial;
    line.device = device;
    line.baud = static_cast<std::uint32_t>(section.number("baud", line.baud));
    if (!knownBaud(line.baud)) throw section.fault("baud", "is not a speed of serial lines");
    line.dataBits = section.choice("data_bits", {"8", "7"}) == "7" ? 7 : 8;
    line.stopBits = section.choice("stop_bits", {"1", "2"}) == "2" ? 2 : 1;
    const std::string parity = section.choice("parity", {"none", "even", "odd"});
    line.parity = parity == "even" ? Parity::Even : parity == "odd" ? Parity::Odd : Parity::None;
    const std::string flow = section.choice("flow", {"none", "rtscts", "xonxoff"});
    line.flow = flow == "rtscts" ? FlowControl::RtsCts : flow == "xonxoff" ? FlowControl::XonXoff : FlowControl::None;
}

void tlsOf(InstrumentSettings& instrument, Section& section) {
    instrument.tls.on = section.choice("tls", {"off", "on"}) == "on";
    instrument.tls.certificateFile = section.text("certificate_file");
    instrument.tls.keyFile = section.text("key_file");
    instrument.tls.caFile = section.text("ca_file");
    if (instrument.tls.on && instrument.wire == Wire::Listen && instrument.tls.certificateFile.empty()) {
        throw section.missing("certificate_file");
    }
}

/// "listen", "connect" or "device".
void wireOf(InstrumentSettings& instrument, Section& section) {
    const std::string connect = section.text("connect"), device = section.text("device");
    const std::string listen = section.text("listen");
    if ((connect.empty() ? 0 : 1) + (device.empty() ? 0 : 1) + (listen.empty() ? 0 : 1) > 1) {
        throw section.fault("listen", "connect and device exclude one another");
    }
    if (!device.empty()) return serialOf(instrument, section, device);
    instrument.wire = connect.empty() ? Wire::Listen : Wire::Connect;
    const std::string key = connect.empty() ? "listen" : "connect";
    const std::string address = connect.empty() ? (listen.empty() ? "127.0.0.1:0" : listen) : connect;
    const std::size_t colon = address.rfind(':');
    const std::string digits = colon == std::string::npos ? "" : address.substr(colon + 1);
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), instrument.port);
    if (wrong != std::errc() || end != digits.data() + digits.size()) throw section.fault(key, "must be host:port");
    instrument.host = address.substr(0, colon);
    tlsOf(instrument, section);
}

void uploadOf(InstrumentSettings& instrument, Section& section) {
    if (instrument.wire != Wire::Listen) throw section.fault("protocol", "http only listens");
    instrument.upload.token = tokenOf(section);
    instrument.upload.whole = std::chrono::seconds(section.number("upload_seconds", 300));
}

void balanceOf(InstrumentSettings& instrument, Section& section) {
    instrument.balance.stableWait = std::chrono::milliseconds(section.number("stable_ms", 40'000));
    instrument.balance.answerWait = std::chrono::milliseconds(section.number("answer_ms", 3'000));
    instrument.balance.askAgain = std::chrono::milliseconds(section.number("ask_again_ms", 300));
}

InstrumentSettings instrumentOf(Section& section, const std::string& key) {
    InstrumentSettings instrument;
    instrument.code = section.text("code", key);
    instrument.source = section.source();
    static_cast<void>(section.need("protocol"));
    instrument.protocol =
        protocolOf(section.choice("protocol", {"astm", "mllp", "line", "sics", "sbi", "file", "http"}));
    instrument.astm.maxFrame = section.number("max_frame", instrument.astm.maxFrame);
    instrument.astm.maxMessage = section.number("max_message", instrument.astm.maxMessage);
    instrument.astm.silence = std::chrono::seconds(section.number("silence_seconds", 30));
    const bool lenient = section.choice("frame_numbers", {"strict", "lenient"}) == "lenient";
    instrument.astm.numbers = lenient ? FrameNumbers::Lenient : FrameNumbers::Strict;
    instrument.commitBlocks = section.choice("mllp_release", {"1", "2"}) == "2";
    instrument.answerAlways = section.choice("answer", {"always", "as_asked"}) == "always";
    instrument.line.begin = section.bytes("line_begin");
    instrument.line.end = section.bytes("line_end");
    instrument.line.answer = section.bytes("line_answer");
    instrument.astm.sending.maxText = section.number("send_frame", instrument.astm.sending.maxText);
    if (instrument.protocol == Protocol::File) {
        instrument.drop.folder = section.need("folder");
        instrument.drop.suffix = section.text("suffix");
        instrument.drop.marker = section.text("marker");
        instrument.drop.settle = std::chrono::milliseconds(section.number("settle_ms", 2'000));
        instrument.drop.maxFile = instrument.astm.maxMessage;
    } else {
        wireOf(instrument, section);
    }
    if (instrument.protocol == Protocol::Http) uploadOf(instrument, section);
    if (instrument.protocol == Protocol::Sics || instrument.protocol == Protocol::Sbi) balanceOf(instrument, section);
    instrument.orders = ordersOf(instrument.protocol, section);
    section.finish();
    return instrument;
}

InstrumentsRead instrumentsOf(const Poco::Util::IniFileConfiguration& file) {
    InstrumentsRead out;
    Poco::Util::AbstractConfiguration::Keys keys;
    file.keys("instrument", keys);
    std::set<std::string> codes;
    for (const std::string& key : keys) {
        try {
            Section section(file, "instrument." + key);
            InstrumentSettings instrument = instrumentOf(section, key);
            if (!codes.insert(instrument.code).second) throw section.fault("code", "is given twice", Kind::Twice);
            out.instruments.push_back(std::move(instrument));
        } catch (const ConfigError& error) {
            out.faults.push_back(error.fault());
        }
    }
    return out;
}

std::string worded(const ConfigFault& fault) {
    const std::string what = fault.kind == Kind::NotOneOf ? "must be " + fault.what : fault.what;
    return "[" + fault.section + "] " + (fault.key.empty() ? "" : fault.key + " ") + what;
}

std::string trimmed(std::string text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
    const auto first = std::ranges::find_if(text, [](unsigned char c) { return std::isspace(c) == 0; });
    text.erase(text.begin(), first);
    return text;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Where sections and keys stand. The reader of ini files takes anything: it lets the later of two win and makes keys
/// of lines that are none.
class Places {
public:
    Places(const std::string& text, std::vector<ConfigFault>& faults) {
        std::istringstream lines(text);
        std::string section;
        std::size_t number = 0;
        for (std::string line; std::getline(lines, line);) {
            ++number;
            line = trimmed(std::move(line));
            if (line.empty() || line.front() == ';') continue;
            const std::size_t equals = line.find('=');
            const bool head = line.front() == '[';
            if (head ? line.back() != ']' : equals == std::string::npos || equals == 0) {
                faults.push_back(
                    {section, "", Kind::Wrong, "is no section, no key = value and no comment behind ;", number});
                continue;
            }
            if (head) section = trimmed(line.substr(1, line.size() - 2));
            const std::string key = head ? "" : trimmed(line.substr(0, equals));
            if (!lines_.emplace(place(section, key), number).second) {
                faults.push_back({section, key, Kind::Twice, "is given twice", number});
            } else if (head && !lower(section).starts_with("instrument.")) {
                faults.push_back({section, "", Kind::Unknown, "is not known here", number});
            } else if (section.empty()) {
                faults.push_back({"", key, Kind::Unknown, "stands in no section", number});
            }
        }
    }

    [[nodiscard]] std::size_t line(const std::string& section, const std::string& key) const {
        for (const std::string& at : {place(section, key), place(section, "")}) {
            if (const auto found = lines_.find(at); found != lines_.end()) return found->second;
        }
        return 1;
    }

private:
    static std::string place(const std::string& section, const std::string& key) {
        return lower(section) + "\n" + lower(key);
    }

    std::map<std::string, std::size_t> lines_;
};

/// Tokens are secrets of the gateway: they stand neither in versions that people read, nor is a file opened for whoever
/// writes such a text.
std::vector<ConfigFault> secretsIn(const Poco::Util::IniFileConfiguration& file, const Places& places) {
    std::vector<ConfigFault> faults;
    Poco::Util::AbstractConfiguration::Keys keys;
    file.keys("instrument", keys);
    for (const std::string& key : keys) {
        const std::string section = "instrument." + key;
        for (const std::string secret : {"token", "token_file"}) {
            if (!file.has(section + "." + secret)) continue;
            faults.push_back({section, secret, Kind::Wrong, "belongs in the gateway's own file, with its section",
                              places.line(section, secret)});
        }
    }
    return faults;
}

}  // namespace

ConfigError::ConfigError(ConfigFault fault) : UsageError(worded(fault)), fault_(std::move(fault)) {
}

InstrumentsRead readInstruments(const std::string& text) {
    std::vector<ConfigFault> faults;
    const Places places(text, faults);
    std::istringstream in(text);
    try {
        const Poco::AutoPtr<Poco::Util::IniFileConfiguration> file(new Poco::Util::IniFileConfiguration(in));
        if (auto secrets = secretsIn(*file, places); !secrets.empty()) return {{}, std::move(secrets)};
        InstrumentsRead read = instrumentsOf(*file);
        for (ConfigFault& fault : read.faults) {
            fault.line = places.line(fault.section, fault.key);
            faults.push_back(std::move(fault));
        }
        std::ranges::stable_sort(faults, {}, &ConfigFault::line);
        return {std::move(read.instruments), std::move(faults)};
    } catch (const Poco::Exception& fault) {
        return {{}, {{"", "", Kind::Wrong, fault.displayText(), 1}}};
    }
}

std::string_view name(Protocol protocol) {
    switch (protocol) {
        case Protocol::Astm:
            return "astm";
        case Protocol::Mllp:
            return "mllp";
        case Protocol::Line:
            return "line";
        case Protocol::File:
            return "file";
        case Protocol::Sics:
            return "sics";
        case Protocol::Sbi:
            return "sbi";
        case Protocol::Http:
            return "http";
    }
    return "";
}

Protocol protocolOf(const std::string& written) {
    for (const Protocol p : {Protocol::Astm, Protocol::Mllp, Protocol::Line, Protocol::File, Protocol::Sics,
                             Protocol::Sbi, Protocol::Http}) {
        if (name(p) == written) return p;
    }
    throw UsageError("protocol must be astm, mllp, line, file, sics, sbi or http, not " + written);
}

Config Config::load(const std::string& path) {
    try {
        const Poco::AutoPtr<Poco::Util::IniFileConfiguration> file(new Poco::Util::IniFileConfiguration(path));
        Config config;
        Section server(*file, "server");
        config.lease = std::chrono::seconds(server.number("lease_seconds", 120));
        config.remote = server.choice("configuration", {"server", "local"}) == "server";
        config.server.server = serverOf(std::move(server));
        Section spool(*file, "spool");
        config.spoolFolder = spool.need("folder");
        config.spool.retention = std::chrono::hours(24 * spool.number("retention_days", 7));
        config.spool.duplicateWindow = std::chrono::minutes(spool.number("duplicate_minutes", 10));
        spool.finish();
        Section status(*file, "status");
        config.statusFile = status.text("file");
        config.statusAddress = status.text("listen");
        status.finish();
        InstrumentsRead read = instrumentsOf(*file);
        if (!read.faults.empty()) throw ConfigError(read.faults.front());
        config.instruments = std::move(read.instruments);
        if (config.instruments.empty() && !config.remote) throw UsageError("there is no [instrument.NAME] section");
        return config;
    } catch (const Poco::Exception& fault) {
        throw UsageError(path + ": " + fault.displayText());
    }
}

}  // namespace touchstone::instruments
