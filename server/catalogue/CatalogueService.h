#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/catalogue/Catalogue.h"
#include "server/core/Actor.h"
#include "server/db/Database.h"

namespace touchstone::catalogue {

struct ProductDetail {
    Product product;
    std::map<Basis, std::vector<TestItem>> items;   ///< of each of its editions
};

/// Reads of the catalogue, for any of the staff. Safe to use from many threads.
class CatalogueService {
public:
    explicit CatalogueService(db::Database& database) : database_(database) {}

    [[nodiscard]] std::vector<Product> list(const Actor& actor, const std::optional<std::string>& part);
    /// Error(NotFound).
    [[nodiscard]] ProductDetail get(const Actor& actor, const std::string& code);

private:
    db::Database& database_;
};

}  // namespace touchstone::catalogue
