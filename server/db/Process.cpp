#include "server/db/Process.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <system_error>

namespace touchstone::db {
namespace {

/// Every system has this empty folder to mount things on; inside a namespace of our own nobody else sees it.
constexpr const char* kElsewhere = "/mnt";

[[noreturn]] void failed(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

const passwd& nobody() {
    errno = 0;
    const passwd* const entry = getpwnam("nobody");
    if (entry == nullptr) failed("getpwnam nobody");
    return *entry;
}

bool everybodyMayReach(const std::filesystem::path& directory) {
    for (auto path = directory;; path = path.parent_path()) {
        const auto rights = std::filesystem::status(path).permissions();
        if ((rights & std::filesystem::perms::others_exec) == std::filesystem::perms::none) return false;
        if (path == path.root_path()) return true;
    }
}

/// In the child only. False with errno when it is not permitted.
bool enterNamespace(const char* directory) {
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount(directory, kElsewhere, nullptr, MS_BIND, nullptr) == 0;
}

bool namespacesArePermitted(const std::string& directory) {
    const pid_t child = fork();
    if (child < 0) failed("fork");
    if (child == 0) _exit(enterNamespace(directory.c_str()) ? 0 : 1);
    int status = 0;
    if (waitpid(child, &status, 0) < 0) failed("waitpid");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool becomeNobody(uid_t user, gid_t group) {
    return setgroups(0, nullptr) == 0 && setgid(group) == 0 && setuid(user) == 0;
}

/// Servers lie in sbin, where the PATH of an ordinary account does not look.
std::string located(const std::string& program) {
    const char* const path = std::getenv("PATH");
    std::istringstream folders(std::string(path == nullptr ? "" : path) + ":/usr/local/sbin:/usr/sbin:/sbin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        const std::string candidate = folder + "/" + program;
        if (!folder.empty() && access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return program;
}

}  // namespace

Guise Guise::choose(const std::string& directory) {
    if (geteuid() != 0) return {Kind::Ourselves, directory, directory};
    if (everybodyMayReach(directory)) return {Kind::Nobody, directory, directory};
    if (namespacesArePermitted(directory)) return {Kind::NobodyElsewhere, directory, kElsewhere};
    std::cerr << "touchstone: the account nobody cannot reach " << directory
              << " and mount namespaces are not permitted here, so the database runs as root\n";
    return {Kind::Root, directory, directory};
}

void Guise::handOver(const std::string& path) const {
    if (kind == Kind::Ourselves) return;
    const bool root = kind == Kind::Root;
    const uid_t user = root ? 0 : nobody().pw_uid;
    const gid_t group = root ? 0 : nobody().pw_gid;
    if (lchown(path.c_str(), user, group) != 0) failed("lchown");
    if (!std::filesystem::is_directory(path)) return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (lchown(entry.path().c_str(), user, group) != 0) failed("lchown");
    }
}

pid_t startProgram(const Guise& guise, const std::vector<std::string>& arguments, const std::string& outputFile) {
    // All that allocates comes before the fork: other threads may hold the allocator's lock.
    const std::string program = located(arguments.front());
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const bool drops = guise.kind == Guise::Kind::Nobody || guise.kind == Guise::Kind::NobodyElsewhere;
    const uid_t user = drops ? nobody().pw_uid : 0;
    const gid_t group = drops ? nobody().pw_gid : 0;
    const int output = open(outputFile.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (output < 0) failed("open");

    const pid_t child = fork();
    if (child < 0) {
        close(output);
        failed("fork");
    }
    if (child == 0) {
        const bool ready = setsid() >= 0 && dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0 &&
                           (guise.kind != Guise::Kind::NobodyElsewhere || enterNamespace(guise.directory.c_str())) &&
                           (!drops || becomeNobody(user, group)) && chdir(guise.seen.c_str()) == 0;
        if (ready) execvp(program.c_str(), argv.data());
        perror(argv.front());
        _exit(127);
    }
    close(output);
    return child;
}

}  // namespace touchstone::db
