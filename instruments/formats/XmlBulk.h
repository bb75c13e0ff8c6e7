#pragma once
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace touchstone::xml {

/// A document as its parser gets it: the text of every `<name>…</name>` is taken out, so that it need not be converted
/// and looked at character by character, and is given back when the parser has come to that place. Only text in which
/// no markup can hide is taken out: ASCII up to `</name>` without '<', '>' and '&'. So a comment, a CDATA section or
/// an instruction that holds such tags ends where it ends, and only what is said in it gets lost.
class BulkText {
public:
    /// An empty name takes out nothing.
    BulkText(std::string_view document, std::string_view name);

    /// The next bytes for the parser, at most so many; 0 at the end.
    [[nodiscard]] std::size_t read(char* to, std::size_t most);
    /// Where in the document that place of the bytes that were read stands; to be asked in rising order.
    [[nodiscard]] std::size_t place(std::size_t read);
    /// What was taken out at that place of the document, the last that was asked for.
    [[nodiscard]] std::string_view takenAt(std::size_t place) const;

private:
    struct Cut {
        std::size_t read;  // so many bytes were read before it
        std::string_view text;
    };
    void take();
    void findNext();

    std::string_view document_;
    std::string opening_, closing_;
    std::size_t at_ = 0, next_ = 0;  // next_: behind the next opening tag, or the end of the document
    std::size_t read_ = 0;
    std::size_t passed_ = 0;  // bytes of the cuts that place() has passed
    std::deque<Cut> cuts_;    // those that lie ahead of place()
};

}  // namespace touchstone::xml
