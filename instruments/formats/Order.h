#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace touchstone::instruments {

/// What an instrument is asked to do with one specimen. No patient belongs to it: what is tested here are goods.
struct Order {
    enum class Act : std::uint8_t { New, Cancel };
    struct Test {
        std::string code;    ///< the instrument's own
        std::string name{};  ///< for people, where the format has room for it

        friend bool operator==(const Test&, const Test&) = default;
    };

    std::string id{};        ///< the same when it is sent again, by which an instrument knows the repetition
    std::string specimen{};  ///< barcode
    std::string position{};  ///< rack and cup, joined with '^'; may be empty
    char priority = 'R';     ///< S at once, A as soon as possible, R routine, C callback, P before an operation
    Act act = Act::New;
    std::vector<Test> tests{};

    friend bool operator==(const Order&, const Order&) = default;
};

/// An instrument asks what is to be done.
struct Query {
    enum class Dialect : std::uint8_t {
        Astm,     ///< Q record
        Qbp,      ///< QBP^Q11: answered RSP^K11, the orders follow as messages of their own (IHE LAW, LAB-27)
        Mindray,  ///< QRY^Q02: answered QCK^Q02, then DSR^Q03 for each specimen
    };
    Dialect dialect = Dialect::Astm;
    std::string id{};                      ///< H.3 or MSH-10
    bool all = false;                      ///< whatever there is to do
    bool cancelled = false;                ///< takes back what was asked before; wants no answer
    std::vector<std::string> specimens{};  ///< in the order asked, each once
    std::vector<std::string> tests{};      ///< only these codes; empty: every test
};

/// What became of a question.
enum class QueryOutcome : std::uint8_t { Answered, NoInformation, Error };

/// What goes into the head of a message of ours. Times are YYYYMMDDHHMMSS.
struct Letterhead {
    std::string id;   ///< MSH-10, at most 20 characters; H.3 where no order gives it
    std::string now;
    std::string sender = "Touchstone";
    std::string receiver{};
};

}  // namespace touchstone::instruments
