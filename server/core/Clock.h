#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace touchstone {

/// A moment in UTC, to the microsecond.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
/// A day of the laboratory's calendar, without a time or a zone.
using Date = std::chrono::sys_days;

/// The one source of time; injected, so that a test can replay. Implementations are safe to use from many threads.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override;
};

/// A clock that stands until it is moved. For tests.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Instant start) : now_(start) {}
    [[nodiscard]] Instant now() const override { return now_; }
    void advance(std::chrono::microseconds by) { now_ += by; }

private:
    Instant now_;
};

/// RFC 3339 in UTC with six decimals: 2026-11-22T06:05:04.000000Z, the API's form.
[[nodiscard]] std::string toRfc3339(Instant at);
/// "2026-11-22 06:05:04.000000" in UTC, the database's form (DATETIME(6)).
[[nodiscard]] std::string toSql(Instant at);
/// Reads the database's form; the connector leaves out a fraction of zero.
[[nodiscard]] Instant instantFromSql(std::string_view text);
/// Reads RFC 3339 with any offset; nothing if it is not one.
[[nodiscard]] std::optional<Instant> parseRfc3339(std::string_view text);

/// "2026-11-22"; parse refuses days that do not exist.
[[nodiscard]] std::string toText(Date date);
[[nodiscard]] std::optional<Date> parseDate(std::string_view text);

/// The laboratory's zone. China keeps one zone without summer time, so an offset is exact (+08:00).
struct Zone {
    std::chrono::minutes offset{8 * 60};
    [[nodiscard]] Date dateOf(Instant at) const;
    /// "2026-11-22 14:05", for paper.
    [[nodiscard]] std::string minuteText(Instant at) const;
};

}  // namespace touchstone
