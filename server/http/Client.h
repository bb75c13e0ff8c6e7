#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace touchstone::http {

/// Asks servers of others over http and https (their certificates are checked against the machine's authorities).
/// Connections are kept for the next question. Safe to use from many threads.
class Client {
public:
    struct Limits {
        std::chrono::seconds time{10};  ///< for a whole exchange
        std::size_t bytes = 4U << 20U;  ///< of an answer
    };

    explicit Client(Limits limits);
    ~Client();

    /// The body of a 200; redirections are not followed. An empty contentType makes it a GET without a body. Throws
    /// std::runtime_error that names the host and what is wrong.
    [[nodiscard]] std::string fetch(const std::string& url, const std::string& contentType, const std::string& body);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace touchstone::http
