#include "instruments/simulate/Worker.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <deque>
#include <memory>
#include <random>

#include "instruments/formats/AstmOrders.h"
#include "instruments/formats/Hl7Orders.h"
#include "instruments/formats/Hl7Segments.h"
#include "instruments/transport/Astm.h"
#include "instruments/transport/Mllp.h"

namespace touchstone::instruments {
namespace {

using Clock = std::chrono::steady_clock;
using Json = rapidjson::Writer<rapidjson::StringBuffer>;

const std::string now = "20260101000000";  // of the head of our messages

void member(Json& json, const char* key, std::string_view value) {
    json.Key(key);
    json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void write(Json& json, const Order& order) {
    json.StartObject();
    member(json, "order", order.id);
    member(json, "act", order.act == Order::Act::Cancel ? "cancel" : "new");
    member(json, "specimen", order.specimen);
    member(json, "position", order.position);
    member(json, "priority", std::string(1, order.priority));
    json.Key("tests");
    json.StartArray();
    for (const Order::Test& test : order.tests) json.String(test.code.c_str());
    json.EndArray();
    json.EndObject();
}

std::string lineOf(const Order& order) {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    write(json, order);
    return buffer.GetString();
}

std::string lineOf(std::string_view answer, const std::vector<Order>& orders) {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    json.StartObject();
    member(json, "answer", answer);
    json.Key("orders");
    json.StartArray();
    for (const Order& order : orders) write(json, order);
    json.EndArray();
    json.EndObject();
    return buffer.GetString();
}

/// The second field of the first QAK.
std::string queryStatus(std::string_view message) {
    for (const std::string_view line : lines(message)) {
        if (line.starts_with("QAK")) return Hl7Segment(line, {}).text(2);
    }
    return {};
}

class Worker {
public:
    Worker(const WorkSettings& settings, const std::function<void(const std::string&)>& tell)
        : settings_(settings), tell_(tell), connection_(settings.open()) {
        if (settings_.astm) {
            link_ = std::make_unique<AstmLink>();
        } else {
            link_ = std::make_unique<MllpLink>();
        }
    }

    std::size_t run() {
        const auto until = Clock::now() + settings_.time;
        asking_.assign(settings_.asked.begin(), settings_.asked.end());
        ask();
        while (Clock::now() < until && (settings_.orders == 0 || told_ < settings_.orders)) {
            const std::string bytes = connection_->receive();
            if (!bytes.empty()) perform(link_->feed(bytes, Clock::now()));
            if (connection_->closed()) break;
            perform(link_->tick(Clock::now()));
        }
        return told_;
    }

private:
    void perform(const std::vector<LinkEvent>& events) {
        for (const LinkEvent& event : events) {
            connection_->send(event.reply);
            if (event.kind == LinkEvent::Kind::NotSent) throw std::runtime_error("could not ask: " + event.note);
            if (event.kind == LinkEvent::Kind::Message) settings_.astm ? heardAstm(event.bytes) : heardHl7(event.bytes);
        }
    }

    void send(const std::string& message) { perform(link_->send("", message, Clock::now())); }

    std::string freshId() { return std::to_string(run_) + "-" + std::to_string(++count_); }

    void ask() {
        if (asking_.empty()) return;
        const std::string specimen = asking_.front();
        asking_.pop_front();
        const std::string id = freshId();
        if (settings_.astm) {
            return send("H|\\^&|" + id + "||Simulator|||||||P|1|" + now + "\rQ|1|^" + specimen + "||ALL||||||||O\rL|1|N\r");
        }
        const bool all = specimen == "ALL";
        send("MSH|^~\\&|Simulator||||" + now + "||QBP^Q11^QBP_Q11|" + id +
             "|P|2.5.1|||NE|AL||UNICODE UTF-8|||LAB-27^IHE\rQPD|" + (all ? "WOS_ALL" : "WOS") +
             "^Work Order Step^IHE_LABTF|" + id + "|" + (all ? "" : specimen) + "\rRCP|I||R\r");
    }

    void say(const std::string& line) {
        tell_(line);
        ++told_;
    }

    void heardAstm(const std::string& message) {
        const auto got = readAstmOrders(message);
        if (!got) return say(lineOf("unreadable", {}));
        if (got->termination == 'N') {
            for (const Order& order : got->orders) say(lineOf(order));
            return;
        }
        say(lineOf(std::string(1, got->termination), got->orders));
        ask();
    }

    void heardHl7(const std::string& message) {
        const std::string status = queryStatus(message);
        const bool answer = message.find("RSP^K11") != std::string::npos;
        if (answer) {
            say(lineOf(status, {}));
            return ask();
        }
        const auto order = readHl7Order(message);
        if (!order) return;
        if (!order->tests.empty()) say(lineOf(*order));  // LAW also says that there is nothing to do
        if (settings_.mute) return;
        send(hl7OrderAnswer(message, !settings_.refuse, "", {.id = freshId(), .now = now}));
    }

    const WorkSettings& settings_;
    const std::function<void(const std::string&)>& tell_;
    std::unique_ptr<Connection> connection_;
    std::unique_ptr<Link> link_;
    std::deque<std::string> asking_;
    std::uint32_t run_ = std::random_device{}();
    std::size_t count_ = 0;
    std::size_t told_ = 0;
};

}  // namespace

std::size_t work(const WorkSettings& settings, const std::function<void(const std::string&)>& tell) {
    return Worker(settings, tell).run();
}

}  // namespace touchstone::instruments
