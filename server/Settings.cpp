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
#include "server/regulators/Letter.h"

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

std::string readFile(const fs::path& path, const std::string& key) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Error(ErrorCode::BadConfiguration, {key, "cannot read " + path.string()});
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

/// The file that a setting names, else the one in the folder of keys.
std::string fileOf(const Config& config, const std::string& key, const char* usual) {
    const std::string given = config.text(key);
    return given.empty() ? readFile(keys(config) / usual, "keys.directory") : readFile(given, key);
}

std::optional<reports::TokenKey> token(const Config& config) {
    const std::string module = config.text("signing.pkcs11_module");
    if (module.empty()) return std::nullopt;
    std::string pin = readFile(config.text("signing.pkcs11_pin_file"), "signing.pkcs11_pin_file");
    pin.erase(pin.find_last_not_of("\r\n") + 1);
    return reports::TokenKey{module, config.text("signing.pkcs11_token"), config.text("signing.pkcs11_label"), pin};
}

http::SmtpSettings smtp(const Config& config) {
    http::SmtpSettings out;
    out.host = config.text("mail.host");
    out.port = static_cast<std::uint16_t>(config.integer("mail.port", 1, 65535));
    const auto security = http::mailSecurityOf(config.text("mail.security"));
    if (!security) throw Error(ErrorCode::BadConfiguration, {"mail.security", "it is plain, starttls or tls"});
    out.security = *security;
    out.user = config.text("mail.user");
    out.rootsFile = config.text("mail.roots");
    out.timeout = std::chrono::seconds(config.integer("mail.timeout_seconds", 1, 300));
    if (out.host.empty() || out.user.empty()) return out;
    if (out.security == http::MailSecurity::plain)
        throw Error(ErrorCode::BadConfiguration, {"mail.user", "a password is not sent without TLS"});
    out.password = readFile(config.text("mail.password_file"), "mail.password_file");
    out.password.erase(out.password.find_last_not_of("\r\n") + 1);
    return out;
}

