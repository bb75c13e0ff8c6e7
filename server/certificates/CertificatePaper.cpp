#include "server/certificates/CertificatePaper.h"

#include "server/certificates/CertificateText.h"
#include "server/certificates/ResultsXml.h"

namespace touchstone::certificates {

CertificatePaper::CertificatePaper(const reports::Layout& layout, const json::Value& frozen)
    : layout_(layout),
      data_(toData(frozen)),
      number_(textOf(frozen, "number")),
      laboratory_(*data_.find("laboratory")->find("name")->text()),
      resultsXml_(resultsXml(frozen)) {
}

reports::Printout CertificatePaper::printout() const {
    return {layout_, data_, layout_.title() + " " + number_, laboratory_, number_, resultsXml_};
}

}  // namespace touchstone::certificates
