#pragma once
#include <string>
#include <vector>

/// The subcommands of `touchstone`. Each takes the words after its name and gives the exit status: 0 done, 1 failed,
/// 2 a command line that cannot be followed, 4 something that was verified does not hold.
namespace touchstone::commands {

using Words = std::vector<std::string>;

inline constexpr int kDoesNotHold = 4;

int serve(const Words& words);
int routes(const Words& words);
int database(const Words& words);
int migrate(const Words& words);
int institute(const Words& words);
int user(const Words& words);
int audit(const Words& words);
int certificate(const Words& words);
int bench(const Words& words);

}  // namespace touchstone::commands
