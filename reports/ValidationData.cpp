#include "reports/ValidationData.h"

#include <openssl/evp.h>

#include <charconv>
#include <cstdio>
#include <map>
#include <stdexcept>

#include "reports/OpenSsl.h"

namespace touchstone::reports {
namespace {

constexpr std::size_t mostItems = 64;  // of a kind; a chain has three or four

std::size_t readNumber(std::string_view text, std::size_t at) {
    while (at < text.size() && text[at] == ' ') ++at;
    std::size_t number = 0;
    const auto [end, error] =
        std::from_chars(text.data() + std::min(at, text.size()), text.data() + text.size(), number);
    if (error != std::errc{} || number > 8'388'607) throw std::runtime_error("a number is missing");
    return number;
}

/// What the update has to know of the file before it.
struct Before {
    std::size_t size = 0;         ///< number of objects
    std::size_t catalog = 0;      ///< its object number
    std::string catalogEntries;   ///< without << >>
    std::size_t crossReferences;  ///< where its table begins
    std::string identifier;       ///< /ID [...]
    std::string information;      ///< /Info n 0 R, empty when there is none
};

std::size_t keyed(std::string_view dictionary, std::string_view key) {
    const std::size_t at = dictionary.find(key);
    if (at == std::string_view::npos) throw std::runtime_error(std::string(key) + " is missing");
    return readNumber(dictionary, at + key.size());
}

Before readBefore(std::string_view pdf) {
    const std::size_t trailerAt = pdf.rfind("trailer"), startAt = pdf.rfind("startxref");
    if (trailerAt == std::string_view::npos || startAt == std::string_view::npos || startAt < trailerAt)
        throw std::runtime_error("the file has no trailer");
    const std::string_view trailer = pdf.substr(trailerAt, startAt - trailerAt);
    Before out;
    out.size = keyed(trailer, "/Size");
    out.catalog = keyed(trailer, "/Root");
    out.crossReferences = readNumber(pdf, startAt + std::string_view("startxref\n").size());
    if (const std::size_t id = trailer.find("/ID"), end = trailer.find(']', std::min(id, trailer.size()));
        id != std::string_view::npos && end != std::string_view::npos)
        out.identifier = trailer.substr(id, end + 1 - id);
    if (trailer.find("/Info") != std::string_view::npos)
        out.information = "/Info " + std::to_string(keyed(trailer, "/Info")) + " 0 R";

    const std::string opening = "\n" + std::to_string(out.catalog) + " 0 obj";
    const std::size_t object = pdf.find(opening);
    const std::size_t open = pdf.find("<<", std::min(object, pdf.size())),
                      close = pdf.find("endobj", std::min(object, pdf.size()));
    if (object == std::string_view::npos || open > close || close == std::string_view::npos)
        throw std::runtime_error("the file has no catalog");
    const std::string_view body = pdf.substr(open + 2, close - open - 2);
    const std::size_t end = body.rfind(">>");
    if (end == std::string_view::npos) throw std::runtime_error("the file has no catalog");
    out.catalogEntries = body.substr(0, end);
    return out;
}

/// Writes objects one after the other and remembers where they are.
class Update {
public:
    Update(std::size_t offset, std::size_t firstNumber) : offset_(offset), next_(firstNumber) {}

