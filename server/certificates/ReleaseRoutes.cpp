#include "server/certificates/ReleaseRoutes.h"

#include "server/certificates/CertificateRoutes.h"

namespace touchstone::certificates {
namespace {

using http::Access;
using http::Body;
using http::Request;
using http::Response;
using http::Verb;

Response release(ReleaseService& service, const Request& request) {
    const json::Value body = request.json();
    http::Fields in(body);
    const std::vector<std::string> samples = in.texts("samples", 200, {.most = 24});
    const std::string password = in.text("password");
    static_cast<void>(in.oneOf("meaning", {"release"}));  // said, so that nobody signs without knowing what
    const std::string reason = in.text("reason", {.least = 2, .most = 500});
    in.finish();
    const std::vector<Certificate> released = service.release(request.actor(), samples, password, reason);
    json::Writer out;
    out.beginObject();
    write(out, "certificates", released);
    out.endObject();
    return Response::json(out.take(), 201);
}

}  // namespace

std::vector<http::Route> releaseRoutes(ReleaseService& service) {
    return {{Verb::Post, "/reviews/release", Access::Signed, Body::Json,
             [&service](const Request& request) { return release(service, request); }}};
}

}  // namespace touchstone::certificates
