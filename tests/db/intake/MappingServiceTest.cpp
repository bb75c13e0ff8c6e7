#include <boost/test/unit_test.hpp>

#include "tests/db/intake/Replaying.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::Laboratory;
using touchstone::tests::refusal;
using touchstone::tests::Replaying;

namespace intake = touchstone::intake;

namespace {

const std::string kFirst = Laboratory::numberOf(1);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(mapping_service, Replaying)

BOOST_AUTO_TEST_CASE(aMappingIsAVersionAndTheNewestIsInForceAtOnce) {
    bring(1, csv(kFirst + ",A,\"98,6\",%\n"));
    BOOST_TEST(standing(1) == "held undecidable 0/1 v1");
    map(0, R"({"decimal":","})");
    bring(2, csv(kFirst + ",A,\"98,6\",%\n"));
    BOOST_TEST(standing(2) == "imported - 1/1 v1");
    map(1, "{}");
    const auto versions = mappings.instrument(technician, "WEIGHER").mappings;
    BOOST_TEST(versions.size() == 2U);
    BOOST_TEST(versions.at(0).version == 2);
    BOOST_TEST(versions.at(1).mapping == R"({"decimal":","})");
    BOOST_TEST(versions.at(1).person.value_or("") == "张");
    BOOST_TEST(versions.at(1).reason == "现场文件如此");
    BOOST_TEST(text("SELECT COUNT(*) FROM trail WHERE action = 'instrument.map'") == "2");
}

BOOST_AUTO_TEST_CASE(twoPeopleWhoStartFromTheSameVersionDoNotOverwriteEachOther) {
    map(0, "{}");
    BOOST_TEST((refusal([&] { map(0, R"({"decimal":","})"); }) == ErrorCode::Conflict));
    BOOST_TEST((refusal([&] { map(1, R"({"nothing":1})"); }) == ErrorCode::WrongType));
    BOOST_TEST((refusal([&] { map(1, "no JSON"); }) == ErrorCode::WrongType));
    BOOST_TEST((refusal([&] { static_cast<void>(mappings.save(technician, "NONE", 0, "{}", "改")); }) == ErrorCode::NotFound));
    BOOST_TEST(text("SELECT COUNT(*) FROM instrument_mapping") == "1");
}

BOOST_AUTO_TEST_CASE(codesAreAddedChangedAndRemovedWithTheirTrail) {
    mappings.setCodes(technician, "WEIGHER", {{"NEW", "A", "", "%"}, {"B", "A", "", ""}}, "新代码");
    BOOST_TEST(text("SELECT GROUP_CONCAT(CONCAT(c.code, '=', a.code, c.unit) ORDER BY c.code) FROM instrument_analyte c JOIN analyte a ON "
                    "a.id = c.analyte_id") == "A=A,B=A,C=C,D=D,NEW=A%");
    mappings.removeCodes(technician, "WEIGHER", {"NEW", "D"}, "不再使用");
    BOOST_TEST(mappings.instrument(technician, "WEIGHER").codes.size() == 3U);
    BOOST_TEST((refusal([&] { mappings.removeCodes(technician, "WEIGHER", {"NEW"}, "不再使用"); }) == ErrorCode::NotKnown));
    BOOST_TEST((refusal([&] { mappings.setCodes(technician, "WEIGHER", {{"X", "NONE", "", ""}}, "改"); }) == ErrorCode::NotKnown));
    BOOST_TEST((refusal([&] { mappings.setCodes(technician, "WEIGHER", {{"X", "A", "", ""}, {"X", "B", "", ""}}, "改"); }) == ErrorCode::Duplicate));
    BOOST_TEST(text("SELECT GROUP_CONCAT(action ORDER BY id) FROM trail") == "instrument.set_codes,instrument.remove_codes");
}

BOOST_AUTO_TEST_CASE(theFormatOfAnInstrumentChangesWithItsTrail) {
    mappings.setProtocol(technician, "WEIGHER", "auto", "文件格式不一");
    BOOST_TEST(text("SELECT protocol FROM instrument") == "auto");
    BOOST_TEST(text("SELECT CONCAT(old_value, new_value) FROM trail") == R"({"protocol":"csv"}{"protocol":"auto"})");
    bring(1, csv(kFirst + ",A,98.6,%\n"));
    BOOST_TEST(standing(1) == "imported - 1/1 v1");
}

BOOST_AUTO_TEST_CASE(aPreviewShowsCellsObservationsAndWhyItIsRefusedAndKeepsNothing) {
    const std::string raw = "Probe;Pb\nX1;0,5\n";
    const auto refused = mappings.preview(technician, "csv", raw, R"({"delimiter":";"})");
    BOOST_TEST(refused.reading.refused->code == "mapping_needed");
    BOOST_TEST(refused.outline.lines.at(1).parts.at(1).text == "0,5");
    const auto good = mappings.preview(technician, "csv", raw,
                                       R"({"delimiter":";","decimal":",","columns":{"specimen":"Probe"},"wide":[{"column":"Pb","code":"PB","unit":"mg/kg"}]})");
    BOOST_TEST(good.reading.observations.at(0).decimal.value_or("") == "0.5");
    BOOST_TEST(raw.substr(good.reading.observations.at(0).span.offset, good.reading.observations.at(0).span.length) == "0,5");
    BOOST_TEST(text("SELECT COUNT(*) FROM trail") == "0");
    BOOST_TEST((refusal([&] { static_cast<void>(mappings.preview(technician, "csv", raw, "[]")); }) == ErrorCode::WrongType));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(message_search, Replaying)

BOOST_AUTO_TEST_CASE(messagesAreFoundByWhatIsKnownOfThem) {
    bring(1, csv(kFirst + ",A,98.6,%\n"));
    bring(2, csv("JP9,ODD,1,%\n"));
    bring(3, "no table 铅");
    bring(4, "\xC7\xA6 no table");
    const auto found = [&](const intake::MessageFilter& filter) {
        std::string out;
        for (const auto& message : service.list(technician, filter).messages) out += message.uid.substr(35);
        return out;
    };
    BOOST_TEST(found({}) == "4321");
    BOOST_TEST(found({.specimen = kFirst}) == "1");
    BOOST_TEST(found({.code = "ODD"}) == "2");
    BOOST_TEST(found({.code = "A"}).empty());
    BOOST_TEST(found({.state = "held", .reason = "unknown_specimen"}) == "2");
    BOOST_TEST(found({.instrument = "WEIGHER", .text = "铅"}) == "43");
    BOOST_TEST(found({.from = clock.now(), .until = clock.now() + std::chrono::seconds(1), .text = "98.6"}) == "1");
    BOOST_TEST(found({.from = clock.now() + std::chrono::seconds(1)}).empty());
    BOOST_TEST(found({.limit = 2}) == "43");
    BOOST_TEST(found({.after = service.list(technician, {.limit = 2}).next, .limit = 2}) == "21");
    BOOST_TEST(service.held(technician, {}).size() == 2U);
    BOOST_TEST(service.held(technician, "NONE").empty());
}

BOOST_AUTO_TEST_SUITE_END()
