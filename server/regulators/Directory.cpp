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

/// Of each line of a block, 1 if it is wanted.
using Lines = std::array<std::uint8_t, kBlock>;
bool none(const Lines& lines) {
    return std::memchr(lines.data(), 1, lines.size()) == nullptr;
}

/// Of each name of a column, 1 if it is wanted; empty: every one. Bytes, which are faster to look up than bits.
using Wanted = std::vector<std::uint8_t>;

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

/// Calls with each place of the word in the text, in order. Numbers are so much alike that the search of the library
/// stops at every one of them; here the first and the last byte are compared for some thousand places at once, in a
/// loop of which the compiler makes vectors, and the whole word only where both are right.
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
            marks[i] =
                static_cast<std::uint8_t>(first[i] == word.front()) & static_cast<std::uint8_t>(last[i] == word.back());
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

/// Which runs of six bytes a text may hold: a bit for each by its hash. Of a word that is as long as a number, one run
/// at least is rare, so that most blocks need not be read for it.
class Runs {
public:
    static constexpr std::size_t length = 6;

    void add(std::string_view text) {
        for (std::size_t i = 0; i + length <= text.size(); ++i) bits_[hash(text.data() + i)] = true;
    }
    [[nodiscard]] bool mayHold(std::string_view word) const {
        for (std::size_t i = 0; i + length <= word.size(); ++i) {
            if (!bits_[hash(word.data() + i)]) return false;
        }
        return true;
    }

private:
    static std::size_t hash(const char* run) {
        std::uint64_t number = 0;
        std::memcpy(&number, run, length);
        return static_cast<std::size_t>(number * 0x9E3779B97F4A7C15U >> 46U);
    }
    std::bitset<1U << 18U> bits_;
};

/// Keeps those of the lines whose value in a column is wanted. A loop without branches over a few bytes a line.
template <class Column>
void keep(Lines& lines, const Column& column, const Wanted& wanted) {
    if (wanted.empty()) return;
    for (std::size_t i = 0; i < lines.size(); ++i) lines[i] = lines[i] & wanted[column[i]];
}

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

std::string_view name(ChangeKind kind) {
    return kKinds.at(static_cast<std::size_t>(kind));
}

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

namespace {

/// What some thousand lines say in one of their texts, one after the other, so that a word is sought in all at once.
class Texts {
public:
    void append(const std::string& line) {
        runs_.add(line);
        ascii_ = ascii_ && isAscii(line);
        text_ += line + '\n';
        ends_.push_back(static_cast<std::uint32_t>(text_.size()));
    }

    /// Marks the lines in which the word stands; of those that are not wanted it need not say anything.
    void find(const std::string& word, const Lines& wanted, Lines& lines) const {
        if ((ascii_ && !isAscii(word)) || !runs_.mayHold(word)) return;
        constexpr std::ptrdiff_t few = kBlock / 8;  // for which reading all the others takes longer
        if (std::count(wanted.begin(), wanted.end(), 1) < few) {
            for (std::size_t i = 0; i < ends_.size(); ++i) {
                if (wanted[i] != 0 && line(i).find(word) != std::string_view::npos) lines[i] = 1;
            }
            return;
        }
        std::size_t current = 0;
        eachPlace(text_, word, [&](std::size_t at) {
            while (ends_[current] <= at) ++current;
            lines[current] = 1;
        });
    }

private:
    [[nodiscard]] std::string_view line(std::size_t i) const {
        const std::uint32_t begin = i == 0 ? 0 : ends_[i - 1];
        return std::string_view(text_).substr(begin, ends_[i] - begin);
    }

    std::string text_;
    std::vector<std::uint32_t> ends_;
    Runs runs_;
    bool ascii_ = true;
};

}  // namespace

/// Some thousand lines, column by column, so that a filter reads only what it compares.
struct Directory::Block {
    std::size_t size = 0;
    std::array<CertificateId, kBlock> certificates{};
    std::array<std::uint32_t, kBlock> firsts{}, products{}, makers{};
    std::array<std::uint16_t, kBlock> regions{};
    std::array<std::int32_t, kBlock> days{};
    std::array<std::uint8_t, kBlock> businessKinds{}, verdicts{}, statuses{};
    Texts numbers, batches;
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

    [[nodiscard]] Lines found(const Block& block) const {
        Lines out{};
        std::fill_n(out.begin(), block.size, std::uint8_t{1});
        if (status) {
            for (std::size_t i = 0; i < kBlock; ++i)
                out[i] = out[i] & (block.statuses[i] == static_cast<std::uint8_t>(*status));
        }
        if (from != INT32_MIN || to != INT32_MAX) {
            for (std::size_t i = 0; i < kBlock; ++i) out[i] = out[i] & (block.days[i] >= from) & (block.days[i] <= to);
        }
        keep(out, block.verdicts, verdicts);
        keep(out, block.businessKinds, businessKinds);
        if (none(out)) return out;
        keep(out, block.regions, regions);
        keep(out, block.products, products);
        keep(out, block.makers, makers);
        for (std::size_t i = 0; among != nullptr && i < block.size; ++i) {
            out[i] = out[i] != 0 && among->contains(block.certificates[i]) ? 1 : 0;
        }
        narrow(block, out);
        return out;
    }

