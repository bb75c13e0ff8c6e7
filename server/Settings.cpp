#include "server/Settings.h"

#include <Poco/AutoPtr.h>
#include <Poco/ConsoleChannel.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/FileChannel.h>
#include <Poco/Formatter.h>
#include <Poco/FormattingChannel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "reports/Signer.h"
#include "server/core/Bytes.h"
#include "server/core/Error.h"
#include "server/core/Json.h"
#include "server/db/PrivateDatabase.h"

namespace touchstone::settings {
namespace {

namespace fs = std::filesystem;

/// One JSON object a line: time, level, source, text.
class JsonFormatter final : public Poco::Formatter {
public:
    void format(const Poco::Message& message, std::string& out) override {
        json::Writer line;
        line.beginObject()
            .field("at", Poco::DateTimeFormatter::format(message.getTime(), "%Y-%m-%dT%H:%M:%s.%iZ"))
            .field("level", static_cast<int>(message.getPriority()))
            .field("source", message.getSource())
            .field("text", message.getText())
            .endObject();
        out = line.take();
    }
};

std::string readFile(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Error(ErrorCode::BadConfiguration, {"keys.directory", "cannot read " + path.string()});
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A secret is written whole or not at all, readable by this account only.
void writeSecret(const fs::path& path, const std::string& content) {
    const fs::path fresh = path.string() + ".new";
    const mode_t before = umask(0077);
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    umask(before);
    out << content;
    out.close();
    if (!out) throw Error(ErrorCode::BadConfiguration, {"keys.directory", "cannot write " + fresh.string()});
    fs::rename(fresh, path);
}

fs::path keys(const Config& config) {
    const fs::path folder = config.text("keys.directory");
    if (folder.empty()) throw Error(ErrorCode::BadConfiguration, {"keys.directory", "it is needed"});
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms::owner_all);
    return folder;
}

/// The demonstration authority is made on first start; a laboratory puts its own key and chain in place of it.
void makeAuthority(const fs::path& folder, const std::string& organisation) {
    if (fs::exists(folder / "ca.pem")) return;
    const auto authority = reports::DemonstrationAuthority::make(organisation, 3650);
    writeSecret(folder / "signer.key", authority.keyPem);
    writeSecret(folder / "signer.pem", authority.chainPem);
    writeSecret(folder / "ca.pem", authority.caPem);
}

}  // namespace

Config load(const std::string& file) {
    return Config::load(file, {{"database.directory", ""},
                               {"database.socket", ""},
                               {"database.host", ""},
                               {"database.port", "3306"},
                               {"database.user", ""},
                               {"database.password", ""},
                               {"database.schema", "touchstone"},
                               {"database.connections", "16"},
                               {"http.host", "127.0.0.1"},
                               {"http.port", "8080"},
                               {"http.port_file", ""},
                               {"http.threads", "256"},
                               {"http.web", ""},
                               {"http.public_url", ""},
                               {"http.secure_cookies", "false"},
                               {"http.account_per_minute", "12000"},
                               {"http.token_per_minute", "600"},
                               {"keys.directory", ""},
                               {"audit.anchors", ""},
                               {"audit.seal_seconds", "10"},
                               {"certificate.font", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"},
                               {"certificate.watermark", ""},
                               {"certificate.seal", ""},
                               {"certificate.accreditation", ""},
                               {"institute.organisation", ""},
                               {"portal.listeners", "64"},
                               {"portal.transfers", "16"},
                               {"log.file", ""},
                               {"share.directory", ""}});
}

std::string share(const Config& config) {
    const std::string given = config.text("share.directory");
    if (!given.empty()) return given;
    return fs::read_symlink("/proc/self/exe").parent_path().parent_path().parent_path().string();
}

db::Settings database(const Config& config, bool owner) {
    const std::string directory = config.text("database.directory");
    const std::string schema = config.text("database.schema");
    db::Settings out;
    if (!directory.empty()) {
        const db::PrivateDatabase own(directory);
        out = owner ? own.owner(schema) : own.application(schema);
    } else {
        out.socket = config.text("database.socket");
        out.host = config.text("database.host");
        out.port = static_cast<std::uint16_t>(config.integer("database.port", 1, 65535));
        out.user = config.text("database.user");
        out.password = config.text("database.password");
        out.schema = schema;
    }
    out.connections = static_cast<std::size_t>(config.integer("database.connections", 1, 500));
    return out;
}

std::string trailKey(const Config& config) {
    const fs::path path = keys(config) / "trail.key";
    if (!fs::exists(path)) {
        SystemRandom random;
        writeSecret(path, toHex(random.bytes(32)));
    }
    return readFile(path);
}

std::string roots(const Config& config) {
    const fs::path folder = keys(config);
    makeAuthority(folder, config.text("certificate.seal"));
    return readFile(folder / "ca.pem");
}

std::string signerChain(const Config& config) {
    const fs::path folder = keys(config);
    makeAuthority(folder, config.text("certificate.seal"));
    return readFile(folder / "signer.pem");
}

ApplicationSettings application(const Config& config) {
    const fs::path folder = keys(config);
    ApplicationSettings out;
    out.database = database(config, false);
    out.http.host = config.text("http.host");
    out.http.port = static_cast<std::uint16_t>(config.integer("http.port", 0, 65535));
    out.http.threads = static_cast<int>(config.integer("http.threads", 4, 2000));
    out.http.secureCookies = config.flag("http.secure_cookies");
    out.http.accountPerMinute = static_cast<int>(config.integer("http.account_per_minute", 1, 1'000'000));
    out.http.tokenPerMinute = static_cast<int>(config.integer("http.token_per_minute", 1, 1'000'000));
    out.webFolder = config.text("http.web");
    out.openapiFile = share(config) + "/server/http/openapi.yaml";
    out.fontFile = config.text("certificate.font");
    out.trailKey = trailKey(config);
    out.rootsPem = roots(config);
    out.signerKeyPem = readFile(folder / "signer.key");
    out.signerChainPem = signerChain(config);
    out.anchorFile = config.text("audit.anchors");
    out.sealEvery = std::chrono::seconds(config.integer("audit.seal_seconds", 1, 3600));
    out.certificates.publicUrl = config.text("http.public_url");
    out.certificates.laboratory = config.text("institute.organisation");
    out.certificates.sealText = config.text("certificate.seal");
    out.certificates.watermark = config.text("certificate.watermark");
    out.certificates.accreditation = config.text("certificate.accreditation");
    // Long answers must leave threads for the short ones.
    const std::int64_t most = out.http.threads / 4;
    out.portal.listeners = static_cast<std::size_t>(std::min(most, config.integer("portal.listeners", 0, 1000)));
    out.portal.transfers = static_cast<std::size_t>(std::min(most, config.integer("portal.transfers", 0, 1000)));
    return out;
}

void startLogging(const Config& config) {
    const std::string file = config.text("log.file");
    Poco::AutoPtr<Poco::Channel> channel;
    if (file.empty()) {
        channel = new Poco::ConsoleChannel(std::cerr);
    } else {
        channel = new Poco::FileChannel(file);
    }
    const Poco::AutoPtr<Poco::Formatter> formatter(new JsonFormatter);
    Poco::Logger::root().setChannel(new Poco::FormattingChannel(formatter, channel));
    Poco::Logger::root().setLevel(Poco::Message::PRIO_INFORMATION);
}

}  // namespace touchstone::settings
