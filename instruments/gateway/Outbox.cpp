#include "instruments/gateway/Outbox.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "instruments/gateway/Outcomes.h"

namespace touchstone::instruments {
namespace {

using Json = rapidjson::Writer<rapidjson::StringBuffer>;
constexpr std::size_t kMostOutcomes = 100;
constexpr std::size_t kMostSpecimens = 100;
constexpr unsigned kMostCommands = 20;

void text(Json& json, std::string_view value) {
    json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

template <class List>
void texts(Json& json, const char* key, const List& values) {
    json.Key(key);
    json.StartArray();
    for (const std::string& value : values) text(json, value);
    json.EndArray();
}

std::string takeBody(const std::vector<std::string>& instruments, const OutboxSettings& settings) {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    json.StartObject();
    texts(json, "instruments", instruments);
    json.Key("wait_s");
    json.Int64(settings.wait.count());
    json.Key("lease_s");
    json.Int64(settings.lease.count());
    json.Key("limit");
    json.Uint(kMostCommands);
    json.EndObject();
    return buffer.GetString();
}

std::string outcomesBody(const std::vector<Outcomes::Outcome>& outcomes) {
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    json.StartObject();
    json.Key("outcomes");
    json.StartArray();
    for (const Outcomes::Outcome& outcome : outcomes) {
        json.StartObject();
        json.Key("id");
        json.Int64(outcome.command);
        json.Key("state");
        text(json, outcome.state);
        json.Key("note");
        text(json, outcome.note);
        json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    return buffer.GetString();
}

std::string queryBody(const std::string& instrument, const Query& query, std::size_t mostSamples) {
    std::vector<std::string> specimens = query.specimens;
    if (specimens.size() > kMostSpecimens) specimens.resize(kMostSpecimens);
    if (query.all) specimens = {"ALL"};
    rapidjson::StringBuffer buffer;
    Json json(buffer);
    json.StartObject();
    json.Key("instrument");
    text(json, instrument);
    texts(json, "specimens", specimens);
    json.Key("limit");
    json.Uint64(mostSamples);
    json.EndObject();
    return buffer.GetString();
}

/// The array of that name in the server's answer; throws where there is none.
rapidjson::Document parsed(const std::string& body, const char* array) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
    if (document.HasParseError() || !document.IsObject() || !document.HasMember(array) || !document[array].IsArray()) {
        throw std::runtime_error(std::string("the server's answer holds no ") + array);
    }
    return document;
}

std::string member(const rapidjson::Value& object, const char* key) {
    const bool there = object.IsObject() && object.HasMember(key) && object[key].IsString();
    return there ? std::string(object[key].GetString(), object[key].GetStringLength()) : std::string();
}

std::vector<Order::Test> testsOf(const rapidjson::Value& object) {
    std::vector<Order::Test> tests;
    if (!object.HasMember("tests") || !object["tests"].IsArray()) return tests;
    for (const auto& test : object["tests"].GetArray()) tests.push_back({member(test, "code"), member(test, "item")});
    return tests;
}

struct Addressed {
    std::string instrument;
    Command command;
};

std::vector<Addressed> commandsOf(const std::string& body) {
    const rapidjson::Document document = parsed(body, "commands");
    std::vector<Addressed> commands;
    for (const auto& row : document["commands"].GetArray()) {
        if (!row.IsObject() || !row.HasMember("id") || !row["id"].IsInt64()) {
            throw std::runtime_error("a command of the server has no id");
        }
        Command command;
        command.id = row["id"].GetInt64();
        const std::string kind = member(row, "kind");
        command.kind = kind == "read" ? Command::Kind::Read : Command::Kind::Order;
        if (row.HasMember("attempts") && row["attempts"].IsInt64()) command.attempts = row["attempts"].GetInt64();
        command.order = {.id = std::to_string(command.id), .specimen = member(row, "sample"), .tests = testsOf(row)};
        if (kind == "cancel") command.order.act = Order::Act::Cancel;
        commands.push_back({member(row, "instrument"), std::move(command)});
    }
    return commands;
}

std::vector<Order> ordersOf(const std::string& body, const Query& query) {
    const rapidjson::Document document = parsed(body, "orders");
    std::vector<Order> orders;
    for (const auto& row : document["orders"].GetArray()) {
        if (!row.IsObject()) continue;
        Order order{.specimen = member(row, "specimen"), .tests = testsOf(row)};
        const auto unasked = [&](const Order::Test& test) { return std::ranges::find(query.tests, test.code) == query.tests.end(); };
        if (!query.tests.empty()) std::erase_if(order.tests, unasked);
        if (!order.tests.empty()) orders.push_back(std::move(order));
    }
    return orders;
}

}  // namespace

class Outbox::Impl {
public:
    Impl(OutboxSettings settings, Fault fault)
        : settings_(std::move(settings)), fault_(std::move(fault)), outcomes_(settings_.folder + "/outcomes.sqlite") {}