    /// Of the lines, those in which the words stand.
    void narrow(const Block& block, Lines& lines) const {
        const auto both = [&lines](const Lines& others) {
            for (std::size_t i = 0; i < kBlock; ++i) lines[i] = lines[i] & others[i];
        };
        if (batch && !none(lines)) {
            Lines holds{};
            block.batches.find(*batch, lines, holds);
            both(holds);
        }
        for (const Word& word : words) {
            if (none(lines)) return;
            Lines holds{};
            block.numbers.find(word.text, lines, holds);
            block.batches.find(word.text, lines, holds);
            for (std::size_t i = 0; word.named && i < kBlock; ++i) {
                holds[i] = holds[i] | word.products[block.products[i]] | word.makers[block.makers[i]];
            }
            both(holds);
        }
    }
};

Directory::Directory()
    : products_(std::make_unique<Names>()),
      makers_(std::make_unique<Names>()),
      regions_(std::make_unique<Names>()),
      businessKinds_(std::make_unique<Names>()),
      verdicts_(std::make_unique<Names>()) {
}

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
        blocks_[known / kBlock]->statuses[known % kBlock] = static_cast<std::uint8_t>(line.kind);
        steps_.push_back({known, line.kind});
        return;
    }
    if (blocks_.empty() || blocks_.back()->size == kBlock) blocks_.push_back(std::make_unique<Block>());
    Block& block = *blocks_.back();
    const std::size_t at = block.size;
    block.certificates[at] = line.certificate;
    block.firsts[at] = static_cast<std::uint32_t>(line.first);
    block.products[at] = products_->number(folded(line.product));
    block.makers[at] = makers_->number(folded(line.maker));
    block.regions[at] = static_cast<std::uint16_t>(regions_->number(line.regionCode));
    block.days[at] = static_cast<std::int32_t>(line.day.time_since_epoch().count());
    block.businessKinds[at] = static_cast<std::uint8_t>(businessKinds_->number(line.businessKind));
    block.verdicts[at] = static_cast<std::uint8_t>(verdicts_->number(line.verdict));
    block.statuses[at] = static_cast<std::uint8_t>(line.kind);
    block.numbers.append(folded(line.number) + '\n' + folded(line.sample));
    block.batches.append(folded(line.batchNo));
    ++block.size;
    steps_.push_back({static_cast<std::uint32_t>((blocks_.size() - 1) * kBlock + at), line.kind});
}

std::int64_t Directory::last() const {
    const std::shared_lock lock(mutex_);
    return static_cast<std::int64_t>(steps_.size());
}

std::uint32_t Directory::lineOf(std::int64_t first) const {
    return steps_.at(static_cast<std::size_t>(first - 1)).line;
}

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
    if (std::find(out.regions.begin(), out.regions.end(), 0) == out.regions.end())
        out.regions.clear();  // all are wanted
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
        if (wanted.after && block.firsts.front() >= *wanted.after) continue;
        const Lines found = filter.found(block);
        if (none(found)) continue;
        for (std::size_t i = block.size; i-- > 0;) {
            if (found[i] == 0 || (wanted.after && block.firsts[i] >= *wanted.after)) continue;
            if (out.certificates.size() == wanted.limit) {
                out.next = last;
                return out;
            }
            out.certificates.push_back(block.certificates[i]);
            last = block.firsts[i];
        }
    }
    return out;
}

/// Whether a line is found. The lines of a stretch of the feed are near each other, so the last block is kept.
class Directory::Finder {
public:
    Finder(const std::vector<std::unique_ptr<Block>>& blocks, const Filter& filter)
        : blocks_(blocks), filter_(filter) {}
    [[nodiscard]] bool finds(std::uint32_t line) {
        if (line / kBlock != block_) {
            block_ = line / kBlock;
            found_ = filter_.found(*blocks_[block_]);
        }
        return found_[line % kBlock] != 0;
    }

private:
    const std::vector<std::unique_ptr<Block>>& blocks_;
    const Filter& filter_;
    std::size_t block_ = SIZE_MAX;
    Lines found_{};
};

Directory::Changes Directory::changes(const std::string& region, const PortalSearch& wanted, std::int64_t after,
                                      std::size_t limit) const {
    const std::shared_lock lock(mutex_);
    const Filter filter = filterOf(region, wanted);
    Finder finder(blocks_, filter);
    Changes out{{}, std::max<std::int64_t>(after, 0)};
    for (auto at = static_cast<std::size_t>(out.reached); at < steps_.size(); ++at) {
        if (finder.finds(steps_[at].line)) {
            if (out.positions.size() == limit) return out;
            out.positions.push_back(static_cast<std::int64_t>(at) + 1);
        }
        out.reached = static_cast<std::int64_t>(at) + 1;
    }
    return out;
}

Directory::Changes Directory::newest(const std::string& region, std::size_t limit) const {
    const std::shared_lock lock(mutex_);
    const Filter filter = filterOf(region, {});
    Finder finder(blocks_, filter);
    Changes out{{}, static_cast<std::int64_t>(steps_.size())};
    for (std::size_t at = steps_.size(); at-- > 0 && out.positions.size() < limit;) {
        if (finder.finds(steps_[at].line)) out.positions.push_back(static_cast<std::int64_t>(at) + 1);
    }
    std::reverse(out.positions.begin(), out.positions.end());
    return out;
}

}  // namespace touchstone::regulators
