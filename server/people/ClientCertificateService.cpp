#include "server/people/ClientCertificateService.h"

#include <algorithm>

#include "server/core/Bytes.h"
#include "server/core/Error.h"
#include "server/core/Json.h"
#include "server/people/ClientCertificate.h"
#include "server/people/ClientCertificateStore.h"
#include "server/people/MachineRules.h"

namespace touchstone::people {
namespace {

constexpr std::ptrdiff_t kMostOfAnAccount = 20;

[[noreturn]] void refusePem(ErrorCode code, std::vector<std::string> arguments = {}) {
    throw Error(ErrorCode::Invalid, {}, {{"pem", code, std::move(arguments), {}}});
}

CertificateText readGood(const std::string& pem, const std::string& rootsPem, Instant now) {
    auto certificate = readCertificate(pem);
    if (!certificate) refusePem(ErrorCode::NotACertificate);
    if (certificate->expires <= now) {
        refusePem(ErrorCode::CertificateExpired, {toRfc3339(certificate->validFrom), toRfc3339(certificate->expires)});
    }
    if (!certificate->forClients) refusePem(ErrorCode::NotForClients);
    if (!rootsPem.empty() && !isChained(pem, rootsPem)) refusePem(ErrorCode::NotTrusted);
    return std::move(*certificate);
}

bool isGood(const store::ClientCertificate& certificate, Instant now) { return !certificate.revoked && now < certificate.expires; }

std::string entry(const store::ClientCertificate& certificate) {
    json::Writer out;
    out.beginObject().field("certificate", toHex(certificate.fingerprint)).field("subject", certificate.subject);
    out.field("label", certificate.label).field("scopes", certificate.scopes);
    return out.field("expires_at", toRfc3339(certificate.expires)).endObject().take();
}

}  // namespace

std::vector<ClientCertificate> ClientCertificateService::list(const Actor& actor) {
    const auto organisation = organisationOf(actor);
    std::vector<ClientCertificate> out;
    for (const auto& each : database_.read([&](db::ReadTransaction& tx) { return store::clientCertificates(tx, organisation); })) {
        out.push_back({toHex(each.fingerprint), each.login, each.organisation, each.label, parts(each.scopes), each.subject, each.issuer,
                       each.created, each.validFrom, each.expires, each.lastSeen, each.revoked});
    }
    return out;
}

void ClientCertificateService::add(const Actor& actor, const NewClientCertificate& wanted, const std::string& reason) {
    const auto organisation = organisationOf(actor);
    const Instant now = clock_.now();
    const CertificateText read = readGood(wanted.pem, rootsPem_, now);
    try {
        database_.write([&](db::WriteTransaction& tx) {
            const auto found = store::personByLogin(tx, wanted.login);
            if (!found || (organisation && found->organisation != *organisation)) throw Error(ErrorCode::NotFound, {"account", wanted.login});
            const auto person = store::lockPerson(tx, found->id);
            refuseUnfit(*person, wanted.scopes);
            const auto known = store::clientCertificates(tx, person->organisation);
            const auto good = std::ranges::count_if(known, [&](const auto& each) { return each.person == person->id && isGood(each, now); });
            if (good >= kMostOfAnAccount) throw Error(ErrorCode::TooMany, {std::to_string(kMostOfAnAccount)});
            const store::ClientCertificate certificate{.fingerprint = read.fingerprint, .person = person->id, .login = person->login,
                                                       .organisation = person->organisation, .label = wanted.label,
                                                       .scopes = joined(wanted.scopes), .subject = read.subject, .issuer = read.issuer,
                                                       .validFrom = read.validFrom, .expires = read.expires, .created = now};
            store::insertClientCertificate(tx, certificate);
            trail_.append(tx, actor, {{"person.add_certificate", "person", wanted.login, {}, entry(certificate), reason}});
        });
    } catch (const db::DuplicateKey& duplicate) {
        if (duplicate.key() != "PRIMARY") throw;
        refusePem(ErrorCode::Duplicate);
    }
}

void ClientCertificateService::revoke(const Actor& actor, const std::string& fingerprint, const std::string& reason) {
    const auto organisation = organisationOf(actor);
    const auto bytes = fromHex(fingerprint);
    database_.write([&](db::WriteTransaction& tx) {
        const auto found = bytes ? store::clientCertificate(tx, *bytes) : std::nullopt;
        if (!found || (organisation && found->organisation != *organisation) || found->revoked) {
            throw Error(ErrorCode::NotFound, {"certificate", fingerprint});
        }
        store::revokeClientCertificate(tx, *bytes, clock_.now());
        trail_.append(tx, actor, {{"person.revoke_certificate", "person", found->login, entry(*found), {}, reason}});
    });
    accounts_.forget();
}

}  // namespace touchstone::people
