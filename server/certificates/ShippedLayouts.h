#pragma once
#include <optional>
#include <string>
#include <vector>

namespace touchstone::certificates {

struct ShippedUse {
    std::string productKind;
    std::optional<std::string> businessKind;
    std::string language;
};

/// A layout that comes with a release.
struct ShippedLayout {
    std::string code, title, kind, xml;
    std::vector<ShippedUse> uses;
};

/// An invented certificate, to look at a layout with.
struct SampleCertificate {
    std::string code, title;
    std::string frozen;  ///< JSON, as certificate.frozen
};

struct Shipment {
    std::vector<ShippedLayout> layouts;
    std::vector<SampleCertificate> samples;
};

/// Reads folder/layouts.xml and the files of folder/layouts and folder/samples that it names.
/// Error(BadConfiguration) when one is missing or the list is no list.
[[nodiscard]] Shipment readShipment(const std::string& folder);

}  // namespace touchstone::certificates
