#include "instruments/formats/Xml.h"

#include <algorithm>
#include <memory>
#include <xercesc/framework/LocalFileInputSource.hpp>
#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/sax/Locator.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/sax2/Attributes.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/sax2/XMLReaderFactory.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/SecurityManager.hpp>
#include <xercesc/util/TransService.hpp>
#include <xercesc/util/XMLException.hpp>
#include <xercesc/util/XMLUni.hpp>

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
    const xercesc::TranscodeToStr out(text, "UTF-8");
    return {reinterpret_cast<const char*>(out.str()), out.length()};
}

std::basic_string<XMLCh> utf16(std::string_view text) {
    const xercesc::TranscodeFromStr in(reinterpret_cast<const XMLByte*>(text.data()), text.size(), "UTF-8");
    return {in.str(), in.length()};
}

std::string trimmed(const std::string& text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

class SaxTag final : public Tag {
public:
    SaxTag(std::string name, std::size_t line, std::size_t offset, const xercesc::Attributes& attributes)
        : name_(std::move(name)), line_(line), offset_(offset), attributes_(attributes) {}

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] std::size_t line() const override { return line_; }
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
    std::string name_;
    std::size_t line_, offset_;
    const xercesc::Attributes& attributes_;
};

/// Hands Xerces' calls on; whatever Xerces finds wrong ends the reading.
class Bridge final : public xercesc::DefaultHandler {
public:
    Bridge(const xercesc::SAX2XMLReader& reader, Handler& handler, std::size_t deepest, std::size_t mark)
        : reader_(reader), handler_(handler), deepest_(deepest), mark_(mark) {}

    void setDocumentLocator(const xercesc::Locator* locator) override { locator_ = locator; }

    void startDTD(const XMLCh*, const XMLCh*, const XMLCh*) override {
        throw Fault(line(), "a document type declaration is not allowed");
    }

    void startElement(const XMLCh*, const XMLCh* localName, const XMLCh*, const xercesc::Attributes& attributes) override {
        if (depth_ == deepest_) throw Fault(line(), "nested too deep");
        if (++depth_ > texts_.size()) texts_.emplace_back();
        texts_[depth_ - 1].clear();
        handler_.start(SaxTag(utf8(localName), line(), offset(), attributes));
    }

    void endElement(const XMLCh*, const XMLCh* localName, const XMLCh*) override {
        handler_.end(utf8(localName), utf8(texts_[depth_ - 1].c_str()), offset());
        --depth_;
    }

    void characters(const XMLCh* text, XMLSize_t length) override { texts_[depth_ - 1].append(text, length); }

    void warning(const xercesc::SAXParseException& e) override { fatalError(e); }
    void error(const xercesc::SAXParseException& e) override { fatalError(e); }
    void fatalError(const xercesc::SAXParseException& e) override { throw Fault(e.getLineNumber(), utf8(e.getMessage())); }

private:
    [[nodiscard]] std::size_t line() const { return locator_ == nullptr ? 0 : locator_->getLineNumber(); }
    [[nodiscard]] std::size_t offset() const { return mark_ + reader_.getSrcOffset(); }

    const xercesc::SAX2XMLReader& reader_;
    Handler& handler_;
    std::size_t deepest_;
    std::size_t mark_;  // Xerces does not count the byte order mark
    const xercesc::Locator* locator_ = nullptr;
    std::size_t depth_ = 0;
    /// Of the open elements. Gathered whole before it is converted: Xerces may hand out half of a surrogate pair.
    std::vector<std::basic_string<XMLCh>> texts_;
};

std::size_t markSize(std::string_view document) {
    if (document.starts_with("\xEF\xBB\xBF")) return 3;
    return document.starts_with("\xFF\xFE") || document.starts_with("\xFE\xFF") ? 2 : 0;
}

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

void useSchema(xercesc::SAX2XMLReader& reader, const std::string& file) {
    using xercesc::XMLUni;
    reader.setFeature(XMLUni::fgSAX2CoreValidation, true);
    reader.setFeature(XMLUni::fgXercesDynamic, false);
    reader.setFeature(XMLUni::fgXercesSchema, true);
    reader.setFeature(XMLUni::fgXercesIdentityConstraintChecking, true);
    reader.setFeature(XMLUni::fgXercesUseCachedGrammarInParse, true);
    const xercesc::LocalFileInputSource source(utf16(file).c_str());
    if (reader.loadGrammar(source, xercesc::Grammar::SchemaGrammarType, true) == nullptr) {
        throw std::invalid_argument(file + " is no schema");
    }
}

void run(std::string_view document, Handler& handler, Limits most, const std::optional<std::string>& schemaFile) {
    static const Platform platform;
    if (document.size() > most.bytes) throw Fault(1, "larger than " + std::to_string(most.bytes) + " bytes");
    xercesc::SecurityManager limits;
    const std::unique_ptr<xercesc::SAX2XMLReader> reader(xercesc::XMLReaderFactory::createXMLReader());
    Bridge bridge(*reader, handler, most.depth, markSize(document));
    reader->setContentHandler(&bridge);
    reader->setErrorHandler(&bridge);
    reader->setLexicalHandler(&bridge);
    harden(*reader, limits);
    try {
        if (schemaFile) useSchema(*reader, *schemaFile);
        const xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(document.data()), document.size(), "document");
        reader->parse(source);
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
    run(document, handler, limits, std::nullopt);
}

Element parse(std::string_view document, const std::optional<std::string>& schemaFile) {
    TreeBuilder builder;
    run(document, builder, {}, schemaFile);
    return builder.take();
}

}  // namespace touchstone::xml
