#include "instruments/formats/Xml.h"

#include <unicode/ustring.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <xercesc/framework/LocalFileInputSource.hpp>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/sax/InputSource.hpp>
#include <xercesc/sax/Locator.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/Attributes.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/sax2/XMLReaderFactory.hpp>
#include <xercesc/util/BinInputStream.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/SecurityManager.hpp>
#include <xercesc/util/TransService.hpp>
#include <xercesc/util/XMLException.hpp>
#include <xercesc/util/XMLString.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "instruments/formats/XmlBulk.h"

namespace touchstone::xml {
namespace {

/// Xerces wants to be started once in a process.
struct Platform {
    Platform() { xercesc::XMLPlatformUtils::Initialize(); }
    ~Platform() { xercesc::XMLPlatformUtils::Terminate(); }
    Platform(const Platform&) = delete;
    Platform& operator=(const Platform&) = delete;
};

std::string utf8(const XMLCh* text) {
    std::string ascii;
    for (const XMLCh* c = text; *c < 0x80; ++c) {
        if (*c == 0) return ascii;
        ascii += static_cast<char>(*c);
    }
    // Messages of Xerces repeat what stands in the document, even half of a surrogate pair.
    constexpr std::int32_t longestUnit = 3;
    constexpr UChar32 replacement = 0xFFFD;
    const XMLSize_t units = xercesc::XMLString::stringLen(text);
    if (units > std::numeric_limits<std::int32_t>::max() / longestUnit) throw Fault(0, "a text is too long");
    std::string out(units * longestUnit, '\0');
    std::int32_t length = 0;
    UErrorCode error = U_ZERO_ERROR;
    u_strToUTF8WithSub(out.data(), static_cast<std::int32_t>(out.size()), &length, text, static_cast<std::int32_t>(units),
                       replacement, nullptr, &error);
    out.resize(static_cast<std::size_t>(length));
    return out;
}

std::basic_string<XMLCh> utf16(std::string_view text) {
    if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
        return {text.begin(), text.end()};
    }
    const xercesc::TranscodeFromStr in(reinterpret_cast<const XMLByte*>(text.data()), text.size(), "UTF-8");
    return {in.str(), in.length()};
}

std::string trimmed(const std::string& text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Xerces does not count a byte order mark.
std::size_t markAt(std::string_view document) {
    if (document.starts_with("\xEF\xBB\xBF")) return 3;
    return document.starts_with("\xFF\xFE") || document.starts_with("\xFE\xFF") ? 2 : 0;
}

class SaxTag final : public Tag {
public:
    SaxTag(const XMLCh* space, const XMLCh* name, std::size_t line, std::size_t column, std::size_t offset,
           const xercesc::Attributes& attributes)
        : space_(space), name_(utf8(name)), line_(line), column_(column), offset_(offset), attributes_(attributes) {}

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] std::string space() const override { return utf8(space_); }
    [[nodiscard]] std::size_t line() const override { return line_; }
    [[nodiscard]] std::size_t column() const override { return column_; }
    [[nodiscard]] std::size_t offset() const override { return offset_; }
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> attributes() const override {
        std::vector<std::pair<std::string, std::string>> all;
        for (XMLSize_t i = 0; i < attributes_.getLength(); ++i) {
            all.emplace_back(utf8(attributes_.getLocalName(i)), utf8(attributes_.getValue(i)));
        }
        return all;
    }
    [[nodiscard]] std::optional<std::string> find(const char* attribute) const override {
        const XMLCh* const value = attributes_.getValue(utf16(attribute).c_str());
        return value == nullptr ? std::nullopt : std::optional(utf8(value));
    }

private:
    const XMLCh* space_;
    std::string name_;
    std::size_t line_, column_, offset_;
    const xercesc::Attributes& attributes_;
};

class BulkStream final : public xercesc::BinInputStream {
public:
    explicit BulkStream(BulkText& text) : text_(text) {}
    [[nodiscard]] XMLFilePos curPos() const override { return position_; }
    XMLSize_t readBytes(XMLByte* to, XMLSize_t most) override {
        const std::size_t length = text_.read(reinterpret_cast<char*>(to), most);
        position_ += length;
        return length;
    }
    [[nodiscard]] const XMLCh* getContentType() const override { return nullptr; }

private:
    BulkText& text_;
    XMLFilePos position_ = 0;
};

class BulkSource final : public xercesc::InputSource {
public:
    explicit BulkSource(BulkText& text) : text_(text) {}
    /// Xerces takes it over.
    [[nodiscard]] xercesc::BinInputStream* makeStream() const override { return new BulkStream(text_); }

private:
    BulkText& text_;
};

/// Hands Xerces' calls on; whatever Xerces finds wrong ends the reading.
class Bridge final : public xercesc::DefaultHandler {
public:
    Bridge(const xercesc::SAX2XMLReader& reader, BulkText& source, std::size_t mark, Handler& handler,
           const Limits& most)
        : reader_(reader), source_(source), mark_(mark), handler_(handler), most_(most) {}

