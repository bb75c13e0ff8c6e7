#include "server/http/StaticSite.h"

#include <Poco/DeflatingStream.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "server/core/Error.h"

namespace touchstone::http {
namespace {

std::string typeOf(const std::string& extension) {
    static const std::map<std::string, std::string> types{
        {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},   {".json", "application/json"},             {".svg", "image/svg+xml"},
        {".png", "image/png"},                 {".ico", "image/x-icon"},                  {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"}};
    const auto found = types.find(extension);
    return found == types.end() ? "application/octet-stream" : found->second;
}

std::string gzip(const std::string& bytes) {
    std::ostringstream out;
    Poco::DeflatingOutputStream deflater(out, Poco::DeflatingStreamBuf::STREAM_GZIP, 9);
    deflater << bytes;
    deflater.close();
    return out.str();
}

}  // namespace

StaticSite::StaticSite(const std::string& folder) {
    namespace fs = std::filesystem;
    if (fs::is_directory(folder)) {
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            std::string bytes(std::istreambuf_iterator<char>(in), {});
            const std::string path = "/" + fs::relative(entry.path(), folder).generic_string();
            const std::string type = typeOf(entry.path().extension());
            const bool textual = type.find("text/") == 0 || type.find("json") != std::string::npos || type.find("svg") != std::string::npos;
            std::string packed = textual ? gzip(bytes) : "";
            if (packed.size() >= bytes.size()) packed.clear();
            files_[path] = {type, std::move(bytes), std::move(packed), path.starts_with("/assets/")};
        }
    }
    if (!files_.contains("/index.html")) {
        files_["/index.html"] = {typeOf(".html"), "<!doctype html><meta charset=utf-8><title>Touchstone</title><p>页面尚未构建;接口文档见 /api/v1/openapi.yaml", "", false};
    }
}

const StaticSite::File& StaticSite::find(const std::string& path) const {
    const auto found = files_.find(path);
    if (found != files_.end()) return found->second;
    if (path.starts_with("/assets/")) throw Error(ErrorCode::NoSuchPath);
    return files_.at("/index.html");
}

}  // namespace touchstone::http
