#pragma once
#include <map>
#include <string>
#include <vector>

#include "reports/LayoutTree.h"
#include "reports/Piece.h"
#include "reports/SignatureField.h"

namespace touchstone::reports {

/// Turns blocks of a layout and data into pieces that are ready for a page. For one document; must outlive its pieces.
/// Throws LayoutError when the two do not fit together, or when they are more than one paper ever holds.
class Typesetter {
public:
    using Pieces = std::vector<Piece>;

    /// sealed: seals are drawn, else only their room is left.
    Typesetter(Document& document, SubsetFont& font, bool sealed)
        : document_(document), font_(font), sealed_(sealed) {}

    [[nodiscard]] Pieces set(const Blocks& blocks, float width, const Scope& scope);

    struct Sealed {
        HPDF_Page page = nullptr;
        SignatureField::Area area{};
    };
    /// Where the seal is, once drawn; no page: there is none.
    [[nodiscard]] const Sealed& seal() const { return seal_; }

private:
    void add(Pieces& to, const Block& block, float width, const Scope& scope);
    void add(Pieces& to, const Paragraph& paragraph, float width, const Scope& scope);
    void add(Pieces& to, const Space& space, float width, const Scope& scope);
    void add(Pieces& to, const Rule& rule, float width, const Scope& scope);
    void add(Pieces& to, const Box& box, float width, const Scope& scope);
    void add(Pieces& to, const Columns& columns, float width, const Scope& scope);
    void add(Pieces& to, const Fields& fields, float width, const Scope& scope);
    void add(Pieces& to, const Table& table, float width, const Scope& scope);
    void add(Pieces& to, const When& when, float width, const Scope& scope);
    void add(Pieces& to, const Each& each, float width, const Scope& scope);
    void add(Pieces& to, const Together& together, float width, const Scope& scope);
    void add(Pieces& to, const Seal& seal, float width, const Scope& scope);
    void add(Pieces& to, const QrCode& code, float width, const Scope& scope);
    void add(Pieces& to, const BarCode& code, float width, const Scope& scope);
    void add(Pieces& to, const Image& image, float width, const Scope& scope);
    void add(Pieces& to, const Labels& labels, float width, const Scope& scope);
    void add(Pieces& to, const NewPage& page, float width, const Scope& scope);

    [[nodiscard]] std::vector<Line> lines(const std::string& text, float width, TextStyle style);
    void addLines(std::vector<Line>& to, const std::string& text, float width, TextStyle style);
    [[nodiscard]] Cell cell(const std::string& text, float width, TextStyle style, Align align = Align::left);
    [[nodiscard]] std::u32string cut(std::u32string line, float width, float size);
    struct SetField;
    [[nodiscard]] SetField setField(const Fields& fields, const Field& field, const Scope& scope);
    [[nodiscard]] std::vector<Cell> cells(const Fields& fields, const SetField& field, float width);
    struct SetTable;
    [[nodiscard]] SetTable begin(const Table& table, float width, const Scope& scope);
    [[nodiscard]] Row row(const SetTable& table, const Scope& scope);
    [[nodiscard]] const Data::List* listOf(const Path& path, const Scope& scope) const;
    [[nodiscard]] HPDF_Dict object(const Picture& picture);
    void count();

    Document& document_;
    SubsetFont& font_;
    bool sealed_;
    Sealed seal_;
    std::map<const Picture*, HPDF_Dict> pictures_;
    std::size_t pieces_ = 0;
    Position position_;
};

}  // namespace touchstone::reports
