#include "instruments/formats/Container.h"

#include <Poco/Zip/ZipArchive.h>
#include <Poco/Zip/ZipStream.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace touchstone::instruments {
namespace {

constexpr std::size_t mostBytes = std::size_t{1} << 30U;
constexpr std::size_t mostTimes = 100;
constexpr std::size_t smallest = 65536;

/// What is in the stream, but never more than `most` and one byte.
std::string readAtMost(std::istream& in, std::size_t most) {
    std::string bytes;
    std::array<char, 65536> buffer{};
    while (bytes.size() <= most) {
        const std::size_t wanted = std::min(buffer.size(), most + 1 - bytes.size());
        in.read(buffer.data(), static_cast<std::streamsize>(wanted));
        bytes.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
        if (!in) break;
    }
    return bytes;
}

Span within(std::string_view archive, std::streamoff begin, std::streamoff end) {
    const auto size = static_cast<std::streamoff>(archive.size());
    begin = std::clamp<std::streamoff>(begin, 0, size);
    end = std::clamp<std::streamoff>(end, begin, size);
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::size_t unpackingBudget(std::string_view archive) {
    return std::clamp(archive.size() * mostTimes, smallest, mostBytes);
}

std::optional<Finding> unzip(std::string_view archive, std::size_t& budget,
                             const std::function<bool(std::string_view name)>& wanted,
                             const std::function<std::optional<Finding>(const Member&)>& take) {
    try {
        std::istringstream stream{std::string(archive)};
        const Poco::Zip::ZipArchive zip(stream);
        for (auto entry = zip.headerBegin(); entry != zip.headerEnd(); ++entry) {
            const auto& [name, header] = *entry;
            if (!wanted(name)) continue;
            if (header.isEncrypted()) return Finding{"zip_encrypted", name + " is encrypted", {}};
            stream.clear();
            Poco::Zip::ZipInputStream in(stream, header);
            const Member member{name, readAtMost(in, budget),
                                within(archive, header.getDataStartPos(), header.getDataEndPos())};
            if (member.bytes.size() > budget)
                return Finding{"zip_bomb", name + " unpacks to more than is sensible", {}};
            if (member.bytes.size() != header.getUncompressedSize())
                return Finding{"bad_zip", name + " is damaged", {}};
            budget -= member.bytes.size();
            if (auto fault = take(member)) return fault;
        }
    } catch (const std::exception& e) {
        return Finding{"bad_zip", std::string("the archive is damaged: ") + e.what(), {}};
    }
    return std::nullopt;
}

bool zipNames(std::string_view bytes, std::initializer_list<std::string_view> parts) {
    if (!bytes.starts_with("PK\x03\x04")) return false;
    constexpr std::size_t directory = std::size_t{1} << 18U;
    const std::string_view end = bytes.substr(bytes.size() - std::min(bytes.size(), directory));
    return std::ranges::any_of(parts, [&](std::string_view part) { return end.find(part) != std::string_view::npos; });
}

}  // namespace touchstone::instruments
