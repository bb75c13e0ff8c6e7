#include "server/db/PrivateDatabase.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <thread>

#include "server/core/Bytes.h"
#include "server/core/Error.h"
#include "server/db/Process.h"

namespace touchstone::db {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr const char* kOwner = "touchstone_owner";
constexpr const char* kApplication = "touchstone";
constexpr std::size_t kLongestSocket = 100;  // sockaddr_un holds 107 bytes
constexpr std::chrono::seconds kPatience{60};

[[noreturn]] void cannot(const std::string& what, const std::string& why) {
    throw Error(ErrorCode::BadConfiguration, {what, why});
}

/// The first line of a file; nothing when there is no such file.
std::optional<std::string> lineOf(const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    return std::getline(in, line) ? std::optional(line) : std::nullopt;
}

/// A file that only we may read, there whole or not at all.
void writeSecretly(const fs::path& file, const std::string& text) {
    const fs::path draft = file.string() + ".new";
    {
        const mode_t before = umask(077);
        std::ofstream out(draft, std::ios::trunc);
        umask(before);
        out << text << std::flush;
        if (!out) throw std::system_error(errno, std::generic_category(), draft.string());
    }
    fs::rename(draft, file);
}

std::string randomPassword() {
    return toHex(SystemRandom().bytes(24));
}

void makeFolder(const fs::path& folder, fs::perms rights) {
    fs::create_directories(folder);
    fs::permissions(folder, rights);
}

/// One that nobody reaps, as where process 1 of a container takes no orphans in, is dead all the same.
bool alive(pid_t pid) {
    const auto state = lineOf("/proc/" + std::to_string(pid) + "/stat");
    return state && state->find(") Z ") == std::string::npos;
}

/// Our own child is reaped; true when it ended, now or before.
bool ended(pid_t pid) {
    int status = 0;
    return waitpid(pid, &status, WNOHANG) != 0;
}

}  // namespace

PrivateDatabase::PrivateDatabase(std::string directory) : directory_(fs::absolute(directory).lexically_normal()) {
    if (fs::path(directory_).filename().empty()) directory_ = fs::path(directory_).parent_path();
    if (fs::exists(directory_ + "/secrets.ini")) {  // made before: its accounts can be used without starting it
        directory_ = fs::canonical(directory_);
        readOrMakeSecrets();
        chooseSocket();
    }
}

PrivateDatabase::~PrivateDatabase() {
    try {
        stop();
        if (!shortFolder_.empty() && startedHere_) fs::remove_all(shortFolder_);
    } catch (const std::exception& e) {
        // A destructor cannot throw, and the operator can see the process that is left.
        std::fputs((std::string("touchstone: the database was not stopped: ") + e.what() + "\n").c_str(), stderr);
    }
}

void PrivateDatabase::start() {
    if (running()) return;
    fs::create_directories(directory_);
    directory_ = fs::canonical(directory_);
    readOrMakeSecrets();
    const Guise guise = Guise::choose(directory_);
    makeFolder(directory_ + "/run", fs::perms::owner_all);
    makeFolder(directory_ + "/tmp", fs::perms::owner_all);
    chooseSocket();

    const auto recorded = lineOf(directory_ + "/run/mariadbd.pid");
    if (recorded && ask() == Answer::Ready) {
        pid_ = static_cast<pid_t>(std::stol(*recorded));
        startedHere_ = false;
        return;
    }

    const std::string data = directory_ + "/data";
    const std::string log = directory_ + "/error.log";
    // Its own: as it starts, a server removes what another has in a common one, under statements that use it.
    const std::string temporary = "--tmpdir=" + guise.seen + "/tmp";
    guise.handOver(directory_ + "/tmp");
    if (!fs::exists(data + "/mysql/db.MAI") && !fs::exists(data + "/mysql/db.frm")) {
        fs::remove_all(data);  // what an interrupted first start left
        makeFolder(data, fs::perms::owner_all);
        guise.handOver(data);
        std::vector<std::string> install{"mariadb-install-db",
                                         "--no-defaults",
                                         "--datadir=" + guise.seen + "/data",
                                         temporary,
                                         "--auth-root-authentication-method=normal",
                                         "--skip-test-db",
                                         "--force",  // also where the machine's own name cannot be looked up
                                         "--skip-name-resolve"};
        if (guise.kind == Guise::Kind::Root) install.emplace_back("--user=root");
        const pid_t installer = startProgram(guise, install, log);
        int status = 0;
        if (waitpid(installer, &status, 0) < 0 || status != 0) cannot("mariadb-install-db", "failed, see " + log);
    }
    guise.handOver(data);
    guise.handOver(directory_ + "/run");
    if (!shortFolder_.empty()) guise.handOver(shortFolder_);
    std::ofstream(log, std::ios::app).close();
    guise.handOver(log);

    const std::string socket = shortFolder_.empty() ? guise.seen + "/run/db.sock" : socket_;
    std::vector<std::string> server{"mariadbd",
                                    "--no-defaults",
                                    "--datadir=" + guise.seen + "/data",
                                    temporary,
                                    "--socket=" + socket,
                                    "--pid-file=" + guise.seen + "/run/mariadbd.pid",
                                    "--log-error=" + guise.seen + "/error.log",
                                    "--skip-networking",
                                    "--skip-name-resolve",
                                    "--local-infile=0",
                                    "--innodb-flush-log-at-trx-commit=1",
                                    "--innodb-buffer-pool-size=512M",
                                    "--max-connections=200",
                                    "--max-allowed-packet=64M",
                                    "--character-set-server=utf8mb4",
                                    "--collation-server=utf8mb4_bin"};
    if (guise.kind == Guise::Kind::Root) server.emplace_back("--user=root");
    pid_ = startProgram(guise, server, log);
    startedHere_ = true;
    waitUntilItAnswers();
}

