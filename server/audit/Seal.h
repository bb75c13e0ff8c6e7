#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "server/audit/Trail.h"

namespace touchstone::audit {

/// One row of the trail in a seal.
struct Leaf {
    std::int64_t id;
    std::string mac;
};

/// Root of the Merkle tree of RFC 9162 2.1.1 over the leaves (id as 8 bytes big-endian, then the MAC).
[[nodiscard]] Sha256 merkleRoot(const std::vector<Leaf>& leaves);
[[nodiscard]] std::string packLeaves(const std::vector<Leaf>& leaves);
[[nodiscard]] std::vector<Leaf> unpackLeaves(const std::string& bytes);

/// Chains the rows of the trail under seals, so that a row that is changed, removed or slipped in later shows and is named.
/// Any number of processes may seal; the chain cannot fork (key seal_chain).
class Sealer {
public:
    /// anchorFile: every seal's digest is also appended there, outside the database, so that cutting off the end of the
    /// chain shows as well. Empty: no anchors.
    Sealer(db::Database& database, const Trail& trail, const Clock& clock, std::string anchorFile);
    /// Seals all rows committed by now. Gives the number of rows sealed.
    std::int64_t seal();

private:
    [[nodiscard]] std::int64_t settledId();
    std::int64_t sealUpTo(std::int64_t lastId);

    db::Database& database_;
    const Trail& trail_;
    const Clock& clock_;
    std::string anchorFile_;
};

/// Something that is wrong with the trail, by row or by seal.
struct Damage {
    enum class Kind : std::uint8_t { RowChanged, RowRemoved, RowAdded, SealBroken, SealMissing };
    Kind kind;
    std::int64_t id;        ///< of the row, or of the seal
    std::string text;       ///< what the row says now, for people
};
[[nodiscard]] std::string_view name(Damage::Kind kind);

struct TrailReport {
    std::int64_t rows = 0;
    std::int64_t sealedRows = 0;
    std::int64_t seals = 0;
    std::vector<Damage> damage;
};

/// Recomputes every MAC and every seal. Reads in pages; memory is bounded by one seal.
[[nodiscard]] TrailReport verifyTrail(db::Database& database, const Trail& trail, const std::string& anchorFile);

}  // namespace touchstone::audit
