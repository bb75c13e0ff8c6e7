#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace touchstone::db {

/// How the programs of MariaDB are run on a directory: by which account, and under which path they see it.
/// Root may not be that account, and an account without rights cannot always walk to the directory.
struct Guise {
    enum class Kind : std::uint8_t {
        Ourselves,        ///< we are an ordinary account
        Nobody,           ///< we are root and the directory can be reached by everybody
        NobodyElsewhere,  ///< it cannot: the program sees it at another path, in a mount namespace of its own
        Root,             ///< namespaces are not permitted here
    };
    Kind kind;
    std::string directory;  ///< as we see it
    std::string seen;       ///< as the program sees it

    /// The best that is possible here. Makes one line on stderr of having to run as root.
    static Guise choose(const std::string& directory);
    /// Gives all below the directory to the account that will run there.
    void handOver(const std::string& path) const;
};

/// Starts a program in a session of its own, so that Ctrl-C of ours does not stop it; its output goes to the file.
[[nodiscard]] pid_t startProgram(const Guise& guise, const std::vector<std::string>& arguments,
                                 const std::string& outputFile);

}  // namespace touchstone::db
