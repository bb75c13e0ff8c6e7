#include "server/core/Xml.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
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

#include "server/core/Error.h"

namespace touchstone::xml {
namespace {

constexpr std::size_t kMostBytes = 16U << 20U;
constexpr std::size_t kDeepest = 64;

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

Error problem(std::size_t line, const std::string& what) {
    return Error(ErrorCode::BadDocument, {std::to_string(line), what});
}

std::string trimmed(const std::string& text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Builds the tree; whatever Xerces finds wrong ends the reading.
class TreeBuilder final : public xercesc::DefaultHandler {
public:
    Element take() { return std::move(top_.children.at(0)); }

    void setDocumentLocator(const xercesc::Locator* locator) override { locator_ = locator; }

    void startDTD(const XMLCh*, const XMLCh*, const XMLCh*) override {
        throw problem(line(), "a document type declaration is not allowed");
    }

    void startElement(const XMLCh*, const XMLCh* localName, const XMLCh*, const xercesc::Attributes& attributes) override {
        if (open_.size() > kDeepest) throw problem(line(), "nested too deep");
        Element& element = open_.back().element->children.emplace_back();
        element.name = utf8(localName);
        element.line = line();
        for (XMLSize_t i = 0; i < attributes.getLength(); ++i) {
            element.attributes.emplace_back(utf8(attributes.getLocalName(i)), utf8(attributes.getValue(i)));
        }
        open_.push_back({&element, {}});
    }

    void endElement(const XMLCh*, const XMLCh*, const XMLCh*) override {
        open_.back().element->text = trimmed(utf8(open_.back().text.c_str()));
        open_.pop_back();
    }

    void characters(const XMLCh* text, XMLSize_t length) override { open_.back().text.append(text, length); }

    void warning(const xercesc::SAXParseException& e) override { fatalError(e); }
    void error(const xercesc::SAXParseException& e) override { fatalError(e); }
    void fatalError(const xercesc::SAXParseException& e) override { throw problem(e.getLineNumber(), utf8(e.getMessage())); }

private:
    /// Text is gathered whole before it is converted, since Xerces may hand out half of a surrogate pair.
    struct Open {
        Element* element;
        std::basic_string<XMLCh> text;
    };

    [[nodiscard]] std::size_t line() const { return locator_ == nullptr ? 0 : locator_->getLineNumber(); }

    const xercesc::Locator* locator_ = nullptr;
    Element top_;
    std::vector<Open> open_{{&top_, {}}};
};

void harden(xercesc::SAX2XMLReader& reader, xercesc::SecurityManager& limits) {
    using xercesc::XMLUni;
    limits.setEntityExpansionLimit(0);
    reader.setProperty(XMLUni::fgXercesSecurityManager, &limits);
    reader.setFeature(XMLUni::fgXercesLoadExternalDTD, false);
    reader.setFeature(XMLUni::fgXercesDisableDefaultEntityResolution, true);
    reader.setFeature(XMLUni::fgXercesLoadSchema, false);
    reader.setFeature(XMLUni::fgSAX2CoreNameSpaces, true);
}

void useSchema(xercesc::SAX2XMLReader& reader, const std::string& file) {
    using xercesc::XMLUni;
    reader.setFeature(XMLUni::fgSAX2CoreValidation, true);
    reader.setFeature(XMLUni::fgXercesDynamic, false);
    reader.setFeature(XMLUni::fgXercesSchema, true);
    reader.setFeature(XMLUni::fgXercesIdentityConstraintChecking, true);
    reader.setFeature(XMLUni::fgXercesUseCachedGrammarInParse, true);
    const xercesc::TranscodeFromStr name(reinterpret_cast<const XMLByte*>(file.data()), file.size(), "UTF-8");
    const xercesc::LocalFileInputSource source(name.str());
    if (reader.loadGrammar(source, xercesc::Grammar::SchemaGrammarType, true) == nullptr) {
        throw Error(ErrorCode::BadConfiguration, {file, "it is no schema"});
    }
}

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

Element parse(std::string_view text, const std::optional<std::string>& schemaFile) {
    static const Platform platform;
    if (text.size() > kMostBytes) throw problem(1, "larger than " + std::to_string(kMostBytes) + " bytes");

    TreeBuilder builder;
    xercesc::SecurityManager limits;
    const std::unique_ptr<xercesc::SAX2XMLReader> reader(xercesc::XMLReaderFactory::createXMLReader());
    reader->setContentHandler(&builder);
    reader->setErrorHandler(&builder);
    reader->setLexicalHandler(&builder);
    harden(*reader, limits);
    try {
        if (schemaFile) useSchema(*reader, *schemaFile);
        const xercesc::MemBufInputSource source(reinterpret_cast<const XMLByte*>(text.data()), text.size(), "document");
        reader->parse(source);
    } catch (const xercesc::XMLException& e) {
        throw problem(e.getSrcLine(), utf8(e.getMessage()));
    }
    return builder.take();
}

}  // namespace touchstone::xml