    void setDocumentLocator(const xercesc::Locator* locator) override { locator_ = locator; }

    void startDTD(const XMLCh*, const XMLCh*, const XMLCh*) override {
        throw Fault(line(), column(), "a document type declaration is not allowed");
    }

    void startElement(const XMLCh* space, const XMLCh* localName, const XMLCh*,
                      const xercesc::Attributes& attributes) override {
        if (depth_ == most_.depth) throw Fault(line(), column(), "nested too deep");
        if (elements_++ == most_.elements) throw Fault(line(), column(), "too many elements");
        if (++depth_ > texts_.size()) texts_.emplace_back();
        texts_[depth_ - 1].clear();
        const SaxTag tag(space, localName, line(), column(), offset(), attributes);
        if (!most_.bulk.empty() && tag.name() == most_.bulk) bulk_ = source_.takenAt(tag.offset());
        handler_.start(tag);
    }

    void endElement(const XMLCh*, const XMLCh* localName, const XMLCh*) override {
        const bool taken = !bulk_.empty();  // then no other element began behind the one from which it was taken
        handler_.end(utf8(localName), taken ? std::string(bulk_) : utf8(texts_[depth_ - 1].c_str()), offset());
        bulk_ = {};
        --depth_;
    }

    void characters(const XMLCh* text, XMLSize_t length) override { texts_[depth_ - 1].append(text, length); }

    void warning(const xercesc::SAXParseException& e) override { fatalError(e); }
    void error(const xercesc::SAXParseException& e) override { fatalError(e); }
    void fatalError(const xercesc::SAXParseException& e) override {
        throw Fault(e.getLineNumber(), e.getColumnNumber(), utf8(e.getMessage()));
    }

private:
    [[nodiscard]] std::size_t line() const { return locator_ == nullptr ? 0 : locator_->getLineNumber(); }
    [[nodiscard]] std::size_t column() const { return locator_ == nullptr ? 0 : locator_->getColumnNumber(); }
    [[nodiscard]] std::size_t offset() { return source_.place(mark_ + reader_.getSrcOffset()); }