    ~Impl() {
        {
            const std::lock_guard guard(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        if (taking_.joinable()) taking_.join();
        if (telling_.joinable()) telling_.join();
    }

    std::shared_ptr<Dialogue> dialogue(const std::string& instrument, const OrderSettings& settings) {
        auto dialogue = std::make_shared<Dialogue>(
            instrument, settings, [this](const std::string& code, const Query& query) { return ask(code, query); },
            [this](std::int64_t command, Told told, const std::string& note) { tell(command, told, note); });
        const std::lock_guard guard(mutex_);
        return dialogues_[instrument] = std::move(dialogue);
    }

    void forget(const std::string& instrument) {
        const std::lock_guard guard(mutex_);
        dialogues_.erase(instrument);
    }

    void start() {
        taking_ = std::thread([this] { repeat(&Impl::takeOnce); });
        telling_ = std::thread([this] { repeat(&Impl::tellOnce); });
    }

private:
    using Dialogues = std::map<std::string, std::shared_ptr<Dialogue>>;

    Dialogues now() {
        const std::lock_guard guard(mutex_);
        return dialogues_;
    }

    void repeat(bool (Impl::*once)(ServerClient&)) {
        ServerClient client(settings_.server, std::chrono::seconds(30));
        std::chrono::milliseconds pause = settings_.firstPause;
        while (!stopping_) {
            try {
                if (!(this->*once)(client)) rest(std::chrono::milliseconds(200));
                pause = settings_.firstPause;
            } catch (const std::exception& fault) {
                fault_(fault.what());
                rest(pause);
                pause = std::min(pause * 2, settings_.longestPause);
            }
        }
    }

    void rest(std::chrono::milliseconds atMost) {
        std::unique_lock guard(mutex_);
        wake_.wait_for(guard, atMost, [this] { return stopping_.load(); });
    }

    /// False when there was nothing to ask for. Only what can go out now is taken, so that all else can still be taken
    /// back by a person.
    bool takeOnce(ServerClient& client) {
        std::vector<std::string> ready;
        const Dialogues dialogues = now();
        for (const auto& [code, dialogue] : dialogues) {
            if (dialogue->ready()) ready.push_back(code);
        }
        if (ready.empty()) return false;
        const ServerClient::Reply reply = client.post("/intake/commands/take", takeBody(ready, settings_));
        if (reply.status != 200) throw std::runtime_error("commands: the server answered " + std::to_string(reply.status));
        for (Addressed& addressed : commandsOf(reply.body)) {
            const auto found = dialogues.find(addressed.instrument);
            if (found != dialogues.end()) found->second->post(std::move(addressed.command));
        }
        return true;
    }

    bool tellOnce(ServerClient& client) {
        const auto pending = outcomes_.pending(kMostOutcomes);
        if (pending.empty()) return false;
        const ServerClient::Reply reply = client.post("/intake/commands/outcomes", outcomesBody(pending));
        if (reply.status == 200) {
            outcomes_.forget(pending);
        } else if (reply.status != 422) {
            throw std::runtime_error("outcomes: the server answered " + std::to_string(reply.status));
        } else {
            for (const Outcomes::Outcome& outcome : pending) tellAlone(client, outcome);
        }
        return true;
    }

    /// One that the server cannot take must not hold up the others; its command comes again.
    void tellAlone(ServerClient& client, const Outcomes::Outcome& outcome) {
        const ServerClient::Reply reply = client.post("/intake/commands/outcomes", outcomesBody({outcome}));
        if (reply.status != 200 && reply.status != 422) {
            throw std::runtime_error("outcomes: the server answered " + std::to_string(reply.status));
        }
        if (reply.status == 422) fault_("the outcome of command " + std::to_string(outcome.command) + " was refused: " + reply.body);
        outcomes_.forget({outcome});
    }

    void tell(std::int64_t command, Told told, const std::string& note) {
        try {
            outcomes_.add(command, told, note);
        } catch (const std::exception& fault) {  // the lease will run out and the command come again
            fault_("command " + std::to_string(command) + ": " + fault.what());
        }
    }

    std::optional<std::vector<Order>> ask(const std::string& instrument, const Query& query) {
        try {
            ServerClient client(settings_.server, settings_.patience);
            const auto reply = client.post("/intake/queries", queryBody(instrument, query, settings_.mostSamples));
            if (reply.status == 422) return std::vector<Order>{};  // no specimen is called so
            if (reply.status != 200) {
                throw std::runtime_error("the server answered " + std::to_string(reply.status) + " " + reply.body.substr(0, 500));
            }
            return ordersOf(reply.body, query);
        } catch (const std::exception& fault) {
            fault_(instrument + ": a question could not be answered: " + fault.what());
            return std::nullopt;
        }
    }

    OutboxSettings settings_;
    Fault fault_;
    Outcomes outcomes_;
    Dialogues dialogues_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::atomic<bool> stopping_ = false;
    std::thread taking_, telling_;
};

Outbox::Outbox(OutboxSettings settings, Fault fault)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(fault))) {}

Outbox::~Outbox() = default;

std::shared_ptr<Dialogue> Outbox::dialogue(const std::string& instrument, const OrderSettings& settings) {
    return impl_->dialogue(instrument, settings);
}

void Outbox::forget(const std::string& instrument) {
    impl_->forget(instrument);
}

void Outbox::start() {
    impl_->start();
}

}  // namespace touchstone::instruments
