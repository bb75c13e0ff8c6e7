#include "instruments/gateway/Liaison.h"

#include <fcntl.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "instruments/gateway/Config.h"

namespace touchstone::instruments {
namespace {

using Clock = std::chrono::steady_clock;

std::string fileIn(const std::string& folder) {
    return folder + "/configuration.json";
}

/// {"version": 3, "text": "…"}; nothing when the version is null; throws for anything else.
std::optional<RemoteConfiguration> parsed(const std::string& json) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    const bool object = !document.HasParseError() && document.IsObject() && document.HasMember("version");
    if (object && document["version"].IsNull()) return std::nullopt;
    if (!object || !document["version"].IsInt64() || !document.HasMember("text") || !document["text"].IsString()) {
        throw std::runtime_error("it holds no version and text");
    }
    return RemoteConfiguration{document["version"].GetInt64(),
                               {document["text"].GetString(), document["text"].GetStringLength()}};
}

/// Whole and on disk, or as it was.
void keep(const std::string& folder, const RemoteConfiguration& configuration) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
    json.StartObject();
    json.Key("version");
    json.Int64(configuration.version);
    json.Key("text");
    json.String(configuration.text.data(), static_cast<rapidjson::SizeType>(configuration.text.size()));
    json.EndObject();
    const std::string path = fileIn(folder), fresh = path + ".new";
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = file >= 0;
    if (good) {
        good = ::write(file, buffer.GetString(), buffer.GetSize()) == static_cast<ssize_t>(buffer.GetSize()) && ::fsync(file) == 0;
        good = ::close(file) == 0 && good;
    }
    if (!good || std::rename(fresh.c_str(), path.c_str()) != 0) throw std::runtime_error("cannot write " + path);
}

/// What is worth telling at once.
std::string gist(const GatewayStatus& status, const std::string& configurationFault) {
    std::string out = configurationFault + '\n' + status.forwarder.lastError + '\n' + (status.spool.pending > 0 ? "1" : "0");
    out += status.floor.version ? std::to_string(*status.floor.version) : "local";
    for (const Floor::StationView& station : status.floor.stations) {
        out += '\n' + station.settings.code + ' ' + station.address + ' ' + std::to_string(station.connections) + ' ' +
               std::to_string(station.counts.faults) + ' ' + std::to_string(station.counts.refused);
    }
    return out;
}

}  // namespace

std::optional<RemoteConfiguration> keptConfiguration(const std::string& folder) {
    std::ifstream file(fileIn(folder), std::ios::binary);
    if (!file) return std::nullopt;
    const std::string json{std::istreambuf_iterator<char>(file), {}};
    try {
        return parsed(json);
    } catch (const std::exception& fault) {
        throw std::runtime_error(fileIn(folder) + ": " + fault.what());
    }
}

class Liaison::Impl {
public:
    Impl(LiaisonSettings settings, Floor& floor, std::function<GatewayStatus()> status, Fault fault)
        : settings_(std::move(settings)), floor_(floor), status_(std::move(status)), fault_(std::move(fault)),
          client_(settings_.server, std::chrono::seconds(20)) {
        thread_ = std::thread([this] { work(); });
    }

    ~Impl() {
        {
            const std::lock_guard guard(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        thread_.join();
    }

    [[nodiscard]] std::string configurationFault() const {
        const std::lock_guard guard(mutex_);
        return configurationFault_;
    }

private:
    void work() {
        auto report = Clock::now(), configure = report;
        std::string told;
        std::string trouble;
        do {
            const auto now = Clock::now();
            try {
                if (settings_.remote && now >= configure) {
                    configure = now + settings_.configure;
                    fetch();
                }
                GatewayStatus status = status_();
                status.configurationFault = configurationFault();
                std::string news = gist(status, status.configurationFault);
                if (now >= report || news != told) {
                    report = now + settings_.report;
                    told = std::move(news);
                    if (tell(status)) configure = now;
                }
                trouble.clear();
            } catch (const std::exception& fault) {
                if (trouble != fault.what()) fault_(std::string("status and configuration: ") + fault.what());
                trouble = fault.what();
                report = now + settings_.report;
            }
        } while (!rest());
    }

    /// True when the server has another configuration than the one that was seen last.
    bool tell(const GatewayStatus& status) {
        const ServerClient::Reply reply = client_.post("/gateways/status", reportJson(status));
        if (reply.status != 200) throw std::runtime_error("the server answered " + std::to_string(reply.status) + " " + reply.body.substr(0, 300));
        rapidjson::Document document;
        document.Parse<rapidjson::kParseIterativeFlag>(reply.body.data(), reply.body.size());
        return !document.HasParseError() && document.IsObject() && document.HasMember("configuration") &&
               document["configuration"].IsInt64() && document["configuration"].GetInt64() != seen_;
    }

    void fetch() {
        const ServerClient::Reply reply = client_.get("/gateways/configuration");
        if (reply.status != 200) throw std::runtime_error("the server answered " + std::to_string(reply.status));
        const auto configuration = parsed(reply.body);
        if (!configuration || configuration->version == seen_) return;
        seen_ = configuration->version;
        if (floor_.view().version == configuration->version) return note("");
        try {
            InstrumentsRead read = readInstruments(configuration->text);
            if (!read.faults.empty()) throw ConfigError(read.faults.front());
            floor_.apply(read.instruments, configuration->version);
            keep(settings_.folder, *configuration);
            note("");
        } catch (const std::exception& fault) {
            note("version " + std::to_string(configuration->version) + ": " + fault.what());
        }
    }

    void note(const std::string& configurationFault) {
        if (!configurationFault.empty()) fault_("configuration: " + configurationFault);
        const std::lock_guard guard(mutex_);
        configurationFault_ = configurationFault;
    }

    bool rest() {
        std::unique_lock guard(mutex_);
        return wake_.wait_for(guard, settings_.look, [this] { return stopping_; });
    }

    LiaisonSettings settings_;
    Floor& floor_;
    std::function<GatewayStatus()> status_;
    Fault fault_;
    ServerClient client_;
    std::int64_t seen_ = 0;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::string configurationFault_;
    std::thread thread_;
};

Liaison::Liaison(LiaisonSettings settings, Floor& floor, std::function<GatewayStatus()> status, Fault fault)
    : impl_(std::make_unique<Impl>(std::move(settings), floor, std::move(status), std::move(fault))) {
}

Liaison::~Liaison() = default;

std::string Liaison::configurationFault() const {
    return impl_->configurationFault();
}

}  // namespace touchstone::instruments
