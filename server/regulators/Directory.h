#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Id.h"

namespace touchstone::regulators {

enum class ChangeKind : std::uint8_t { issued, superseded, withdrawn };
[[nodiscard]] std::string_view name(ChangeKind kind);
/// Throws std::out_of_range for another word.
[[nodiscard]] ChangeKind changeKindOf(std::string_view name);

/// One line of the change feed with what its certificate is searched by.
struct Published {
    std::int64_t position;  ///< in the feed, from 1, without gaps
    std::int64_t first;     ///< position of the certificate's first line
    ChangeKind kind;
    CertificateId certificate;
    std::string number, sample, batchNo, product, maker, regionCode, businessKind, verdict;
    Date day;  ///< of the line, in the laboratory's zone
};

/// Which certificates are wanted; what is left out does not matter. Texts are parts, whatever their case and width.
struct PortalSearch {
    std::optional<std::string> q = {};  ///< words, each of which stands in number, sample, batch, product or maker
    std::optional<std::string> product = {}, maker = {}, batchNo = {};
    std::optional<std::string> region = {};  ///< this one and those below it
    std::optional<std::string> verdict = {}, status = {}, businessKind = {};
    std::optional<Date> from = {}, to = {};  ///< days of issue, both included
    std::optional<std::set<CertificateId>> among = {};
    std::optional<std::int64_t> after = {};  ///< the next of the page before
    std::size_t limit = 50;
};

/// All that is published, in memory: about 100 bytes a certificate. A search is one pass from the newest to the oldest
/// until its page is full, so that no combination of terms is slow: a million lines take some milliseconds. It holds no
/// secrets of its own and is filled from the change feed, which it holds as well. Safe to use from many threads.
class Directory {
public:
    Directory();
    ~Directory();
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    /// Lines must follow each other without a gap from last() + 1; throws std::logic_error.
    void add(const std::vector<Published>& lines);
    /// Position of the newest line; 0: none.
    [[nodiscard]] std::int64_t last() const;

    struct Page {
        std::vector<CertificateId> certificates;  ///< newest first
        std::optional<std::int64_t> next;         ///< nothing: there is no more
    };
    /// region: the one whose certificates may be seen, with those below it.
    [[nodiscard]] Page search(const std::string& region, const PortalSearch& wanted) const;

    struct Changes {
        std::vector<std::int64_t> positions;  ///< in order
        std::int64_t reached;                 ///< where to go on after, past what other regions had
    };
    /// Lines of the feed behind `after`, oldest first, that a search for them would find.
    [[nodiscard]] Changes changes(const std::string& region, const PortalSearch& wanted, std::int64_t after,
                                  std::size_t limit) const;
    /// The last `limit` lines of the region, oldest first.
    [[nodiscard]] Changes newest(const std::string& region, std::size_t limit) const;

private:
    struct Names;
    struct Block;
    struct Filter;
    class Finder;
    struct Step {
        std::uint32_t line;
        ChangeKind kind;
    };
    void addOne(const Published& line);
    [[nodiscard]] Filter filterOf(const std::string& region, const PortalSearch& wanted) const;
    [[nodiscard]] std::uint32_t lineOf(std::int64_t first) const;

    mutable std::shared_mutex mutex_;
    std::unique_ptr<Names> products_, makers_, regions_, businessKinds_, verdicts_;
    std::vector<std::unique_ptr<Block>> blocks_;
    std::vector<Step> steps_;  ///< the feed; position 1 stands at 0
};

/// As texts are compared: NFKC with case folded, so that ＢＧ２０２６ is bg2026.
[[nodiscard]] std::string folded(std::string_view utf8);

}  // namespace touchstone::regulators
