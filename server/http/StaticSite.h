#pragma once
#include <map>
#include <string>

namespace touchstone::http {

/// The built pages, read into memory once, text also gzipped. Addresses without a file get index.html, whose router
/// knows them; a missing asset of an older build is missing. Immutable after load.
class StaticSite {
public:
    struct File {
        std::string type;
        std::string bytes;
        std::string gzipped;   ///< empty when it would not be smaller
        bool forever;          ///< its name carries a hash of its content
    };
    /// An empty or missing folder makes a site whose every page says that the pages are not built.
    explicit StaticSite(const std::string& folder);
    /// Throws Error(NoSuchPath) for a missing asset.
    [[nodiscard]] const File& find(const std::string& path) const;

private:
    std::map<std::string, File> files_;
};

}  // namespace touchstone::http
