#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

#include "instruments/transport/Dialer.h"

namespace touchstone::instruments {
namespace {

struct Speed {
    std::uint32_t baud;
    speed_t code;
};
constexpr std::array speeds{Speed{300, B300},        Speed{600, B600},       Speed{1'200, B1200},
                            Speed{2'400, B2400},     Speed{4'800, B4800},    Speed{9'600, B9600},
                            Speed{19'200, B19200},   Speed{38'400, B38400},  Speed{57'600, B57600},
                            Speed{115'200, B115200}, Speed{230'400, B230400}};

speed_t speedOf(std::uint32_t baud) {
    for (const Speed& speed : speeds) {
        if (speed.baud == baud) return speed.code;
    }
    throw std::invalid_argument("a speed that serial lines do not have");
}

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void setLine(int file, const SerialSettings& settings) {
    termios line{};
    if (::tcgetattr(file, &line) != 0) fail("this is no serial line");
    ::cfmakeraw(&line);
    const auto set = [](tcflag_t& flags, tcflag_t flag, bool on) { flags = on ? flags | flag : flags & ~flag; };
    set(line.c_cflag, CLOCAL | CREAD, true);
    set(line.c_cflag, CSIZE, false);
    set(line.c_cflag, settings.dataBits == 7 ? CS7 : CS8, true);
    set(line.c_cflag, PARENB, settings.parity != Parity::None);
    set(line.c_cflag, PARODD, settings.parity == Parity::Odd);
    set(line.c_cflag, CSTOPB, settings.stopBits == 2);
    set(line.c_cflag, CRTSCTS, settings.flow == FlowControl::RtsCts);
    set(line.c_iflag, IXON | IXOFF, settings.flow == FlowControl::XonXoff);
    line.c_cc[VMIN] = 0;
    line.c_cc[VTIME] = 0;
    const speed_t speed = speedOf(settings.baud);
    if (::cfsetispeed(&line, speed) != 0 || ::cfsetospeed(&line, speed) != 0) fail("the speed cannot be set");
    if (::tcsetattr(file, TCSANOW, &line) != 0) fail("the line cannot be set");
}

class SerialConnection final : public Connection {
public:
    SerialConnection(const SerialSettings& settings, const std::atomic<bool>& stopping)
        : device_(settings.device),
          stopping_(stopping),
          file_(::open(device_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
        if (file_ < 0) fail("cannot be opened");
        try {
            if (::ioctl(file_, TIOCEXCL) != 0) fail("another program uses it");
            setLine(file_, settings);
        } catch (...) {
            ::close(file_);
            throw;
        }
    }
    ~SerialConnection() override { ::close(file_); }
    SerialConnection(const SerialConnection&) = delete;
    SerialConnection& operator=(const SerialConnection&) = delete;

    std::string receive() override {
        if (!ready(POLLIN, std::chrono::milliseconds(50))) return {};
        std::array<char, 4'096> buffer{};
        const ssize_t count = ::read(file_, buffer.data(), buffer.size());
        if (count > 0) return {buffer.data(), static_cast<std::size_t>(count)};
        if (count == 0 || (errno != EAGAIN && errno != EINTR)) gone_ = true;
        return {};
    }

    bool send(std::string_view bytes) override {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(15);
        while (!closed() && !bytes.empty() && std::chrono::steady_clock::now() < until) {
            if (!ready(POLLOUT, std::chrono::milliseconds(50))) continue;
            const ssize_t count = ::write(file_, bytes.data(), bytes.size());
            if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
            if (count < 0 && errno != EAGAIN && errno != EINTR) gone_ = true;
        }
        return bytes.empty();
    }

    [[nodiscard]] bool closed() const override { return gone_ || stopping_; }
    [[nodiscard]] std::string peer() const override { return device_; }

private:
    bool ready(short what, std::chrono::milliseconds atMost) {
        pollfd waiting{file_, what, 0};
        const int count = ::poll(&waiting, 1, static_cast<int>(atMost.count()));
        if (count < 0 && errno != EINTR) gone_ = true;
        if (count > 0 && (waiting.revents & what) == 0) gone_ = true;  // hung up: the plug is out
        return count > 0 && !gone_;
    }

    std::string device_;
    const std::atomic<bool>& stopping_;
    int file_;
    bool gone_ = false;
};

}  // namespace

Dialer::Open serialOver(const SerialSettings& settings) {
    return [settings](const std::atomic<bool>& stopping) -> std::unique_ptr<Connection> {
        return std::make_unique<SerialConnection>(settings, stopping);
    };
}

bool knownBaud(std::uint32_t baud) {
    for (const Speed& speed : speeds) {
        if (speed.baud == baud) return true;
    }
    return false;
}

}  // namespace touchstone::instruments
