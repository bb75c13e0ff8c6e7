#pragma once
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// XML in, over Xerces-C. The one way in, so that the one place is hardened: a document type that declares anything is
/// refused, so there are no entities to expand or to fetch; nothing is ever loaded but the schema that the caller names.
namespace touchstone::xml {

/// What is wrong with a document, and in which line of it.
class Fault : public std::runtime_error {
public:
    Fault(std::size_t line, const std::string& what) : std::runtime_error(what), line_(line) {}
    [[nodiscard]] std::size_t line() const { return line_; }

private:
    std::size_t line_;
};

struct Limits {
    std::size_t bytes = std::size_t{16} << 20U;
    std::size_t depth = 64;
    /// An element with much ASCII text (base64). Its text goes round the parser where that is safe, which is ten times
    /// as fast, and reaches the handler as it stands in the document.
    std::string_view bulk = {};
};

/// A start tag, to be read during the call only. Names are without namespaces, texts UTF-8.
class Tag {
public:
    virtual ~Tag() = default;
    [[nodiscard]] virtual const std::string& name() const = 0;
    [[nodiscard]] virtual std::string space() const = 0;  ///< the namespace that the name is of, or ""
    [[nodiscard]] virtual std::size_t line() const = 0;
    /// Where the parser stands in the bytes of the document: behind the tag.
    [[nodiscard]] virtual std::size_t offset() const = 0;
    [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> attributes() const = 0;
    [[nodiscard]] virtual std::optional<std::string> find(const char* attribute) const = 0;
};

/// Is told what a document says, one thing after the other. What it throws ends the reading and reaches the caller.
class Handler {
public:
    virtual ~Handler() = default;
    virtual void start(const Tag& tag) = 0;
    /// text: the element's own, blanks at both ends left on. offset: behind the end tag.
    virtual void end(const std::string& name, std::string text, std::size_t offset) = 0;
};

/// Reads a document of any encoding that Xerces knows. Throws Fault. Safe to call from many threads.
void read(std::string_view document, Handler& handler, Limits limits = {});

/// An element as it stood; a value type. Names are without namespaces.
struct Element {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::string text;                ///< its own, without blanks at both ends
    std::vector<Element> children;
    std::size_t line = 0;

    [[nodiscard]] std::optional<std::string> find(std::string_view attribute) const;
    /// For attributes that a schema made sure of; throws std::logic_error without it.
    [[nodiscard]] const std::string& at(std::string_view attribute) const;
    /// The first child of that name; throws std::logic_error without one.
    [[nodiscard]] const Element& child(std::string_view child) const;
};

/// The root of a document within the default limits. With a schema file (XSD) the document
/// must keep to it. Throws Fault; std::invalid_argument where the schema itself cannot be read.
[[nodiscard]] Element parse(std::string_view document, const std::optional<std::string>& schemaFile = std::nullopt);

}  // namespace touchstone::xml
