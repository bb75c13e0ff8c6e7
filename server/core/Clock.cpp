#include "server/core/Clock.h"

#include <array>
#include <cstdio>

#include "server/core/Error.h"

namespace touchstone {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::chrono::hh_mm_ss<microseconds> timeOfDay(Instant at) {
    return std::chrono::hh_mm_ss<microseconds>(at - std::chrono::floor<days>(at));
}

template <class... Numbers>
std::string format(const char* pattern, Numbers... numbers) {
    std::array<char, 64> buffer{};
    const int length = std::snprintf(buffer.data(), buffer.size(), pattern, numbers...);
    return {buffer.data(), static_cast<std::size_t>(length)};
}

std::string momentText(Instant at, char separator, const char* end) {
    const auto time = timeOfDay(at);
    return toText(std::chrono::floor<days>(at)) +
           format("%c%02d:%02d:%02d.%06d%s", separator, static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                  static_cast<int>(time.subseconds().count()), end);
}

/// Reads a text from its front; any mismatch makes it fail for good.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    int number(std::size_t digits) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) value = value * 10 + digit();
        return value;
    }

    void expect(std::string_view oneOf) {
        if (!next(oneOf)) failed_ = true;
    }

    bool next(std::string_view oneOf) {
        if (rest_.empty() || oneOf.find(rest_.front()) == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        return true;
    }

    /// Digits after a point, as microseconds; what is finer than that is dropped.
    microseconds fraction() {
        microseconds::rep value = 0;
        int taken = 0;
        do {
            const int d = digit();
            if (taken < 6) value = value * 10 + d;
            ++taken;
        } while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9');
        for (; taken < 6; ++taken) value *= 10;
        return microseconds(value);
    }

    Date date() {
        const int y = number(4);
        expect("-");
        const int m = number(2);
        expect("-");
        const int d = number(2);
        const std::chrono::year_month_day ymd{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)),
                                              std::chrono::day(static_cast<unsigned>(d))};
        if (!ymd.ok()) failed_ = true;
        return failed_ ? Date{} : Date(ymd);
    }

    microseconds timeOfDay() {
        const int h = number(2);
        expect(":");
        const int m = number(2);
        expect(":");
        const int s = number(2);
        if (h > 23 || m > 59 || s > 59) failed_ = true;
        const microseconds part = next(".") ? fraction() : microseconds(0);
        return hours(h) + minutes(m) + seconds(s) + part;
    }

    minutes offset() {
        if (next("Zz")) return minutes(0);
        const bool west = next("-");
        if (!west) expect("+");
        const int h = number(2);
        expect(":");
        const int m = number(2);
        if (h > 23 || m > 59) failed_ = true;
        const minutes east = hours(h) + minutes(m);
        return west ? -east : east;
    }

    [[nodiscard]] bool done() const { return !failed_ && rest_.empty(); }

private:
    int digit() {
        if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') {
            failed_ = true;
            return 0;
        }
        const int value = rest_.front() - '0';
        rest_.remove_prefix(1);
        return value;
    }

    std::string_view rest_;
    bool failed_ = false;
};

}  // namespace

Instant SystemClock::now() const {
    return std::chrono::floor<microseconds>(std::chrono::system_clock::now());
}

std::string toRfc3339(Instant at) {
    return momentText(at, 'T', "Z");
}

std::string toSql(Instant at) {
    return momentText(at, ' ', "");
}

Instant instantFromSql(std::string_view text) {
    Scanner scanner(text);
    const Date date = scanner.date();
    scanner.expect(" ");
    const Instant at = date + scanner.timeOfDay();
    if (!scanner.done()) throw Error(ErrorCode::NotADate);
    return at;
}

std::optional<Instant> parseRfc3339(std::string_view text) {
    Scanner scanner(text);
    const Date date = scanner.date();
    scanner.expect("Tt");
    const microseconds time = scanner.timeOfDay();
    const minutes offset = scanner.offset();
    if (!scanner.done()) return std::nullopt;
    return date + time - offset;
}

std::string toText(Date date) {
    const std::chrono::year_month_day ymd(date);
    return format("%04d-%02u-%02u", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                  static_cast<unsigned>(ymd.day()));
}

std::optional<Date> parseDate(std::string_view text) {
    Scanner scanner(text);
    const Date date = scanner.date();
    return scanner.done() ? std::optional(date) : std::nullopt;
}

Date Zone::dateOf(Instant at) const {
    return std::chrono::floor<days>(at + offset);
}

std::string Zone::minuteText(Instant at) const {
    const Instant local = at + offset;
    const auto time = timeOfDay(local);
    return toText(std::chrono::floor<days>(local)) +
           format(" %02d:%02d", static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
}

}  // namespace touchstone