regulators::MailSettings mail(const Config& config) {
    regulators::MailSettings out;
    out.from = config.text("mail.from");
    out.timeout = std::chrono::seconds(config.integer("mail.timeout_seconds", 1, 300));
    out.retry = std::chrono::seconds(config.integer("mail.retry_seconds", 1, 3600));
    out.digest = std::chrono::seconds(config.integer("mail.digest_seconds", 0, 86'400));
    if (!config.text("mail.host").empty() && !regulators::isAddress(out.from))
        throw Error(ErrorCode::BadConfiguration, {"mail.from", "it is an address"});
    return out;
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
                               {"http.tls_certificate", ""},
                               {"http.tls_key", ""},
                               {"http.client_roots", ""},
                               {"http.trusted_proxies", ""},
                               {"http.client_certificate_header", ""},
                               {"http.account_per_minute", "12000"},
                               {"http.token_per_minute", "600"},
                               {"keys.directory", ""},
                               {"signing.profile", "international"},
                               {"signing.key", ""},
                               {"signing.certificate", ""},
                               {"signing.sm2_key", ""},
                               {"signing.sm2_certificate", ""},
                               {"signing.roots", ""},
                               {"signing.pkcs11_module", ""},
                               {"signing.pkcs11_token", ""},
                               {"signing.pkcs11_label", ""},
                               {"signing.pkcs11_pin_file", ""},
                               {"signing.timestamp_url", ""},
                               {"signing.timestamp_roots", ""},
                               {"signing.validation", "false"},
                               {"audit.anchors", ""},
                               {"audit.seal_seconds", "10"},
                               {"certificate.font", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"},
                               {"certificate.watermark", ""},
                               {"certificate.watermark_en", ""},
                               {"certificate.seal", ""},
                               {"institute.organisation", ""},
                               {"portal.listeners", "64"},
                               {"portal.transfers", "16"},
                               {"mail.host", ""},
                               {"mail.port", "587"},
                               {"mail.security", "starttls"},
                               {"mail.user", ""},
                               {"mail.password_file", ""},
                               {"mail.from", ""},
                               {"mail.roots", ""},
                               {"mail.timeout_seconds", "30"},
                               {"mail.retry_seconds", "60"},
                               {"mail.digest_seconds", "900"},
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
    return readFile(path, "keys.directory");
}

std::string roots(const Config& config) {
    if (const std::string given = config.text("signing.roots"); !given.empty()) return readFile(given, "signing.roots");
    const fs::path folder = keys(config);
    makeAuthority(folder, config.text("certificate.seal"));
    return readFile(folder / "ca.pem", "keys.directory");
}

std::string timeStampRoots(const Config& config) {
    const std::string file = config.text("signing.timestamp_roots");
    return file.empty() ? std::string() : readFile(file, "signing.timestamp_roots");
}

std::string signerChain(const Config& config) {
    makeAuthority(keys(config), config.text("certificate.seal"));
    return fileOf(config, config.text("signing.profile") == "sm2" ? "signing.sm2_certificate" : "signing.certificate", "signer.pem");
}

certificates::SigningSettings signing(const Config& config) {
    certificates::SigningSettings out;
    out.rootsPem = roots(config);
    const std::string profile = config.text("signing.profile");
    if (profile != "international" && profile != "sm2")
        throw Error(ErrorCode::BadConfiguration, {"signing.profile", "it is international or sm2"});
    out.token = profile == "sm2" ? std::nullopt : token(config);
    out.chainPem = signerChain(config);
    if (!out.token) out.keyPem = fileOf(config, profile == "sm2" ? "signing.sm2_key" : "signing.key", "signer.key");
    out.timeStampUrl = config.text("signing.timestamp_url");
    out.timeStampRootsPem = timeStampRoots(config);
    out.validation = config.flag("signing.validation");
    if (!out.timeStampUrl.empty() && out.timeStampRootsPem.empty())
        throw Error(ErrorCode::BadConfiguration, {"signing.timestamp_roots", "it is needed with signing.timestamp_url"});
    if (out.validation && out.timeStampUrl.empty())
        throw Error(ErrorCode::BadConfiguration, {"signing.validation", "it needs signing.timestamp_url"});
    return out;
}

namespace {

/// Half a setting of TLS would be plain HTTP where somebody believes there is none.
http::TlsSettings tls(const Config& config) {
    http::TlsSettings out{config.text("http.tls_certificate"), config.text("http.tls_key"), config.text("http.client_roots")};
    if (out.certificateFile.empty() != out.keyFile.empty()) {
        throw Error(ErrorCode::BadConfiguration, {out.keyFile.empty() ? "http.tls_key" : "http.tls_certificate", "one needs the other"});
    }
    return out;
}

}  // namespace

ApplicationSettings application(const Config& config) {
    ApplicationSettings out;
    out.database = database(config, false);
    out.http.host = config.text("http.host");
    out.http.port = static_cast<std::uint16_t>(config.integer("http.port", 0, 65535));
    out.http.threads = static_cast<int>(config.integer("http.threads", 4, 2000));
    out.http.tls = tls(config);
    out.http.secureCookies = out.http.tls.on() || config.flag("http.secure_cookies");
    out.http.proxies = http::TrustedProxies::parse(config.text("http.trusted_proxies"));
    out.http.certificateHeader = config.text("http.client_certificate_header");
    if (!out.http.tls.clientRootsFile.empty()) out.clientRootsPem = readFile(out.http.tls.clientRootsFile, "http.client_roots");
    out.http.accountPerMinute = static_cast<int>(config.integer("http.account_per_minute", 1, 1'000'000));
    out.http.tokenPerMinute = static_cast<int>(config.integer("http.token_per_minute", 1, 1'000'000));
    out.webFolder = config.text("http.web");
    out.openapiFile = share(config) + "/server/http/openapi.yaml";
    out.templatesFolder = share(config) + "/templates";
    out.fontFile = config.text("certificate.font");
    out.trailKey = trailKey(config);
    out.signing = signing(config);
    out.anchorFile = config.text("audit.anchors");
    out.sealEvery = std::chrono::seconds(config.integer("audit.seal_seconds", 1, 3600));
    out.certificates.publicUrl = config.text("http.public_url");
    out.certificates.laboratory = config.text("institute.organisation");
    out.certificates.sealText = config.text("certificate.seal");
    out.certificates.watermark = config.text("certificate.watermark");
    out.certificates.watermarkEnglish = config.text("certificate.watermark_en");
    out.smtp = smtp(config);
    out.mail = mail(config);
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
