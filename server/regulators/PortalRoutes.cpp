#include "server/regulators/PortalRoutes.h"

#include "server/certificates/CertificateRoutes.h"
#include "server/certificates/ResultsXml.h"

namespace touchstone::regulators {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

std::vector<http::Route> portalRoutes(PortalService& service) {
    const auto list = [&service](const Request& request) {
        const certificates::CertificateFilter filter = certificates::filterOf(request.query());
        return Response::json(certificates::listJson(service.list(request.actor(), filter), filter));
    };
    const auto file = [&service](const Request& request) {
        request.query().finish();
        certificates::CertificateFile found = service.download(request.actor(), request.path.at("number"));
        return Response::file(std::move(found.pdf), "application/pdf", found.number + ".pdf");
    };
    const auto results = [&service](const Request& request) {
        request.query().finish();
        return Response::json(certificates::resultsJson(json::parse(service.results(request.actor(), request.path.at("number")))));
    };
    const auto resultsAsXml = [&service](const Request& request) {
        request.query().finish();
        return Response{200, "application/xml",
                        certificates::resultsXml(json::parse(service.results(request.actor(), request.path.at("number")))), {}};
    };
    return {{Verb::Get, "/portal/certificates", Access::Signed, Body::None, list},
            {Verb::Get, "/portal/certificates/{number}/file", Access::Signed, Body::None, file},
            {Verb::Get, "/portal/certificates/{number}/results", Access::Signed, Body::None, results},
            {Verb::Get, "/portal/certificates/{number}/results.xml", Access::Signed, Body::None, resultsAsXml}};
}

}  // namespace touchstone::regulators
