#include "instruments/gateway/Outcomes.h"

#include "instruments/gateway/PlainText.h"

namespace touchstone::instruments {
Outcomes::Outcomes(const std::string& path) : database_(path) {
    database_.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
    database_.execute(
        "CREATE TABLE IF NOT EXISTS outcome (place INTEGER PRIMARY KEY AUTOINCREMENT, command INTEGER NOT NULL,"
        " state TEXT NOT NULL, note TEXT NOT NULL)");
}

void Outcomes::add(std::int64_t command, Told told, const std::string& note) {
    const std::lock_guard guard(mutex_);
    auto insert = database_.prepare("INSERT INTO outcome (command, state, note) VALUES (?, ?, ?)");
    insert.bind(1, command).bind(2, name(told)).bind(3, plainText(note)).step();
}

std::vector<Outcomes::Outcome> Outcomes::pending(std::size_t most) {
    const std::lock_guard guard(mutex_);
    auto select = database_.prepare("SELECT place, command, state, note FROM outcome ORDER BY place LIMIT ?");
    select.bind(1, static_cast<std::int64_t>(most));
    std::vector<Outcome> found;
    while (select.step()) found.push_back({select.number(0), select.number(1), select.text(2), select.text(3)});
    return found;
}

void Outcomes::forget(const std::vector<Outcome>& outcomes) {
    const std::lock_guard guard(mutex_);
    for (const Outcome& outcome : outcomes) {
        database_.prepare("DELETE FROM outcome WHERE place = ?").bind(1, outcome.place).step();
    }
}

}  // namespace touchstone::instruments
