#include "server/certificates/ShippedLayouts.h"

#include <fstream>
#include <iterator>

#include "instruments/formats/Xml.h"
#include "server/core/Error.h"

namespace touchstone::certificates {
namespace {

std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Error(ErrorCode::BadConfiguration, {"share.directory", "cannot read " + path});
    return {std::istreambuf_iterator<char>(in), {}};
}

ShippedLayout layoutOf(const xml::Element& element, const std::string& folder) {
    ShippedLayout out{element.at("code"), element.at("title"), element.at("kind"),
                      content(folder + "/layouts/" + element.at("code") + ".xml"), {}};
    for (const xml::Element& use : element.children)
        out.uses.push_back({use.at("product"), use.find("business"), use.at("language")});
    return out;
}

}  // namespace

Shipment readShipment(const std::string& folder) {
    const std::string list = folder + "/layouts.xml";
    Shipment out;
    try {
        for (const xml::Element& element : xml::parse(content(list)).children) {
            if (element.name == "layout") {
                out.layouts.push_back(layoutOf(element, folder));
            } else {
                const std::string& code = element.at("code");
                out.samples.push_back({code, element.at("title"), content(folder + "/samples/" + code + ".json")});
            }
        }
    } catch (const xml::Fault& fault) {
        throw Error(ErrorCode::BadConfiguration, {list, fault.what()});
    }
    return out;
}

}  // namespace touchstone::certificates
