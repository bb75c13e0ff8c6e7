#include <boost/test/unit_test.hpp>
#include <variant>

#include "instruments/formats/Astm.h"
#include "instruments/formats/Formats.h"
#include "instruments/transport/Astm.h"

namespace touchstone::instruments {
namespace {

const std::string records =
    "H|\\^&|C-77||ICP-MS^Demo|||||LIMS||P|1|20261122093000\r"
    "P|1\r"
    "O|1|YP2026-0113^2^A|||R||||||N\r"
    "R|1|^^^Pb^208|<0.05|mg/kg||N||F||li^wang|20261122090000|20261122091500|ICP-9\r"
    "C|1|I|diluted|G\r"
    "R|2|^^^As|1.20|mg/kg||HH||P\r"
    "P|2\r"
    "O|1|QC-LOW|||R||||||Q\r"
    "R|1|^^^Pb|5.0|mg/kg||N||F\r"
    "L|1|N\r";

Mapping mappingOf(const std::string& json) {
    return std::get<Mapping>(Mapping::parse(json));
}

std::string framed(const std::string& text, std::size_t size) {
    std::string all;
    for (const std::string& f : frameAstmRecords(text, size)) all += f;
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(AstmRecords)

BOOST_AUTO_TEST_CASE(a_result_takes_its_specimen_from_the_order_above_it) {
    const Reading reading = readAstm(records);
    BOOST_TEST(!reading.refused);
    BOOST_TEST(reading.warnings.empty());
    BOOST_TEST(reading.controlId == "C-77");
    BOOST_TEST(reading.sender == "ICP-MS");
    BOOST_REQUIRE(reading.observations.size() == 3u);
    const Observation& lead = reading.observations[0];
    BOOST_TEST(lead.specimen == "YP2026-0113");
    BOOST_TEST(lead.position == "2^A");
    BOOST_TEST(lead.code == "Pb");
    BOOST_TEST(lead.value == "<0.05");
    BOOST_TEST(*lead.decimal == "0.05");
    BOOST_TEST((lead.comparator == Comparator::Less));
    BOOST_TEST(lead.unit == "mg/kg");
    BOOST_TEST(lead.flags == "N");
    BOOST_TEST(lead.status == "F");
    BOOST_TEST(lead.operatorName == "li");
    BOOST_TEST(lead.observedAt == "2026-11-22T09:15:00");
    BOOST_TEST(lead.instrument == "ICP-9");
    BOOST_TEST((lead.kind == ObservationKind::Sample));
    BOOST_TEST(reading.observations[1].instrument == "ICP-MS");
    BOOST_TEST(reading.observations[2].specimen == "QC-LOW");
    BOOST_TEST((reading.observations[2].kind == ObservationKind::Control));
}

BOOST_AUTO_TEST_CASE(the_span_is_the_record_in_the_bytes_given) {
    const Reading reading = readAstm(records);
    const Span span = reading.observations[1].span;
    BOOST_TEST(records.substr(span.offset, span.length) == "R|2|^^^As|1.20|mg/kg||HH||P");
}

BOOST_AUTO_TEST_CASE(frames_of_any_size_read_like_bare_records) {
    const Reading bare = readAstm(records);
    for (std::size_t size = 1; size < 250; ++size) {
        const std::string wire = framed(records, size);
        const Reading reading = readAstm(wire);
        BOOST_REQUIRE(!reading.refused);
        BOOST_REQUIRE(reading.observations.size() == bare.observations.size());
        for (std::size_t i = 0; i < bare.observations.size(); ++i) {
            const Observation& o = reading.observations[i];
            BOOST_TEST(o.value == bare.observations[i].value);
            BOOST_TEST(o.specimen == bare.observations[i].specimen);
            BOOST_TEST(wire.substr(o.span.offset, 1) == "R");
            const char behind = wire[o.span.offset + o.span.length];  // the frame may end where the record's text does
            BOOST_TEST((behind == '\r' || behind == '\x17'));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_frame_whose_checksum_is_wrong_refuses_the_message) {
    std::string wire = framed(records, 240);
    wire[wire.find("1.20")] = '9';
    BOOST_TEST(readAstm(wire).refused.value().code == "bad_checksum");
}

BOOST_AUTO_TEST_CASE(a_capture_still_has_the_handshake_of_both_sides) {
    std::string wire = "\x04\x05\x06";
    for (const std::string& frame : frameAstmRecords(records, 240)) wire += frame + "\x06";
    wire += "\x04";
    BOOST_TEST(detect(wire) == "astm");
    BOOST_TEST(readAstm(wire).observations.size() == 3u);
    BOOST_TEST(readAstm(wire + wire).observations.size() == 6u);
}

BOOST_AUTO_TEST_CASE(in_a_capture_a_repeated_frame_counts_once_and_a_damaged_one_that_came_again_not_at_all) {
    const std::vector<std::string> frames = frameAstmRecords(records, 240);
    for (std::size_t repeated = 0; repeated < frames.size(); ++repeated) {
        std::string damaged = frames[repeated];
        damaged[3] = '#';
        for (const std::string& before : {frames[repeated], damaged, damaged + "\x15" + damaged}) {
            std::string wire;
            for (std::size_t i = 0; i < frames.size(); ++i) wire += (i == repeated ? before + "\x15" : "") + frames[i];
            const Reading reading = readAstm(wire);
            BOOST_TEST(!reading.refused);
            BOOST_TEST(reading.observations.size() == 3u);
            const bool isDamaged = before.find('#') != std::string::npos;
            BOOST_TEST(reading.warnings.size() == (isDamaged ? 1u : 0u));
            if (isDamaged) BOOST_TEST(reading.warnings.at(0).code == "frame_damaged");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_frame_is_not_made_good_by_one_of_another_message) {
    const std::string first = astmFrame(1, "H|\\^&\rP|1\rO|1|S1\rR|1|^^^X|1\rL|1\r", true);
    std::string damaged = first;
    damaged[damaged.find("|1\rL")+ 1] = '7';
    const std::string second = astmFrame(1, "H|\\^&\rP|1\rO|1|S2\rR|1|^^^X|2\rL|1\r", true);
    BOOST_TEST(readAstm("\x05" + damaged + "\x04\x05" + second + "\x04").refused.value().code == "bad_checksum");
    BOOST_TEST(readAstm("\x05" + first + "\x04\x05" + first + "\x04").observations.size() == 2u);
}

BOOST_AUTO_TEST_CASE(where_frames_are_not_counted_a_damaged_one_is_never_passed_over) {
    std::string wire;
    for (const std::string record : {"H|\\^&\r", "P|1\r", "O|1|S1\r", "R|1|^^^X|1\r", "R|2|^^^Y|2\r", "L|1\r"}) {
        std::string frame = astmFrame(1, record, true);
        if (record.starts_with("R|1")) frame[9] = '7';
        wire += frame;
    }
    BOOST_TEST(readAstm(wire).refused.value().code == "bad_checksum");
}

BOOST_AUTO_TEST_CASE(checksums_hold_in_a_capture_that_was_saved_as_text) {
    const std::string wire = framed(records, 240);
    for (const std::string end : {"\n", "\r\n"}) {
        std::string saved;
        for (const char c : wire) saved += c == '\r' || c == '\n' ? end : std::string(1, c);
        const Reading reading = readAstm(saved);
        BOOST_TEST(!reading.refused);
        BOOST_REQUIRE(reading.observations.size() == 3u);
        BOOST_TEST(reading.observations[1].value == "1.20");
        saved[saved.find("1.20")] = '9';
        BOOST_TEST(readAstm(saved).refused.value().code == "bad_checksum");
    }
}

BOOST_AUTO_TEST_CASE(delimiters_are_those_of_the_header) {
    const Reading reading = readAstm("H|@^\\\rP|1\rO|1|S1\rR|1|^^^X|a\\F\\b@c\rL|1\r");
    BOOST_TEST(reading.observations.at(0).value == "a|b");
}

BOOST_AUTO_TEST_CASE(escapes_are_taken_out_and_unknown_ones_stay) {
    const auto value = [](const std::string& sent) {
        return readAstm("H|\\^&\rP|1\rO|1|S1\rR|1|^^^X|" + sent + "\rL|1\r").observations.at(0).value;
    };
    BOOST_TEST(value("a&F&b&S&c&R&d&E&e") == "a|b^c\\d&e");
    BOOST_TEST(value("&H&bold&N&") == "bold");
    BOOST_TEST(value("&XC2B5&g") == "µg");
    BOOST_TEST(value("R&D lab") == "R&D lab");
    BOOST_TEST(value("&Q&x") == "&Q&x");
    BOOST_TEST(value("\"\"") == "");
}

BOOST_AUTO_TEST_CASE(short_codes_that_collide_become_long) {
    const Reading reading = readAstm("H|\\^&\rP|1\rO|1|S1\rR|1|^A^^K^^x^Ct|1\rR|2|^A^^K^^y^Ct|2\rR|3|^^^Z|3\rL|1\r");
    BOOST_TEST(reading.observations.at(0).code == "A^^K^^x^Ct");
    BOOST_TEST(reading.observations.at(1).code == "A^^K^^y^Ct");
    BOOST_TEST(reading.observations.at(2).code == "Z");
}

BOOST_AUTO_TEST_CASE(a_mapping_says_where_things_are) {
    const Mapping mapping = mappingOf(R"({"fields": {"specimen": "O.3.2", "code": "R.3.2 R.3.7", "value": "R.4.2"}})");
    const Reading reading = readAstm("H|\\^&\rP|1\rO|1|116^YP-1   ^1\rR|1|^TB^^K^^^Ct|NEG^28.5\rL|1\r", mapping);
    const Observation& o = reading.observations.at(0);
    BOOST_TEST(o.specimen == "YP-1");
    BOOST_TEST(o.position == "116^1");
    BOOST_TEST(o.code == "TB^Ct");
    BOOST_TEST(*o.decimal == "28.5");
}

BOOST_AUTO_TEST_CASE(a_device_that_sends_no_orders_is_read_by_a_mapping) {
    const std::string sent = "H|\\^&\rP|1|YP-1\rR|1|^^^TP|10.0|g/L\rR|2|^^^ALB|5.0|g/L\rP|2|YP-2\rR|1|^^^TP|11.0|g/L\rL|1\r";
    BOOST_TEST(readAstm(sent).refused.value().code == "record_order");
    const Reading reading = readAstm(sent, mappingOf(R"({"fields": {"specimen": "P.3"}})"));
    BOOST_REQUIRE(reading.observations.size() == 3u);
    BOOST_TEST(reading.observations[1].specimen == "YP-1");
    BOOST_TEST(reading.observations[2].specimen == "YP-2");
    BOOST_TEST(reading.warnings.empty());
}

BOOST_AUTO_TEST_CASE(a_record_that_a_logger_cut_where_a_frame_ended_is_joined_and_said) {
    const std::string cut =
        "H|\\^&\r\r\nP|1\r\r\nO|1|YP-1\rR|1|^^^Pb|0.05|mg/kg||N||  \r\n  F\rR|2|^^^As|1.2\r\n0|mg/kg\r\r\nL|1|N\r\r\n";
    const Reading reading = readAstm(cut);
    BOOST_TEST(!reading.refused);
    BOOST_REQUIRE(reading.observations.size() == 2u);
    BOOST_TEST(reading.observations[0].status == "F");
    BOOST_TEST(reading.observations[1].value == "1.20");
    const Span span = reading.observations[1].span;
    BOOST_TEST(cut.substr(span.offset, span.length) == "R|2|^^^As|1.2\r\n0|mg/kg");
    BOOST_REQUIRE(reading.warnings.size() == 1u);
    BOOST_TEST(reading.warnings[0].code == "record_joined");
    // Where records end with CR LF a line that begins none is no part of the one before it.
    BOOST_TEST(readAstm("H|\\^&\r\nP|1\r\nO|1|YP-1\r\nR|1|^^^Pb|0.0\r\n5|mg/kg\r\nL|1\r\n").refused.value().code == "not_astm");
}

BOOST_AUTO_TEST_CASE(without_an_id_in_its_first_component_the_specimen_is_what_the_instrument_calls_it) {
    const auto specimen = [](const std::string& fields) {
        return readAstm("H|\\^&\rP|1\rO|1|" + fields + "\rR|1|^^^X|1\rL|1\r").observations.at(0).specimen;
    };
    BOOST_TEST(specimen("^M^1|53") == "53");
    BOOST_TEST(specimen("^M^1|^^   ") == "M");
    BOOST_TEST(specimen("S1^2|53") == "S1");
    BOOST_TEST(specimen("|^^  5560471^B") == "5560471");
    BOOST_TEST(specimen("^^S7|") == "S7");
}

BOOST_AUTO_TEST_CASE(chinese_text_whose_second_byte_looks_like_a_delimiter_is_not_cut) {
    const std::string sent =
        "H|\\^&\rP|1\rO|1|\x85\x7C\x85\x5E\rR|1|^^^X|1\rL|1\r";  // 厊 + another, second bytes | and ^
    const Reading reading = readAstm(sent, mappingOf(R"({"encoding": "gb18030"})"));
    BOOST_TEST(reading.observations.at(0).specimen.size() == 6u);
    BOOST_TEST(reading.observations.at(0).position == "");
    BOOST_TEST(!reading.observations.at(0).undecodable);
}

BOOST_AUTO_TEST_CASE(bytes_outside_the_charset_flag_their_result_only) {
    const std::string sent = "H|\\^&\rP|1\rO|1|S\rR|1|^^^X|1|\xFF\xFF\rR|2|^^^Y|2|g\rL|1\r";
    const Reading reading = readAstm(sent, mappingOf(R"({"encoding": "gb18030"})"));
    BOOST_TEST(reading.observations.at(0).undecodable);
    BOOST_TEST(!reading.observations.at(1).undecodable);
    BOOST_TEST(reading.warnings.at(0).code == "bad_charset");
}

BOOST_AUTO_TEST_CASE(records_out_of_order_are_refused_or_named) {
    BOOST_TEST(readAstm("H|\\^&\rP|1\rR|1|^^^X|1\rL|1\r").refused.value().code == "record_order");
    BOOST_TEST(readAstm("P|1\rO|1|S\r").refused.value().code == "not_astm");
    BOOST_TEST(readAstm("hello").refused.value().code == "not_astm");
    BOOST_TEST(readAstm("").refused.value().code == "not_astm");
    BOOST_TEST(readAstm("H|\\^&\rP|1\r").warnings.at(0).code == "no_terminator");
    BOOST_TEST(readAstm("H|\\^&\rO|1|S\rR|1|^^^X|1\rL|1\r").warnings.at(0).code == "record_order");
    BOOST_TEST(readAstm("H|\\^&\rL|1\rP|1\r").warnings.at(0).code == "record_order");
}

BOOST_AUTO_TEST_CASE(a_refused_message_gives_no_observations) {
    const Reading reading = readAstm("H|\\^&\rP|1\rO|1|S\rR|1|^^^X|1\rP|2\rR|1|^^^X|1\rL|1\r");
    BOOST_TEST(reading.refused.has_value());
    BOOST_TEST(reading.observations.empty());
}

BOOST_AUTO_TEST_CASE(a_message_without_results_says_so_unless_it_asks) {
    BOOST_TEST(readAstm("H|\\^&\rP|1\rO|1|S\rL|1\r").warnings.at(0).code == "no_results");
    BOOST_TEST(readAstm("H|\\^&\rQ|1|^S1\rL|1\r").warnings.empty());
}

BOOST_AUTO_TEST_CASE(what_the_bytes_are_is_seen_from_their_beginning) {
    BOOST_TEST(detect("H|\\^&|||x\r") == "astm");
    BOOST_TEST(detect("\x02"
                      "1H|") == "astm");
    BOOST_TEST(detect("\x02H|\\^&") == "astm");
    BOOST_TEST(detect(std::string("\x02\x38\x31\0\x0e"
                                  "GC DATA FILE",
                                  17)) == "");
    BOOST_TEST(detect("\x02\x1Emt|\x1E"
                      "ciYP-1|\x03") == "");
    BOOST_TEST(detect("MSH|^~\\&|") == "hl7");
    BOOST_TEST(detect("\xEF\xBB\xBF"
                      "FHS|^~\\&") == "hl7");
    BOOST_TEST(detect("a;b\n1;2\n") == "csv");
    BOOST_TEST(detect("\x89PNG\r\n\x1a\n") == "");
    BOOST_TEST(read("", "\x01\x02,").refused.value().code == "unknown_format");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
