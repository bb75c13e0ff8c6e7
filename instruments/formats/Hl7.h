#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "instruments/formats/Mapping.h"
#include "instruments/formats/Observation.h"

namespace touchstone::instruments {

/// HL7 2.x results: ORU^R01, OUL^R22 and the like, alone or in a batch (FHS, BHS); every OBX with a value becomes an
/// Observation whose span is its segment. Messages of other types give none and a warning. The specimen is the first
/// found of SPM-2, SAC-3, OBR-3, OBR-2; in an OUL the SPM stands before its orders, in an ORU behind its results. The
/// code is OBX-3.1, where results of one order have the same with its subcomponents and OBX-4; an OBX-4 that is no
/// number is the name where OBX-3 gives none, and the code where it gives nothing.
[[nodiscard]] Reading readHl7(std::string_view bytes, const Mapping& mapping = {});

/// Table 0008: accepted; error in the content; rejected. With C the receiver only says that it has taken the message
/// into safe storage, or not.
enum class AckCode : std::uint8_t { AA, AE, AR, CA, CE, CR };

/// The answers that the message wants, in order. In original mode AA or AR. In enhanced mode, where MSH-15 or MSH-16
/// holds a code of table 0155 (AL, NE, ER, SU), MSH-15 decides on CA or CR and MSH-16 on AA; it may want none at all.
[[nodiscard]] std::vector<AckCode> hl7AcksWanted(std::string_view bytes, bool accepted);

/// An answer, without MLLP: for each message in the block MSH with sender and receiver swapped and
/// MSA with its MSH-10. A block without a readable MSH is answered with AR and no id. now is YYYYMMDDHHMMSS.
[[nodiscard]] std::string hl7Ack(std::string_view bytes, AckCode code, std::string_view text, std::string_view ownId,
                                 std::string_view now);

/// MSH-10 of the first message; empty when there is none.
[[nodiscard]] std::string hl7ControlId(std::string_view bytes);

/// Whether a readable MSH stands at the beginning, after FHS and BHS at most.
[[nodiscard]] bool isHl7(std::string_view bytes);

/// The answers in what came back: MSA-1 and MSA-2 of each.
struct Hl7Answer {
    std::string code, id;
};
[[nodiscard]] std::vector<Hl7Answer> hl7Answers(std::string_view bytes);

}  // namespace touchstone::instruments
