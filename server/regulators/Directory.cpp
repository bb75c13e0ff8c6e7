#include "server/regulators/Directory.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstring>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

namespace touchstone::regulators {
namespace {

constexpr std::size_t kBlock = 4096;  // lines
constexpr std::array<std::string_view, 3> kKinds{"issued", "superseded", "withdrawn"};

using Lines = std::bitset<kBlock>;
/// Of each name of a column, 1 if it is wanted; empty: every one. Bytes, which are faster to look up than bits.
using Wanted = std::vector<std::uint8_t>;

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

/// Calls with each place of the word in the text, in order. Numbers are so much alike that the search of the library
/// stops at every one of them; here the first and the last byte are compared for some thousand places at once, in a loop
/// of which the compiler makes vectors, and the whole word only where both are right.
template <class F>
void eachPlace(std::string_view text, std::string_view word, F&& call) {
    constexpr std::size_t stride = 4096;
    std::array<std::uint8_t, stride> marks{};
    if (word.empty() || text.size() < word.size()) return;
    const std::size_t places = text.size() - word.size() + 1;
    for (std::size_t base = 0; base < places; base += stride) {
        const std::size_t count = std::min(stride, places - base);
        const char* first = text.data() + base;
        const char* last = first + word.size() - 1;
        for (std::size_t i = 0; i < count; ++i) {
            marks[i] = static_cast<std::uint8_t>(first[i] == word.front()) & static_cast<std::uint8_t>(last[i] == word.back());
        }
        std::fill(marks.begin() + static_cast<std::ptrdiff_t>(count), marks.end(), std::uint8_t{0});
        for (std::size_t eight = 0; eight < count; eight += 8) {
            std::uint64_t any = 0;
            std::memcpy(&any, marks.data() + eight, 8);
            if (any == 0) continue;
            for (std::size_t i = eight; i < eight + 8; ++i) {
                if (marks[i] != 0 && std::memcmp(first + i, word.data(), word.size()) == 0) call(base + i);
            }
        }
    }
}

struct Line {
    CertificateId certificate;
    std::uint32_t first, product, maker, region;
    std::int32_t day;
    std::uint16_t businessKind;
    std::uint8_t verdict;
    ChangeKind status;
};

}  // namespace

std::string folded(std::string_view utf8) {
    if (isAscii(utf8)) {
        std::string out(utf8);
        for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return out;
    }
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* rule = icu::Normalizer2::getNFKCCasefoldInstance(status);
    const icu::UnicodeString text = icu::UnicodeString::fromUTF8({utf8.data(), static_cast<std::int32_t>(utf8.size())});
    const icu::UnicodeString normal = U_SUCCESS(status) ? rule->normalize(text, status) : text;
    if (U_FAILURE(status)) throw std::runtime_error(std::string("text cannot be folded: ") + u_errorName(status));
    std::string out;
    normal.toUTF8String(out);
    return out;
}

std::string_view name(ChangeKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

ChangeKind changeKindOf(std::string_view name) {
    const auto found = std::find(kKinds.begin(), kKinds.end(), name);
    if (found == kKinds.end()) throw std::out_of_range("no kind of change: " + std::string(name));
    return static_cast<ChangeKind>(found - kKinds.begin());
}

/// The different texts of a column, by number.
struct Directory::Names {
    std::vector<std::string> all;
    std::unordered_map<std::string, std::uint32_t> numbers;

    std::uint32_t number(const std::string& text) {
        const auto [at, fresh] = numbers.emplace(text, static_cast<std::uint32_t>(all.size()));
        if (fresh) all.push_back(text);
        return at->second;
    }
    template <class F>
    [[nodiscard]] Wanted where(F&& holds) const {
        Wanted out(all.size());
        for (std::size_t i = 0; i < all.size(); ++i) out[i] = holds(all[i]) ? 1 : 0;
        return out;
    }
    [[nodiscard]] Wanted containing(const std::string& part) const {
        return where([&](const std::string& text) { return text.find(part) != std::string::npos; });
    }
};

/// Some thousand lines and their numbers and batches as one text, so that a word is sought in all of them at once.
struct Directory::Block {
    std::vector<Line> lines;
    std::string text;
    std::vector<std::uint32_t> numberEnds, ends;  ///< of "number\nsample\n", and of the batch behind it
    bool ascii = true;

    void append(const Line& line, const Published& published) {
        lines.push_back(line);
        text += folded(published.number) + '\n' + folded(published.sample) + '\n';
        numberEnds.push_back(static_cast<std::uint32_t>(text.size()));
        const std::string batch = folded(published.batchNo);
        text += batch + '\n';
        ends.push_back(static_cast<std::uint32_t>(text.size()));
        ascii = ascii && isAscii(batch) && isAscii(published.number) && isAscii(published.sample);
    }

    /// The lines in whose text the word stands; batchOnly: in whose batch.
    [[nodiscard]] Lines containing(const std::string& word, bool batchOnly) const {
        Lines out;
        if (ascii && !isAscii(word)) return out;
        std::size_t line = 0;
        eachPlace(text, word, [&](std::size_t at) {
            while (ends[line] <= at) ++line;
            if (!batchOnly || at >= numberEnds[line]) out.set(line);
        });
        return out;
    }
};

/// A search as numbers of names, made once and then held against line after line.
struct Directory::Filter {
    struct Word {
        std::string text;
        Wanted products, makers;
        bool named;  ///< stands in the name of a product or a maker
    };
    Wanted regions, products, makers, businessKinds, verdicts;
    std::optional<ChangeKind> status;
    const std::set<CertificateId>* among = nullptr;
    std::optional<std::string> batch;
    std::int32_t from = INT32_MIN, to = INT32_MAX;
    std::vector<Word> words;

    [[nodiscard]] bool fits(const Line& line) const {
        const auto in = [](const Wanted& wanted, std::size_t number) { return wanted.empty() || wanted[number] != 0; };
        return regions[line.region] != 0 && line.day >= from && line.day <= to && (!status || line.status == *status) &&
               in(verdicts, line.verdict) && in(businessKinds, line.businessKind) && in(products, line.product) &&
               in(makers, line.maker) && (among == nullptr || among->contains(line.certificate));
    }

    [[nodiscard]] bool readsText() const { return batch.has_value() || !words.empty(); }

    /// Of the lines that fit, those in which the words stand as well.
    void narrow(const Block& block, Lines& lines) const {
        if (batch && lines.any()) lines &= block.containing(*batch, true);
        for (const Word& word : words) {
            if (lines.none()) return;
            Lines holds = block.containing(word.text, false);
            for (std::size_t i = 0; word.named && i < block.lines.size(); ++i) {
                const Line& line = block.lines[i];
                if ((word.products[line.product] | word.makers[line.maker]) != 0) holds.set(i);
            }
            lines &= holds;
        }
    }

    [[nodiscard]] Lines found(const Block& block) const {
        Lines out;
        for (std::size_t i = 0; i < block.lines.size(); ++i) out.set(i, fits(block.lines[i]));
        narrow(block, out);
        return out;
    }
};

Directory::Directory()
    : products_(std::make_unique<Names>()),
      makers_(std::make_unique<Names>()),
      regions_(std::make_unique<Names>()),
      businessKinds_(std::make_unique<Names>()),
      verdicts_(std::make_unique<Names>()) {}

Directory::~Directory() = default;

void Directory::add(const std::vector<Published>& lines) {
    const std::unique_lock lock(mutex_);
    for (const Published& line : lines) addOne(line);
}

void Directory::addOne(const Published& line) {
    if (line.position != static_cast<std::int64_t>(steps_.size()) + 1) {
        throw std::logic_error("the change feed has no line " + std::to_string(steps_.size() + 1));
    }
    if (line.first < line.position) {
        const std::uint32_t known = lineOf(line.first);
        blocks_[known / kBlock]->lines[known % kBlock].status = line.kind;
        steps_.push_back({known, line.kind});
        return;
    }
    if (blocks_.empty() || blocks_.back()->lines.size() == kBlock) blocks_.push_back(std::make_unique<Block>());
    const auto number = static_cast<std::uint32_t>((blocks_.size() - 1) * kBlock + blocks_.back()->lines.size());
    blocks_.back()->append({line.certificate, static_cast<std::uint32_t>(line.first), products_->number(folded(line.product)),
                            makers_->number(folded(line.maker)), regions_->number(line.regionCode),
                            static_cast<std::int32_t>(line.day.time_since_epoch().count()),
                            static_cast<std::uint16_t>(businessKinds_->number(line.businessKind)),
                            static_cast<std::uint8_t>(verdicts_->number(line.verdict)), line.kind},
                           line);
    steps_.push_back({number, line.kind});
}

std::int64_t Directory::last() const {
    const std::shared_lock lock(mutex_);
    return static_cast<std::int64_t>(steps_.size());
}

std::uint32_t Directory::lineOf(std::int64_t first) const { return steps_.at(static_cast<std::size_t>(first - 1)).line; }

Directory::Filter Directory::filterOf(const std::string& region, const PortalSearch& wanted) const {
    const auto exactly = [](const Names& names, const std::optional<std::string>& text) {
        return text ? names.where([&](const std::string& each) { return each == *text; }) : Wanted{};
    };
    const auto containing = [](const Names& names, const std::optional<std::string>& text) {
        return text ? names.containing(folded(*text)) : Wanted{};
    };
    Filter out;
    out.regions = regions_->where([&](const std::string& code) {
        return code.starts_with(region) && (!wanted.region || code.starts_with(*wanted.region));
    });
    out.products = containing(*products_, wanted.product);
    out.makers = containing(*makers_, wanted.maker);
    out.businessKinds = exactly(*businessKinds_, wanted.businessKind);
    out.verdicts = exactly(*verdicts_, wanted.verdict);
    if (wanted.status) out.status = changeKindOf(*wanted.status);
    if (wanted.among) out.among = &*wanted.among;
    if (wanted.batchNo) out.batch = folded(*wanted.batchNo);
    if (wanted.from) out.from = static_cast<std::int32_t>(wanted.from->time_since_epoch().count());
    if (wanted.to) out.to = static_cast<std::int32_t>(wanted.to->time_since_epoch().count());
    std::istringstream words(folded(wanted.q.value_or("")));
    for (std::string word; words >> word;) {
        Wanted products = products_->containing(word);
        Wanted makers = makers_->containing(word);
        const auto any = [](const Wanted& of) { return std::find(of.begin(), of.end(), 1) != of.end(); };
        const bool named = any(products) || any(makers);
        out.words.push_back({word, std::move(products), std::move(makers), named});
    }
    return out;
}

Directory::Page Directory::search(const std::string& region, const PortalSearch& wanted) const {
    const std::shared_lock lock(mutex_);
    const Filter filter = filterOf(region, wanted);
    Page out;
    std::int64_t last = 0;
    for (std::size_t b = blocks_.size(); b-- > 0;) {
        const Block& block = *blocks_[b];
        if (wanted.after && block.lines.front().first >= *wanted.after) continue;
        const Lines found = filter.found(block);
        for (std::size_t i = block.lines.size(); i-- > 0;) {
            const Line& line = block.lines[i];
            if (!found.test(i) || (wanted.after && line.first >= *wanted.after)) continue;
            if (out.certificates.size() == wanted.limit) {
                out.next = last;
                return out;
            }
            out.certificates.push_back(line.certificate);
            last = line.first;
        }
    }
    return out;
}

Directory::Changes Directory::changes(const std::string& region, const PortalSearch& wanted, std::int64_t after,
                                      std::size_t limit) const {
    const std::shared_lock lock(mutex_);
    const Filter filter = filterOf(region, wanted);
    Changes out{{}, std::max<std::int64_t>(after, 0)};
    // The blocks of a stretch of the feed are few and near each other, so the last one looked at is kept.
    std::size_t known = SIZE_MAX;
    Lines found;
    for (std::size_t at = static_cast<std::size_t>(out.reached); at < steps_.size(); ++at) {
        const std::uint32_t line = steps_[at].line;
        if (filter.fits(blocks_[line / kBlock]->lines[line % kBlock])) {
            if (filter.readsText() && line / kBlock != known) {
                known = line / kBlock;
                found = filter.found(*blocks_[known]);
            }
            if (!filter.readsText() || found.test(line % kBlock)) {
                if (out.positions.size() == limit) return out;
                out.positions.push_back(static_cast<std::int64_t>(at) + 1);
            }
        }
        out.reached = static_cast<std::int64_t>(at) + 1;
    }
    return out;
}

Directory::Changes Directory::newest(const std::string& region, std::size_t limit) const {
    const std::shared_lock lock(mutex_);
    const Filter filter = filterOf(region, {});
    Changes out{{}, static_cast<std::int64_t>(steps_.size())};
    for (std::size_t at = steps_.size(); at-- > 0 && out.positions.size() < limit;) {
        const std::uint32_t line = steps_[at].line;
        if (filter.fits(blocks_[line / kBlock]->lines[line % kBlock])) {
            out.positions.push_back(static_cast<std::int64_t>(at) + 1);
        }
    }
    std::reverse(out.positions.begin(), out.positions.end());
    return out;
}

}  // namespace touchstone::regulators
