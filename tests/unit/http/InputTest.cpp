#include "server/http/Input.h"

#include <boost/test/unit_test.hpp>
#include <functional>

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::FieldError;
using touchstone::http::Fields;
using touchstone::http::Query;
using touchstone::http::TextRule;

namespace http = touchstone::http;
namespace json = touchstone::json;

namespace {

/// "field:code …" of what the body is refused with, or "" when it is taken.
std::string faults(const std::string& body, const std::function<void(Fields&)>& read) {
    const json::Value value = json::parse(body);
    try {
        Fields in(value);
        read(in);
        in.finish();
    } catch (const Error& error) {
        BOOST_TEST((error.code() == ErrorCode::Invalid));
        std::string out;
        for (const FieldError& field : error.fields()) {
            out += (out.empty() ? "" : " ") + field.field + ":" + std::string(name(field.code));
        }
        return out;
    }
    return "";
}

std::string textFault(const std::string& literal, TextRule rule = {.least = 2, .most = 4}) {
    return faults("{\"a\":" + literal + "}", [&](Fields& in) { static_cast<void>(in.text("a", rule)); });
}

std::string integerFault(const std::string& literal) {
    return faults("{\"a\":" + literal + "}", [](Fields& in) { static_cast<void>(in.integer("a", -5, 100)); });
}

std::string queryFaults(std::map<std::string, std::string> parameters, const std::function<void(Query&)>& read) {
    Query query(std::move(parameters));
    try {
        read(query);
        query.finish();
    } catch (const Error& error) {
        std::string out;
        for (const FieldError& field : error.fields()) {
            out += (out.empty() ? "" : " ") + field.field + ":" + std::string(name(field.code));
        }
        return out;
    }
    return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(input)

BOOST_AUTO_TEST_CASE(plainTextIsUtf8WithoutControlCharacters) {
    BOOST_TEST(http::isPlainText(""));
    BOOST_TEST(http::isPlainText("检品 ≤ 0.3 %"));
    BOOST_TEST(http::isPlainText("\xF0\x9F\x92\x8A"));       // four bytes
    BOOST_TEST(http::isPlainText("\xC2\xA0"));               // the first after the C1 controls
    BOOST_TEST(!http::isPlainText(std::string_view("a\0b", 3)));
    BOOST_TEST(!http::isPlainText("a\tb"));
    BOOST_TEST(!http::isPlainText("a\nb"));
    BOOST_TEST(!http::isPlainText("\x7F"));
    BOOST_TEST(!http::isPlainText("\xC2\x80"));              // C1
    BOOST_TEST(!http::isPlainText("\xC2\x9F"));
    BOOST_TEST(!http::isPlainText("\xC2"));                  // cut off
    BOOST_TEST(!http::isPlainText("\xED\xA0\x80"));          // a surrogate
    BOOST_TEST(!http::isPlainText("\xC0\xAF"));              // overlong
}

BOOST_AUTO_TEST_CASE(lengthsAreCountedInCharacters) {
    BOOST_TEST(textFault("\"检品\"") == "");
    BOOST_TEST(textFault("\"检品检品\"") == "");
    BOOST_TEST(textFault("\"检品检品检\"") == "a:too_long");
    BOOST_TEST(textFault("\"\\ud83d\\udc8a\\ud83d\\udc8a\\ud83d\\udc8a\\ud83d\\udc8a\"") == "");
    BOOST_TEST(textFault("\"检\"") == "a:too_short");
}

BOOST_AUTO_TEST_CASE(aTextThatIsMissingEmptyOrBlankIsRequired) {
    BOOST_TEST(textFault("null") == "a:required");
    BOOST_TEST(textFault("\"\"") == "a:required");
    BOOST_TEST(textFault("\"   \"") == "a:required");
    BOOST_TEST(textFault("\"\\u3000\\u3000\"") == "a:required");   // the blank of Chinese keyboards
    BOOST_TEST(faults("{}", [](Fields& in) { static_cast<void>(in.text("a")); }) == "a:required");
    BOOST_TEST(textFault("\"\"", {.least = 0}) == "");
}

BOOST_AUTO_TEST_CASE(aTextIsNothingElse) {
    BOOST_TEST(textFault("12") == "a:wrong_type");
    BOOST_TEST(textFault("[\"x\"]") == "a:wrong_type");
    BOOST_TEST(textFault("true") == "a:wrong_type");
    BOOST_TEST(textFault("\"a\\u0000b\"") == "a:wrong_characters");
    BOOST_TEST(textFault("\"a\\u0085b\"") == "a:wrong_characters");
    BOOST_CHECK_THROW(textFault("\"\\ud83d\""), Error);   // a lone surrogate is no JSON text
}

BOOST_AUTO_TEST_CASE(anOptionalTextMayBeMissingButNotWrong) {
    const auto read = [](Fields& in) { BOOST_TEST(!in.optionalText("a", {.most = 3}).has_value()); };
    BOOST_TEST(faults("{}", read) == "");
    BOOST_TEST(faults("{\"a\":null}", read) == "");
    BOOST_TEST(faults("{\"a\":\"\"}", read) == "a:required");
    BOOST_TEST(faults("{\"a\":\"long\"}", read) == "a:too_long");
}

BOOST_AUTO_TEST_CASE(anIntegerIsWrittenAsDigits) {
    for (const char* good : {"0", "7", "-5", "100", "-0"}) BOOST_TEST(integerFault(good) == "");
    for (const char* beyond : {"-6", "101", "1.0", "1e2", "99999999999999999999", "-99999999999999999999"}) {
        BOOST_TEST(integerFault(beyond) == "a:out_of_range");
    }
    for (const char* other : {"\"7\"", "true", "[7]"}) BOOST_TEST(integerFault(other) == "a:wrong_type");
    for (const char* noJson : {"+1", "01", "0x1", "1."}) BOOST_CHECK_THROW(integerFault(noJson), Error);
}

BOOST_AUTO_TEST_CASE(parsedIntegersHaveOneForm) {
    BOOST_TEST(http::parseInteger("9223372036854775807", 1, INT64_MAX).value() == INT64_MAX);
    for (const char* wrong : {"", "+1", " 1", "1 ", "1.0", "1e2", "0x1", "9223372036854775808", "-", "１"}) {
        BOOST_TEST(!http::parseInteger(wrong, INT64_MIN, INT64_MAX).has_value(), wrong);
    }
    BOOST_TEST(!http::parseInteger("01", 0, 9).has_value());
    BOOST_TEST(!http::parseInteger("-01", -9, 9).has_value());
    BOOST_TEST(http::parseInteger("0", 0, 9).has_value());
}

BOOST_AUTO_TEST_CASE(aWordIsOneOfThose) {
    const auto read = [](const std::string& body, std::optional<std::string> byDefault, const std::string& given) {
        return faults(body, [&](Fields& in) { BOOST_TEST(in.oneOf("a", {"all", "each"}, byDefault) == given); });
    };
    BOOST_TEST(read(R"({"a":"each"})", {}, "each") == "");
    BOOST_TEST(read(R"({})", "all", "all") == "");
    BOOST_TEST(read(R"({})", {}, "") == "a:required");
    BOOST_TEST(read(R"({"a":"Each"})", {}, "") == "a:not_one_of");
    BOOST_TEST(read(R"({"a":"each "})", {}, "") == "a:not_one_of");
    BOOST_TEST(read(R"({"a":1})", {}, "") == "a:wrong_type");
}

BOOST_AUTO_TEST_CASE(daysAndMomentsExist) {
    const auto date = [](const std::string& literal) {
        return faults("{\"a\":" + literal + "}", [](Fields& in) { static_cast<void>(in.date("a")); });
    };
    BOOST_TEST(date("\"2024-02-29\"") == "");
    for (const char* wrong : {"\"2026-02-29\"", "\"2026-1-1\"", "\"2026-01-01 \"", "20260101", "\"\""}) {
        BOOST_TEST(date(wrong) == "a:not_a_date", wrong);
    }
    const auto moment = [](const std::string& literal) {
        return faults("{\"a\":" + literal + "}", [](Fields& in) { static_cast<void>(in.instant("a")); });
    };
    BOOST_TEST(moment("\"2026-11-22T14:00:00.5+08:00\"") == "");
    BOOST_TEST(moment("\"2026-11-22T14:00:00\"") == "a:wrong_type");   // of no zone
    BOOST_TEST(moment("\"2026-11-22T25:00:00Z\"") == "a:wrong_type");
    // In UTC beyond the years that the database keeps.
    BOOST_TEST(moment("\"0000-01-01T00:00:00+08:00\"") == "a:out_of_range");
    BOOST_TEST(moment("\"9999-12-31T23:59:59-08:00\"") == "a:out_of_range");
}

BOOST_AUTO_TEST_CASE(aDecimalIsTakenAsItStands) {
    const auto decimal = [](const std::string& literal) {
        return faults("{\"a\":" + literal + "}", [](Fields& in) { static_cast<void>(in.decimal("a")); });
    };
    BOOST_TEST(decimal("98.60") == "a:wrong_type");   // a JSON number loses its zeros on the way
    BOOST_TEST(decimal("\"98.60\"") == "");
    BOOST_TEST(faults("{\"a\":\"98.60\"}", [](Fields& in) { BOOST_TEST(in.decimal("a")->text() == "98.60"); }) == "");
    for (const char* wrong : {"\"1e2\"", "\"1,5\"", "\" 1\"", "\"１\""}) BOOST_TEST(decimal(wrong) == "a:not_a_number", wrong);
}

BOOST_AUTO_TEST_CASE(anArrayHasOneToSoMany) {
    const auto array = [](const std::string& literal) {
        return faults("{\"a\":" + literal + "}", [](Fields& in) { static_cast<void>(in.integers("a", 2)); });
    };
    BOOST_TEST(array("[1,2]") == "");
    BOOST_TEST(array("[]") == "a:nothing_to_do");
    BOOST_TEST(array("[1,2,3]") == "a:too_many");
    BOOST_TEST(array("{}") == "a:wrong_type");
    BOOST_TEST(array("[1,0]") == "a.1:wrong_type");
    BOOST_TEST(array("[\"1\",-1]") == "a.0:wrong_type a.1:wrong_type");
    BOOST_TEST(faults(R"({"a":["x",""]})", [](Fields& in) { static_cast<void>(in.texts("a", 5, {})); }) == "a.1:required");
}

BOOST_AUTO_TEST_CASE(oneAnswerNamesAllThatIsWrong) {
    BOOST_TEST(faults(R"({"b":1,"c":2})", [](Fields& in) {
                   static_cast<void>(in.text("a"));
                   static_cast<void>(in.text("b"));
               }) == "a:required b:wrong_type c:unknown_field");
}

BOOST_AUTO_TEST_CASE(aBodyIsAnObject) {
    BOOST_TEST(faults("[]", [](Fields&) {}) == ":wrong_type");
}

BOOST_AUTO_TEST_CASE(aRowNotesItsPlaceAndLeavesTheOthersAlone) {
    const json::Value body = json::parse(R"([{"a":"x"},{"a":1,"b":2},7])");
    std::vector<FieldError> errors;
    std::string good;
    for (std::size_t i = 0; i < body.items().size(); ++i) {
        Fields in(body.items()[i], "rows", i, errors);
        static_cast<void>(in.text("a"));
        in.finish();
        good += in.good() ? '+' : '-';
    }
    BOOST_TEST(good == "+--");
    BOOST_REQUIRE_EQUAL(errors.size(), 3U);
    BOOST_TEST(errors[0].field == "rows.1.a");
    BOOST_TEST(errors[1].field == "rows.1.b");
    BOOST_TEST((errors[1].code == ErrorCode::UnknownField));
    BOOST_TEST(errors[2].field == "rows.2");
    BOOST_TEST(errors[2].row.value() == 2U);
}

BOOST_AUTO_TEST_CASE(aQueryIsReadUnderTheSameRules) {
    const auto limit = [](Query& query) { static_cast<void>(query.limit()); };
    BOOST_TEST(queryFaults({{"limit", "500"}}, limit) == "");
    BOOST_TEST(queryFaults({{"limit", ""}}, limit) == "");
    for (const char* wrong : {"0", "501", "1.0", "+5", "5 ", "a"}) {
        BOOST_TEST(queryFaults({{"limit", wrong}}, limit) == "limit:out_of_range", wrong);
    }
    BOOST_TEST(queryFaults({{"q", "a\tb"}}, [](Query& q) { static_cast<void>(q.text("q", 5)); }) == "q:wrong_characters");
    BOOST_TEST(queryFaults({{"q", "检品检品检品"}}, [](Query& q) { static_cast<void>(q.text("q", 5)); }) == "q:too_long");
    BOOST_TEST(queryFaults({{"q", ""}}, [](Query& q) { static_cast<void>(q.requiredText("q", 5)); }) == "q:required");
    BOOST_TEST(queryFaults({{"f", "yes"}}, [](Query& q) { BOOST_TEST(!q.flag("f")); }) == "f:not_one_of");
    BOOST_TEST(queryFaults({{"f", "true"}}, [](Query& q) { BOOST_TEST(q.flag("f")); }) == "");
    BOOST_TEST(queryFaults({{"after", "-1"}}, [](Query& q) { static_cast<void>(q.after()); }) == "after:wrong_type");
    BOOST_TEST(queryFaults({{"after", "7"}}, [](Query& q) { BOOST_TEST(q.after().value() == 7); }) == "");
    BOOST_TEST(queryFaults({{"other", "7"}}, limit) == "other:unknown_field");
}

BOOST_AUTO_TEST_SUITE_END()
