#include "server/audit/Seal.h"

#include <boost/test/unit_test.hpp>

using touchstone::asString;
using touchstone::sha256;
using touchstone::audit::Leaf;

namespace audit = touchstone::audit;

namespace {

std::vector<Leaf> leavesOf(std::int64_t count) {
    std::vector<Leaf> out;
    for (std::int64_t id = 1; id <= count; ++id) out.push_back({id * 1000 + 7, asString(sha256("row " + std::to_string(id)))});
    return out;
}

std::string leafBytes(const Leaf& leaf) {
    std::string out;
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(leaf.id >> shift & 0xFF);
    return out + leaf.mac;
}

/// The tree from its leaves upwards: neighbours are joined level by level, a last one without neighbour moves up as it
/// is. For the same leaves this is the tree of RFC 9162 2.1.1, which the server builds from the top.
std::string rootFromBelow(const std::vector<Leaf>& leaves) {
    if (leaves.empty()) return asString(sha256(""));
    std::vector<std::string> level;
    for (const Leaf& leaf : leaves) level.push_back(asString(sha256(std::string(1, '\x00') + leafBytes(leaf))));
    while (level.size() > 1) {
        std::vector<std::string> above;
        for (std::size_t i = 0; i < level.size(); i += 2) {
            above.push_back(i + 1 < level.size() ? asString(sha256("\x01" + level[i] + level[i + 1])) : level[i]);
        }
        level = above;
    }
    return level.front();
}

std::string root(const std::vector<Leaf>& leaves) { return asString(audit::merkleRoot(leaves)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(seal)

BOOST_AUTO_TEST_CASE(theRootOfNoLeavesIsTheHashOfNothing) {
    BOOST_TEST(touchstone::toHex(audit::merkleRoot({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

BOOST_AUTO_TEST_CASE(theRootIsThatOfTheTreeOfRfc9162) {
    for (std::int64_t count = 0; count <= 17; ++count) {
        const auto leaves = leavesOf(count);
        BOOST_TEST(root(leaves) == rootFromBelow(leaves), count << " leaves");
    }
}

BOOST_AUTO_TEST_CASE(theRootDependsOnIdMacAndOrder) {
    const auto leaves = leavesOf(3);
    auto changed = leaves;
    ++changed[1].id;
    BOOST_TEST(root(changed) != root(leaves));
    changed = leaves;
    changed[2].mac[31] = static_cast<char>(changed[2].mac[31] ^ 1);
    BOOST_TEST(root(changed) != root(leaves));
    changed = leaves;
    std::swap(changed[0], changed[1]);
    BOOST_TEST(root(changed) != root(leaves));
}

BOOST_AUTO_TEST_CASE(leavesAreReadAsTheyWerePacked) {
    const auto leaves = leavesOf(7);
    const std::string packed = audit::packLeaves(leaves);
    BOOST_TEST(packed.size() == 280U);
    BOOST_TEST(packed.substr(0, 40) == leafBytes(leaves[0]));
    const auto read = audit::unpackLeaves(packed);
    BOOST_REQUIRE_EQUAL(read.size(), 7U);
    BOOST_TEST(read[6].id == 7007);
    BOOST_TEST(read[6].mac == leaves[6].mac);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(trailRow)

BOOST_AUTO_TEST_CASE(theMacTellsEveryColumnApart) {
    const std::string key(32, 'k');
    const audit::StoredEntry row{0, touchstone::instantFromSql("2026-11-22 02:00:00.000001"), "li", "a.b", "sample", "JP1", "{}", "", {}, "::1"};
    const auto mac = audit::rowMac(key, row);
    auto differs = [&](auto change) {
        auto other = row;
        change(other);
        return audit::rowMac(key, other) != mac;
    };
    BOOST_TEST(differs([](auto& r) { r.at += std::chrono::microseconds(1); }));
    BOOST_TEST(differs([](auto& r) { r.actor = "wang"; }));
    BOOST_TEST(differs([](auto& r) { r.before.reset(); }));
    BOOST_TEST(differs([](auto& r) { r.after.reset(); }));               // NULL is not empty
    BOOST_TEST(differs([](auto& r) { std::swap(r.before, r.after); }));
    BOOST_TEST(differs([](auto& r) { r.reason = ""; }));
    BOOST_TEST(differs([](auto& r) { r.action = "a.bs"; r.subjectKind = "ample"; }));   // no shifting between columns
    BOOST_TEST(differs([](auto& r) { r.origin = "::2"; }));
    BOOST_TEST((audit::rowMac(std::string(32, 'x'), row) != mac));
}

BOOST_AUTO_TEST_SUITE_END()
