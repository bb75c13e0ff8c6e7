#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace touchstone {

struct PortalBenchSettings {
    std::string share;     ///< with schema/ and server/http/openapi.yaml
    std::string fontFile;
    std::int64_t certificates = 1'000'000;
    std::int64_t bundled = 10'000;  ///< with a file of two pages each; at most 20,000
    int calls = 200;                ///< of each shape
};

/// How long one kind of question takes, from the request to the whole answer.
struct PortalShape {
    std::string name;
    double p50Ms, p99Ms;
};

struct PortalBench {
    std::vector<PortalShape> searches;
    PortalShape primaryKey;  ///< one certificate read by its key from the database: the limit
    double fillSeconds;      ///< to write the invented certificates
    double readSeconds;      ///< until a server that starts has read the feed
    double bytesACertificate;  ///< of memory, by the growth of the process
    double bundleSeconds;      ///< to freeze and sign the selection
    double zipMegabytesPerSecond;
    double blobMegabytesPerSecond;  ///< the same files read from the database and dropped: the limit
    double resumeMs;                ///< until the first byte of a range at the end
};

/// Searches over invented certificates and an archive of many of them, over HTTP, on a database of this run.
[[nodiscard]] PortalBench benchPortal(const PortalBenchSettings& settings);

}  // namespace touchstone
