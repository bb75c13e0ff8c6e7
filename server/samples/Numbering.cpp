#include "server/samples/Numbering.h"

namespace touchstone::samples {
namespace {

constexpr db::Statement kTake{
    "numbering_take", "INSERT INTO numbering (series, last) VALUES (?, ?) ON DUPLICATE KEY UPDATE last = last + ?"};
constexpr db::Statement kLast{"numbering_last", "SELECT last FROM numbering WHERE series = ?"};

}  // namespace

std::int64_t takeNumbers(db::WriteTransaction& tx, const std::string& series, std::int64_t count) {
    tx.execute(kTake, {series, count, count});
    return tx.query(kLast, {series}).at(0).integer(0) - count + 1;
}

}  // namespace touchstone::samples
