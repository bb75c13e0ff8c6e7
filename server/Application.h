#pragma once
#include <memory>
#include <string>

#include "server/certificates/CertificateSettings.h"
#include "server/certificates/Issuing.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/http/Server.h"
#include "server/http/Smtp.h"
#include "server/regulators/Mailer.h"

namespace touchstone {

/// How many long answers may be under way at the same time: each holds one of http's threads.
struct PortalSettings {
    std::size_t listeners = 64;
    std::size_t transfers = 16;
};

/// What a serving process is made of, all values already read.
struct ApplicationSettings {
    db::Settings database;
    http::ServerSettings http;
    std::string webFolder;
    std::string openapiFile;
    std::string fontFile;
    std::string templatesFolder;              ///< of the layouts that come with a release
    std::string trailKey;
    certificates::SigningSettings signing;
    std::string clientRootsPem;               ///< authorities of machines' certificates; empty: any
    std::string anchorFile;                   ///< of the trail's seals; empty: none
    std::chrono::seconds sealEvery{10};
    certificates::CertificateSettings certificates;
    PortalSettings portal;
    http::SmtpSettings smtp;
    regulators::MailSettings mail;
};

/// The whole server: services wired to one database, the router over all features, and the work that goes on beside
/// requests (sealing the trail, issuing what was left).
class Application {
public:
    explicit Application(ApplicationSettings settings);
    ~Application();
    /// Takes in the layouts of the release, then answers requests; certificates that an earlier run left are issued meanwhile.
    void start();
    /// Finishes requests under way and seals once more.
    void stop();
    [[nodiscard]] std::uint16_t port() const;
    /// Every route, for the test that holds them equal to openapi.yaml.
    [[nodiscard]] const http::Router& router() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace touchstone
