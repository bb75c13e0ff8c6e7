#include <Poco/Net/ServerSocket.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "instruments/gateway/Arguments.h"
#include "server/Application.h"
#include "server/Commands.h"
#include "server/Settings.h"
#include "server/core/Error.h"

namespace touchstone::commands {
namespace {

/// A port that is free now. Certificates carry the address, so it must be known before the first one is drawn.
std::uint16_t freePort(const std::string& host) {
    return Poco::Net::ServerSocket(Poco::Net::SocketAddress(host, 0)).address().port();
}

void writePort(const std::string& file, std::uint16_t port) {
    if (file.empty()) return;
    std::ofstream out(file + ".new");
    out << port << "\n";
    out.close();
    if (!out) throw Error(ErrorCode::BadConfiguration, {"http.port_file", "cannot write " + file});
    std::filesystem::rename(file + ".new", file);
}

/// SIGINT and SIGTERM are taken by this one thread, so that nothing stops in the middle of a step.
int waitForStop(const sigset_t& signals) {
    int signal = 0;
    sigwait(&signals, &signal);
    return signal;
}

std::string_view bodyType(http::Body body) {
    switch (body) {
        case http::Body::None: return "-";
        case http::Body::Json: return "application/json";
        case http::Body::Pdf: return "application/pdf";
    }
    return "";
}

}  // namespace

int serve(const Words& words) {
    const instruments::Arguments arguments(words, {"config"}, {"help"});
    if (arguments.has("help")) {
        std::cout << "touchstone serve --config FILE\n\nAnswers requests until SIGTERM or SIGINT, then finishes those under way.\n";
        return 0;
    }
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    const Config config = settings::load(arguments.need("config"));
    settings::startLogging(config);
    ApplicationSettings all = settings::application(config);
    if (all.http.port == 0) all.http.port = freePort(all.http.host);
    if (all.certificates.publicUrl.empty()) {
        all.certificates.publicUrl = (all.http.tls.on() ? "https://" : "http://") + all.http.host + ":" + std::to_string(all.http.port);
    }
    Application application(std::move(all));
    application.start();
    writePort(config.text("http.port_file"), application.port());
    std::cout << "serving on port " << application.port() << std::endl;
    waitForStop(signals);
    application.stop();
    return 0;
}

int routes(const Words& words) {
    const instruments::Arguments arguments(words, {"config"}, {"help"});
    if (arguments.has("help")) {
        std::cout << "touchstone routes --config FILE\n\nPrints a line for every route: verb, path below /api/v1, open or signed, "
                     "type of the body it takes or -.\nNeeds no running database.\n";
        return 0;
    }
    const Application application(settings::application(settings::load(arguments.need("config"))));
    for (const http::Route& route : application.router().routes()) {
        std::cout << http::name(route.verb) << " " << route.pattern << (route.access == http::Access::Open ? " open " : " signed ")
                  << bodyType(route.body) << "\n";
    }
    return 0;
}

}  // namespace touchstone::commands
