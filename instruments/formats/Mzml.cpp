#include "instruments/formats/Mzml.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "instruments/formats/MzmlArray.h"
#include "instruments/formats/MzmlIndex.h"
#include "instruments/formats/Remarks.h"
#include "instruments/formats/Xml.h"

namespace touchstone::instruments {
namespace {

constexpr std::size_t largest = std::size_t{4} << 30U;
constexpr std::size_t warningsOfACode = 20;
constexpr std::size_t numbersOfAnItem = std::size_t{64} << 20U;

std::optional<std::size_t> count(const xml::Tag& tag, const char* attribute) {
    const std::string text = tag.find(attribute).value_or("");
    std::size_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// The number of a draft, before 1.0. Drafts have it in their namespace; what stands in the attribute is often no
/// number.
std::string draftOf(std::string_view space, std::string_view version) {
    constexpr std::string_view beforeNumber = "mzML_";
    const std::size_t at = space.rfind(beforeNumber);
    if (at != std::string_view::npos) version = space.substr(at + beforeNumber.size());
    return version.starts_with("0.") ? std::string(version.substr(0, 20)) : std::string();
}

/// Ends the reading.
struct Refusal {
    Finding finding;
};

struct Array {
    ArrayTerms terms;
    std::optional<std::size_t> announced;
    std::vector<double> values;
    bool bad = false;  // has no values, and a warning says why
    Span span;
};

/// A spectrum or a chromatogram.
struct Item {
    bool spectrum = true;
    std::string id;
    std::size_t begin = 0;
    std::optional<std::size_t> announced;
    std::vector<Array> arrays;
    std::size_t numbers = 0;  // in all of them
};

/// So that a file in which everything is wrong does not become as many words.
class Warnings {
public:
    void add(Finding finding) {
        const std::size_t before = seen_[finding.code]++;
        if (before < warningsOfACode) kept_.push_back(std::move(finding));
    }
    std::vector<Finding> take() {
        for (const auto& [code, seen] : seen_) {
            if (seen <= warningsOfACode) continue;
            kept_.push_back({code, "and " + std::to_string(seen - warningsOfACode) + " more of these", {}});
        }
        return std::move(kept_);
    }

private:
    std::map<std::string, std::size_t> seen_;
    std::vector<Finding> kept_;
};

class Reader final : public xml::Handler {
public:
    Reader(std::string_view document, const SeriesSink& sink) : document_(document), sink_(sink), index_(document) {}

    void start(const xml::Tag& tag) override {
        const std::string& name = tag.name();
        if (name == "cvParam") {
            if (terms_ != nullptr) terms_->add(termOf(tag));
        } else if (!begun_ || name == "mzML") {
            startDocument(tag);
        } else if (name == "binaryDataArray") {
            startArray(tag);
        } else if (name == "spectrum" || name == "chromatogram") {
            startItem(tag);
        } else if (name == "referenceableParamGroupRef") {
            if (terms_ != nullptr) refer(tag);
        } else if (name == "referenceableParamGroup") {
            terms_ = &groups_[tag.find("id").value_or("")];
        } else if (name == "spectrumList" || name == "chromatogramList") {
            announcedItems_ = count(tag, "count");
            items_ = 0;
        } else {
            startIndex(tag);
        }
    }

    void end(const std::string& name, std::string text, std::size_t offset) override {
        if (name == "binary") {
            base64_ = std::move(text);
        } else if (name == "binaryDataArray") {
            endArray(offset);
        } else if (name == "spectrum" || name == "chromatogram") {
            endItem(offset);
        } else if (name == "referenceableParamGroup") {
            terms_ = nullptr;
        } else if (name == "spectrumList" || name == "chromatogramList") {
            if (announcedItems_ != items_) {
                warn("list_count", "a list does not hold as many as it says", {}, name + ": " + std::to_string(items_));
            }
        } else if (name == "offset") {
            index_.offset(idRef_, text, from(tagBegin_, offset));
        } else if (name == "indexListOffset") {
            index_.listOffset(text, from(tagBegin_, offset));
        } else if (name == "fileChecksum") {
            index_.checksum(text, tagEnd_, from(tagBegin_, offset));
        }
    }

    std::vector<Finding> finish() {
        if (!mzml_) throw Refusal{{"not_mzml", "there is no element mzML", {}}};
        return warnings();
    }

    std::vector<Finding> warnings() {
        for (Finding& finding : index_.findings()) warnings_.add(std::move(finding));
        return warnings_.take();
    }

private:
    static Term termOf(const xml::Tag& tag) {
        const std::string unit = tag.find("unitName").value_or("");
        return {tag.find("accession").value_or(""), tag.find("name").value_or(""), tag.find("value").value_or(""),
                unit.empty() ? tag.find("unitAccession").value_or("") : unit};
    }

    static Span from(std::size_t begin, std::size_t end) { return {begin, end - begin}; }

    /// No attribute holds a '<', so that the last one begins the tag.
    [[nodiscard]] std::size_t beginOf(const xml::Tag& tag) const { return document_.rfind('<', tag.offset() - 1); }

    void startDocument(const xml::Tag& tag) {
        const Span span = from(beginOf(tag), tag.offset());
        if (tag.name() != "mzML" && tag.name() != "indexedmzML") {
            throw Refusal{{"not_mzml", "the document is a " + tag.name(), span}};
        }
        begun_ = true;
        if (tag.name() != "mzML") return;
        mzml_ = true;
        const std::string version = draftOf(tag.space(), tag.find("version").value_or(""));
        if (version.empty()) return;
        throw Refusal{{"unsupported_version", "the draft " + version + " of mzML is not read, only 1.0 and 1.1", span}};
    }

    void startItem(const xml::Tag& tag) {
        ++items_;
        terms_ = nullptr;  // where an array was open: it goes with its item
        item_ = Item{.spectrum = tag.name() == "spectrum",
                     .id = tag.find("id").value_or(""),
                     .begin = beginOf(tag),
                     .announced = count(tag, "defaultArrayLength"),
                     .arrays = {},
                     .numbers = 0};
        index_.element(item_->begin, item_->id);
    }

    void startArray(const xml::Tag& tag) {
        if (!item_) return;
        Array& array = item_->arrays.emplace_back();
        array.announced = count(tag, "arrayLength");
        if (!array.announced) array.announced = item_->announced;
        array.span.offset = beginOf(tag);
        terms_ = &array.terms;
        base64_.clear();
    }

    void refer(const xml::Tag& tag) {
        const std::string id = tag.find("ref").value_or("");
        const auto group = groups_.find(id);
        if (group != groups_.end()) return terms_->add(group->second);
        warn("no_group", "there is no such referenceableParamGroup", from(beginOf(tag), tag.offset()), id);
    }

    void endArray(std::size_t offset) {
        terms_ = nullptr;
        if (!item_ || item_->arrays.empty()) return;
        Array& array = item_->arrays.back();
        array.span = from(array.span.offset, offset);
        const auto encoding = array.terms.encoding();
        if (const auto* const fault = std::get_if<ArrayFault>(&encoding)) return fail(array, *fault);
        const std::size_t announced = array.announced.value_or(document_.size());
        auto decoded = decodeArray(base64_, std::get<ArrayEncoding>(encoding), announced);
        if (const auto* const fault = std::get_if<ArrayFault>(&decoded)) return fail(array, *fault);
        array.values = std::get<std::vector<double>>(std::move(decoded));
        item_->numbers += array.values.size();
        if (item_->numbers > numbersOfAnItem)
            return fail(array, {"array_too_large", "its arrays are too large together"});
        if (!array.terms.kind())
            return fail(array, {"no_array_kind", "it is not said what the numbers of an array are"});
        if (array.announced == array.values.size()) return;
        const std::string length = array.announced ? std::to_string(*array.announced) : "?";
        warn("array_length", "an array does not hold as many numbers as announced", array.span,
             item_->id + ": " + array.terms.name() + ": " + length + " ≠ " + std::to_string(array.values.size()));
    }

    void fail(Array& array, const ArrayFault& fault) {
        array.bad = true;
        array.values = {};
        warn(fault.code, fault.text, array.span, item_->id + (fault.about.empty() ? "" : ": " + fault.about));
    }

    void endItem(std::size_t offset) {
        if (!item_) return;
        Item item = std::move(*item_);
        item_.reset();
        const Span span = from(item.begin, offset);
        if (item.arrays.empty() && item.announced == 0) return empty(item, span);
        Array* const x = axis(item);
        Array* const y = x == nullptr ? nullptr : ordinate(item, *x);
        if (y == nullptr) return warn("no_axis", "there are no two arrays that belong together", span, item.id);
        if (x->bad || y->bad) return;
        if (x->values.size() != y->values.size()) {
            return warn("lengths_differ", "arrays that belong together are not of one length", span,
                        item.id + ": " + sizeOf(*x) + " ≠ " + sizeOf(*y));
        }
        for (Array& array : item.arrays) {
            if (&array != x && &array != y && !array.bad) further(item, *x, array);
        }
        send({.name = item.id,
              .kind = kindOf(item, *x),
              .xUnit = x->terms.unit(),
              .unit = y->terms.unit(),
              .x = std::move(x->values),
              .y = std::move(y->values),
              .span = span});
    }

    /// A scan in which nothing was seen.
    void empty(const Item& item, Span span) {
        send({.name = item.id,
              .kind = item.spectrum ? "mass_spectrum" : "chromatogram",
              .xUnit = {},
              .unit = {},
              .x = {},
              .y = {},
              .span = span});
    }

    static Array* find(Item& item, ArrayKind kind) {
        const auto found = std::ranges::find_if(item.arrays, [&](const Array& a) { return a.terms.kind() == kind; });
        return found == item.arrays.end() ? nullptr : &*found;
    }

    static Array* axis(Item& item) {
        if (!item.spectrum) return find(item, ArrayKind::Time);
        Array* const mz = find(item, ArrayKind::Mz);
        return mz == nullptr ? find(item, ArrayKind::Wavelength) : mz;
    }

    static Array* ordinate(Item& item, const Array& x) {
        if (Array* const intensity = find(item, ArrayKind::Intensity)) return intensity;
        const auto other = std::ranges::find_if(item.arrays, [&](const Array& a) { return &a != &x; });
        return item.spectrum || other == item.arrays.end() ? nullptr : &*other;
    }

    static std::string kindOf(const Item& item, const Array& x) {
        if (!item.spectrum) return "chromatogram";
        return x.terms.kind() == ArrayKind::Mz ? "mass_spectrum" : "uv_visible_spectrum";
    }

    void further(const Item& item, const Array& x, Array& array) {
        const std::string name = item.id + ": " + array.terms.name();
        if (array.values.size() != x.values.size()) {
            return warn("lengths_differ", "arrays that belong together are not of one length", array.span,
                        item.id + ": " + sizeOf(array) + " ≠ " + sizeOf(x));
        }
        send({.name = name,
              .kind = "trace",
              .xUnit = x.terms.unit(),
              .unit = array.terms.unit(),
              .x = x.values,
              .y = std::move(array.values),
              .span = array.span});
    }

    void send(Series&& series) {
        if (sink_) sink_(std::move(series));
    }

    void startIndex(const xml::Tag& tag) {
        const std::string& name = tag.name();
        if (name == "indexList") {
            index_.list(beginOf(tag));
        } else if (name == "offset" || name == "indexListOffset" || name == "fileChecksum") {
            idRef_ = tag.find("idRef").value_or("");
            tagBegin_ = beginOf(tag);
            tagEnd_ = tag.offset();
        }
    }

    static std::string sizeOf(const Array& array) {
        return array.terms.name() + " " + std::to_string(array.values.size());
    }

    void warn(std::string code, std::string text, Span span, std::string about = {}) {
        warnings_.add({std::move(code), std::move(text), span, std::move(about)});
    }

    std::string_view document_;
    const SeriesSink& sink_;
    MzmlIndex index_;
    Warnings warnings_;
    bool begun_ = false, mzml_ = false;
    std::map<std::string, ArrayTerms> groups_;
    ArrayTerms* terms_ = nullptr;  ///< of the group or array that is open
    std::optional<Item> item_;
    std::string base64_;
    std::optional<std::size_t> announcedItems_;
    std::size_t items_ = 0;
    std::string idRef_;  ///< of the element of the index that is open, and its tag
    std::size_t tagBegin_ = 0, tagEnd_ = 0;
};

}  // namespace

Reading readMzml(std::string_view bytes, const Mapping&, const SeriesSink& sink) {
    Reading reading;
    reading.format = "mzml";
    if (bytes.size() > largest) {
        reading.refused = Finding{"too_large", "the file is larger than 4 GiB", {}};
        return reading;
    }
    Reader reader(bytes, sink);
    try {
        xml::read(bytes, reader, {.bytes = largest, .bulk = "binary"});
        reading.warnings = reader.finish();
    } catch (const Refusal& refusal) {
        reading.refused = refusal.finding;
    } catch (const xml::Fault& fault) {
        reading.warnings = reader.warnings();
        reading.refused = badXml(fault);
    }
    return reading;
}

bool looksLikeMzml(std::string_view bytes) {
    std::string head;
    for (const char c : bytes.substr(0, 8192)) {
        if (c != 0) head += c;  // of UTF-16
    }
    for (std::size_t at = head.find('<'); at != std::string::npos; at = head.find('<', at + 1)) {
        const std::string_view tag = std::string_view(head).substr(at + 1);
        if (tag.starts_with("!--")) {
            at = head.find("-->", at);
            if (at == std::string::npos) return false;
        } else if (!tag.starts_with('?')) {
            std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n>/"));
            name.remove_prefix(std::min(name.size(), name.find(':') + 1));
            return name == "mzML" || name == "indexedmzML";
        }
    }
    return false;
}

}  // namespace touchstone::instruments
