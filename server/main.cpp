#include <iostream>
#include <map>

#include "instruments/gateway/Arguments.h"
#include "server/Commands.h"
#include "server/core/Error.h"

namespace {

constexpr const char* kHelp = R"(touchstone, the server of the laboratory information system

  touchstone serve            answer requests, seal the trail, issue certificates
  touchstone routes           what it answers to
  touchstone database run DIR a private MariaDB in the foreground
  touchstone migrate          bring the schema to the newest version
  touchstone institute load F bring the catalogue to what an XML file says
  touchstone user add|token   make an account; issue a token to one
  touchstone audit seal|verify seal the trail; prove that it is complete and unaltered
  touchstone certificate verify FILE   check a signed certificate
  touchstone certificate claim TEXT    check what a QR code claims, without any server
  touchstone bench intake|certificates|portal measure, beside a limit, in one run

Each but `bench` and `database` takes --config FILE (deploy/touchstone.example.ini documents it).
`touchstone COMMAND --help` tells more.
)";

int run(const std::vector<std::string>& words) {
    using Command = int (*)(const touchstone::commands::Words&);
    static const std::map<std::string, Command> commands{
        {"serve", touchstone::commands::serve},         {"routes", touchstone::commands::routes},
        {"database", touchstone::commands::database},
        {"migrate", touchstone::commands::migrate},     {"institute", touchstone::commands::institute},
        {"user", touchstone::commands::user},           {"audit", touchstone::commands::audit},
        {"certificate", touchstone::commands::certificate}, {"bench", touchstone::commands::bench}};
    if (words.empty() || words.front() == "--help" || words.front() == "help") {
        std::cout << kHelp;
        return words.empty() ? 2 : 0;
    }
    const auto command = commands.find(words.front());
    if (command == commands.end()) throw touchstone::instruments::UsageError("there is no command " + words.front());
    return command->second({words.begin() + 1, words.end()});
}

}  // namespace

int main(int count, char** words) {
    try {
        return run({words + 1, words + count});
    } catch (const touchstone::instruments::UsageError& error) {
        std::cerr << "touchstone: " << error.what() << "\n";
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "touchstone: " << error.what() << "\n";
        return 1;
    }
}
