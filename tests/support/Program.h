#pragma once
#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>
#include <Poco/Process.h>
#include <signal.h>

#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace touchstone::instruments::test {

/// A program of build/bin that runs beside the test; its lines are collected as they come.
class Program {
public:
    Program(const std::string& name, const std::vector<std::string>& arguments)
        : handle_(Poco::Process::launch(std::string(TOUCHSTONE_BIN) + "/" + name, arguments, nullptr, &out_, &err_)),
          outReader_([this] { collect(out_, lines_); }),
          errReader_([this] { collect(err_, errors_); }) {}

    ~Program() {
        if (!ended_) kill(SIGKILL);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    int wait() {
        const int status = handle_.wait();
        outReader_.join();
        errReader_.join();
        ended_ = true;
        return status;
    }
    int kill(int signal) {
        ::kill(handle_.id(), signal);
        return wait();
    }

    [[nodiscard]] std::vector<std::string> lines() const {
        const std::lock_guard guard(mutex_);
        return lines_;
    }
    /// The line on stderr that begins so, without its beginning; empty when it does not come within five seconds.
    [[nodiscard]] std::string errorLine(const std::string& beginning) const {
        for (int i = 0; i < 500; ++i) {
            {
                const std::lock_guard guard(mutex_);
                for (const std::string& line : errors_) {
                    if (line.starts_with(beginning)) return line.substr(beginning.size());
                }
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return {};
    }

private:
    void collect(Poco::Pipe& pipe, std::vector<std::string>& into) {
        Poco::PipeInputStream stream(pipe);
        std::string line;
        while (std::getline(stream, line)) {
            const std::lock_guard guard(mutex_);
            into.push_back(line);
        }
    }

    Poco::Pipe out_, err_;
    Poco::ProcessHandle handle_;
    mutable std::mutex mutex_;
    std::vector<std::string> lines_, errors_;
    std::thread outReader_, errReader_;
    bool ended_ = false;
};

}  // namespace touchstone::instruments::test
