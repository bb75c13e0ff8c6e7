#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>

#include "server/db/Database.h"

namespace touchstone::db {

/// A MariaDB of our own: data directory, UNIX socket, no TCP, an ordinary account. For `deploy/run` and for tests.
/// Files below `directory`: data/, run/ (socket, 0700), secrets.ini (0600: passwords of the two accounts), error.log.
/// Run by root, the server drops to `nobody`, through a private mount namespace where that account cannot reach the
/// directory by its path. Paths longer than a socket may have get a short folder in /tmp, which is removed at the end.
class PrivateDatabase {
public:
    /// Starts nothing. On a directory made before, owner() and application() answer at once, for a process that uses a
    /// server which another one started.
    explicit PrivateDatabase(std::string directory);
    /// Stops the server when it was started by this object.
    ~PrivateDatabase();
    PrivateDatabase(const PrivateDatabase&) = delete;
    PrivateDatabase& operator=(const PrivateDatabase&) = delete;

    /// Makes the data directory on first use, starts mariadbd and waits until it answers; accounts are made when missing.
    /// A server that already runs on the directory is used as it is, and left running at the end.
    void start();
    void stop();
    /// kill -9, for tests of what must survive it.
    void kill();
    [[nodiscard]] bool running() const;
    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// The account that owns schemas and migrates.
    [[nodiscard]] Settings owner(const std::string& schema) const;
    /// The server's account: what the migrations GRANT, nothing else.
    [[nodiscard]] Settings application(const std::string& schema) const;
    [[nodiscard]] static std::string applicationAccount();   ///< 'touchstone'@'localhost'

    /// Makes the schema unless it is there; names compare exactly in it (utf8mb4_bin).
    void makeSchema(const std::string& name) const;

private:
    enum class Answer : std::uint8_t { None, AccountMissing, Ready };

    void readOrMakeSecrets();
    void chooseSocket();
    [[nodiscard]] Answer ask() const;
    void waitUntilItAnswers();
    void makeAccounts() const;

    std::string directory_;
    std::string socket_;
    std::string shortFolder_;  ///< in /tmp, when the socket's path would be too long
    std::string ownerPassword_;
    std::string applicationPassword_;
    pid_t pid_ = -1;
    bool startedHere_ = false;
};

}  // namespace touchstone::db
