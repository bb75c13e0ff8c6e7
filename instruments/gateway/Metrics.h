#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace touchstone::instruments {

/// Text in Prometheus' exposition format 0.0.4: a family with its help and type, then its samples.
///
///     MetricsText out;
///     out.family("touchstone_spool_pending", MetricsText::Type::Gauge, "Messages not at the server yet");
///     out.sample(3);
class MetricsText {
public:
    enum class Type : std::uint8_t { Counter, Gauge };
    using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

    /// The samples that follow are of this family; the help may hold anything.
    void family(std::string_view name, Type type, std::string_view help);
    void sample(std::int64_t value, const Labels& labels = {});
    /// For seconds.
    void sample(double value, const Labels& labels = {});

    [[nodiscard]] const std::string& text() const { return text_; }
    static constexpr const char* contentType = "text/plain; version=0.0.4; charset=utf-8";

private:
    void write(std::string_view value, const Labels& labels);

    std::string name_;
    std::string text_;
};

}  // namespace touchstone::instruments
