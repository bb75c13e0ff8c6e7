#include "instruments/simulate/Scale.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <thread>

#include "instruments/simulate/Cable.h"

namespace touchstone::instruments {
namespace {

using Clock = std::chrono::steady_clock;

std::string lineOf(const std::string& command, const std::string& answer) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> json(buffer);
    json.StartObject();
    json.Key("command");
    json.String(command.c_str());
    json.Key("answer");
    json.String(answer.c_str());
    json.EndObject();
    return buffer.GetString();
}

std::string rightAligned(const std::string& text, std::size_t width) {
    return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

class Scale {
public:
    Scale(const ScaleSettings& settings, const std::function<void(const std::string&)>& tell)
        : settings_(settings),
          tell_(tell),
          cable_(settings.open, settings.faults),
          plan_(settings.faults,
                {Fault::Skipped, Fault::CutAfter, Fault::CutInside, Fault::Silence, Fault::Garbage, Fault::Split}) {}

    std::size_t run() {
        const auto until = Clock::now() + settings_.time;
        std::string heard;
        while (Clock::now() < until && (settings_.answers == 0 || answers_ < settings_.answers)) {
            try {
                heard += cable_.receive();
                for (std::size_t end = 0; (end = heard.find('\n')) != std::string::npos; heard.erase(0, end + 1)) {
                    hear(heard.substr(0, heard.find_last_not_of("\r\n", end) + 1));
                }
            } catch (const CutAsAsked&) {
                heard.clear();
            } catch (const std::runtime_error&) {
                cable_.cut();  // the gateway went away; it may come again
                heard.clear();
                std::this_thread::sleep_for(std::chrono::milliseconds(50));
            }
        }
        return answers_;
    }

private:
    void hear(const std::string& command) {
        const std::string answer = settings_.state == ScaleState::Silent ? ""
                                   : settings_.sics                      ? sics(command)
                                                                         : sbi(command);
        tell_(lineOf(command, answer));
        if (answer.empty()) return;
        ++answers_;
        const Fault fault = plan_.next(1, false).front();
        if (fault != Fault::Skipped) cable_.send(answer + "\r\n", fault);
        if (fault == Fault::CutAfter) cable_.cutAsAsked();
    }

    std::string sics(const std::string& command) {
        if (command == "S" || command == "SI") return sicsWeight(command);
        if (command == "Z" || command == "ZI") return command + " A";
        if (command == "T" || command == "TI") return command + " S " + rightAligned("0.00", 10) + " " + settings_.unit;
        if (command == "@" || command == "I4") return "I4 A \"0123456789\"";
        return "ES";
    }

    std::string sicsWeight(const std::string& command) {
        switch (settings_.state) {
            case ScaleState::Overload:
                return command + " +";
            case ScaleState::Underload:
                return command + " -";
            case ScaleState::Error:
                return command + " I";
            case ScaleState::Dynamic:
                // One that is asked for a stable weight waits for it, and gives up.
                if (command == "S") return "S I";
                return "SI D " + rightAligned(nextWeight(), 10) + " " + settings_.unit;
            case ScaleState::Stable:
            case ScaleState::Silent:
                break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100) * settings_.unsteady);
        return command + " S " + rightAligned(nextWeight(), 10) + " " + settings_.unit;
    }

    std::string sbi(const std::string& command) {
        if (command != "\x1BP") return {};
        switch (settings_.state) {
            case ScaleState::Overload:
                return "Stat        High    ";
            case ScaleState::Underload:
                return "Stat        Low     ";
            case ScaleState::Error:
                return "Stat       Err 02   ";
            default:
                break;
        }
        const bool stable = settings_.state == ScaleState::Stable && asked_++ >= settings_.unsteady;
        if (stable) asked_ = 0;
        std::string weight = stable ? nextWeight() : settings_.weights[weighed_ % settings_.weights.size()];
        const char sign = weight.starts_with('-') ? '-' : '+';
        if (sign == '-') weight.erase(0, 1);
        const std::string unit = stable ? settings_.unit : "";
        return "N     " + std::string(1, sign) + " " + rightAligned(weight, 8) + " " + unit +
               std::string(3 - std::min<std::size_t>(unit.size(), 3), ' ');
    }

    std::string nextWeight() { return settings_.weights[weighed_++ % settings_.weights.size()]; }

    const ScaleSettings& settings_;
    const std::function<void(const std::string&)>& tell_;
    Cable cable_;
    FaultPlan plan_;
    std::size_t answers_ = 0, weighed_ = 0, asked_ = 0;
};

}  // namespace

std::size_t weigh(const ScaleSettings& settings, const std::function<void(const std::string&)>& tell) {
    return Scale(settings, tell).run();
}

}  // namespace touchstone::instruments
