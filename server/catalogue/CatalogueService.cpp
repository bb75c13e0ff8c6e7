#include "server/catalogue/CatalogueService.h"

#include "server/catalogue/CatalogueStore.h"
#include "server/core/Error.h"

namespace touchstone::catalogue {

std::vector<Product> CatalogueService::list(const Actor& actor, const std::optional<std::string>& part) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) { return listProducts(tx, part); });
}

ProductDetail CatalogueService::get(const Actor& actor, const std::string& code) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) {
        std::map<std::string, Product> found = productsByCode(tx, {code});
        if (found.empty()) throw Error(ErrorCode::NotFound, {"product", code});
        ProductDetail detail{std::move(found.begin()->second), {}};
        std::set<Basis> bases;
        for (const Edition& edition : detail.product.editions) bases.insert({detail.product.id, edition.id});
        detail.items = itemsOf(tx, bases);
        return detail;
    });
}

}  // namespace touchstone::catalogue
