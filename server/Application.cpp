#include "server/Application.h"

#include <Poco/Logger.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "server/audit/Seal.h"
#include "server/audit/TrailRoutes.h"
#include "server/catalogue/CatalogueRoutes.h"
#include "server/certificates/CertificateRoutes.h"
#include "server/certificates/DisposalRoutes.h"
#include "server/certificates/LayoutRoutes.h"
#include "server/certificates/LayoutShelf.h"
#include "server/certificates/LifeRoutes.h"
#include "server/certificates/ReleaseRoutes.h"
#include "server/gateways/GatewayRoutes.h"
#include "server/http/Client.h"
#include "server/intake/CommandRoutes.h"
#include "server/intake/IntakeRoutes.h"
#include "server/intake/LateRoutes.h"
#include "server/intake/MappingRoutes.h"
#include "server/intake/ReplayRoutes.h"
#include "server/intake/SeriesRoutes.h"
#include "server/overview/MetricsRoutes.h"
#include "server/overview/OverviewRoutes.h"
#include "server/people/ClientCertificateRoutes.h"
#include "server/people/MachineRoutes.h"
#include "server/people/PeopleRoutes.h"
#include "server/quality/QualityRoutes.h"
#include "server/regulators/DisclosureRoutes.h"
#include "server/regulators/DigestService.h"
#include "server/regulators/FeedRoutes.h"
#include "server/regulators/HistoryRoutes.h"
#include "server/regulators/OutcomeService.h"
#include "server/regulators/PortalRoutes.h"
#include "server/regulators/RiskRoutes.h"
#include "server/regulators/SubscriptionRoutes.h"
#include "server/regulators/VerificationRoutes.h"
#include "server/samples/SampleRoutes.h"
#include "server/testing/TestingRoutes.h"

