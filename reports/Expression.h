#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reports/Data.h"

namespace touchstone::reports {

/// Where something stands in the XML of a layout.
struct Position {
    std::size_t line = 0, column = 0;
};

class Expression;

/// How a value is put into words, by the name that follows the colon: {sample.seal_state:seal_states}.
struct Format {
    std::map<std::string, std::string, std::less<>> words;  ///< by code
    bool keepsOthers = false;                               ///< a code without a word stands as it is
    std::shared_ptr<const Expression> date;                 ///< for a list of words: null
};
using Formats = std::map<std::string, Format, std::less<>>;

/// What names mean at one place of a paper. Loops nest, so there are as many rows as loops are open.
struct Scope {
    const Data* root = nullptr;
    struct Row {
        const Data* data = nullptr;
        std::size_t number = 0;  ///< from 1
    };
    std::vector<Row> rows;
    std::size_t page = 0, pages = 0;
};

/// A place in the data: sample.batch_no, or row.item inside a loop.
class Path {
public:
    /// loops: the names of the open loops, the outermost first. Throws LayoutError.
    Path(std::string_view text, const std::vector<std::string>& loops, Position position);
    /// Null when it is not there.
    [[nodiscard]] const Data* find(const Scope& scope) const;
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] Position position() const { return position_; }

private:
    static constexpr std::size_t root = static_cast<std::size_t>(-1);
    std::string name_;
    std::size_t row_ = root;
    std::vector<std::string> steps_;
    Position position_;
};

/// Text with values in it: "报告编号：{number}". In braces stands a path, then `:` and the name of a format, then `|` and
/// what is printed when the value is absent or empty; {#row} is the number of a loop's row, {page} and {pages} count
/// pages. "{{" and "}}" are braces. A list prints its texts with the separator between them.
class Expression {
public:
    Expression() = default;
    Expression(std::string_view text, const std::vector<std::string>& loops, const Formats& formats,
               const std::string& separator, Position position);
    /// Throws LayoutError when a value without `|` is absent, or is not a text.
    [[nodiscard]] std::string print(const Scope& scope) const;
    [[nodiscard]] bool empty() const { return parts_.empty(); }

private:
    enum class What : std::uint8_t { literal, value, rowNumber, page, pages };
    struct Part {
        What what = What::literal;
        std::string text;  ///< the literal, or what is printed instead of nothing
        std::vector<Path> path;
        std::size_t row = 0;
        bool optional = false;
        const Format* format = nullptr;
    };
    [[nodiscard]] Part reference(std::string_view text, const std::vector<std::string>& loops,
                                 const Formats& formats) const;
    [[nodiscard]] std::string value(const Part& part, const Scope& scope) const;
    [[nodiscard]] std::string formatted(const Part& part, const std::string& value) const;

    std::vector<Part> parts_;
    std::string separator_;
    Position position_;
};

/// What a part of a layout depends on.
struct Condition {
    enum class Kind : std::uint8_t { is, isNot, present, absent };
    Path path;
    Kind kind;
    std::string value;
    [[nodiscard]] bool holds(const Scope& scope) const;
};
using Conditions = std::vector<Condition>;

[[nodiscard]] bool hold(const Conditions& conditions, const Scope& scope);

}  // namespace touchstone::reports