    const xercesc::SAX2XMLReader& reader_;
    BulkText& source_;
    std::size_t mark_;
    Handler& handler_;
    const Limits& most_;
    std::string_view bulk_;  ///< of the element that was opened last
    const xercesc::Locator* locator_ = nullptr;
    std::size_t depth_ = 0, elements_ = 0;
    /// Of the open elements. Gathered whole before it is converted: Xerces may hand out half of a surrogate pair.
    std::vector<std::basic_string<XMLCh>> texts_;
};

void harden(xercesc::SAX2XMLReader& reader, xercesc::SecurityManager& limits) {
    using xercesc::XMLUni;
    limits.setEntityExpansionLimit(0);
    reader.setProperty(XMLUni::fgXercesSecurityManager, &limits);
    reader.setFeature(XMLUni::fgXercesLoadExternalDTD, false);
    reader.setFeature(XMLUni::fgXercesDisableDefaultEntityResolution, true);
    reader.setFeature(XMLUni::fgXercesLoadSchema, false);
    reader.setFeature(XMLUni::fgSAX2CoreNameSpaces, true);
    reader.setFeature(XMLUni::fgSAX2CoreValidation, false);
    reader.setFeature(XMLUni::fgXercesCalculateSrcOfs, true);
}

void useSchema(xercesc::SAX2XMLReader& reader, const xercesc::InputSource& source) {
    using xercesc::XMLUni;
    reader.setFeature(XMLUni::fgSAX2CoreValidation, true);
    reader.setFeature(XMLUni::fgXercesDynamic, false);
    reader.setFeature(XMLUni::fgXercesSchema, true);
    reader.setFeature(XMLUni::fgXercesIdentityConstraintChecking, true);
    reader.setFeature(XMLUni::fgXercesUseCachedGrammarInParse, true);
    if (reader.loadGrammar(source, xercesc::Grammar::SchemaGrammarType, true) == nullptr) {
        throw std::invalid_argument(utf8(source.getSystemId()) + " is no schema");
    }
}

void startXerces() {
    static const Platform platform;
}

void run(std::string_view document, Handler& handler, const Limits& most, const xercesc::InputSource* schema) {
    startXerces();
    if (document.size() > most.bytes) throw Fault(1, "larger than " + std::to_string(most.bytes) + " bytes");
    xercesc::SecurityManager limits;
    const std::unique_ptr<xercesc::SAX2XMLReader> reader(xercesc::XMLReaderFactory::createXMLReader());
    BulkText text(document, most.bulk);
    Bridge bridge(*reader, text, markAt(document), handler, most);
    reader->setContentHandler(&bridge);
    reader->setErrorHandler(&bridge);
    reader->setLexicalHandler(&bridge);
    harden(*reader, limits);
    try {
        if (schema != nullptr) useSchema(*reader, *schema);
        reader->parse(BulkSource(text));
    } catch (const xercesc::XMLException& e) {
        throw Fault(e.getSrcLine(), utf8(e.getMessage()));
    }
}

class TreeBuilder final : public Handler {
public:
    void start(const Tag& tag) override {
        Element& element = open_.back()->children.emplace_back();
        element.name = tag.name();
        element.line = tag.line();
        element.column = tag.column();
        element.attributes = tag.attributes();
        open_.push_back(&element);
    }
    void end(const std::string&, std::string text, std::size_t) override {
        open_.back()->text = trimmed(text);
        open_.pop_back();
    }
    Element take() { return std::move(top_.children.at(0)); }

private:
    Element top_;
    std::vector<Element*> open_{&top_};
};

}  // namespace

std::optional<std::string> Element::find(std::string_view attribute) const {
    const auto found = std::ranges::find(attributes, attribute, &std::pair<std::string, std::string>::first);
    return found == attributes.end() ? std::nullopt : std::optional(found->second);
}

const std::string& Element::at(std::string_view attribute) const {
    const auto found = std::ranges::find(attributes, attribute, &std::pair<std::string, std::string>::first);
    if (found == attributes.end()) throw std::logic_error(name + " has no attribute " + std::string(attribute));
    return found->second;
}

const Element& Element::child(std::string_view wanted) const {
    const auto found = std::ranges::find(children, wanted, &Element::name);
    if (found == children.end()) throw std::logic_error(name + " has no element " + std::string(wanted));
    return *found;
}

void read(std::string_view document, Handler& handler, Limits limits) {
    run(document, handler, limits, nullptr);
}

Element parse(std::string_view document, const std::optional<std::string>& schemaFile) {
    startXerces();
    TreeBuilder builder;
    if (schemaFile) {
        const xercesc::LocalFileInputSource schema(utf16(*schemaFile).c_str());
        run(document, builder, {}, &schema);
    } else {
        run(document, builder, {}, nullptr);
    }
    return builder.take();
}

Element parseBy(std::string_view schema, std::string_view document, Limits limits) {
    startXerces();
    TreeBuilder builder;
    const xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(schema.data()), schema.size(), "schema");
    run(document, builder, limits, &source);
    return builder.take();
}

}  // namespace touchstone::xml
