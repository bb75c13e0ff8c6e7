#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "instruments/transport/FileDrop.h"

namespace touchstone::instruments {

FolderWatch::FolderWatch(std::string folder)
    : folder_(std::move(folder)),
      events_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (wake_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    listen();
}

FolderWatch::~FolderWatch() {
    if (events_ >= 0) ::close(events_);
    ::close(wake_);
}

/// Every time anew: the folder may have been replaced by another of its name. Where the system grants no more watches
/// the descriptor is -1, which poll() passes over, or stays silent: then the time alone ends the wait.
void FolderWatch::listen() const {
    if (events_ >= 0) ::inotify_add_watch(events_, folder_.c_str(), IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE);
}

void FolderWatch::wait(std::chrono::milliseconds atMost) {
    listen();
    std::array<pollfd, 2> waiting{pollfd{events_, POLLIN, 0}, pollfd{wake_, POLLIN, 0}};
    ::poll(waiting.data(), waiting.size(), static_cast<int>(atMost.count()));
    std::array<char, 4'096> told{};
    for (const pollfd& each : waiting) {
        while ((each.revents & POLLIN) != 0 && ::read(each.fd, told.data(), told.size()) > 0) {
        }
    }
}

void FolderWatch::wake() {
    const std::uint64_t one = 1;
    if (::write(wake_, &one, sizeof one) < 0 && errno != EAGAIN) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
}

}  // namespace touchstone::instruments
