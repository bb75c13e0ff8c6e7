#include "server/http/Tls.h"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/SecureServerSocket.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/X509Certificate.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>

#include "server/core/Error.h"
#include "server/http/TlsIdentity.h"

namespace touchstone::http {
namespace {

using Poco::Net::Context;

constexpr std::string_view kSessions = "touchstone";

[[noreturn]] void refuse(const std::string& key, const std::string& why) {
    throw Error(ErrorCode::BadConfiguration, {"http." + key, why});
}

int judge(int good, X509_STORE_CTX* chain) {
    if (good == 1) return 1;
    const int error = X509_STORE_CTX_get_error(chain);
    const bool outOfTime = error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID;
    return outOfTime && X509_STORE_CTX_get_error_depth(chain) == 0 ? 1 : 0;
}

/// The names of the authorities go to the client, so that a browser without a certificate of theirs asks nobody.
void askForCertificates(SSL_CTX* context, const std::string& roots) {
    STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(roots.c_str());
    if (names == nullptr) refuse("client_roots", "no certificate in PEM in " + roots);
    SSL_CTX_set_client_CA_list(context, names);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, judge);
}

}  // namespace

Poco::Net::ServerSocket secureSocket(const TlsSettings& settings) {
    Context::Params parameters;
    parameters.caLocation = settings.clientRootsFile;
    parameters.verificationMode = Context::VERIFY_NONE;
    parameters.cipherList = "HIGH:!aNULL:!eNULL:!SHA1:!kRSA";
    try {
        Context::Ptr context(new Context(Context::TLS_SERVER_USE, parameters));
        context->requireMinimumProtocol(Context::PROTO_TLSV1_2);
        context->enableExtendedCertificateVerification(false);  // the name in a client's certificate is no host
        SSL_CTX* raw = context->sslContext();
        TlsIdentity::give(std::make_shared<TlsIdentity>(settings.certificateFile, settings.keyFile), raw);
        SSL_CTX_set_session_id_context(raw, reinterpret_cast<const unsigned char*>(kSessions.data()),
                                       static_cast<unsigned>(kSessions.size()));
        if (!settings.clientRootsFile.empty()) askForCertificates(raw, settings.clientRootsFile);
        return Poco::Net::SecureServerSocket(context);
    } catch (const Poco::Exception& error) {
        refuse("client_roots", error.displayText());
    }
}

std::string presentedFingerprint(Poco::Net::HTTPServerRequest& request) {
    auto* connected = dynamic_cast<Poco::Net::HTTPServerRequestImpl*>(&request);
    if (connected == nullptr || !connected->socket().secure()) return {};
    const Poco::Net::SecureStreamSocket socket(connected->socket());
    if (!socket.havePeerCertificate()) return {};
    const Poco::Net::X509Certificate certificate = socket.peerCertificate();
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (X509_digest(certificate.certificate(), EVP_sha256(), digest.data(), &length) != 1) {
        throw Error(ErrorCode::Internal, {"digest of a client certificate"});
    }
    return {digest.begin(), digest.begin() + length};
}

}  // namespace touchstone::http
