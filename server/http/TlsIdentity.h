#pragma once
#include <openssl/ssl.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

namespace touchstone::http {

/// The certificate and key that a server shows, read again from their files when those change, so that a renewed
/// certificate is shown from the next connection on. A pair that cannot be used (half of it is written, the key is
/// another's) is said in the log once and the one before goes on. Safe from many threads.
class TlsIdentity {
public:
    /// Files in PEM; the certificate's begins with the server's own, then those above it. Throws
    /// Error(BadConfiguration) when they cannot be used.
    TlsIdentity(std::string certificateFile, std::string keyFile);
    ~TlsIdentity();
    TlsIdentity(const TlsIdentity&) = delete;
    TlsIdentity& operator=(const TlsIdentity&) = delete;

    /// Has every connection of the context take its identity here. Keeps it alive as long as the context is.
    static void give(std::shared_ptr<TlsIdentity> identity, SSL_CTX* context);

private:
    struct Pair;
    struct Stamp {
        std::filesystem::file_time_type certificate, key;
        bool operator==(const Stamp&) const = default;
    };
    [[nodiscard]] Stamp stamp() const;
    [[nodiscard]] std::shared_ptr<const Pair> current();
    static int show(SSL* connection, void* identity);

    const std::string certificateFile_, keyFile_;
    std::mutex mutex_;
    Stamp read_;                        ///< of the files when they were last tried
    std::shared_ptr<const Pair> pair_;  ///< the last that can be used
};

}  // namespace touchstone::http
