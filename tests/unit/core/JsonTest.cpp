#include <boost/test/unit_test.hpp>

#include "server/core/Error.h"
#include "server/core/Json.h"

using std::string_literals::operator""s;
using touchstone::json::Value;
using touchstone::json::Writer;

namespace {

/// The byte that the refusal names.
std::string wrongAt(const std::string& text) {
    try {
        static_cast<void>(touchstone::json::parse(text));
    } catch (const touchstone::Error& e) {
        BOOST_TEST((e.code() == touchstone::ErrorCode::MalformedJson));
        return e.arguments().at(0);
    }
    return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(JsonTest)

BOOST_AUTO_TEST_CASE(readsEveryKindOfValue) {
    const Value v = touchstone::json::parse(R"( {"b":[1,true,null,"x"],"a":{"k":98.60},"名":"阿司匹林\n\u0041"} )");
    BOOST_TEST(v.members().size() == 3U);
    BOOST_TEST(v.members()[0].first == "b");
    const auto& items = v.find("b")->items();
    BOOST_TEST(items.size() == 4U);
    BOOST_TEST((items[0].kind() == Value::Kind::Number && items[1].boolean() && items[2].kind() == Value::Kind::Null));
    BOOST_TEST(v.find("a")->find("k")->text() == "98.60");
    BOOST_TEST(v.find("名")->text() == "阿司匹林\nA");
    BOOST_TEST(v.find("c") == nullptr);
}

BOOST_AUTO_TEST_CASE(keepsTheDigitsOfNumbers) {
    for (const char* digits :
         {"0", "-0", "98.60", "0.00050", "12345678901234567890123456789012345678", "1E+5", "-1.50e-3"}) {
        const Value v = touchstone::json::parse(digits);
        BOOST_TEST((v.kind() == Value::Kind::Number), digits);
        BOOST_TEST(v.text() == digits);
    }
}

BOOST_AUTO_TEST_CASE(refusesWhatIsNotJson) {
    for (const std::string& bad : {""s,
                                   " "s,
                                   "{"s,
                                   "[1,]"s,
                                   "{\"a\":1,}"s,
                                   "{a:1}"s,
                                   "'a'"s,
                                   "01"s,
                                   "1."s,
                                   ".5"s,
                                   "+1"s,
                                   "-"s,
                                   "NaN"s,
                                   "Infinity"s,
                                   "nul"s,
                                   "\"\n\""s,
                                   "\"\\x\""s,
                                   "\"\\ud800\""s,
                                   "\"\\udc00\""s,
                                   "{\"\\udc00\":1}"s,
                                   "\"\xff\""s,
                                   "\"\xc0\x80\""s,
                                   "\"\xed\xa0\x80\""s,
                                   "[1]]"s,
                                   "1 2"s,
                                   "/*c*/1"s,
                                   "[1\0]"s,
                                   "1\0"s,
                                   "1\0 2"s,
                                   "\xef\xbb\xbf"
                                   "1"s}) {
        BOOST_TEST(wrongAt(bad) != "accepted", bad);
    }
}

BOOST_AUTO_TEST_CASE(saysWhereItIsWrong) {
    BOOST_TEST(wrongAt("[1,2,x]") == "5");
    BOOST_TEST(wrongAt("[1] 2") == "4");
    BOOST_TEST(wrongAt("1\0 2"s) == "1");
}

BOOST_AUTO_TEST_CASE(refusesARepeatedKey) {
    BOOST_TEST(wrongAt(R"({"a":1,"b":2,"a":3})") != "accepted");
    BOOST_TEST(wrongAt(R"([{"x":{"k":1,"k":1}}])") != "accepted");
    BOOST_TEST(wrongAt(R"({"a":1,"\u0061":3})") != "accepted");
    BOOST_TEST(wrongAt(R"({"a":{"a":1},"A":2})") == "accepted");
}

BOOST_AUTO_TEST_CASE(refusesADepthOfMoreThan64) {
    BOOST_TEST(wrongAt(std::string(64, '[') + std::string(64, ']')) == "accepted");
    BOOST_TEST(wrongAt(std::string(65, '[') + std::string(65, ']')) != "accepted");
    BOOST_TEST(wrongAt(std::string(1'000'000, '[')) != "accepted");
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
    BOOST_TEST(wrongAt(objects) != "accepted");
}

BOOST_AUTO_TEST_CASE(aTextInsideABufferMayEndAnywhere) {
    const std::string_view buffer = "[1,2]garbage";
    BOOST_TEST(touchstone::json::parse(buffer.substr(0, 5)).items().size() == 2U);
}

BOOST_AUTO_TEST_CASE(writesCompactJson) {
    Writer w;
    w.beginObject().field("name", "阿\"司\n\x01").field("n", std::int64_t{-7}).field("ok", true);
    w.field("none", std::optional<std::string>{}).field("some", std::optional<std::string>{"x"});
    w.key("d")
        .number("98.60")
        .key("raw")
        .raw("[1]")
        .key("list")
        .beginArray()
        .real(0.5)
        .null()
        .boolean(false)
        .endArray();
    w.endObject();
    BOOST_TEST(w.take() == R"({"name":"阿\"司\n\u0001","n":-7,"ok":true,"none":null,"some":"x","d":98.60,"raw":[1],)"
                           R"("list":[0.5,null,false]})");
}

BOOST_AUTO_TEST_CASE(aWriterWritesAgainAfterTake) {
    Writer w;
    w.string("");
    BOOST_TEST(w.take() == "\"\"");
    w.integer(1);
    BOOST_TEST(w.take() == "1");
}

BOOST_AUTO_TEST_SUITE_END()
