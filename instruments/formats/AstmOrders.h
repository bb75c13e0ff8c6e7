#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/AstmRecords.h"
#include "instruments/formats/Order.h"

namespace touchstone::instruments {

/// Records of E1394 / LIS02-A2, ended by CR, without frames. H.3 is the order's id.
[[nodiscard]] std::string astmOrder(const Order& order, const Letterhead& head, const AstmDelimiters& delimiters = {});

/// The answer to a Q record, with the delimiters of the message that asked. L tells the outcome: F (all is answered),
/// I (nothing is known of it), Q (the question could not be answered now).
[[nodiscard]] std::string astmAnswer(std::string_view question, const std::vector<Order>& orders, QueryOutcome outcome,
                                     const Letterhead& head);

/// The question of a message with a Q record, framed or bare; nothing where there is none. LIS02-A2 allows one at a
/// time: what stands in further Q records of the message is asked together with it. Q.3 is patient^specimen^…: the first
/// filled component from the second on is the specimen, and where there is none the first.
[[nodiscard]] std::optional<Query> readAstmQuery(std::string_view bytes);

/// The orders of a message as an instrument reads them; those of a message with one order have H.3 as their id.
struct AstmOrders {
    std::string id;            ///< H.3
    char termination = 'N';    ///< L.3
    std::vector<Order> orders;
};
[[nodiscard]] std::optional<AstmOrders> readAstmOrders(std::string_view bytes);

}  // namespace touchstone::instruments
