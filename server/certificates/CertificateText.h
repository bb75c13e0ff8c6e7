#pragma once
#include <cstdint>

#include "reports/CertificateData.h"
#include "server/core/Json.h"

namespace touchstone::certificates {

/// What goes on paper, from certificate.frozen alone: every Chinese word of a certificate stands in this unit.
/// Contents after ISO/IEC 17025:2017 7.8.2.1. Throws std::runtime_error naming a member that is missing.
[[nodiscard]] reports::CertificateData toPrint(const json::Value& frozen);

/// A member of a frozen object; std::runtime_error when it is missing.
[[nodiscard]] const json::Value& member(const json::Value& object, std::string_view name);
/// Its text; empty for null.
[[nodiscard]] const std::string& textOf(const json::Value& object, std::string_view name);
/// Of certificate.frozen: 1 where none was frozen.
[[nodiscard]] std::int64_t revisionOf(const json::Value& frozen);
/// The printed day, YYYY-MM-DD: that of the signatory in the laboratory's zone.
[[nodiscard]] std::string issuedOn(const json::Value& frozen);

}  // namespace touchstone::certificates
