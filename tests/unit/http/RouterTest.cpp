#include "server/http/Router.h"

#include <boost/test/unit_test.hpp>

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::Language;

namespace http = touchstone::http;
namespace json = touchstone::json;

namespace {

http::Route route(http::Verb verb, const std::string& pattern) {
    return {verb, pattern, http::Access::Open, http::Body::None, [](const http::Request&) { return http::Response::nothing(); }};
}

struct Routes {
    http::Router router;
    Routes() {
        router.add({route(http::Verb::Get, "/samples/{number}"), route(http::Verb::Get, "/samples/labels"),
                    route(http::Verb::Post, "/samples"), route(http::Verb::Get, "/samples/{number}/tests/{id}")});
    }
    std::string find(const std::string& verb, const std::string& path) {
        try {
            const auto match = router.find(verb, path);
            std::string out = match.route->pattern;
            for (const auto& [key, value] : match.path) out += " " + key + "=" + value;
            return out;
        } catch (const Error& error) {
            return std::string(name(error.code()));
        }
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(router, Routes)

BOOST_AUTO_TEST_CASE(fixedWordsWinOverNames) {
    BOOST_TEST(find("GET", "/samples/labels") == "/samples/labels");
    BOOST_TEST(find("GET", "/samples/JP1") == "/samples/{number} number=JP1");
    BOOST_TEST(find("GET", "/samples/JP1/tests/7") == "/samples/{number}/tests/{id} id=7 number=JP1");
}

BOOST_AUTO_TEST_CASE(valuesAreDecoded) {
    BOOST_TEST(find("GET", "/samples/%E6%A3%80%2F1") == "/samples/{number} number=检/1");
    BOOST_TEST(find("GET", "/samples/a+b") == "/samples/{number} number=a+b");
}

BOOST_AUTO_TEST_CASE(whatIsNoTextHasNoAddress) {
    for (const char* path : {"/samples/%", "/samples/%4", "/samples/%zz", "/samples/%00", "/samples/%C2%80", "/samples/%FF",
                             "/samples/", "/samples//tests/7", "/samples/JP1/", "samples/JP1", "/Samples/JP1", ""}) {
        BOOST_TEST(find("GET", path) == "no_such_path", path);
    }
}

BOOST_AUTO_TEST_CASE(anAddressThatIsThereRefusesOtherVerbs) {
    BOOST_TEST(find("DELETE", "/samples") == "method_not_allowed");
    BOOST_TEST(find("post", "/samples") == "method_not_allowed");
    BOOST_TEST(find("POST", "/samples/labels") == "method_not_allowed");
}

BOOST_AUTO_TEST_CASE(aProblemDocumentSaysCodeAndFields) {
    const Error error(ErrorCode::Invalid, {}, {{"rows.3.batch_no", ErrorCode::TooLong, {"64"}, 3}, {"mode", ErrorCode::Required, {}, {}}});
    const json::Value document = json::parse(http::problemDocument(error, Language::en));
    BOOST_TEST(document.find("type")->text() == "/problems/invalid");
    BOOST_TEST(document.find("status")->text() == "422");
    BOOST_TEST(document.find("title")->text() == "Some fields are not right");
    const auto& fields = document.find("errors")->items();
    BOOST_TEST(fields.at(0).find("field")->text() == "rows.3.batch_no");
    BOOST_TEST(fields.at(0).find("row")->text() == "3");
    BOOST_TEST(fields.at(0).find("message")->text() == "At most 64 characters");
    BOOST_TEST(fields.at(1).find("row") == nullptr);
}

BOOST_AUTO_TEST_CASE(refusedRowsAreGatheredByRow) {
    json::Writer out;
    http::writeRefused(out,
                       {{"rows.3.maker", ErrorCode::Required, {}, 3},
                        {"rows.1", ErrorCode::WrongType, {"object"}, 1},
                        {"rows.3.batch_no", ErrorCode::Required, {}, 3}},
                       Language::en);
    const json::Value rows = json::parse(out.take());
    BOOST_REQUIRE_EQUAL(rows.items().size(), 2U);
    BOOST_TEST(rows.items()[0].find("row")->text() == "1");
    BOOST_TEST(rows.items()[0].find("errors")->items().at(0).find("field")->text() == "");
    BOOST_TEST(rows.items()[1].find("errors")->items().at(1).find("field")->text() == "batch_no");
}

BOOST_AUTO_TEST_SUITE_END()
