#include "tests/fuzz/Targets.h"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <vector>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Xml.h"
#include "instruments/transport/Astm.h"
#include "instruments/transport/Balance.h"
#include "instruments/transport/Line.h"
#include "instruments/transport/Mllp.h"

namespace touchstone::fuzz {
namespace {

using namespace std::chrono_literals;
namespace ti = instruments;

std::string_view text(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void promise(bool kept, const char* what) {
    if (kept) return;
    std::cerr << "broken: " << what << std::endl;
    std::abort();
}

bool inside(ti::Span span, std::size_t size) {
    return span.offset <= size && span.length <= size - span.offset;
}

/// What Formats.h promises of every format. Compressed files have spans in what they hold, so those are let off.
void readAs(const ti::Format& format, std::string_view bytes) {
    const bool envelope = bytes.starts_with("\x1F\x8B") || bytes.starts_with("PK");
    const auto check = [&](ti::Span span) { promise(envelope || inside(span, bytes.size()), "a span lies within the bytes"); };
    const ti::Reading reading = format.read(bytes, {}, [&](ti::Series&& s) {
        promise(s.x.size() == s.y.size(), "a series has as many x as y");
        check(s.span);
    });
    for (const ti::Observation& o : reading.observations) check(o.span);
    promise(!reading.refused || !reading.refused->code.empty(), "a refusal has a code");
    promise(!reading.refused || reading.observations.empty(), "nothing of what is refused is given");
    static_cast<void>(format.recognises(bytes));
    if (format.controlId != nullptr) static_cast<void>(format.controlId(bytes));
}

using MakeLink = std::function<std::unique_ptr<ti::Link>()>;

std::vector<ti::LinkEvent> inPieces(ti::Link& link, std::string_view bytes, std::size_t size) {
    std::vector<ti::LinkEvent> all;
    const ti::Moment now{};
    const auto keep = [&](std::vector<ti::LinkEvent> some) {
        for (ti::LinkEvent& event : some) all.push_back(std::move(event));
    };
    for (std::size_t at = 0; at < bytes.size(); at += size) keep(link.feed(bytes.substr(at, size), now));
    keep(link.tick(now + 1h));
    keep(link.close());
    return all;
}

/// However the network cuts the bytes, a link makes the same of them.
void feed(const MakeLink& make, std::string_view bytes) {
    const auto whole = inPieces(*make(), bytes, bytes.size() + 1);
    promise(inPieces(*make(), bytes, 1) == whole, "bytes one by one give what they give together");
    promise(inPieces(*make(), bytes, 7) == whole, "bytes by sevens give what they give together");
}

template <typename L, typename... Settings>
Target link(Settings... settings) {
    return [=](std::span<const std::uint8_t> bytes) {
        feed([=] { return std::make_unique<L>(settings...); }, text(bytes));
    };
}

/// A line on which something is being sent.
std::unique_ptr<ti::Link> sendingLink() {
    auto link = std::make_unique<ti::AstmLink>();
    static_cast<void>(link->send("order", "H|\\^&\rP|1\rL|1|N\r", {}));
    static_cast<void>(link->tick({}));
    return link;
}

void readXml(std::span<const std::uint8_t> bytes) {
    try {
        static_cast<void>(xml::parse(text(bytes)));
    } catch (const xml::Fault&) {  // is its answer to what is no document
    }
}

/// The first line is a mapping, what follows is read by it.
void readMapped(std::span<const std::uint8_t> bytes) {
    const std::string_view all = text(bytes);
    const std::size_t end = std::min(all.find('\n'), all.size());
    const auto mapping = ti::Mapping::parse(all.substr(0, end));
    if (const auto* good = std::get_if<ti::Mapping>(&mapping)) {
        for (const ti::Format& format : ti::formats()) static_cast<void>(format.read(all.substr(end), *good, {}));
    }
}

std::map<std::string, Target> make() {
    std::map<std::string, Target> all{
        {"link-astm", link<ti::AstmLink>(ti::AstmSettings{})},
        {"link-astm-lenient", link<ti::AstmLink>(ti::AstmSettings{.numbers = ti::FrameNumbers::Lenient})},
        {"link-astm-sending", [](std::span<const std::uint8_t> bytes) { feed(sendingLink, text(bytes)); }},
        {"link-mllp", link<ti::MllpLink>()},
        {"link-mllp-commit", link<ti::MllpLink>(ti::MllpSettings{.commitBlocks = true})},
        {"link-line", link<ti::LineReceiver>()},
        {"link-line-framed", link<ti::LineReceiver>(ti::LineSettings{.begin = "\x02", .end = "\x03\r"})},
        {"link-balance", link<ti::BalanceLink>()},
        {"mapping", readMapped},
        {"xml", readXml},
    };
    for (const ti::Format& format : ti::formats()) {
        all.emplace("format-" + std::string(format.name),
                    [&format](std::span<const std::uint8_t> bytes) { readAs(format, text(bytes)); });
    }
    return all;
}

}  // namespace

const std::map<std::string, Target>& targets() {
    static const std::map<std::string, Target> all = make();
    return all;
}

}  // namespace touchstone::fuzz
