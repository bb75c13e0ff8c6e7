#include "tests/fuzz/LinkTargets.h"

#include <memory>
#include <vector>

#include "instruments/transport/Astm.h"
#include "instruments/transport/Balance.h"
#include "instruments/transport/HttpReader.h"
#include "instruments/transport/Line.h"
#include "instruments/transport/Mllp.h"
#include "tests/fuzz/Promise.h"

namespace touchstone::fuzz {
namespace {

using namespace std::chrono_literals;
namespace ti = instruments;

using MakeLink = std::function<std::unique_ptr<ti::Link>()>;
using Events = std::vector<ti::LinkEvent>;

void add(Events& all, Events some) {
    for (ti::LinkEvent& event : some) all.push_back(std::move(event));
}

Events inPieces(ti::Link& link, std::string_view bytes, std::size_t size) {
    Events all;
    const ti::Moment now{};
    for (std::size_t at = 0; at < bytes.size(); at += size) add(all, link.feed(bytes.substr(at, size), now));
    add(all, link.tick(now + 1h));
    add(all, link.close());
    return all;
}

/// A byte may be told of as a part, as part of its message and as what was wrong with the rest; never more often.
void keepToWhatCame(const Events& events, std::size_t fed) {
    std::size_t told = 0;
    for (const ti::LinkEvent& event : events) told += event.bytes.size();
    promise(told <= 3 * fed, "a link tells of no more bytes than came");
}

void cutAnyhow(const MakeLink& make, std::string_view bytes) {
    const Events whole = inPieces(*make(), bytes, bytes.size() + 1);
    keepToWhatCame(whole, bytes.size());
    promise(inPieces(*make(), bytes, 1) == whole, "bytes one by one give what they give together");
    promise(inPieces(*make(), bytes, 7) == whole, "bytes by sevens give what they give together");
}

/// Pieces end at a multiple of eight in the bytes; the byte says how long nothing comes then, up to 50 seconds, and
/// whether what can be refused is refused.
void timed(const MakeLink& make, std::string_view bytes) {
    const auto link = make();
    Events all;
    ti::Moment now{};
    std::size_t begin = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const auto byte = static_cast<unsigned char>(bytes[at]);
        if (byte % 8 != 0) continue;
        Events some = link->feed(bytes.substr(begin, at + 1 - begin), now);
        begin = at + 1;
        if (byte % 16 == 8) {
            for (const ti::LinkEvent& event : some) {
                if (event.refusal.empty()) continue;
                link->refused(event);
                break;
            }
        }
        add(all, std::move(some));
        for (int i = 0; i < byte / 16; ++i) add(all, link->tick(now += 3s));
    }
    add(all, link->feed(bytes.substr(begin), now));
    add(all, link->tick(now + 1s));
    add(all, link->close());
    promise(link->close().empty(), "a link that is closed has nothing more to tell");
    keepToWhatCame(all, bytes.size());
}

template <typename L, typename... Settings>
MakeLink link(Settings... settings) {
    return [=] { return std::make_unique<L>(settings...); };
}

/// The same with two messages that wait to be sent, the first one on its way.
MakeLink sending(MakeLink make) {
    return [=] {
        auto made = make();
        static_cast<void>(made->send("order 1", "H|\\^&\rP|1\rO|1|S-1||^^^PB\rL|1|N\r", {}));
        static_cast<void>(made->send("order 2", "H|\\^&\rL|1|N\r", {}));
        static_cast<void>(made->tick({}));
        return made;
    };
}

/// A balance that is asked for three things.
MakeLink weighing(ti::BalanceDialect dialect) {
    return [=] {
        auto made = std::make_unique<ti::BalanceLink>(ti::BalanceSettings{.dialect = dialect});
        for (const char* command : {"S", "T", "S"}) static_cast<void>(made->send(command, command, {}));
        return made;
    };
}

/// What came of a request in pieces of a size: state, method, target and body.
std::vector<std::string> requested(std::string_view bytes, std::size_t size, std::size_t limit) {
    ti::HttpReader reader;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
        reader.feed(bytes.substr(at, size));
        if (reader.state() == ti::HttpReader::State::HeadDone) reader.body(limit);
    }
    std::string body = reader.state() == ti::HttpReader::State::Done ? reader.takeBody() : "";
    promise(body.size() <= std::min(limit, bytes.size()), "a body is no longer than it may be and no longer than what came");
    return {std::to_string(static_cast<int>(reader.state())), reader.head().method, reader.head().target, std::move(body)};
}

void request(std::string_view bytes) {
    for (const std::size_t limit : {std::size_t{16}, std::size_t{1} << 20U}) {
        const auto whole = requested(bytes, bytes.size() + 1, limit);
        promise(requested(bytes, 1, limit) == whole, "bytes of a request one by one give what they give together");
        promise(requested(bytes, 7, limit) == whole, "bytes of a request by sevens give what they give together");
    }
}

}  // namespace

void addLinks(std::map<std::string, Target>& all) {
    const ti::AstmSettings lenient{.numbers = ti::FrameNumbers::Lenient};
    const ti::AstmSettings narrow{.maxFrame = 16, .maxMessage = 40};
    const ti::AstmSettings device{.sending = {.role = ti::AstmRole::Instrument, .maxText = 8, .tries = 2}};
    const ti::MllpSettings commit{.commitBlocks = true};
    const std::map<std::string, MakeLink> links{
        {"link-astm", link<ti::AstmLink>(ti::AstmSettings{})},
        {"link-astm-lenient", link<ti::AstmLink>(lenient)},
        {"link-astm-narrow", link<ti::AstmLink>(narrow)},
        {"link-astm-sending", sending(link<ti::AstmLink>(ti::AstmSettings{}))},
        {"link-astm-device", sending(link<ti::AstmLink>(device))},
        {"link-mllp", link<ti::MllpLink>()},
        {"link-mllp-narrow", link<ti::MllpLink>(ti::MllpSettings{.maxMessage = 16, .commitBlocks = true})},
        {"link-mllp-commit", sending(link<ti::MllpLink>(commit))},
        {"link-line", link<ti::LineReceiver>()},
        {"link-line-narrow", link<ti::LineReceiver>(ti::LineSettings{.maxLine = 16})},
        {"link-line-framed", link<ti::LineReceiver>(ti::LineSettings{.begin = "\x02", .end = "\x03\r", .answer = "\x06"})},
        {"link-balance", weighing(ti::BalanceDialect::Sics)},
        {"link-balance-sbi", weighing(ti::BalanceDialect::Sbi)},
    };
    all.emplace("link-http", [](std::span<const std::uint8_t> bytes) { request(text(bytes)); });
    for (const auto& [name, made] : links) {
        all.emplace(name, [make = made](std::span<const std::uint8_t> bytes) { cutAnyhow(make, text(bytes)); });
        all.emplace("timed-" + name, [make = made](std::span<const std::uint8_t> bytes) { timed(make, text(bytes)); });
    }
}

}  // namespace touchstone::fuzz