void PrivateDatabase::stop() {
    if (!startedHere_ || pid_ < 0) return;
    if (!ended(pid_)) ::kill(pid_, SIGTERM);
    for (const auto deadline = steady_clock::now() + kPatience; !ended(pid_);) {
        if (steady_clock::now() > deadline) {
            kill();
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    pid_ = -1;
}

void PrivateDatabase::kill() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    if (startedHere_) {
        int status = 0;
        waitpid(pid_, &status, 0);
    }
    pid_ = -1;
}

bool PrivateDatabase::running() const {
    return pid_ > 0 && alive(pid_) && !(startedHere_ && ended(pid_));
}

Settings PrivateDatabase::owner(const std::string& schema) const {
    Settings settings;
    settings.socket = socket_;
    settings.user = kOwner;
    settings.password = ownerPassword_;
    settings.schema = schema;
    return settings;
}

Settings PrivateDatabase::application(const std::string& schema) const {
    Settings settings = owner(schema);
    settings.user = kApplication;
    settings.password = applicationPassword_;
    return settings;
}

std::string PrivateDatabase::applicationAccount() {
    return std::string("'") + kApplication + "'@'localhost'";
}

void PrivateDatabase::makeSchema(const std::string& name) const {
    Database(owner("")).runAlone([&](const auto& run) {
        run("CREATE DATABASE IF NOT EXISTS `" + name + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
    });
}

void PrivateDatabase::readOrMakeSecrets() {
    const std::string file = directory_ + "/secrets.ini";
    if (!fs::exists(file)) {
        if (fs::exists(directory_ + "/data")) cannot(file, "is missing, so that the accounts of data/ are unknown");
        writeSecretly(file, "[database]\nowner_password = " + randomPassword() +
                                "\napplication_password = " + randomPassword() + "\n");
    }
    std::map<std::string, std::string> values;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const auto at = line.find(" = ");
        if (at != std::string::npos) values[line.substr(0, at)] = line.substr(at + 3);
    }
    ownerPassword_ = values["owner_password"];
    applicationPassword_ = values["application_password"];
    if (ownerPassword_.empty() || applicationPassword_.empty()) cannot(file, "holds no passwords");
}

/// A path too long for a socket gets a short folder, whose name is kept for the next who comes.
void PrivateDatabase::chooseSocket() {
    socket_ = directory_ + "/run/db.sock";
    if (socket_.size() <= kLongestSocket) return;
    const fs::path record = directory_ + "/run/socket.path";
    shortFolder_ = lineOf(record).value_or("");
    if (shortFolder_.empty() || !fs::is_directory(shortFolder_)) {
        std::string made = "/tmp/touchstone-XXXXXX";
        if (mkdtemp(made.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "mkdtemp");
        shortFolder_ = made;
        writeSecretly(record, shortFolder_ + "\n");
    }
    socket_ = shortFolder_ + "/db.sock";
}

PrivateDatabase::Answer PrivateDatabase::ask() const {
    if (!fs::is_socket(socket_)) return Answer::None;
    try {
        Database(owner("")).runAlone([](const auto& run) { run("SELECT 1"); });
        return Answer::Ready;
    } catch (const Error& e) {
        return e.code() == ErrorCode::BadConfiguration ? Answer::AccountMissing : Answer::None;
    }
}

void PrivateDatabase::waitUntilItAnswers() {
    const auto deadline = steady_clock::now() + kPatience;
    for (Answer answer = ask(); answer != Answer::Ready; answer = ask()) {
        if (answer == Answer::AccountMissing) {
            makeAccounts();
            continue;
        }
        if (ended(pid_)) {
            pid_ = -1;
            cannot("mariadbd", "did not start, see " + directory_ + "/error.log");
        }
        if (steady_clock::now() > deadline) cannot("mariadbd", "does not answer, see " + directory_ + "/error.log");
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

/// On the first start, when root has no password yet; only we reach the socket. Root gets the owner's password last, so
/// that a first start that was interrupted is made again.
void PrivateDatabase::makeAccounts() const {
    Settings root = owner("");
    root.user = "root";
    root.password.clear();
    const std::string ownerAccount = std::string("'") + kOwner + "'@'localhost'";
    Database(root).runAlone([&](const auto& run) {
        run("CREATE OR REPLACE USER " + ownerAccount + " IDENTIFIED BY '" + ownerPassword_ + "'");
        run("GRANT ALL ON *.* TO " + ownerAccount + " WITH GRANT OPTION");
        run("CREATE OR REPLACE USER " + applicationAccount() + " IDENTIFIED BY '" + applicationPassword_ + "'");
        // Those of the host's name and the nameless ones cannot be altered where names are not resolved.
        run("DELETE FROM mysql.global_priv WHERE user = '' OR (user = 'root' AND host <> 'localhost')");
        run("FLUSH PRIVILEGES");
        run("ALTER USER 'root'@'localhost' IDENTIFIED BY '" + ownerPassword_ + "'");
    });
}

}  // namespace touchstone::db
