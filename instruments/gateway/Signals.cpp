#include <csignal>
#include <ctime>

#include "instruments/gateway/Commands.h"

namespace touchstone::instruments {
namespace {

sigset_t stopSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

}  // namespace

void catchStopSignals() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file as large as it may be is a full disk
    const sigset_t set = stopSignals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool stopRequested(int milliseconds) {
    const sigset_t set = stopSignals();
    const timespec atMost{milliseconds / 1000, (milliseconds % 1000) * 1'000'000L};
    return sigtimedwait(&set, nullptr, &atMost) > 0;
}

}  // namespace touchstone::instruments
