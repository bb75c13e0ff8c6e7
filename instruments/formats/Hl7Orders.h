#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Order.h"

namespace touchstone::instruments {

/// How an instrument wants its orders.
enum class Hl7OrderMessage : std::uint8_t {
    OmlO33,  ///< specimen first, its orders below it: IHE LAW, LAB-28; answered ORL^O34
    OmlO21,  ///< order first, each with its specimen; answered ORL^O22
};

/// One message for one order, without MLLP; UTF-8, HL7 2.5.1. Every test has its own id, "<order>-<n>", in ORC-2 and
/// OBR-2 (the AWOS id of LAW); the order's id is ORC-4.
[[nodiscard]] std::string hl7Order(const Order& order, const Letterhead& head,
                                   Hl7OrderMessage kind = Hl7OrderMessage::OmlO33);
/// LAW: nothing is to be done with this specimen (LAB-28 with ORC-1 = DC).
[[nodiscard]] std::string hl7NothingToDo(const std::string& specimen, const Letterhead& head);

/// The messages that answer a QBP^Q11 or QRY^Q02, in the order in which they go out and without MLLP. Only the first is
/// the acknowledgement: the instrument answers each of the others (ORL, ACK^Q03).
[[nodiscard]] std::vector<std::string> hl7Answer(std::string_view question, const std::vector<Order>& orders,
                                                 QueryOutcome outcome, const Letterhead& head);

/// The question in a QBP^Q11 or QRY^Q02 (also QCN^J01, which takes one back); nothing for other messages.
[[nodiscard]] std::optional<Query> readHl7Query(std::string_view bytes);

/// The order of an OML^O33, OML^O21 or DSR^Q03 as an instrument reads it; nothing for other messages.
[[nodiscard]] std::optional<Order> readHl7Order(std::string_view bytes);

/// What an instrument answered to one of our messages (ORL, ACK): MSA, and what ERR or the orders say against it.
struct Hl7Outcome {
    std::string id;         ///< MSA-2: MSH-10 of the message that is answered
    bool accepted = false;  ///< AA or CA, and no order refused (ORC-1 UA, UC, UX)
    std::string note;       ///< "AE: unknown test", for people
};
/// Nothing where there is no MSA.
[[nodiscard]] std::optional<Hl7Outcome> readHl7Outcome(std::string_view bytes);

/// ORL^O34 (to an OML^O33), ORL^O22 (to an OML^O21) or ACK, as an instrument answers an order.
[[nodiscard]] std::string hl7OrderAnswer(std::string_view order, bool accepted, std::string_view text,
                                         const Letterhead& head);

}  // namespace touchstone::instruments