namespace touchstone {
namespace {

/// Does one thing again and again, and at once when it is woken, until it is told to end. An error is logged and the
/// thing is tried at the next turn.
class Repeater {
public:
    Repeater(std::chrono::seconds every, std::function<void()> work)
        : thread_([this, every, work = std::move(work)] { run(every, work); }) {}
    ~Repeater() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }
    void wake() {
        {
            const std::lock_guard lock(mutex_);
            woken_ = true;
        }
        wake_.notify_all();
    }
    Repeater(const Repeater&) = delete;
    Repeater& operator=(const Repeater&) = delete;

private:
    void run(std::chrono::seconds every, const std::function<void()>& work) {
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait_for(lock, every, [this] { return ending_ || woken_; });
            if (ending_) return;
            woken_ = false;
            lock.unlock();
            try {
                work();
            } catch (const std::exception& error) {
                Poco::Logger::get("background").error(std::string(error.what()));
            }
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    bool ending_ = false;
    bool woken_ = false;
    std::thread thread_;
};

std::string fileText(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Error(ErrorCode::BadConfiguration, {"share", "cannot read " + path});
    return {std::istreambuf_iterator<char>(in), {}};
}

http::Response health(const http::Request& request) {
    request.query().finish();
    return http::Response::json(R"({"status":"ok","version":")" TOUCHSTONE_VERSION R"("})");
}

std::vector<http::Route> metaRoutes(const std::string& openapi) {
    return {{http::Verb::Get, "/health", http::Access::Open, http::Body::None, health},
            {http::Verb::Get, "/openapi.yaml", http::Access::Open, http::Body::None, [openapi](const http::Request& request) {
                 request.query().finish();
                 return http::Response{200, "application/yaml", openapi, {}};
             }}};
}

reports::Fetch fetchFrom(http::Client& client) {
    return [&client](const reports::FetchRequest& request) { return client.fetch(request.url, request.contentType, request.body); };
}

}  // namespace

struct Application::Parts {
    explicit Parts(ApplicationSettings given)
        : settings(std::move(given)), database(settings.database), trail(settings.trailKey, clock),
          sealer(database, trail, clock, settings.anchorFile), accounts(database, trail, clock, random),
          machines(database, trail, accounts, clock, random),
          clientCertificates(database, trail, accounts, clock, settings.clientRootsPem), catalogue(database),
          samples(database, trail, clock, {settings.fontFile, [this](Date day) { return *shelf.named("label", day); }}), recorder(clock), tests(database), results(database, trail, recorder),
          reviews(database, trail, clock), intake(database, trail, recorder, clock), commands(database, trail, clock),
          replays(database, trail, intake, clock), mappings(database, trail, intake, clock), series(database),
          late(database, trail, recorder, clock), quality(database, trail, clock),
          gateways(database, trail, clock), printer(settings.fontFile),
          shelf(database), issuing(printer, [this](const json::Value& frozen) { return *shelf.of(frozen); }, settings.signing,
                                   fetchFrom(client), clock),
          certificates(database, trail, issuing, clock),
          releases(database, trail, accounts, reviews, certificates, clock, random, settings.certificates,
                   [this] { if (resuming) resuming->wake(); }),
          life(database, trail, accounts, reviews, clock), disposals(database, trail, accounts, clock), layouts(database, trail, accounts, clock),
          shipment(certificates::readShipment(settings.templatesFolder)),
          layoutPreview(database, printer, clock, shipment.samples), feed(database, settings.portal.listeners),
          portal(database, trail, clock, feed), bundles(database, trail, clock, feed, issuing.signer(), settings.portal.transfers),
          verification(database, settings.signing.rootsPem, settings.signing.timeStampRootsPem), outcomes(database, trail, clock),
          risks(database, trail, accounts, clock), disclosures(database, trail, accounts, clock), histories(database, clock),
          links(asString(hmacSha256(settings.trailKey, "links of mails")), settings.certificates.publicUrl),
          subscriptions(database, trail, clock, random, feed, links), digests(database, clock, feed, links, settings.mail.digest),
          post(http::smtp(settings.smtp)), mailer(database, clock, links, settings.mail, *post) {
        router.add(people::peopleRoutes(accounts, settings.http.secureCookies));
        router.add(people::machineRoutes(machines));
        router.add(people::clientCertificateRoutes(clientCertificates));
        router.add(overview::overviewRoutes(database, clock, issuing));
        router.add(overview::metricsRoutes(database, clock, issuing));
        router.add(catalogue::catalogueRoutes(catalogue));
        router.add(samples::sampleRoutes(samples));
        router.add(testing::testingRoutes(tests, results, reviews));
        router.add(intake::intakeRoutes(intake));
        router.add(intake::commandRoutes(commands));
        router.add(intake::replayRoutes(replays));
        router.add(intake::mappingRoutes(mappings));
        router.add(intake::seriesRoutes(series));
        router.add(intake::lateRoutes(late));
        router.add(quality::qualityRoutes(quality));
        router.add(gateways::gatewayRoutes(gateways));
        router.add(certificates::certificateRoutes(certificates));
        router.add(certificates::releaseRoutes(releases));
        router.add(certificates::lifeRoutes(life));
        router.add(certificates::disposalRoutes(disposals));
        router.add(certificates::layoutRoutes(layouts, layoutPreview));
        router.add(regulators::portalRoutes(portal));
        router.add(regulators::bundleRoutes(bundles));
        router.add(regulators::feedRoutes(feed));
        router.add(regulators::verificationRoutes(verification));
        router.add(regulators::riskRoutes(risks));
        router.add(regulators::disclosureRoutes(disclosures));
        router.add(regulators::historyRoutes(histories));
        router.add(regulators::subscriptionRoutes(subscriptions, !settings.smtp.host.empty()));
        router.add(audit::trailRoutes(database));
        router.add(metaRoutes(fileText(settings.openapiFile)));
    }

