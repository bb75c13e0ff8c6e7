#pragma once
#include <functional>
#include <string>

namespace touchstone::reports {

/// One HTTP exchange that somebody else makes: this library has no network and no policy of its own.
struct FetchRequest {
    std::string url;
    std::string contentType;  ///< of the body; empty: a GET without one
    std::string body;
};

/// Gives the body of a 200. Throws std::runtime_error for everything else, also when it takes too long or is too much.
/// Called from many threads.
using Fetch = std::function<std::string(const FetchRequest&)>;

}  // namespace touchstone::reports
