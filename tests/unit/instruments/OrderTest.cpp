#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

#include "instruments/formats/AstmOrders.h"
#include "instruments/formats/Delimited.h"
#include "instruments/formats/Hl7Orders.h"
#include "instruments/formats/Worklist.h"
#include "instruments/transport/Astm.h"

namespace touchstone::instruments {
namespace {

const Letterhead head{.id = "T-1", .now = "20261122093000"};
const Order order{.id = "42", .specimen = "YP2026-0113", .position = "2^5", .priority = 'S', .tests = {{"Pb"}, {"As"}}};

/// Texts with everything that has a meaning on the wire.
class Any {
public:
    explicit Any(unsigned seed) : random_(seed) {}

    std::string text(bool empty = false) {
        static const std::vector<std::string> letters{"a", "7", "|", "^", "\\", "&", "~", "@", "\"", " ", "\r", "\n",
                                                      "\t", "#", "铅", "é", "F", "X0D", "\x02", "\x1c", "\x7f", ";", "="};
        std::string made;
        for (std::size_t n = below(6) + (empty ? 0 : 1); n > 0; --n) made += letters[below(letters.size())];
        return made;
    }
    std::size_t below(std::size_t most) { return random_() % most; }

    Order order() {
        Order made{.id = text(), .specimen = text(), .priority = "SARCP"[below(5)]};
        for (std::size_t n = below(4) + 1; n > 0; --n) made.tests.push_back({text(), text(true)});
        for (Order::Test& test : made.tests) {
            if (test.name == test.code) test.name.clear();
        }
        if (below(2) == 0) made.act = Order::Act::Cancel;
        if (below(2) == 0) made.position = std::to_string(below(9)) + "^" + std::to_string(below(99));
        return made;
    }

private:
    std::mt19937 random_;
};

std::string nameOf(const Order& o) {
    std::string all = o.id + " / " + o.specimen + " / " + o.position + " / " + o.priority;
    for (const auto& test : o.tests) all += " / " + test.code + "," + test.name;
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Orders)

BOOST_AUTO_TEST_CASE(astm_sends_one_o_record_with_a_repeat_for_each_test) {
    BOOST_TEST(astmOrder(order, head) ==
               "H|\\^&|42||Touchstone|||||||P|1|20261122093000\r"
               "P|1\r"
               "O|1|YP2026-0113^2^5||^^^Pb\\^^^As|S|20261122093000|||||N||||||||||||||O\r"
               "L|1|N\r");
}

BOOST_AUTO_TEST_CASE(a_cancelled_astm_order_says_c) {
    Order cancelled = order;
    cancelled.act = Order::Act::Cancel;
    BOOST_TEST(astmOrder(cancelled, head).find("|20261122093000|||||C|") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_written_in_astm_is_read_back_whatever_the_delimiters) {
    for (const AstmDelimiters& delimiters : {AstmDelimiters{}, AstmDelimiters{'|', '@', '^', '\\'}, AstmDelimiters{'!', '~', '$', '%'}}) {
        Any any(7);
        for (int i = 0; i < 2'000; ++i) {
            const Order made = any.order();
            const std::string records = astmOrder(made, head, delimiters);
            const auto read = readAstmOrders(records);
            BOOST_REQUIRE(read);
            BOOST_REQUIRE(read->orders.size() == 1u);
            BOOST_REQUIRE_MESSAGE(read->orders[0] == made, nameOf(made) + " was read as " + nameOf(read->orders[0]));
            std::string wire;
            for (const std::string& frame : frameAstmRecords(records)) wire += frame;
            BOOST_REQUIRE((readAstmOrders(wire)->orders[0] == made));
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_forbidden_by_e1381_stands_in_an_order) {
    Any any(11);
    for (int i = 0; i < 500; ++i) {
        std::string records = astmOrder(any.order(), head);
        std::erase(records, '\r');
        BOOST_REQUIRE((records.find_first_of("\x01\x02\x03\x04\x05\x06\x10\x15\x16\x17\n\x11\x12\x13\x14\x7f") == std::string::npos));
    }
}

BOOST_AUTO_TEST_CASE(a_q_record_names_specimens_and_tests) {
    const auto query = readAstmQuery("H|\\^&|Q-9||ICP\rQ|1|^S1\\^S2\\PAT^S1||^^^Pb\\^^^As||||||||O\rL|1|N\r");
    BOOST_REQUIRE(query);
    BOOST_TEST(query->id == "Q-9");
    BOOST_TEST(!query->all);
    BOOST_TEST(!query->cancelled);
    BOOST_TEST(query->specimens == std::vector<std::string>({"S1", "S2"}), boost::test_tools::per_element());
    BOOST_TEST(query->tests == std::vector<std::string>({"Pb", "As"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_q_record_may_ask_for_all_or_be_taken_back) {
    BOOST_TEST(readAstmQuery("H|\\^&\rQ|1|ALL||ALL\rL|1\r")->all);
    BOOST_TEST(readAstmQuery("H|\\^&\rQ|1|ALL||ALL\rL|1\r")->tests.empty());
    BOOST_TEST(readAstmQuery("H|\\^&\rQ|1|^S1||||||||||A\rL|1\r")->cancelled);
    BOOST_TEST(readAstmQuery("H@^\\|\rq@1@\\S1\rL@1\r")->specimens.at(0) == "S1");
    BOOST_TEST(readAstmQuery("H|\\^&\rQ|1|^^000004^1^1^^S1^SC||ALL\rL|1\r")->specimens.at(0) == "000004");
}

BOOST_AUTO_TEST_CASE(results_are_no_question) {
    BOOST_TEST(!readAstmQuery("H|\\^&\rP|1\rO|1|S1\rR|1|^^^Pb|1\rL|1\r"));
    BOOST_TEST(!readAstmQuery(""));
    BOOST_TEST(!readAstmQuery("Q|1|^S1\r"));
}

BOOST_AUTO_TEST_CASE(an_answer_uses_the_delimiters_of_the_question_and_ends_with_f) {
    const std::string answer = astmAnswer("H|@^\\|Q-9\rQ|1|^S1\rL|1\r", {order}, QueryOutcome::Answered, head);
    BOOST_TEST(answer.starts_with("H|@^\\|T-1|"));
    BOOST_TEST(answer.find("|^^^Pb@^^^As|") != std::string::npos);
    BOOST_TEST(answer.ends_with("|Q\rL|1|F\r"));
    const auto read = readAstmOrders(answer);
    BOOST_TEST(read->termination == 'F');
    BOOST_TEST(read->orders.at(0).specimen == "YP2026-0113");
}

BOOST_AUTO_TEST_CASE(an_answer_without_orders_says_why) {
    const std::string question = "H|\\^&|Q-9\rQ|1|^S1\rL|1\r";
    BOOST_TEST(astmAnswer(question, {}, QueryOutcome::NoInformation, head).ends_with("\rL|1|I\r"));
    BOOST_TEST(astmAnswer(question, {}, QueryOutcome::Error, head).ends_with("\rL|1|Q\r"));
}

BOOST_AUTO_TEST_CASE(hl7_sends_the_specimen_and_an_orc_and_obr_for_each_test) {
    const std::string message = hl7Order(order, head);
    BOOST_TEST(message.starts_with("MSH|^~\\&|Touchstone||||20261122093000||OML^O33^OML_O33|T-1|P|2.5.1|||NE|AL||UNICODE UTF-8|||LAB-28^IHE\r"));
    BOOST_TEST(message.find("\rSPM|1|YP2026-0113||OTH|||||||P\r") != std::string::npos);
    BOOST_TEST(message.find("\rORC|NW|42-1||42|||||20261122093000\rTQ1|1||||||||S\rOBR|1|42-1||Pb\r") != std::string::npos);
    BOOST_TEST(message.find("\rOBR|2|42-2||As\r") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_written_in_hl7_is_read_back) {
    Any any(13);
    for (const Hl7OrderMessage kind : {Hl7OrderMessage::OmlO33, Hl7OrderMessage::OmlO21}) {
        for (int i = 0; i < 2'000; ++i) {
            const Order made = any.order();
            const auto read = readHl7Order(hl7Order(made, head, kind));
            BOOST_REQUIRE(read);
            BOOST_REQUIRE_MESSAGE(*read == made, nameOf(made) + " was read as " + nameOf(*read));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_qbp_is_answered_with_rsp_and_the_orders_follow) {
    const std::string question =
        "MSH|^~\\&|cobas||LIS||20261122||QBP^Q11^QBP_Q11|M-5|P|2.5.1|||NE|AL||UNICODE UTF-8|||LAB-27^IHE\r"
        "QPD|WOS^Work Order Step^IHE_LABTF|TAG7|YP2026-0113\rRCP|I||R\r";
    const auto query = readHl7Query(question);
    BOOST_REQUIRE(query);
    BOOST_TEST((query->dialect == Query::Dialect::Qbp));
    BOOST_TEST(query->specimens.at(0) == "YP2026-0113");
    const auto answer = hl7Answer(question, {order}, QueryOutcome::Answered, head);
    BOOST_REQUIRE(answer.size() == 2u);
    BOOST_TEST(answer[0].find("|RSP^K11^RSP_K11|T-1|P|2.5.1|") != std::string::npos);
    BOOST_TEST(answer[0].find("\rMSA|AA|M-5|\rQAK|TAG7|OK|WOS^Work Order Step^IHE_LABTF\rQPD|") != std::string::npos);
    BOOST_TEST((*readHl7Order(answer[1]) == order));
    const auto none = hl7Answer(question, {}, QueryOutcome::NoInformation, head);
    BOOST_REQUIRE(none.size() == 2u);
    BOOST_TEST(none[0].find("\rQAK|TAG7|NF|") != std::string::npos);
    BOOST_TEST(none[1].find("\rORC|DC|") != std::string::npos);
    const auto error = hl7Answer(question, {}, QueryOutcome::Error, head);
    BOOST_REQUIRE(error.size() == 1u);
    BOOST_TEST(error[0].find("\rMSA|AE|M-5|") != std::string::npos);
    BOOST_TEST(error[0].find("\rQAK|TAG7|AE|") != std::string::npos);
    BOOST_TEST(readHl7Query("MSH|^~\\&|c||||||QBP^Q11|M|P|2.5.1\rQPD|WOS_ALL^^IHE_LABTF|T\r")->all);
}

BOOST_AUTO_TEST_CASE(a_mindray_query_is_answered_with_qck_and_a_dsr_for_each_specimen) {
    const std::string question =
        "MSH|^~\\&|Mindray|BS-300|||20261122093000||QRY^Q02|4|P|2.3.1||||||ASCII\r"
        "QRD|20261122093000|R|D|2|||RD|YP2026-0113|OTH|||T|\rQRF||||||RCT|COR|ALL||\r";
    BOOST_TEST((readHl7Query(question)->dialect == Query::Dialect::Mindray));
    BOOST_TEST(readHl7Query(question)->specimens.at(0) == "YP2026-0113");
    const auto answer = hl7Answer(question, {order}, QueryOutcome::Answered, head);
    BOOST_REQUIRE(answer.size() == 2u);
    BOOST_TEST(answer[0].find("|QCK^Q02|T-1|P|2.3.1||||||ASCII\rMSA|AA|4|Message accepted|||0\rERR|0\rQAK|SR|OK|\r") != std::string::npos);
    BOOST_TEST(answer[1].find("\rDSP|21||YP2026-0113|||\r") != std::string::npos);
    BOOST_TEST(answer[1].find("\rDSP|29||Pb^^^|||\rDSP|30||As^^^|||\rDSC||\r") != std::string::npos);
    BOOST_TEST(readHl7Order(answer[1])->tests.size() == 2u);
    const auto none = hl7Answer(question, {}, QueryOutcome::NoInformation, head);
    BOOST_REQUIRE(none.size() == 1u);
    BOOST_TEST(none[0].find("\rQAK|SR|NF|\r") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_instruments_answer_says_which_message_it_means_and_whether_it_agrees) {
    const std::string message = hl7Order(order, head);
    const auto good = readHl7Outcome(hl7OrderAnswer(message, true, "", {.id = "I-1", .now = "20261122"}));
    BOOST_TEST(good->id == "T-1");
    BOOST_TEST(good->accepted);
    const auto bad = readHl7Outcome(hl7OrderAnswer(message, false, "", {.id = "I-1", .now = "20261122"}));
    BOOST_TEST(!bad->accepted);
    BOOST_TEST(bad->note == "AA: UA 42-1; UA 42-2");
    const auto refused = readHl7Outcome("MSH|^~\\&|a||||||ACK|9|P|2.5.1\rMSA|AE|T-1\rERR||OBR^1|103|E||||unknown test\r");
    BOOST_TEST(refused->note == "AE: unknown test");
    BOOST_TEST(!readHl7Outcome(message));
}

BOOST_AUTO_TEST_CASE(a_worklist_has_a_row_for_each_test_and_reads_back) {
    const auto layout = WorklistTemplate::parse("Sample ID=specimen; Pos=position; Test=code; Type=\"Unknown\"; No=id");
    BOOST_REQUIRE(layout);
    BOOST_TEST(worklist({order}, *layout) ==
               "Sample ID,Pos,Test,Type,No\r\nYP2026-0113,2^5,Pb,Unknown,42\r\nYP2026-0113,2^5,As,Unknown,42\r\n");
    const Mapping mapping = std::get<Mapping>(Mapping::parse(
        R"({"delimiter": ",", "columns": {"specimen": "Sample ID", "code": "Test", "value": "No"}})"));
    const std::string specimen = "a \"b\", 铅";
    const Reading reading = readDelimited(worklist({{.id = "7", .specimen = specimen, .tests = {{"x,y"}}}}, *layout), mapping);
    BOOST_TEST(reading.observations.at(0).specimen == specimen);
    BOOST_TEST(reading.observations.at(0).code == "x,y");
}

BOOST_AUTO_TEST_CASE(a_worklist_template_names_what_is_known) {
    BOOST_TEST(!WorklistTemplate::parse("Sample ID=colour"));
    BOOST_TEST(!WorklistTemplate::parse("Sample ID"));
    BOOST_TEST(!WorklistTemplate::parse(""));
}

BOOST_AUTO_TEST_CASE(hostile_bytes_are_no_question_and_no_order) {
    const std::vector<std::string> seeds{
        astmOrder(order, head), hl7Order(order, head), "H|\\^&|Q-9\rQ|1|^S1\rL|1\r",
        "MSH|^~\\&|M|B|||2||QRY^Q02|4|P|2.3.1\rQRD|2|R|D|2|||RD|S|OTH|||T|\r"};
    std::mt19937 random(3);
    for (int i = 0; i < 4'000; ++i) {
        std::string bytes = seeds[random() % seeds.size()];
        for (int n = 0; n < 4; ++n) bytes[random() % bytes.size()] = static_cast<char>(random());
        bytes.resize(random() % (bytes.size() + 1));
        static_cast<void>(readAstmQuery(bytes));
        static_cast<void>(readAstmOrders(bytes));
        static_cast<void>(readHl7Query(bytes));
        static_cast<void>(readHl7Order(bytes));
        static_cast<void>(readHl7Outcome(bytes));
        static_cast<void>(hl7Answer(bytes, {order}, QueryOutcome::Answered, head));
        static_cast<void>(astmAnswer(bytes, {order}, QueryOutcome::Answered, head));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
