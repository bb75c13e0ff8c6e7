#pragma once
#include <string>
#include <vector>

#include "server/intake/MappingService.h"
#include "server/intake/ReplayService.h"
#include "tests/db/testing/Laboratory.h"

namespace touchstone::tests {

/// How an act is refused: the code of its first field that is wrong, else its own; Internal when it is not refused.
template <class F>
ErrorCode refusal(F&& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.fields().empty() ? error.code() : error.fields().front().code;
    }
    return ErrorCode::Internal;
}

/// A laboratory with one instrument, WEIGHER, whose files name their columns and whose codes A, B, C are analytes.
struct Replaying : Laboratory {
    intake::IntakeService service{application(), trail, recorder, clock};
    intake::ReplayService replays{application(), trail, service, clock};
    intake::MappingService mappings{application(), trail, service, clock};
    Actor technician{{1}, "analyst", "张", {Role::technician}, "LAB", "15", "test"};

    Replaying() {
        sample(1);
        sample(2);
        sql("INSERT INTO instrument (id, code, name, protocol) VALUES (1, 'WEIGHER', '天平', 'csv')");
        sql("INSERT INTO instrument_analyte (instrument_id, code, analyte_id) SELECT 1, a.code, a.id FROM analyte a");
    }

    static std::string uidOf(int number) {
        const std::string digits = std::to_string(number);
        return "00000000-0000-0000-0000-" + std::string(12 - digits.size(), '0') + digits;
    }
    void bring(int number, const std::string& raw, const std::string& instrument = "WEIGHER", const std::string& link = "complete") {
        static_cast<void>(service.bring(gateway, {{uidOf(number), instrument, "csv", link, clock.now(), sha256(raw), raw}}));
    }
    static std::string csv(const std::string& rows) { return "specimen,code,value,unit\n" + rows; }
    /// "state reason imported/observations vREADING"
    std::string standing(int number) {
        return text("SELECT CONCAT(state, ' ', COALESCE(reason, '-'), ' ', imported, '/', observations, ' v', reading) FROM inbound_message "
                    "WHERE uid = '" + uidOf(number) + "'");
    }
    /// As it stands after it was read again.
    std::string replayed(int number) {
        static_cast<void>(replays.replay(technician, {uidOf(number)}, "映射已改"));
        return standing(number);
    }
    /// "state reason" of each observation that stands.
    std::string observations(int number) {
        return text("SELECT COALESCE(GROUP_CONCAT(CONCAT(o.state, ' ', COALESCE(o.reason, '-')) ORDER BY o.ordinal), '') FROM observation o "
                    "JOIN inbound_message m ON m.id = o.message_id AND m.reading = o.reading WHERE m.uid = '" + uidOf(number) + "'");
    }
    /// Values of all versions of results, in order.
    std::string values() { return text("SELECT COALESCE(GROUP_CONCAT(value ORDER BY id), '') FROM result_version"); }
    void map(std::int64_t base, const std::string& mapping) {
        static_cast<void>(mappings.save(technician, "WEIGHER", base, mapping, "现场文件如此"));
    }
};

}  // namespace touchstone::tests