    std::size_t add(const std::string& body) {
        put(next_, body);
        return next_++;
    }
    void put(std::size_t number, const std::string& body) {
        offsets_[number] = offset_ + bytes_.size();
        bytes_ += std::to_string(number) + " 0 obj\n" + body + "\nendobj\n";
    }
    std::string references(const std::vector<std::string>& streams) {
        std::string out;
        for (const std::string& each : streams)
            out += std::to_string(
                       add("<< /Length " + std::to_string(each.size()) + " >>\nstream\n" + each + "\nendstream")) +
                   " 0 R ";
        return out;
    }
    std::string finish(const Before& before) {
        const std::size_t table = offset_ + bytes_.size();
        bytes_ += "xref\n";
        for (auto first = offsets_.begin(); first != offsets_.end();) {
            auto last = first;
            std::size_t count = 0;
            std::string lines;
            for (; last != offsets_.end() && last->first == first->first + count; ++last, ++count) {
                char line[24];
                std::snprintf(line, sizeof line, "%010zu 00000 n\r\n", last->second);
                lines += line;
            }
            bytes_ += std::to_string(first->first) + " " + std::to_string(count) + "\n" + lines;
            first = last;
        }
        return bytes_ + "trailer\n<< /Size " + std::to_string(next_) + " /Root " + std::to_string(before.catalog) +
               " 0 R " + before.information + " /Prev " + std::to_string(before.crossReferences) + " " +
               before.identifier + " >>\nstartxref\n" + std::to_string(table) + "\n%%EOF\n";
    }

private:
    std::size_t offset_, next_;
    std::map<std::size_t, std::size_t> offsets_;
    std::string bytes_ = "\n";
};

// Of the value of /Contents, padding included.
std::string nameOfSignature(std::string_view contents) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < contents.size(); i += 2) {
        unsigned value = 0;
        std::from_chars(contents.data() + i, contents.data() + i + 2, value, 16);
        bytes.push_back(static_cast<char>(value));
    }
    unsigned char digest[20];
    if (EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, EVP_sha1(), nullptr) != 1)
        throw openSslError("cannot hash");
    std::string out;
    for (const unsigned char byte : digest) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02X", byte);
        out += digits;
    }
    return out;
}

std::size_t countOf(std::string_view update, std::string_view key) {
    const std::size_t at = update.rfind(key), end = update.find(']', std::min(at, update.size()));
    if (at == std::string_view::npos || end == std::string_view::npos) return 0;
    std::size_t count = 0;
    for (const char c : update.substr(at + key.size(), end - at - key.size())) count += c == 'R' ? 1U : 0U;
    return count;
}

}  // namespace

std::string validationUpdate(std::string_view pdf, std::string_view contents, const ValidationData& data) {
    const Before before = readBefore(pdf);
    Update update(pdf.size(), before.size);
    const std::string certificates = update.references(data.certificates),
                      responses = update.references(data.ocspResponses),
                      lists = update.references(data.revocationLists);
    const auto arrays = [&](const char* first, const char* second, const char* third) {
        std::string out = std::string(first) + " [" + certificates + "]";
        if (!responses.empty()) out += std::string(" ") + second + " [" + responses + "]";
        if (!lists.empty()) out += std::string(" ") + third + " [" + lists + "]";
        return out;
    };
    const std::size_t store =
        update.add("<< /Type /DSS /VRI << /" + nameOfSignature(contents) + " << /Type /VRI " +
                   arrays("/Cert", "/OCSP", "/CRL") + " >> >> " + arrays("/Certs", "/OCSPs", "/CRLs") + " >>");
    update.put(before.catalog, "<<" + before.catalogEntries + "/DSS " + std::to_string(store) + " 0 R >>");
    return update.finish(before);
}

std::optional<ValidationData> readValidationUpdate(std::string_view pdf, std::string_view contents,
                                                   std::string_view update) {
    std::vector<std::string> streams;
    constexpr std::string_view length = "/Length ", open = " >>\nstream\n";
    std::size_t at = 0;
    while ((at = update.find(length, at)) != std::string_view::npos) {
        const std::size_t begin = update.find(open, at);
        if (begin == std::string_view::npos || streams.size() > 3 * mostItems) return std::nullopt;
        const std::size_t size = readNumber(update, at + length.size());
        if (size > update.size() - begin - open.size()) return std::nullopt;
        streams.emplace_back(update.substr(begin + open.size(), size));
        at = begin + open.size() + size;
    }
    const std::size_t certificates = countOf(update, "/Certs ["), responses = countOf(update, "/OCSPs ["),
                      lists = countOf(update, "/CRLs [");
    if (certificates + responses + lists != streams.size()) return std::nullopt;
    auto take = [next = streams.begin()](std::size_t count) mutable {
        std::vector<std::string> out(next, next + static_cast<std::ptrdiff_t>(count));
        next += static_cast<std::ptrdiff_t>(count);
        return out;
    };
    ValidationData data;
    data.certificates = take(certificates);
    data.ocspResponses = take(responses);
    data.revocationLists = take(lists);
    // Everything that is not data follows from the data and the file: so it can be compared instead of understood.
    if (validationUpdate(pdf, contents, data) != update) return std::nullopt;
    return data;
}

}  // namespace touchstone::reports
