#include "instruments/formats/XmlBulk.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace touchstone::xml {
namespace {

/// Eight at a time: this is asked of all the bytes of large files.
bool isAscii(std::string_view bytes) {
    constexpr std::uint64_t tops = 0x8080808080808080;
    std::uint64_t seen = 0;
    while (bytes.size() >= sizeof seen) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, bytes.data(), sizeof eight);
        seen |= eight;
        bytes.remove_prefix(sizeof eight);
    }
    return (seen & tops) == 0 && std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

BulkText::BulkText(std::string_view document, std::string_view name) : document_(document) {
    if (!name.empty()) {
        opening_.append("<").append(name).append(">");
        closing_.append("</").append(name).append(">");
    }
    findNext();
}

std::size_t BulkText::read(char* to, std::size_t most) {
    std::size_t filled = 0;
    while (filled < most && at_ < document_.size()) {
        if (at_ == next_) take();
        const std::size_t length = std::min(most - filled, next_ - at_);
        std::memcpy(to + filled, document_.data() + at_, length);
        at_ += length;
        filled += length;
        read_ += length;
    }
    return filled;
}

void BulkText::take() {
    const std::size_t end = document_.find('<', at_);
    if (end != std::string_view::npos && end > at_ && document_.substr(end).starts_with(closing_)) {
        const std::string_view text = document_.substr(at_, end - at_);
        if (text.find('>') == std::string_view::npos && text.find('&') == std::string_view::npos &&
            isAscii(text)) {
            cuts_.push_back({read_, text});
            at_ = end;
        }
    }
    findNext();
}

void BulkText::findNext() {
    const std::size_t found = opening_.empty() ? std::string_view::npos : document_.find(opening_, at_);
    next_ = found == std::string_view::npos ? document_.size() : found + opening_.size();
}

std::size_t BulkText::place(std::size_t read) {
    while (!cuts_.empty() && cuts_.front().read < read) {
        passed_ += cuts_.front().text.size();
        cuts_.pop_front();
    }
    return read + passed_;
}

std::string_view BulkText::takenAt(std::size_t place) const {
    const bool here = !cuts_.empty() && cuts_.front().read + passed_ == place;
    return here ? cuts_.front().text : std::string_view();
}

}  // namespace touchstone::xml
