#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "instruments/formats/AstmOrders.h"
#include "instruments/gateway/Dialogue.h"
#include "instruments/gateway/Outcomes.h"
#include "tests/support/TempFolder.h"

namespace touchstone::instruments {
namespace {

using namespace std::chrono_literals;
using Form = OrderSettings::Form;

struct Talk {
    std::vector<std::string> told;
    std::optional<std::vector<Order>> work{std::vector<Order>{{.specimen = "S1", .tests = {{"Pb"}}}}};
    const int first = 0, second = 0;  // only their addresses matter
    const Moment begin{};

    Dialogue dialogue(OrderSettings settings) {
        settings.rest = 0ms;
        return {"ICP", std::move(settings), [this](const std::string&, const Query&) { return work; },
                [this](std::int64_t command, Told what, const std::string& note) {
                    told.push_back(std::to_string(command) + " " + std::string(name(what)) + (note.empty() ? "" : ": " + note));
                }};
    }
    static Command order(std::int64_t id, std::int64_t attempts = 1) {
        return {.id = id, .attempts = attempts, .order = {.id = std::to_string(id), .specimen = "S1", .tests = {{"Pb", "铅"}}}};
    }
    static std::string orl(const Dialogue::Letter& letter, bool accepted = true) {
        return hl7OrderAnswer(letter.bytes, accepted, "", {.id = "I", .now = "20261122"});
    }
    std::string all() const {
        std::string joined;
        for (const std::string& t : told) joined += (joined.empty() ? "" : ", ") + t;
        return joined;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(Dialogues, Talk)

BOOST_AUTO_TEST_CASE(an_astm_order_is_acknowledged_when_the_link_says_so) {
    Dialogue d = dialogue({.form = Form::Astm});
    BOOST_TEST(!d.ready());
    d.opened(&first);
    BOOST_TEST(d.ready());
    d.post(order(7));
    d.post(order(7));
    const auto letter = d.next(&first, begin);
    BOOST_REQUIRE(letter);
    BOOST_TEST(readAstmOrders(letter->bytes)->id == "7");
    BOOST_TEST(readAstmOrders(letter->bytes)->orders.at(0).tests.at(0).name == "");
    d.post(order(7));
    BOOST_TEST(!d.next(&first, begin));
    d.settled(&first, letter->id, true, "");
    BOOST_TEST(!d.next(&first, begin));
    BOOST_TEST(all() == "7 sent, 7 acknowledged");
}

BOOST_AUTO_TEST_CASE(what_could_not_be_sent_comes_again_and_fails_in_the_end) {
    Dialogue d = dialogue({.form = Form::Astm});
    d.opened(&first);
    for (const std::int64_t attempts : {1, 5}) {
        d.post(order(7, attempts));
        const auto letter = d.next(&first, begin);
        d.settled(&first, letter->id, false, "no answer to ENQ");
    }
    BOOST_TEST(all() == "7 sent, 7 waiting: no answer to ENQ, 7 sent, 7 failed: no answer to ENQ");
}

BOOST_AUTO_TEST_CASE(one_hl7_order_is_on_the_line_and_the_next_follows_its_own_answer) {
    Dialogue d = dialogue({.form = Form::Hl7});
    d.opened(&first);
    d.post(order(1));
    d.post(order(2));
    const auto one = d.next(&first, begin);
    BOOST_TEST(!d.next(&first, begin));
    BOOST_TEST(d.hears(&first, orl(*one)));
    const auto two = d.next(&first, begin);
    BOOST_REQUIRE(two);
    BOOST_TEST(d.hears(&first, orl(*one)));  // once more: dropped, and not taken for the second one's
    BOOST_TEST(d.hears(&first, orl(*two, false)));
    BOOST_TEST(all() == "1 sent, 1 acknowledged, 2 sent, 2 rejected: AA: UA 2-1");
}

BOOST_AUTO_TEST_CASE(an_overdue_answer_ends_the_connection_and_is_dropped_when_it_comes_on_the_next) {
    Dialogue d = dialogue({.form = Form::Hl7, .patience = 5s});
    d.opened(&first);
    d.post(order(1));
    const auto late = d.next(&first, begin);
    BOOST_TEST(!d.overdue(&first, begin + 4s));
    BOOST_TEST(d.overdue(&first, begin + 5s));
    d.closed(&first);
    d.opened(&second);
    d.post(order(1, 2));
    const auto again = d.next(&second, begin + 6s);
    BOOST_TEST(again->id != late->id);
    BOOST_TEST(d.hears(&second, orl(*late, false)));
    BOOST_TEST(d.hears(&second, orl(*again)));
    BOOST_TEST(all() == "1 sent, 1 waiting: the connection ended before the answer, 1 sent, 1 acknowledged");
}

BOOST_AUTO_TEST_CASE(what_is_in_hand_when_the_last_connection_ends_is_given_back) {
    Dialogue d = dialogue({.form = Form::Hl7});
    d.opened(&first);
    d.post(order(1));
    d.closed(&first);
    d.post(order(2));
    BOOST_TEST(all() == "1 waiting: the instrument is not connected, 2 waiting: the instrument is not connected");
}

BOOST_AUTO_TEST_CASE(results_are_no_answers) {
    Dialogue d = dialogue({.form = Form::Hl7});
    d.opened(&first);
    BOOST_TEST(!d.hears(&first, "MSH|^~\\&|a||||||ORU^R01|9|P|2.5.1\rOBR|1\rOBX|1|NM|X||1\r"));
    BOOST_TEST(!d.question("MSH|^~\\&|a||||||ORU^R01|9|P|2.5.1\rOBR|1\rOBX|1|NM|X||1\r"));
}

BOOST_AUTO_TEST_CASE(a_question_is_answered_in_its_own_session_and_the_acknowledgement_waits_for_nothing) {
    const std::string question = "MSH|^~\\&|c||||||QBP^Q11|M|P|2.5.1\rQPD|WOS^^IHE_LABTF|T|S1\r";
    Dialogue d = dialogue({.form = Form::Hl7});
    d.opened(&first);
    d.opened(&second);
    d.post(order(1));
    const auto open = d.next(&second, begin);
    const auto query = d.question(question);
    BOOST_REQUIRE(query);
    d.answer(&second, question, *query);
    BOOST_TEST(!d.next(&first, begin));
    const auto rsp = d.next(&second, begin);
    BOOST_TEST(rsp->bytes.find("RSP^K11") != std::string::npos);
    BOOST_TEST(!d.next(&second, begin));
    BOOST_TEST(d.hears(&second, orl(*open)));
    const auto oml = d.next(&second, begin);
    BOOST_TEST(readHl7Order(oml->bytes)->specimen == "S1");
    BOOST_TEST(d.hears(&second, orl(*oml)));
    BOOST_TEST(all() == "1 sent, 1 acknowledged");
}

BOOST_AUTO_TEST_CASE(questions_of_other_specimens_take_no_orders_away_and_a_repeated_one_gives_them_once) {
    Dialogue d = dialogue({.form = Form::Hl7});
    d.opened(&first);
    for (const std::string specimen : {"S1", "S2", "S1"}) {
        const std::string question = "MSH|^~\\&|c||||||QBP^Q11|M|P|2.5.1\rQPD|WOS^^IHE_LABTF|T|" + specimen + "\r";
        work->at(0).specimen = specimen;
        d.answer(&first, question, *d.question(question));
        if (specimen == "S1") BOOST_TEST(d.next(&first, begin)->bytes.find("RSP^K11") != std::string::npos);
    }
    BOOST_TEST(d.next(&first, begin)->bytes.find("RSP^K11") != std::string::npos);
    std::vector<std::string> specimens;
    while (const auto oml = d.next(&first, begin)) {
        specimens.push_back(readHl7Order(oml->bytes)->specimen);
        BOOST_TEST(d.hears(&first, orl(*oml)));
    }
    BOOST_TEST(specimens == (std::vector<std::string>{"S2", "S1"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_astm_question_is_told_orders_or_that_there_are_none_or_that_it_could_not_be_asked) {
    const std::string question = "H|\\^&|Q-9\rQ|1|^S1\rL|1\r";
    Dialogue d = dialogue({.form = Form::Astm});
    d.opened(&first);
    const auto ask = [&] {
        d.answer(&first, question, *d.question(question));
        const auto letter = d.next(&first, begin);
        d.settled(&first, letter->id, true, "");
        return *readAstmOrders(letter->bytes);
    };
    BOOST_TEST(ask().orders.at(0).tests.at(0).code == "Pb");
    work->clear();
    BOOST_TEST(ask().termination == 'I');
    work.reset();
    BOOST_TEST(ask().termination == 'Q');
    BOOST_TEST(told.empty());
}

BOOST_AUTO_TEST_CASE(a_reading_marks_the_message_that_answers_it_and_is_not_tried_again) {
    Dialogue d = dialogue({.form = Form::Reading});
    d.opened(&first);
    d.post(order(1));
    BOOST_TEST(all() == "1 rejected: the instrument takes no orders");
    told.clear();
    d.post({.id = 2, .kind = Command::Kind::Read});
    const auto letter = d.next(&first, begin);
    BOOST_TEST(letter->bytes == "S");
    BOOST_TEST(d.readingOf(&first, "") == 0);
    BOOST_TEST(d.readingOf(&first, letter->id) == 2);
    d.settled(&first, letter->id, true, "");
    BOOST_TEST(d.readingOf(&first, letter->id) == 0);
    d.post({.id = 3, .kind = Command::Kind::Read});
    d.settled(&first, d.next(&first, begin)->id, false, "unstable");
    BOOST_TEST(all() == "2 sent, 2 acknowledged, 3 sent, 3 failed: unstable");
}

BOOST_AUTO_TEST_CASE(a_worklist_file_appears_whole_and_once) {
    const test::TempFolder folder;
    Dialogue d = dialogue({.form = Form::Worklist, .worklistFolder = folder.path(""), .worklist = *WorklistTemplate::parse("Sample=specimen; Name=name")});
    BOOST_TEST(d.ready());
    d.post(order(1));
    d.post(order(1));
    std::ostringstream content;
    content << std::ifstream(folder.path("touchstone-1.csv")).rdbuf();
    BOOST_TEST(content.str() == "Sample,Name\r\nS1,铅\r\n");
    BOOST_TEST(std::distance(std::filesystem::directory_iterator(folder.path("")), {}) == 1);
    Command cancel = order(2);
    cancel.order.act = Order::Act::Cancel;
    d.post(cancel);
    BOOST_TEST(all() == "1 acknowledged: touchstone-1.csv, 1 acknowledged: touchstone-1.csv, "
                        "2 rejected: the worklist has no column that says what is cancelled");
}

BOOST_AUTO_TEST_CASE(outcomes_stay_until_they_are_forgotten) {
    const test::TempFolder folder;
    {
        Outcomes outcomes(folder.path("outcomes.sqlite"));
        outcomes.add(1, Told::Sent, "");
        outcomes.add(1, Told::Rejected, std::string("a\x01\xFF") + std::string(600, 'x'));
    }
    Outcomes outcomes(folder.path("outcomes.sqlite"));
    const auto pending = outcomes.pending(10);
    BOOST_REQUIRE(pending.size() == 2u);
    BOOST_TEST(pending[1].state == "rejected");
    BOOST_TEST(pending[1].note.size() <= 500u);
    BOOST_TEST(pending[1].note.find('\x01') == std::string::npos);
    outcomes.forget({pending[0]});
    BOOST_TEST(outcomes.pending(10).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
