#include <Poco/DateTimeFormatter.h>
#include <Poco/Timestamp.h>
#include <Poco/UUIDGenerator.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>

#include "instruments/formats/Formats.h"
#include "instruments/gateway/Digest.h"
#include "instruments/simulate/Timed.h"

namespace touchstone::instruments {
namespace {

std::string uuidOf(const std::string& instrument, const std::string& bytes) {
    return Poco::UUIDGenerator::defaultGenerator().createFromName(Poco::UUID::oid(), instrument + bytes).toString();
}

class UploadPlayer final : public Player {
public:
    UploadPlayer(PlaySettings settings, UploadSettings upload)
        : settings_(std::move(settings)),
          upload_(std::move(upload)),
          cable_(settings_.open, settings_.faults),
          plan_(settings_.faults, {Fault::Repeated, Fault::CutAfter, Fault::CutInside, Fault::Silence, Fault::Split},
                settings_.connection) {}

    Played play(const Message& message, bool again) override {
        const Fault fault = plan_.next(1, again).front();
        return timed(cable_, [&] {
            const std::string id = uuidOf(upload_.instrument, message.bytes);
            const std::string request = requestOf(message.bytes, id);
            cable_.send(request, fault);
            if (fault == Fault::CutAfter) cable_.cutAsAsked();
            Played played = outcome(response(), id);
            if (fault != Fault::Repeated) return played;
            cable_.send(request);
            return outcome(response(), id);
        });
    }

private:
    [[nodiscard]] std::string requestOf(const std::string& bytes, const std::string& id) const {
        const std::string format = detect(bytes);
        rapidjson::StringBuffer buffer;
        rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
        json.StartObject();
        json.Key("messages");
        json.StartArray();
        json.StartObject();
        for (const auto& [key, value] :
             {std::pair<const char*, std::string>("id", id),
              {"instrument", upload_.instrument},
              {"protocol", format.empty() ? "unframed" : format},
              {"received_at", Poco::DateTimeFormatter::format(Poco::Timestamp(), "%Y-%m-%dT%H:%M:%S.%iZ")},
              {"state", "complete"},
              {"sha256", sha256Hex(bytes)},
              {"content", base64(bytes)}}) {
            json.Key(key);
            json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
        }
        json.EndObject();
        json.EndArray();
        json.EndObject();
        const std::string body(buffer.GetString(), buffer.GetSize());
        // HTTP/1.0: one answer, then the connection ends; nothing of it is cut into chunks.
        return "POST /api/v1/intake/messages HTTP/1.0\r\nHost: " + upload_.host + "\r\nAuthorization: Bearer " +
               upload_.token + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    }

    std::string response() {
        std::string all;
        const auto until = Clock::now() + settings_.patience;
        while (!whole(all)) {
            if (Clock::now() >= until) throw std::runtime_error("no answer");
            all += cable_.receive();
        }
        cable_.cut();
        return all;
    }

    static bool whole(std::string_view all) {
        const std::size_t head = all.find("\r\n\r\n");
        const std::string_view name = "Content-Length: ";
        const std::size_t length = all.find(name);
        if (head == std::string_view::npos || length > head) return false;
        std::size_t size = 0;
        std::from_chars(all.data() + length + name.size(), all.data() + head, size);
        return all.size() >= head + 4 + size;
    }

    /// Only what the server names in its receipts has arrived.
    static Played outcome(const std::string& response, const std::string& id) {
        const std::string status = response.substr(std::min<std::size_t>(9, response.size()), 3);
        const bool good = status == "200" && response.find(id) != std::string::npos;
        return {.acknowledged = good, .note = "HTTP " + status};
    }

    PlaySettings settings_;
    UploadSettings upload_;
    Cable cable_;
    FaultPlan plan_;
};

}  // namespace

std::unique_ptr<Player> uploadPlayer(PlaySettings settings, UploadSettings upload) {
    return std::make_unique<UploadPlayer>(std::move(settings), std::move(upload));
}

}  // namespace touchstone::instruments