    ApplicationSettings settings;
    SystemClock clock;
    SystemRandom random;
    db::Database database;
    audit::Trail trail;
    audit::Sealer sealer;
    people::AccountService accounts;
    people::MachineService machines;
    people::ClientCertificateService clientCertificates;
    catalogue::CatalogueService catalogue;
    samples::SampleService samples;
    testing::Recorder recorder;
    testing::TestQueries tests;
    testing::ResultService results;
    testing::ReviewService reviews;
    intake::IntakeService intake;
    intake::CommandService commands;
    intake::ReplayService replays;
    intake::MappingService mappings;
    intake::SeriesService series;
    intake::LateService late;
    quality::QualityService quality;
    gateways::GatewayService gateways;
    reports::CertificatePrinter printer;
    http::Client client{{}};
    certificates::LayoutShelf shelf;
    certificates::Issuing issuing;
    certificates::CertificateService certificates;
    certificates::ReleaseService releases;
    certificates::LifeService life;
    certificates::DisposalService disposals;
    certificates::LayoutService layouts;
    certificates::Shipment shipment;
    certificates::LayoutPreview layoutPreview;
    regulators::FeedService feed;
    regulators::PortalService portal;
    regulators::BundleService bundles;
    regulators::VerificationService verification;
    regulators::OutcomeService outcomes;
    regulators::RiskService risks;
    regulators::DisclosureService disclosures;
    regulators::HistoryService histories;
    regulators::Links links;
    regulators::SubscriptionService subscriptions;
    regulators::DigestService digests;
    std::unique_ptr<Post> post;
    regulators::Mailer mailer;
    http::Router router;
    std::unique_ptr<http::Server> server;
    std::unique_ptr<Repeater> sealing;
    std::unique_ptr<Repeater> resuming;
    std::unique_ptr<Repeater> following;
    std::unique_ptr<Repeater> feeding;
    std::unique_ptr<Repeater> digesting;
    std::unique_ptr<Repeater> mailing;
};

Application::Application(ApplicationSettings settings) : parts_(std::make_unique<Parts>(std::move(settings))) {}

Application::~Application() {
    if (parts_->server) stop();
}

void Application::start() {
    Parts& p = *parts_;
    p.layouts.ship(p.shipment.layouts);
    p.issuing.warn();
    p.certificates.keepSigningCertificate(p.settings.signing.chainPem);
    p.resuming = std::make_unique<Repeater>(std::chrono::seconds(30), [&p] { p.certificates.resume(); });
    p.resuming->wake();
    p.server = std::make_unique<http::Server>(
        p.settings.http, p.router, http::StaticSite(p.settings.webFolder),
        [&p](const std::string& token) { return p.accounts.authenticate(token); },
        [&p](const std::string& fingerprint) { return p.accounts.authenticateCertificate(fingerprint); }, p.clock);
    p.server->start();
    p.sealing = std::make_unique<Repeater>(p.settings.sealEvery, [&p] { p.sealer.seal(); });
    p.following = std::make_unique<Repeater>(std::chrono::seconds(1), [&p] { p.outcomes.follow(); });
    p.feeding = std::make_unique<Repeater>(std::chrono::seconds(1), [&p] { p.feed.follow(); });
    if (p.settings.smtp.host.empty()) return;
    p.digesting = std::make_unique<Repeater>(std::chrono::seconds(1), [&p] { p.digests.run(); });
    p.mailing = std::make_unique<Repeater>(std::chrono::seconds(1), [&p] { p.mailer.run(); });
}

void Application::stop() {
    Parts& p = *parts_;
    p.mailer.stop();
    p.digesting.reset();
    p.mailing.reset();
    p.following.reset();
    p.feeding.reset();
    p.sealing.reset();
    p.commands.stop();
    p.feed.stop();
    p.server->stop();
    p.server.reset();
    p.resuming.reset();  // after the server, whose releases wake it
    try {
        p.sealer.seal();
    } catch (const std::exception& error) {
        Poco::Logger::get("background").error("the last rows of the trail stay unsealed until the next start: %s", std::string(error.what()));
    }
}

std::uint16_t Application::port() const { return parts_->server->port(); }

const http::Router& Application::router() const { return parts_->router; }

}  // namespace touchstone
