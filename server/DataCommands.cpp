#include <csignal>
#include <iostream>
#include <sstream>
#include <thread>

#include "instruments/gateway/Arguments.h"
#include "server/Commands.h"
#include "server/Settings.h"
#include "server/audit/Trail.h"
#include "server/catalogue/Institute.h"
#include "server/core/Error.h"
#include "server/db/Migrator.h"
#include "server/db/PrivateDatabase.h"
#include "server/people/Accounts.h"

namespace touchstone::commands {
namespace {

using instruments::Arguments;
using instruments::UsageError;

/// What a command needs that works on the data as a process of its own.
struct Session {
    explicit Session(const Config& config) : database(settings::database(config, false)), trail(settings::trailKey(config), clock) {}
    SystemClock clock;
    SystemRandom random;
    db::Database database;
    audit::Trail trail;
    Actor actor = people::systemActor("cli");
};

std::vector<Role> rolesOf(const std::string& list) {
    std::vector<Role> roles;
    std::istringstream in(list);
    for (std::string word; std::getline(in, word, ',');) {
        const auto role = roleOf(word);
        if (!role) throw UsageError("there is no role " + word);
        roles.push_back(*role);
    }
    if (roles.empty()) throw UsageError("--roles needs at least one role");
    return roles;
}

int addUser(Session& session, const Arguments& arguments) {
    people::NewAccount account;
    account.login = arguments.rest().at(1);
    account.name = arguments.need("name");
    account.nameEnglish = arguments.get("name-en");
    account.roles = rolesOf(arguments.need("roles"));
    account.organisation = arguments.need("organisation");
    std::string password;
    std::getline(std::cin, password);
    if (!password.empty()) {
        if (password.size() < 12) throw UsageError("a password has at least 12 characters");
        account.password = password;
    }
    people::AccountService accounts(session.database, session.trail, session.clock, session.random);
    for (const people::Account& known : accounts.list(session.actor)) {
        if (known.login == account.login) {
            std::cout << account.login << " exists already\n";
            return 0;
        }
    }
    accounts.create(session.actor, {account});
    std::cout << account.login << " added\n";
    return 0;
}

}  // namespace

int database(const Words& words) {
    const Arguments arguments(words, {}, {"help"});
    if (arguments.has("help") || arguments.rest().size() != 2 || arguments.rest().front() != "run") {
        std::cout << "touchstone database run DIR\n\nStarts a private MariaDB on DIR, says `ready`, and keeps it until SIGTERM or SIGINT. When the\n"
                     "database ends by itself the command ends too, with status 1.\n";
        return arguments.has("help") ? 0 : 2;
    }
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    db::PrivateDatabase own(arguments.rest().back());
    own.start();
    std::cout << "ready" << std::endl;
    const timespec second{1, 0};
    while (own.running()) {
        if (sigtimedwait(&signals, nullptr, &second) > 0) return 0;
    }
    std::cerr << "the database ended\n";
    return 1;
}

int migrate(const Words& words) {
    const Arguments arguments(words, {"config"}, {"help"});
    if (arguments.has("help")) {
        std::cout << "touchstone migrate --config FILE\n\nRuns the files of schema/ that have not run, as the owner of the schema.\n";
        return 0;
    }
    const Config config = settings::load(arguments.need("config"));
    const std::string directory = config.text("database.directory");
    if (!directory.empty()) db::PrivateDatabase(directory).makeSchema(config.text("database.schema"));
    db::Database owner(settings::database(config, true));
    db::Migrator migrator(owner, settings::share(config) + "/schema", db::PrivateDatabase::applicationAccount());
    for (const std::string& name : migrator.migrate()) std::cout << name << "\n";
    return 0;
}

int institute(const Words& words) {
    const Arguments arguments(words, {"config"}, {"help"});
    if (arguments.has("help") || arguments.rest().size() != 2 || arguments.rest().front() != "load") {
        std::cout << "touchstone institute load FILE --config FILE\n\nBrings the catalogue to what the XML file says (schema/institute.xsd). The same file again\n"
                     "changes nothing.\n";
        return arguments.has("help") ? 0 : 2;
    }
    const Config config = settings::load(arguments.need("config"));
    Session session(config);
    const auto done = catalogue::importInstitute(session.database, session.trail, session.actor, instruments::readFile(arguments.rest().back()),
                                                 settings::share(config) + "/schema/institute.xsd");
    std::cout << done.added << " added, " << done.changed << " changed\n";
    return 0;
}

int user(const Words& words) {
    const Arguments arguments(words, {"config", "name", "name-en", "roles", "organisation"}, {"help"});
    if (arguments.has("help") || arguments.rest().size() != 2) {
        std::cout << "touchstone user add LOGIN --name NAME [--name-en NAME] --roles a,b --organisation CODE --config FILE\n"
                     "  The password is the first line of standard input; an empty one makes an account that signs in by token only.\n"
                     "touchstone user token LOGIN --config FILE\n"
                     "  Prints a new token for a program. It is shown once.\n";
        return arguments.has("help") ? 0 : 2;
    }
    Session session(settings::load(arguments.need("config")));
    if (arguments.rest().front() == "add") return addUser(session, arguments);
    if (arguments.rest().front() != "token") throw UsageError("touchstone user add|token");
    people::AccountService accounts(session.database, session.trail, session.clock, session.random);
    std::cout << accounts.issueToken(session.actor, arguments.rest().back()) << "\n";
    return 0;
}

}  // namespace touchstone::commands
