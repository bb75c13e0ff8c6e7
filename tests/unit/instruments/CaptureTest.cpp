#include <boost/test/unit_test.hpp>

#include "instruments/formats/Formats.h"
#include "instruments/transport/Astm.h"
#include "instruments/transport/Capture.h"
#include "instruments/transport/Mllp.h"

namespace touchstone::instruments {
namespace {

using Messages = std::vector<std::string>;

const std::string records = "H|\\^&|||XN\rP|1\rO|1|S-7\rR|1|^^^GLU|5.6|mmol/L\rL|1|N\r";
const std::string message = "MSH|^~\\&|LC|Lab|||20261122||ORU^R01|M-1|P|2.5\rOBR|1||YP-1\rOBX|1|NM|X||1\r";

std::string session() {
    std::string wire = "\x05";
    for (const std::string& frame : frameAstmRecords(records, 20)) wire += frame;
    return wire + "\x04";
}

/// As a log prints it, a line for each piece, behind what it says of it and in front of what was answered.
std::string printed(const std::string& wire, const std::string& open, const std::string& close) {
    std::string log;
    for (const char c : wire) {
        if (c == '\x02' || c == '\x05' || c == '\x04') log += "\n29/11/2026 10:15:00 in: ";
        const std::string name = c == '\x02'   ? "STX"
                                 : c == '\x03' ? "ETX"
                                 : c == '\x04' ? "EOT"
                                 : c == '\x05' ? "ENQ"
                                 : c == '\x17' ? "ETB"
                                 : c == '\r'   ? "CR "
                                 : c == '\n'   ? "LF"
                                               : "";
        log += name.empty() ? std::string(1, c) : open + name + close;
        if (c == '\n') log += " (to the host)\nout: " + open + "ACK" + close;
    }
    return log;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Captures)

BOOST_AUTO_TEST_CASE(a_log_with_the_names_of_control_characters_gives_the_bytes_of_the_line) {
    BOOST_TEST(fromPrinted(printed(session(), "<", ">")).value() == session());
    BOOST_TEST(fromPrinted(printed(session(), "[", "]")).value() == session());
    BOOST_TEST(read("", *fromPrinted(printed(session(), "<", ">"))).observations.at(0).value == "5.6");
}

BOOST_AUTO_TEST_CASE(line_ends_of_a_log_end_segments_where_no_name_does) {
    const std::string block = "\x0BMSH|^~\\&|A\rOBX|1\r\x1C\r";
    for (const std::string log : {"<VT>MSH|^~\\&|A\nOBX|1<CR><FS><CR>\n", "<SB>MSH|^~\\&|A<CR>\nOBX|1\r\n<EB><CR>",
                                  "in:\r\n<VT>MSH|^~\\&|A<CR>OBX|1<CR><FS><CR> ok <ACK>"}) {
        BOOST_TEST(fromPrinted(log).value() == block, log);
    }
}

BOOST_AUTO_TEST_CASE(what_stands_behind_the_checksum_is_not_of_the_frame) {
    for (const std::string behind : {"", "\n", " note", "<ACK>", "\n<ACK>\n"}) {
        BOOST_TEST(fromPrinted("<STX>1H|\\^&<CR><ETX>8B" + behind).value() ==
                       "\x02"
                       "1H|\\^&\r\x03"
                       "8B",
                   behind);
    }
}

BOOST_AUTO_TEST_CASE(other_files_are_no_logs) {
    for (const std::string& bytes :
         {message, session(), records, std::string("<STX> begins a frame"), std::string("a,[CR],b\n"),
          std::string("<report><CR>1</CR></report>"), std::string()}) {
        BOOST_TEST(!fromPrinted(bytes).has_value(), bytes);
    }
}

BOOST_AUTO_TEST_CASE(a_capture_holds_many_messages) {
    const std::string inside = session().substr(1, session().size() - 2);
    BOOST_TEST(capturedMessages("\x04" + session() + "\x06\x05\x04" + session()) == (Messages{inside, inside}),
               boost::test_tools::per_element());
    BOOST_TEST(capturedMessages(mllpFrame(message) + mllpFrame("x")) == (Messages{message, "x"}),
               boost::test_tools::per_element());
    for (const std::string& one : {records, message, std::string("a;b\n"), std::string(),
                                   message + "NTE|1||soft\x0B"
                                             "break\r"}) {
        BOOST_TEST(capturedMessages(one) == Messages{one}, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
