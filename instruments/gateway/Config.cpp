#include "instruments/gateway/Config.h"

#include <Poco/Exception.h>
#include <Poco/Util/IniFileConfiguration.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "instruments/gateway/Arguments.h"

namespace touchstone::instruments {
namespace {

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
        if (value.empty()) throw fault(key, "is missing");
        return value;
    }

    std::uint64_t number(const std::string& key, std::uint64_t otherwise) {
        const std::string written = text(key);
        if (written.empty()) return otherwise;
        std::uint64_t value = 0;
        const auto [end, wrong] = std::from_chars(written.data(), written.data() + written.size(), value);
        if (wrong != std::errc() || end != written.data() + written.size()) throw fault(key, "must be a number");
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
            if (wrong != std::errc() || stopped != digits.data() + at + 2) throw fault(key, "must be bytes in hexadecimal");
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
        throw fault(key, "must be " + all);
    }

    [[nodiscard]] UsageError fault(const std::string& key, const std::string& what) const {
        return UsageError("[" + prefix_ + "] " + key + " " + what);
    }

    void finish() const {
        Poco::Util::AbstractConfiguration::Keys keys;
        file_.keys(prefix_, keys);
        for (const std::string& key : keys) {
            if (!asked_.contains(key)) throw fault(key, "is not known");
        }
    }

private:
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
    if (wanted && (name(protocol) == "sics" || name(protocol) == "sbi")) orders.form = Form::Reading;
    const std::string delimiters = section.text("order_delimiters", "|\\^&");
    const auto said = astmDelimiters("H" + delimiters);
    if (!said || said->doubtful || delimiters.size() != 4) throw section.fault("order_delimiters", "must be four characters");
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

ServerAddress serverOf(Section section) {
    ServerAddress server;
    server.url = section.need("url");
    if (!server.url.starts_with("http://") && !server.url.starts_with("https://")) {
        throw section.fault("url", "must begin with http:// or https://");
    }
    server.token = section.text("token");
    const std::string file = section.text("token_file");
    if (!file.empty()) server.token = readFile(file);
    while (!server.token.empty() && (server.token.back() == '\n' || server.token.back() == '\r'))
        server.token.pop_back();
    if (server.token.empty()) throw section.fault("token", "or token_file is missing");
    server.caFile = section.text("ca_file");
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
        throw section.fault("certificate_file", "is missing");
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

InstrumentSettings instrumentOf(Section section, const std::string& key) {
    InstrumentSettings instrument;
    instrument.code = section.text("code", key);
    instrument.protocol = protocolOf(section.need("protocol"));
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
    instrument.orders = ordersOf(instrument.protocol, section);
    section.finish();
    return instrument;
}

}  // namespace

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
    }
    return "";
}

Protocol protocolOf(const std::string& written) {
    for (const Protocol p : {Protocol::Astm, Protocol::Mllp, Protocol::Line, Protocol::File, Protocol::Sics, Protocol::Sbi}) {
        if (name(p) == written) return p;
    }
    throw UsageError("protocol must be astm, mllp, line, file, sics or sbi, not " + written);
}

Config Config::load(const std::string& path) {
    try {
        const Poco::AutoPtr<Poco::Util::IniFileConfiguration> file(new Poco::Util::IniFileConfiguration(path));
        Config config;
        Section server(*file, "server");
        config.lease = std::chrono::seconds(server.number("lease_seconds", 120));
        config.server.server = serverOf(std::move(server));
        Section spool(*file, "spool");
        config.spoolFolder = spool.need("folder");
        config.spool.retention = std::chrono::hours(24 * spool.number("retention_days", 7));
        config.spool.duplicateWindow = std::chrono::minutes(spool.number("duplicate_minutes", 10));
        spool.finish();
        Section status(*file, "status");
        config.statusFile = status.text("file");
        status.finish();
        Poco::Util::AbstractConfiguration::Keys keys;
        file->keys("instrument", keys);
        std::set<std::string> codes;
        for (const std::string& key : keys) {
            config.instruments.push_back(instrumentOf(Section(*file, "instrument." + key), key));
            if (!codes.insert(config.instruments.back().code).second) {
                throw UsageError("[instrument." + key + "] code is given twice");
            }
        }
        if (config.instruments.empty()) throw UsageError("there is no [instrument.NAME] section");
        return config;
    } catch (const Poco::Exception& fault) {
        throw UsageError(path + ": " + fault.displayText());
    }
}

}  // namespace touchstone::instruments
