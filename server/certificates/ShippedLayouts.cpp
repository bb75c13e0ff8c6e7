#include "server/certificates/ShippedLayouts.h"

#include <filesystem>
#include <stdexcept>

#include "server/certificates/CertificateText.h"
#include "server/certificates/ResultsXml.h"
#include "server/core/Error.h"

namespace touchstone::certificates {
namespace {

reports::Layout readLayout(const std::filesystem::path& file) {
    try {
        return reports::Layout::load(file.string());
    } catch (const reports::LayoutError& error) {
        throw Error(ErrorCode::BadConfiguration,
                    {"share.directory", file.string() + ":" + std::to_string(error.line()) + ":" +
                                            std::to_string(error.column()) + ": " + error.what()});
    }
}

}  // namespace

ShippedLayouts::ShippedLayouts(const std::string& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".xml")
            layouts_.emplace(entry.path().stem().string(), readLayout(entry.path()));
}

const reports::Layout& ShippedLayouts::named(const std::string& name) const {
    const auto found = layouts_.find(name);
    if (found == layouts_.end()) throw std::runtime_error("there is no layout " + name);
    return found->second;
}

const reports::Layout& ShippedLayouts::of(const json::Value& frozen) const {
    const json::Value& sample = member(member(frozen, "content"), "sample");
    const std::string& kind = textOf(sample, "kind");
    const std::string& business = textOf(sample, "business_kind");
    if (business == "retest") return named("retest");
    return named(kind == "drug" && business == "import" ? "import-drug" : kind);
}

CertificatePaper::CertificatePaper(const reports::Layout& layout, const json::Value& frozen)
    : layout_(layout),
      data_(toData(frozen)),
      number_(textOf(frozen, "number")),
      laboratory_(textOf(member(member(frozen, "content"), "laboratory"), "name")),
      resultsXml_(resultsXml(frozen)) {
}

reports::Printout CertificatePaper::printout() const {
    return {layout_, data_, layout_.title() + " " + number_, laboratory_, number_, resultsXml_};
}

}  // namespace touchstone::certificates
