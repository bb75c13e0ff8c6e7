#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "server/certificates/CertificateService.h"
#include "server/http/Router.h"

namespace touchstone::certificates {

[[nodiscard]] std::vector<http::Route> certificateRoutes(CertificateService& service);

/// The filter of lists: q, verdict, after, limit.
[[nodiscard]] CertificateFilter filterOf(http::Query query);
/// A member that is an array of certificates as openapi.yaml says them.
void write(json::Writer& out, std::string_view name, const std::vector<Certificate>& certificates);
/// The answer of lists, with the cursor of the next page.
[[nodiscard]] std::string listJson(const std::vector<Certificate>& certificates, const CertificateFilter& filter);
[[nodiscard]] std::string listJson(const std::vector<Certificate>& certificates, std::optional<std::int64_t> next);
/// One certificate as lists show it.
[[nodiscard]] std::string certificateJson(const Certificate& certificate);

}  // namespace touchstone::certificates
