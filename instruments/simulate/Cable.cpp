#include "instruments/simulate/Cable.h"

#include <thread>

namespace touchstone::instruments {
namespace {

/// A NUL, line ends and letters: nothing by which any link begins.
constexpr std::string_view garbage("\0\r\n?~noise~?\r\n", 14);

}  // namespace

void Cable::send(std::string_view bytes, Fault fault) {
    if (fault == Fault::Garbage) write(garbage, false);
    const bool split = faults_.split || fault == Fault::Split;
    if (fault == Fault::CutInside || fault == Fault::Silence) {
        const std::size_t half = bytes.size() / 2;
        write(bytes.substr(0, half), split);
        bytes.remove_prefix(half);
        if (fault == Fault::CutInside) cutAsAsked();
        std::this_thread::sleep_for(faults_.silence.value_or(faults_.pause));
    }
    write(bytes, split);
}

void Cable::write(std::string_view bytes, bool split) {
    const std::size_t before = sent_;
    sent_ += bytes.size();
    const bool cuts = faults_.cutAfterBytes && before < *faults_.cutAfterBytes && sent_ >= *faults_.cutAfterBytes;
    if (cuts) bytes = bytes.substr(0, *faults_.cutAfterBytes - before);
    const std::size_t step = split ? 1 : std::max<std::size_t>(bytes.size(), 1);
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        if (!connection().send(bytes.substr(at, step))) throw std::runtime_error("the gateway closed the connection");
    }
    if (cuts) cutAsAsked();
}

std::string Cable::receive() {
    std::string bytes = connection().receive();
    if (bytes.empty() && connection().closed()) throw std::runtime_error("the gateway closed the connection");
    return bytes;
}

void Cable::cutAsAsked() {
    cut();
    throw CutAsAsked();
}

Connection& Cable::connection() {
    if (!connection_) connection_ = open_();
    return *connection_;
}

}  // namespace touchstone::instruments
