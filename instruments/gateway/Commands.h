#pragma once
#include <string>
#include <vector>

#include "instruments/formats/Mapping.h"

namespace touchstone::instruments {

/// The gateway's commands. Each takes the words behind its name, throws UsageError and returns the exit status.
int runCommand(const std::vector<std::string>& words);
int listenCommand(const std::vector<std::string>& words);
int readCommand(const std::vector<std::string>& words);
int benchCommand(const std::vector<std::string>& words);

/// The mapping in a file, the empty one for no file; throws UsageError.
[[nodiscard]] Mapping readMapping(const std::string& path);

/// From here on SIGTERM and SIGINT are taken by stopRequested instead of ending the process; to be called before any
/// thread is started.
void catchStopSignals();
/// Waits so long at most; true once a stop signal has come.
[[nodiscard]] bool stopRequested(int milliseconds);

}  // namespace touchstone::instruments
