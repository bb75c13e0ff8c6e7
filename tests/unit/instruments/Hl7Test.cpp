#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <variant>

#include "instruments/formats/Formats.h"
#include "instruments/formats/Hl7.h"

namespace touchstone::instruments {
namespace {

const std::string header = "MSH|^~\\&|LC-MS|Lab|LIMS|Inst|20261122101500||ORU^R01^ORU_R01|M-1|P|2.5.1\r";
const std::string oru = header +
                        "PID|1\r"
                        "OBR|1|PL-1|YP2026-0113|PANEL\r"
                        "OBX|1|NM|AFB1^Aflatoxin B1^99L||2.50|ug/kg^^UCUM|<5|N|||F|||20261122100000||zhao\r"
                        "OBX|2|SN|OTA^Ochratoxin A||<^0.5|^ug/kg\r";

Reading one(const std::string& obx, const std::string& json = "{}") {
    return readHl7(header + "OBR|1||S1\r" + obx + "\r", std::get<Mapping>(Mapping::parse(json)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Hl7)

BOOST_AUTO_TEST_CASE(results_of_an_oru_take_their_specimen_from_the_order) {
    const Reading reading = readHl7(oru);
    BOOST_TEST(!reading.refused);
    BOOST_TEST(reading.controlId == "M-1");
    BOOST_TEST(reading.sender == "LC-MS");
    BOOST_REQUIRE(reading.observations.size() == 2u);
    const Observation& o = reading.observations[0];
    BOOST_TEST(o.specimen == "YP2026-0113");
    BOOST_TEST(o.code == "AFB1");
    BOOST_TEST(o.name == "Aflatoxin B1");
    BOOST_TEST(*o.decimal == "2.50");
    BOOST_TEST(o.unit == "ug/kg");
    BOOST_TEST(o.flags == "N");
    BOOST_TEST(o.status == "F");
    BOOST_TEST(o.observedAt == "2026-11-22T10:00:00");
    BOOST_TEST(o.operatorName == "zhao");
    BOOST_TEST(oru.substr(o.span.offset, 6) == "OBX|1|");
    BOOST_TEST(oru[o.span.offset + o.span.length] == '\r');
    BOOST_TEST(reading.observations[1].unit == "ug/kg");
    BOOST_TEST((reading.observations[1].comparator == Comparator::Less));
}

BOOST_AUTO_TEST_CASE(line_ends_may_be_lf_or_crlf) {
    for (const std::string end : {"\n", "\r\n"}) {
        std::string changed;
        for (const char c : oru) changed += c == '\r' ? end : std::string(1, c);
        BOOST_TEST(readHl7(changed).observations.size() == 2u);
    }
}

BOOST_AUTO_TEST_CASE(value_types) {
    struct Row {
        std::string type, sent, value, decimal;
    };
    for (const Row& row : std::vector<Row>{{"NM", "131", "131", "131"},
                                           {"NM", "161,152", "161,152", ""},
                                           {"NM", "\"\"", "", ""},
                                           {"ST", "< 20", "< 20", "20"},
                                           {"ST", "Not Detected", "Not Detected", ""},
                                           {"ST", "^31.3", "31.3", "31.3"},
                                           {"", "4.53^", "4.53", "4.53"},
                                           {"ST", "^", "", ""},
                                           {"ST", "^2^3", "^2^3", ""},
                                           {"SN", ">^100", ">100", "100"},
                                           {"SN", "^1^:^128", "1:128", ""},
                                           {"SN", "^2.5", "2.5", "2.5"},
                                           {"CWE", "10828004^Positive^SCT", "Positive", ""},
                                           {"CE", "POS", "POS", ""},
                                           {"TX", "1\\S\\2\\F\\3\\T\\\\R\\\\E\\", "1^2|3&~\\", ""},
                                           {"TX", "a\\.br\\b \\Z9\\ \\H\\x\\N\\ c\\", "a\nb \\Z9\\ x c\\", ""}}) {
        const Reading reading = one("OBX|1|" + row.type + "|X||" + row.sent + "|mg");
        BOOST_REQUIRE(reading.observations.size() == 1u);
        BOOST_TEST(reading.observations[0].value == row.value);
        BOOST_TEST(reading.observations[0].decimal.value_or("") == row.decimal);
    }
}

BOOST_AUTO_TEST_CASE(a_sub_id_that_names_something_is_a_name_or_a_code) {
    BOOST_TEST(one("OBX|1|NM|21|GLU|5.2").observations.at(0).code == "21");
    BOOST_TEST(one("OBX|1|NM|21|GLU|5.2").observations.at(0).name == "GLU");
    BOOST_TEST(one("OBX|1|NM|21^Glucose|GLU|5.2").observations.at(0).name == "Glucose");
    BOOST_TEST(one("OBX|1|NM|21|1.2|5.2").observations.at(0).name.empty());
    BOOST_TEST(one("OBX|1|NM||HbA1c|5.2").observations.at(0).code == "HbA1c");
    BOOST_TEST(one("OBX|1|NM||HbA1c|5.2").observations.at(0).name.empty());
}

BOOST_AUTO_TEST_CASE(results_of_one_order_are_told_apart_by_subcomponents_and_sub_id) {
    const std::string panel =
        "OBX|1|ST|P&A|A|NEG\rOBX|2|ST|P&A|A&Ct|^31.3\rOBX|3|ST|P&B|B|POS\rOBX|4|ST|Q|1|0\rOBX|5|ST|Q|2|1";
    const auto codes = [](const Reading& reading) {
        std::vector<std::string> all;
        for (const Observation& o : reading.observations) all.push_back(o.code);
        return all;
    };
    BOOST_TEST(codes(one(panel)) == (std::vector<std::string>{"P&A^A", "P&A^A&Ct", "P&B^B", "Q", "Q"}),
               boost::test_tools::per_element());
    BOOST_TEST(
        codes(one(panel, R"({"fields": {"code": "OBX-3"}})")) == (std::vector<std::string>{"P", "P", "P", "Q", "Q"}),
        boost::test_tools::per_element());
    BOOST_TEST(one("OBX|1|ST|P&A|A|NEG\rOBR|2||S2\rOBX|2|ST|P&B|B|POS").observations.at(1).code == "P");
}

BOOST_AUTO_TEST_CASE(files_are_not_values) {
    BOOST_TEST(one("OBX|1|ED|PDF||^^^Base64^AAAA").observations.empty());
    BOOST_TEST(one("OBX|1|ED|PDF||^^^Base64^AAAA").warnings.at(0).code == "attachment");
}

BOOST_AUTO_TEST_CASE(the_specimen_of_an_oru_may_stand_behind_its_results) {
    const Reading reading = readHl7(header + "OBR|1||A\rOBX|1|NM|X||1\rSPM|1|YP-7^YP-8\rOBR|2||B\rOBX|1|NM|X||2\r");
    BOOST_TEST(reading.observations.at(0).specimen == "YP-7");
    BOOST_TEST(reading.observations.at(1).specimen == "B");
}

BOOST_AUTO_TEST_CASE(the_specimen_of_an_oul_stands_before_its_orders) {
    const std::string oul =
        "MSH|^~\\&|||||20261122||OUL^R22^OUL_R22|7|P|2.5.1|||NE|AL||UNICODE UTF-8\r"
        "SPM|1|YP-1&L\rSAC|||RACK\rOBR|1|\"\"||T1\rOBX|1|NM|X||1\rOBR|2|||T2\rOBX|1|NM|Y||2\r"
        "SPM|2||||||||||Q\rSAC|||QC-3\rOBR|1|||T1\rOBX|1|NM|X||3\r"
        "OBX|2|NM|X^^99ROC^S_OTHER^Other Supplemental^IHELAW||9\r";
    const Reading reading = readHl7(oul);
    BOOST_REQUIRE(reading.observations.size() == 3u);
    BOOST_TEST(reading.observations[0].specimen == "YP-1");
    BOOST_TEST(reading.observations[1].specimen == "YP-1");
    BOOST_TEST(reading.observations[2].specimen == "QC-3");
    BOOST_TEST((reading.observations[2].kind == ObservationKind::Control));
    BOOST_TEST((reading.observations[1].kind == ObservationKind::Sample));
}

BOOST_AUTO_TEST_CASE(a_mapping_says_where_the_specimen_is) {
    const Reading reading = readHl7(oru, std::get<Mapping>(Mapping::parse(R"({"fields": {"specimen": "OBR-2"}})")));
    BOOST_TEST(reading.observations.at(0).specimen == "PL-1");
}

BOOST_AUTO_TEST_CASE(delimiters_are_those_of_the_message) {
    const std::string sent = "MSH@~&#\\@A@B@C@D@20261122@@ORU~R01@9@P@2.5\rOBR@1@@S9\rOBX@1@NM@K~Kalium@@4.1@mmol/L\r";
    const Reading reading = readHl7(sent);
    BOOST_TEST(reading.observations.at(0).specimen == "S9");
    BOOST_TEST(reading.observations.at(0).name == "Kalium");
}

BOOST_AUTO_TEST_CASE(a_batch_is_read_message_by_message) {
    const std::string batch = "FHS|^~\\&|F\rBHS|^~\\&|B\r" + oru + oru + "BTS|2\rFTS|1\r";
    BOOST_TEST(readHl7(batch).observations.size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_capture_still_has_the_block_characters_and_what_was_answered) {
    const std::string answer = "\x0BMSH|^~\\&|LIMS||LC-MS||2026||ACK|A-1|P|2.5.1\rMSA|AA|M-1\r\x1C\r";
    const std::string open = oru.substr(0, oru.size() - 1);  // devices leave the last line end out
    for (const std::string end : {"\r\x1C\r", "\x1C\r", "\x1C"}) {
        const std::string wire = "\x0B" + open + end + answer + "\x0B" + open + end;
        BOOST_TEST(detect(wire) == "hl7");
        BOOST_TEST(hl7ControlId(wire) == "M-1");
        const Reading reading = readHl7(wire);
        BOOST_TEST(!reading.refused);
        BOOST_REQUIRE(reading.observations.size() == 4u);
        for (const std::size_t i : {1u, 3u}) {
            const Observation& o = reading.observations[i];
            BOOST_TEST(o.unit == "ug/kg");
            BOOST_TEST(wire.substr(o.span.offset, o.span.length) == oru.substr(oru.find("OBX|2"), o.span.length));
            BOOST_TEST(wire.find_first_of("\r\x1C", o.span.offset) == o.span.offset + o.span.length);
        }
    }
}

BOOST_AUTO_TEST_CASE(other_messages_bring_no_results_and_say_so) {
    const Reading reading = readHl7("MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\rOBX|1|NM|X||1\r");
    BOOST_TEST(!reading.refused);
    BOOST_TEST(reading.observations.empty());
    BOOST_TEST(reading.warnings.at(0).code == "not_results");
}

BOOST_AUTO_TEST_CASE(control_characters_between_the_blocks_are_passed_over) {
    const std::string wire = "\x02\x02\x0B" + oru + "\x1C\r\x02\x02\x02\x0B" + oru + "\x1C\r\x02";
    BOOST_TEST(detect(wire) == "hl7");
    BOOST_TEST(hl7ControlId(wire) == "M-1");
    BOOST_TEST(readHl7(wire).observations.size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_message_of_results_without_any_says_so) {
    BOOST_TEST(readHl7(header + "OBR|1||S1\r").warnings.at(0).code == "no_results");
    std::string copied;  // from a source, where line ends are written by their escapes
    for (const char c : oru) copied += c == '\r' ? "\\r" : std::string(1, c);
    BOOST_TEST(std::ranges::count(readHl7(copied).warnings, "no_results", &Finding::code) == 1);
}

BOOST_AUTO_TEST_CASE(what_is_not_hl7_is_refused) {
    for (const std::string bytes :
         {"", "hello", "MSH", "MSH|^~", "MSH|^~|A\r", "MSH|||||\r", "PID|1\rMSH|^~\\&|A\r", "MSH||^~\\&\r"}) {
        BOOST_TEST(readHl7(bytes).refused.has_value(), bytes);
        BOOST_TEST(readHl7(bytes).observations.empty());
    }
}

BOOST_AUTO_TEST_CASE(gb18030_in_a_declared_or_set_charset) {
    const std::string body = "OBR|1||S1\rOBX|1|ST|X^\xC7\xA6\x85\x7C||\xCE\xB4\xBC\xEC\xB3\xF6\r";  // 铅厊, 未检出
    std::string declared = header;
    declared.insert(declared.size() - 1, "||||||GB 18030-2000");
    BOOST_TEST(readHl7(declared + body).observations.at(0).value == "未检出");
    BOOST_TEST(readHl7(header + body, std::get<Mapping>(Mapping::parse(R"({"encoding":"auto-gb"})")))
                   .observations.at(0)
                   .value == "未检出");
}

BOOST_AUTO_TEST_CASE(an_answer_swaps_the_sides_and_names_the_message) {
    BOOST_TEST(hl7Ack(oru, AckCode::AA, "ok", "77", "20261122") ==
               "MSH|^~\\&|LIMS|Inst|LC-MS|Lab|20261122||ACK^R01|77|P|2.5.1\rMSA|AA|M-1|ok\r");
    const auto answers = hl7Answers(hl7Ack("BHS|^~\\&|B\r" + oru + oru, AckCode::AE, "", "77", "2026"));
    BOOST_REQUIRE(answers.size() == 2u);
    BOOST_TEST(answers[1].code == "AE");
    BOOST_TEST(answers[1].id == "M-1");
    const std::string refused = hl7Ack("hello", AckCode::AA, "", "77", "2026");
    BOOST_TEST(hl7Answers(refused).at(0).code == "AR");
    BOOST_TEST(isHl7(refused));
    BOOST_TEST(!isHl7("hello"));
}

BOOST_AUTO_TEST_CASE(a_message_says_which_answers_it_wants) {
    using Codes = std::vector<AckCode>;
    const auto wanted = [](const std::string& conditions, bool accepted) {
        return hl7AcksWanted("MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5|||" + conditions + "\r", accepted);
    };
    BOOST_TEST((wanted("|", true) == Codes{AckCode::AA}));
    BOOST_TEST((wanted("|", false) == Codes{AckCode::AR}));
    BOOST_TEST((wanted("|0", true) == Codes{AckCode::AA}), "a device that has put its own code there");
    BOOST_TEST((wanted("AL|NE", true) == Codes{AckCode::CA}));
    BOOST_TEST((wanted("AL|AL", true) == Codes{AckCode::CA, AckCode::AA}));
    BOOST_TEST((wanted("AL|AL", false) == Codes{AckCode::CR}));
    BOOST_TEST((wanted("NE|AL", true) == Codes{AckCode::AA}));
    BOOST_TEST((wanted("NE|AL", false) == Codes{AckCode::AR}));
    BOOST_TEST((wanted("ER|AL", true) == Codes{AckCode::AA}));
    BOOST_TEST((wanted("ER|AL", false) == Codes{AckCode::CR}));
    BOOST_TEST((wanted("SU|", true) == Codes{AckCode::CA}));
    BOOST_TEST(wanted("NE|NE", true).empty());
    BOOST_TEST((hl7AcksWanted("hello", false) == Codes{AckCode::AR}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
