#include "reports/Archive.h"

#include <ctime>

#include "reports/Algorithms.h"

namespace touchstone::reports {
namespace {

constexpr const char* producer = "Touchstone";

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else {
            out += c;
        }
    }
    return out;
}

std::string iso8601(std::chrono::system_clock::time_point at) {
    const std::time_t time = std::chrono::system_clock::to_time_t(at);
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

std::string metadata(const Archive& archive) {
    const std::string date = iso8601(archive.at);
    return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
           "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
           "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
           " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\""
           " xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
           "<dc:format>application/pdf</dc:format>\n"
           "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">" +
           escaped(archive.title) +
           "</rdf:li></rdf:Alt></dc:title>\n"
           "<dc:creator><rdf:Seq><rdf:li>" +
           escaped(archive.author) +
           "</rdf:li></rdf:Seq></dc:creator>\n"
           "<xmp:CreateDate>" +
           date + "</xmp:CreateDate>\n<xmp:ModifyDate>" + date +
           "</xmp:ModifyDate>\n"
           "<pdf:Producer>" +
           producer +
           "</pdf:Producer>\n"
           "<pdfaid:part>3</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n"
           "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>";
}

std::string hex(const std::string& bytes) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out = "<";
    for (const char c : bytes) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out + ">";
}

void attach(Document& document, const std::string& xml, std::chrono::system_clock::time_point at) {
    const std::string file = Document::reference(
        document.addStream("/Type /EmbeddedFile /Subtype /text#2Fxml /Params << /Size " + std::to_string(xml.size()) +
                               " /ModDate (" + Document::date(at) + ") >>",
                           xml));
    const std::string specification = Document::reference(
        document.addObject("/Type /Filespec /F (results.xml) /UF (results.xml) /AFRelationship /Data /Desc " +
                           Document::string("检验结果 (XML)") + " /EF << /F " + file + " /UF " + file + " >>"));
    document.append(
        document.handle()->catalog,
        "/AF [" + specification + "]\n/Names << /EmbeddedFiles << /Names [(results.xml) " + specification + "] >> >>");
}

}  // namespace

void Archive::addTo(Document& document) const {
    static const std::string profile = deflate(sRgbProfile());
    HPDF_Doc doc = document.handle();
    HPDF_SetInfoAttr(doc, HPDF_INFO_PRODUCER, producer);
    document.append(doc->info, "/Title " + Document::string(title) + "\n/Author " + Document::string(author) +
                                   "\n/CreationDate (" + Document::date(at) + ")\n/ModDate (" + Document::date(at) +
                                   ")");
    const std::string xmp =
        Document::reference(document.addStream("/Type /Metadata /Subtype /XML", metadata(*this), false));
    const std::string icc = Document::reference(document.addCompressed("/N 3", profile));
    document.append(doc->catalog,
                    "/Lang (" + language + ")\n/Metadata " + xmp +
                        "\n/OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier "
                        "(sRGB) /Info (sRGB IEC61966-2.1) /DestOutputProfile " +
                        icc + " >>]");
    const std::string identifier = hex(hash(Digest::sha256, identity, iso8601(at)).substr(0, 16));
    document.append(doc->trailer, "/ID [" + identifier + " " + identifier + "]");
    if (!resultsXml.empty()) attach(document, resultsXml, at);
}

}  // namespace touchstone::reports
