#include "instruments/gateway/Metrics.h"

#include <array>
#include <charconv>

namespace touchstone::instruments {
namespace {

/// Line feeds and backslashes everywhere, quotes in the value of a label.
std::string escaped(std::string_view text, bool quotes) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || (quotes && c == '"')) out += '\\';
        out += c;
    }
    return out;
}

template <class Number>
std::string digits(Number value) {
    std::array<char, 40> room{};
    const auto [end, wrong] = std::to_chars(room.data(), room.data() + room.size(), value);
    return {room.data(), end};
}

}  // namespace

void MetricsText::family(std::string_view name, Type type, std::string_view help) {
    name_ = name;
    text_ += "# HELP " + name_ + " " + escaped(help, false) + "\n";
    text_ += "# TYPE " + name_ + (type == Type::Counter ? " counter\n" : " gauge\n");
}

void MetricsText::sample(std::int64_t value, const Labels& labels) {
    write(digits(value), labels);
}

void MetricsText::sample(double value, const Labels& labels) {
    write(digits(value), labels);
}

void MetricsText::write(std::string_view value, const Labels& labels) {
    text_ += name_;
    char before = '{';
    for (const auto& [label, content] : labels) {
        text_ += before;
        text_ += label;
        text_ += "=\"" + escaped(content, true) + "\"";
        before = ',';
    }
    if (!labels.empty()) text_ += '}';
    text_ += ' ';
    text_ += value;
    text_ += '\n';
}

}  // namespace touchstone::instruments
