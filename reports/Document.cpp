#include "reports/Document.h"

#include <libdeflate.h>

#include <cstdio>
#include <ctime>
#include <memory>
#include <stdexcept>

#include "reports/Text.h"

namespace touchstone::reports {
namespace {

std::string contents(HPDF_Stream stream) {
    std::string bytes;
    bytes.reserve(stream->size);
    for (HPDF_UINT i = 0, count = HPDF_MemStream_GetBufCount(stream); i < count; ++i) {
        HPDF_UINT length = 0;
        const HPDF_BYTE* block = HPDF_MemStream_GetBufPtr(stream, i, &length);
        bytes.append(reinterpret_cast<const char*>(block), length);
    }
    return bytes;
}

void write(HPDF_Stream stream, std::string_view bytes) {
    HPDF_Stream_Write(stream, reinterpret_cast<const HPDF_BYTE*>(bytes.data()), static_cast<HPDF_UINT>(bytes.size()));
}

HPDF_STATUS writeBody(HPDF_Dict object, HPDF_Stream out) {
    write(out, *static_cast<const std::string*>(object->attr));
    return HPDF_Error_GetCode(object->error);
}

// libharu would compress again (or drop /Filter) if it were told of the filter: so it believes that there is none.
HPDF_STATUS writeFilter(HPDF_Dict object, HPDF_Stream out) {
    write(out, "/Filter /FlateDecode\n");
    return HPDF_Error_GetCode(object->error);
}

}  // namespace

// libdeflate at level 1 takes a quarter of the time of zlib, which libharu would use, for files hardly larger.
std::string deflate(std::string_view bytes) {
    constexpr int fastest = 1;
    thread_local const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
        libdeflate_alloc_compressor(fastest), libdeflate_free_compressor);
    if (!compressor) throw std::bad_alloc();
    std::string out(libdeflate_zlib_compress_bound(compressor.get(), bytes.size()), '\0');
    out.resize(libdeflate_zlib_compress(compressor.get(), bytes.data(), bytes.size(), out.data(), out.size()));
    return out;
}

Document::Document() : doc_(HPDF_New(nullptr, nullptr)) {
    if (doc_ == nullptr) throw std::bad_alloc();
}

Document::~Document() {
    HPDF_Free(doc_);
}

void Document::check(HPDF_STATUS status) const {
    if (status == HPDF_OK && HPDF_Error_GetCode(&doc_->error) == HPDF_OK) return;
    char text[64];
    std::snprintf(text, sizeof text, "libharu error 0x%04lX, detail %lu", HPDF_Error_GetCode(&doc_->error),
                  HPDF_Error_GetDetailCode(&doc_->error));
    throw std::runtime_error(text);
}

Document::Page Document::addPage(float width, float height) {
    HPDF_Page page = HPDF_AddPage(doc_);
    if (page == nullptr) check(HPDF_FAILD_TO_ALLOC_MEM);
    check(HPDF_Page_SetWidth(page, width));
    check(HPDF_Page_SetHeight(page, height));
    return {page, &drawings_.emplace_back()};
}

HPDF_Dict Document::addObject(HPDF_STATUS (*writer)(HPDF_Dict, HPDF_Stream), void* context) {
    HPDF_Dict object = HPDF_Dict_New(doc_->mmgr);
    if (object == nullptr) throw std::bad_alloc();
    check(HPDF_Xref_Add(doc_->xref, object));
    object->write_fn = writer;
    object->attr = context;
    return object;
}

HPDF_Dict Document::addObject(std::string body) {
    return addObject(writeBody, &bodies_.emplace_back(std::move(body) + "\n"));
}

HPDF_Dict Document::addStream(std::string body, std::string_view bytes, bool compress) {
    return compress ? addCompressed(std::move(body), deflate(bytes)) : addPlain(std::move(body), bytes);
}

HPDF_Dict Document::addCompressed(std::string body, std::string_view deflated) {
    return addPlain(std::move(body) + " /Filter /FlateDecode", deflated);
}

HPDF_Dict Document::addPlain(std::string body, std::string_view bytes) {
    HPDF_Dict object = HPDF_DictStream_New(doc_->mmgr, doc_->xref);
    if (object == nullptr) throw std::bad_alloc();
    object->write_fn = writeBody;
    object->attr = &bodies_.emplace_back(std::move(body) + "\n");
    write(object->stream, bytes);
    return object;
}

std::string Document::reference(HPDF_Dict object) {
    return std::to_string(object->header.obj_id & 0x00FFFFFF) + " 0 R";
}

std::string Document::string(std::string_view utf8) {
    return "<FEFF" + utf16Hex(decode(utf8)) + ">";
}

std::string Document::date(std::chrono::system_clock::time_point at) {
    const std::time_t time = std::chrono::system_clock::to_time_t(at);
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char text[32];
    std::strftime(text, sizeof text, "D:%Y%m%d%H%M%SZ", &utc);
    return text;
}

void Document::append(HPDF_Dict dictionary, std::string_view entries) {
    if (dictionary->attr == nullptr) {
        dictionary->write_fn = writeBody;
        dictionary->attr = &bodies_.emplace_back();
    }
    static_cast<std::string*>(dictionary->attr)->append(entries) += '\n';
}

std::string Document::save() {
    for (HPDF_UINT i = 0; i < doc_->page_list->count; ++i) {
        const auto page = static_cast<HPDF_Page>(HPDF_List_ItemAt(doc_->page_list, i));
        HPDF_Dict drawing = static_cast<HPDF_PageAttr>(page->attr)->contents;
        write(drawing->stream, deflate(drawings_.at(i)));
        drawing->write_fn = writeFilter;
    }
    doc_->pdf_version = HPDF_VER_17;  // libharu lowers it whenever it meets something new in an older version
    check(HPDF_SaveToStream(doc_));
    return contents(doc_->stream);
}

}  // namespace touchstone::reports
