#include <csignal>
#include <iostream>

#include "instruments/simulate/Commandline.h"

int main(int argc, char** argv) {
    const std::vector<std::string> words{argv + 1, argv + argc};
    const bool asked =
        words.empty() || words[0] == "-h" || words[0] == "--help" || (words.size() > 1 && words[1] == "--help");
    if (asked) {
        std::cout << touchstone::instruments::simulateHelp;
        return words.empty() ? 2 : 0;
    }
    std::signal(SIGPIPE, SIG_IGN);
    try {
        return touchstone::instruments::simulate(words);
    } catch (const std::exception& fault) {
        std::cerr << "touchstone-simulate: " << fault.what() << '\n';
        return 2;
    }
}
