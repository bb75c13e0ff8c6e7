#pragma once
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace touchstone::reports {

/// What is wrong with a layout, or with drawing data by it, and where in its XML. Says what to change.
class LayoutError : public std::runtime_error {
public:
    LayoutError(std::size_t line, std::size_t column, const std::string& what)
        : std::runtime_error(what), line_(line), column_(column) {}
    /// From 1; the place is behind the tag or at the character that is wrong.
    [[nodiscard]] std::size_t line() const { return line_; }
    [[nodiscard]] std::size_t column() const { return column_; }

private:
    std::size_t line_, column_;
};

struct LayoutTree;

/// How a paper looks and every word on it, read from XML (schema/layout.xsd, documented in templates/README.md).
/// Immutable and cheap to copy; safe to use from many threads.
class Layout {
public:
    /// Throws LayoutError. Reads nothing but these bytes, whoever wrote them; what it takes is bounded by mostBytes.
    [[nodiscard]] static Layout read(std::string_view document);
    /// The same from a file. std::runtime_error when there is none.
    [[nodiscard]] static Layout load(const std::string& file);
    static constexpr std::size_t mostBytes = std::size_t{4} << 20U;

    /// What the paper is called, for the title of the document: 检验报告书.
    [[nodiscard]] const std::string& title() const;
    /// zh-CN, en: the language of the document.
    [[nodiscard]] const std::string& language() const;

    [[nodiscard]] const LayoutTree& tree() const { return *tree_; }

private:
    explicit Layout(std::shared_ptr<const LayoutTree> tree) : tree_(std::move(tree)) {}
    std::shared_ptr<const LayoutTree> tree_;
};

}  // namespace touchstone::reports
