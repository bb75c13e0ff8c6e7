#pragma once
#include <hpdf.h>
#include <hpdf_conf.h>

#include <chrono>
#include <deque>
#include <string>
#include <string_view>

namespace touchstone::reports {

// SubsetFont and Document fill structures that libharu exports but does not document; other versions lay them out
// otherwise.
static_assert(HPDF_VERSION_ID == 20300, "check SubsetFont.cpp and Document.cpp against this version of libharu");

/// A zlib stream of the bytes, as PDF's FlateDecode wants it.
[[nodiscard]] std::string deflate(std::string_view bytes);

/// One PDF being made with libharu. Not for several threads. libharu keeps its first error and refuses what follows;
/// save() turns it into a std::runtime_error, so drawing in between need not look at return codes.
class Document {
public:
    Document();
    ~Document();
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    [[nodiscard]] HPDF_Doc handle() const { return doc_; }
    struct Page {
        HPDF_Page handle;
        std::string* drawing;  ///< its operators, which save() compresses; libharu's own drawing is not used
    };
    [[nodiscard]] Page addPage(float width, float height);

    /// A new object whose dictionary is `body` in PDF syntax, without the << >>.
    HPDF_Dict addObject(std::string body);
    /// The same with a stream. Archives ask that metadata stay readable, hence `compress`.
    HPDF_Dict addStream(std::string body, std::string_view bytes, bool compress = true);
    /// The same with bytes that deflate() made before.
    HPDF_Dict addCompressed(std::string body, std::string_view deflated);
    /// The same with a body that `write` puts into the stream when its turn comes; stream->size is then its offset.
    HPDF_Dict addObject(HPDF_STATUS (*write)(HPDF_Dict, HPDF_Stream), void* context);

    /// "12 0 R"
    [[nodiscard]] static std::string reference(HPDF_Dict object);
    /// A text string in PDF syntax.
    [[nodiscard]] static std::string string(std::string_view utf8);
    /// D:20260102030405Z
    [[nodiscard]] static std::string date(std::chrono::system_clock::time_point at);

    /// More entries, in PDF syntax, for a dictionary of libharu's own: the catalog, the information, the trailer.
    void append(HPDF_Dict dictionary, std::string_view entries);

    /// Compresses the pages and writes the file. Only once.
    [[nodiscard]] std::string save();

private:
    void check(HPDF_STATUS status) const;
    HPDF_Dict addPlain(std::string body, std::string_view bytes);

    HPDF_Doc doc_ = nullptr;
    std::deque<std::string> bodies_, drawings_;  ///< deques: they are pointed to
};

}  // namespace touchstone::reports
