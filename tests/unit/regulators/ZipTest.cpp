#include "server/regulators/Zip.h"

#include <boost/test/unit_test.hpp>
#include <sstream>

using touchstone::instantFromSql;
using touchstone::regulators::ByteRange;
using touchstone::regulators::byteRange;
using touchstone::regulators::Zip;

namespace {

const auto kAt = instantFromSql("2026-11-22 02:00:00.000000");
// CRC-32 of ISO 3309.
const std::vector<Zip::Entry> kEntries{{"甲.txt", 5, 0x3610a686}, {"empty", 0, 0}, {"b.txt", 9, 0xcbf43926}};

std::string content(std::size_t entry) { return entry == 0 ? "hello" : entry == 1 ? "" : "123456789"; }

std::string part(const Zip& zip, std::uint64_t from, std::uint64_t to) {
    std::ostringstream out;
    zip.write(out, from, to, content);
    return out.str();
}

std::string kindOf(const std::string& header, std::uint64_t size = 100) {
    const ByteRange range = byteRange(header, size);
    if (range.kind == ByteRange::Kind::Unsatisfiable) return "unsatisfiable";
    return (range.kind == ByteRange::Kind::Whole ? "whole " : "") + std::to_string(range.from) + "-" + std::to_string(range.to);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(zip)

BOOST_AUTO_TEST_CASE(theSizeIsKnownBeforeAByteIsWritten) {
    const Zip archive(kEntries, kAt);
    BOOST_TEST(part(archive, 0, archive.size()).size() == archive.size());
}

BOOST_AUTO_TEST_CASE(everyRangeIsThatPartOfTheWhole) {
    const Zip archive(kEntries, kAt);
    const std::string whole = part(archive, 0, archive.size());
    for (std::uint64_t from = 0; from <= whole.size(); ++from) {
        for (std::uint64_t to = from; to <= whole.size(); ++to) {
            BOOST_REQUIRE_EQUAL(part(archive, from, to), whole.substr(from, to - from));
        }
    }
}

BOOST_AUTO_TEST_CASE(onlyWhatIsWantedIsRead) {
    const Zip archive(kEntries, kAt);
    std::string asked;
    std::ostringstream out;
    archive.write(out, archive.size() - 30, archive.size(), [&](std::size_t entry) {
        asked += std::to_string(entry);
        return content(entry);
    });
    BOOST_TEST(asked == "");
}

BOOST_AUTO_TEST_CASE(contentOfAnotherSizeIsNeverSent) {
    const Zip archive({{"a", 4, 0}}, kAt);
    std::ostringstream out;
    BOOST_CHECK_THROW(archive.write(out, 0, archive.size(), [](std::size_t) { return std::string("abc"); }),
                      std::logic_error);
}

BOOST_AUTO_TEST_CASE(manyEntriesAndGreatOnesHaveTheirPlaceInZip64) {
    const std::uint64_t six = 6ULL << 30U;
    const Zip great({{"a", six, 1}, {"b", 1, 2}}, kAt);
    std::ostringstream out;
    great.write(out, great.size() - 98, great.size(), content);
    const std::string end = out.str();
    BOOST_TEST(end.substr(0, 4) == std::string("PK\6\6"));
    BOOST_TEST(end.substr(56, 4) == std::string("PK\6\7"));
    BOOST_TEST(end.substr(76, 4) == std::string("PK\5\6"));
    BOOST_TEST(great.size() > six);

    const Zip many(std::vector<Zip::Entry>(70'000, {"x", 0, 0}), kAt);
    std::ostringstream tail;
    many.write(tail, many.size() - 98, many.size(), [](std::size_t) { return std::string(); });
    BOOST_TEST(tail.str().substr(0, 4) == std::string("PK\6\6"));
}

BOOST_AUTO_TEST_CASE(rangesAreThoseOfTheStandard) {
    BOOST_TEST(kindOf("bytes=0-0") == "0-1");
    BOOST_TEST(kindOf("bytes=10-19") == "10-20");
    BOOST_TEST(kindOf("bytes=10-") == "10-100");
    BOOST_TEST(kindOf("bytes=99-200") == "99-100");
    BOOST_TEST(kindOf("bytes=5-18446744073709551615") == "5-100");
    BOOST_TEST(kindOf("bytes=-10") == "90-100");
    BOOST_TEST(kindOf("bytes=-1000") == "0-100");
    BOOST_TEST(kindOf("bytes=100-") == "unsatisfiable");
    BOOST_TEST(kindOf("bytes=-0") == "unsatisfiable");
    for (const char* odd : {"", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=0-1,5-6", "lines=0-1", "bytes=1 -2",
                            "bytes=99999999999999999999-"}) {
        BOOST_TEST(kindOf(odd) == "whole 0-100", odd);
    }
}

BOOST_AUTO_TEST_SUITE_END()
