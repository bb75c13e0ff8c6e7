#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "instruments/formats/Formats.h"
#include "instruments/gateway/Arguments.h"
#include "instruments/gateway/Commands.h"

namespace touchstone::instruments {
namespace {

constexpr const char* help =
    R"(touchstone-gateway: takes instruments' messages, keeps them safe and brings them to the server

touchstone-gateway run --config FILE
    Serves all instruments of the configuration and forwards to the server until SIGTERM or SIGINT. An instrument is
    acknowledged only when its message is on disk. Prints a JSON line for each message: the fields of listen without
    observations. The keys of the configuration are explained in deploy/gateway.example.ini.

touchstone-gateway listen --protocol astm|mllp|line|sics|sbi|http --spool DIR [options]
    Serves one instrument without a server: stores, acknowledges and prints a JSON line for each message, with or
    without --json: id, instrument, protocol (astm, hl7, sics, sbi, unframed; of a file its format), state (complete, incomplete, unframed), bytes,
    sha256, control_id, duplicate, acknowledged, note, observations[], series[], warnings[], refused
    --port N         0 (default) takes a free one; it is named on stderr: "listening on HOST:PORT"
    --host H         default 127.0.0.1
    --instrument C   code under which messages are stored, default LISTEN
    --lenient        ASTM: any frame number
    --token-file F   http: the token that uploads must show
    --max-frame N, --max-message N    limits in bytes, default 64000 and 4000000
    --mapping FILE   the instrument's mapping for the observations that are printed

touchstone-gateway read [--format FORMAT] [--mapping FILE] [--json] FILE...
    Reads files and prints a JSON line for each, with or without --json:
    file, format, control_id, sender, observations[{specimen, position, code, name, value, decimal, comparator, unit,
    flags, status, time, operator, instrument, qc, calibration, undecodable, span[offset, length]}], series[],
    warnings[{code, message, span}], refused{code, message, span} or null
    FORMAT is one of those below; without it the bytes tell. A log that prints control characters by their names (<STX>,
    [STX]) is read as what was on the line.
    Exit status 0: all were read, 3: some were refused.

touchstone-gateway bench [--seconds S] FILE...
    Measures how fast files are read: every file is read from memory over and over, for S seconds (default 3) for each
    format. Prints a JSON line for each format: format, files, megabytes, mb_per_s.

Exit status 2: the command line or the configuration is wrong. 1: any other fault.
)";

int command(const std::vector<std::string>& words) {
    const std::vector<std::string> rest(words.begin() + (words.empty() ? 0 : 1), words.end());
    const bool asked = words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help";
    if (asked || (!rest.empty() && rest[0] == "--help")) {
        std::cout << help << "\nFormats:";
        for (const Format& format : formats()) std::cout << ' ' << format.name;
        std::cout << '\n';
        return words.empty() ? 2 : 0;
    }
    if (words[0] == "run") return runCommand(rest);
    if (words[0] == "listen") return listenCommand(rest);
    if (words[0] == "read") return readCommand(rest);
    if (words[0] == "bench") return benchCommand(rest);
    throw UsageError("unknown command " + words[0] + "; see --help");
}

}  // namespace
}  // namespace touchstone::instruments

int main(int argc, char** argv) {
    try {
        return touchstone::instruments::command({argv + 1, argv + argc});
    } catch (const touchstone::instruments::UsageError& fault) {
        std::cerr << "touchstone-gateway: " << fault.what() << '\n';
        return 2;
    } catch (const std::exception& fault) {
        std::cerr << "touchstone-gateway: " << fault.what() << '\n';
        return 1;
    }
}
