#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reports/Expression.h"
#include "reports/Picture.h"
#include "reports/Style.h"

/// A layout as it was read. Lengths are points; every element means what schema/layout.xsd says of the one that has its
/// name.
namespace touchstone::reports {

struct Block;
using Blocks = std::vector<Block>;

struct ParagraphStyle {
    TextStyle text;
    Align align = Align::left;
    float before = 0, after = 0;
    float spread = 1;   ///< width of a line as a multiple of its own
    float least = 0;    ///< size down to which text shrinks to stay on one line; 0: it does not
    bool cut = false;   ///< what does not fit on one line ends with an ellipsis
};

struct Paragraph {
    Expression text;
    ParagraphStyle style;
};

struct Space {
    float height = 0;
};

struct Rule {
    float width = 0;
    Colour colour;
};

struct Box {
    float line = 0, padding = 0;
    Colour colour;
    std::vector<Block> blocks;
};

struct Column {
    float width = 0;  ///< 0: a share of what the others leave
    std::vector<Block> blocks;
};

struct Columns {
    float gap = 0;
    std::vector<Column> columns;
};

struct Field {
    Expression label, english, value;
    std::size_t span = 1;
    Conditions conditions;
};

struct Fields {
    std::vector<Field> fields;
    std::size_t columns = 2;
    float labelWidth = 0;
    bool englishBeside = false;
    bool widen = true;  ///< a value that takes more than a line gets the whole width
    bool framed = true;
    Align align = Align::left;
    TextStyle label, value;
    float after = 0;
};

struct TableColumn {
    float share = 1;  ///< of the width
    Expression head, english, value;
    Align align = Align::left;
    TextStyle style, flagged;
    Conditions conditions;
};

struct Group {
    Path by;
    Expression heading, continued;
    std::vector<Path> unlessAlone;  ///< none or one: no heading over a single row that says the same
};

struct Table {
    Path list;
    std::vector<TableColumn> columns;
    std::vector<Group> group;  ///< none or one
    Conditions flag;           ///< of the rows that are emphasised; none: no row is
    Expression empty, end;
    TextStyle head;
};

struct When {
    Conditions conditions;
    std::vector<Block> blocks;
};

struct Each {
    Path list;
    std::vector<Block> blocks;
};

struct Together {
    std::vector<Block> blocks;
};

inline constexpr float sealGap = 14;  ///< between a seal and what stands beside it

struct Seal {
    Expression name, underStar;
    float radius = 0, inset = 0, overlap = 0;
    std::vector<Block> beside;
};

struct QrCode {
    Expression text;
    float side = 0;
    Align align = Align::left;
};

struct BarCode {
    Expression text;
    float height = 0;
};

struct Image {
    const Picture* picture = nullptr;
    float width = 0, height = 0;
    Align align = Align::left;
};

struct Labels {
    Path list;
    std::size_t columns = 0, rows = 0;
    float width = 0, height = 0, padding = 0;
    std::vector<Block> blocks;
};

struct NewPage {};

struct Block {
    std::variant<Paragraph, Space, Rule, Box, Columns, Fields, Table, When, Each, Together, Seal, QrCode, BarCode,
                 Image, Labels, NewPage>
        content;
    Position position;
};

/// The seal over the right edges of all pages (骑缝章): every page shows its slice.
struct EdgeSeal {
    Expression name, underStar;
    float radius = 0;
    float height = 0;               ///< of its centre above the paper's lower edge
    std::size_t pagesPerSeal = 0;   ///< a slice must stay wide enough to be recognised
};

struct LayoutTree {
    std::string title, language, separator;
    float width = 0, height = 0, left = 0, right = 0, top = 0, bottom = 0, foot = 0;
    Formats formats;
    std::map<std::string, Picture, std::less<>> pictures;
    Expression watermark;
    Blocks firstHead, head, footBlocks, body;
    std::vector<EdgeSeal> edgeSeal;  ///< none or one
};

}  // namespace touchstone::reports
