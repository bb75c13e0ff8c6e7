#include "instruments/gateway/Forwarder.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>

#include "instruments/gateway/Digest.h"

namespace touchstone::instruments {
namespace {

using Messages = std::vector<SpooledMessage>;

std::string bodyOf(const Messages& messages) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
    const auto member = [&](const char* key, const std::string& value) {
        json.Key(key);
        json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    };
    json.StartObject();
    json.Key("messages");
    json.StartArray();
    for (const SpooledMessage& m : messages) {
        json.StartObject();
        member("id", m.id);
        member("instrument", m.instrument);
        member("protocol", m.protocol);
        member("received_at", m.receivedAt);
        member("state", m.state);
        member("sha256", m.sha256);
        member("content", base64(m.bytes));
        if (m.command != 0) {
            json.Key("command");
            json.Int64(m.command);
        }
        json.EndObject();
    }
    json.EndArray();
    json.EndObject();
    return buffer.GetString();
}

/// The batch as it stands cannot be taken; the same batch again would fare no better.
bool isRefusal(int status) {
    return status >= 400 && status < 500 && status != 401 && status != 403 && status != 404 && status != 408 &&
           status != 429;
}

}  // namespace

class Forwarder::Impl {
public:
    Impl(Spool& spool, ForwarderSettings settings)
        : spool_(spool), settings_(std::move(settings)), client_(settings_.server, settings_.timeout) {
        thread_ = std::thread([this] { work(); });
    }

    ~Impl() {
        stopping_ = true;
        spool_.wake();
        thread_.join();
    }

    ForwarderStatus status() const {
        const std::lock_guard guard(mutex_);
        return status_;
    }

private:
    void work() {
        std::chrono::milliseconds pause = settings_.firstPause;
        while (!stopping_) {
            try {
                if (!forwardOnce()) spool_.waitForMessage(std::chrono::seconds(1));
                pause = settings_.firstPause;
            } catch (const std::exception& fault) {
                note(fault.what());
                rest(pause);
                pause = std::min(pause * 2, settings_.longestPause);
            }
        }
    }

    /// False when there was nothing to do.
    bool forwardOnce() {
        const Messages messages = spool_.pending(settings_.maxMessages, settings_.maxBytes);
        if (messages.empty()) return false;
        const ServerClient::Reply reply = post(messages);
        if (reply.status == 200) {
            settle(messages, reply.body);
        } else if (!isRefusal(reply.status)) {
            throw std::runtime_error("the server answered " + std::to_string(reply.status));
        } else if (messages.size() > 1) {
            for (const SpooledMessage& message : messages) forwardAlone(message);
        } else {
            spool_.markRefused(messages.front().id, std::to_string(reply.status) + " " + reply.body.substr(0, 1'000));
        }
        return true;
    }

    void forwardAlone(const SpooledMessage& message) {
        const ServerClient::Reply reply = post({message});
        if (reply.status == 200) return settle({message}, reply.body);
        if (!isRefusal(reply.status)) throw std::runtime_error("the server answered " + std::to_string(reply.status));
        spool_.markRefused(message.id, std::to_string(reply.status) + " " + reply.body.substr(0, 1'000));
    }

    /// Only what the server names in its receipts has arrived.
    void settle(const Messages& sent, const std::string& body) {
        rapidjson::Document document;
        document.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
        if (document.HasParseError() || !document.IsObject() || !document.HasMember("receipts") ||
            !document["receipts"].IsArray()) {
            throw std::runtime_error("the server's answer holds no receipts");
        }
        std::vector<std::string> ids;
        std::int64_t duplicates = 0;
        for (const auto& receipt : document["receipts"].GetArray()) {
            if (!receipt.IsObject() || !receipt.HasMember("id") || !receipt["id"].IsString() ||
                !receipt.HasMember("state") || !receipt["state"].IsString()) {
                continue;
            }
            const std::string state = receipt["state"].GetString();
            if (state != "stored" && state != "duplicate") continue;
            ids.emplace_back(receipt["id"].GetString());
            duplicates += state == "duplicate" ? 1 : 0;
        }
        const std::lock_guard guard(mutex_);  // who sees the spool settled finds it in the status, too
        spool_.markForwarded(ids);
        status_.lastSuccess = rfc3339(wallNow());
        status_.lastError.clear();
        status_.forwarded += static_cast<std::int64_t>(ids.size());
        status_.duplicates += duplicates;
        if (ids.size() < sent.size()) throw std::runtime_error("the server's answer leaves out messages of the batch");
    }

    ServerClient::Reply post(const Messages& messages) { return client_.post("/intake/messages", bodyOf(messages)); }

    void note(const std::string& fault) {
        const std::lock_guard guard(mutex_);
        status_.lastError = fault;
    }

    /// Half to all of the pause, so that many gateways do not come back at the same moment.
    void rest(std::chrono::milliseconds pause) {
        std::uniform_int_distribution<std::int64_t> spread(pause.count() / 2, pause.count());
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(spread(random_));
        while (!stopping_ && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }

    Spool& spool_;
    ForwarderSettings settings_;
    ServerClient client_;
    mutable std::mutex mutex_;
    ForwarderStatus status_;
    std::mt19937_64 random_{std::random_device{}()};
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

Forwarder::Forwarder(Spool& spool, ForwarderSettings settings)
    : impl_(std::make_unique<Impl>(spool, std::move(settings))) {
}

Forwarder::~Forwarder() = default;

ForwarderStatus Forwarder::status() const {
    return impl_->status();
}

}  // namespace touchstone::instruments
