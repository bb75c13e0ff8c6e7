#pragma once
#include <vector>

#include "server/certificates/LayoutPreview.h"
#include "server/certificates/LayoutService.h"
#include "server/http/Router.h"

namespace touchstone::certificates {

[[nodiscard]] std::vector<http::Route> layoutRoutes(LayoutService& layouts, LayoutPreview& preview);

}  // namespace touchstone::certificates
