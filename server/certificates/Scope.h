#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/certificates/Frozen.h"

/// Which accreditation marks may stand on a certificate: a mark is for parameters in scope on the day of release
/// (ISO/IEC 17025:2017 8.1.3, CNAS-R01; 检验检测机构资质认定管理办法). Scope and rule are dated rows of the catalogue.
namespace touchstone::certificates {

/// A test that is in the scope of an accreditation in force.
struct ScopeHit {
    SampleId sample;
    std::int64_t seq;  ///< of the test within its sample
    FrozenMark mark;
};

/// By body, whether its mark may stand although some tests are out of scope. A body without a rule: it may not.
using PartlyMarked = std::map<std::string, bool>;

/// Writes into the contents, by number of sample, which tests are in scope, and the marks that follow.
void applyScope(std::map<std::string, FrozenContent>& contents, const std::vector<ScopeHit>& hits, const PartlyMarked& rule);

}  // namespace touchstone::certificates
