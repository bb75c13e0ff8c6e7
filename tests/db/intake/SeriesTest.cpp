#include <boost/test/unit_test.hpp>

#include "server/core/Error.h"
#include "server/intake/IntakeService.h"
#include "server/intake/SeriesService.h"
#include "tests/db/testing/Laboratory.h"

using touchstone::Error;
using touchstone::tests::Laboratory;

namespace db = touchstone::db;
namespace instruments = touchstone::instruments;
namespace intake = touchstone::intake;

namespace {

struct Traces : Laboratory {
    intake::SeriesService service{application()};
    const std::string uid = "00000000-0000-0000-0000-000000000001";

    Traces() {
        sql("INSERT INTO inbound_message (id, uid, instrument, protocol, person_id, received_at, stored_at, sha256, raw, state, observations, imported) "
            "VALUES (1, '" + uid + "', 'HPLC', 'csv', 4, NOW(6), NOW(6), '', '', 'imported', 0, 0)");
    }
    static instruments::Series series(const std::string& name, const std::string& kind, std::size_t points) {
        instruments::Series out;
        out.name = name;
        out.kind = kind;
        out.xUnit = "min";
        out.unit = "mAU";
        for (std::size_t i = 0; i < points; ++i) {
            out.x.push_back(0.1 * static_cast<double>(i));
            out.y.push_back(i == 7 ? 1.0 / 3 : -5e-7);
        }
        return out;
    }
    void store(intake::SeriesCollector& collector) {
        const std::int64_t found = collector.found();
        auto series = collector.release();
        for (auto& one : series) one.message = 1;
        application().write([&](db::WriteTransaction& tx) { intake::insertSeries(tx, {{1, found}}, series); });
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(series, Traces)

BOOST_AUTO_TEST_CASE(aSeriesComesBackWithItsUnitsAndItsExtent) {
    intake::SeriesCollector collector;
    collector.take(series("DAD1A 254 nm", "chromatogram", 10));
    collector.take(series("leer", "trace", 0));
    store(collector);
    const auto list = service.list(analyst, uid);
    BOOST_TEST(list.found == 2);
    BOOST_TEST(list.stored.at(0).name == "DAD1A 254 nm");
    BOOST_TEST((list.stored.at(0).yMax == 1.0 / 3));
    BOOST_TEST((list.stored.at(0).yMin == -5e-7));
    BOOST_TEST(!list.stored.at(1).xMin);
    const auto whole = service.get(analyst, uid, 0);
    BOOST_TEST((whole.points.x == series("", "", 10).x));
    BOOST_TEST((whole.points.y == series("", "", 10).y));
    BOOST_TEST(service.get(analyst, uid, 1).points.x.empty());
}

BOOST_AUTO_TEST_CASE(chromatogramsBehindAHundredThousandSpectraAreKept) {
    intake::SeriesCollector collector;
    const auto spectrum = series("scan", "mass_spectrum", 20);
    for (int i = 0; i < 100'000; ++i) collector.take(spectrum);
    collector.take(series("TIC", "chromatogram", 1'000));
    store(collector);
    const auto list = service.list(analyst, uid);
    BOOST_TEST(list.found == 100'001);
    BOOST_TEST(list.stored.size() == 201U);
    BOOST_TEST(list.stored.back().ordinal == 100'000);
    BOOST_TEST(service.get(analyst, uid, 100'000).points.x.size() == 1'000U);
}

BOOST_AUTO_TEST_CASE(whatIsTooLongOrUnevenIsCountedOnly) {
    intake::SeriesCollector collector;
    collector.take(series("huge", "trace", 2'000'001));
    auto torn = series("torn", "trace", 5);
    torn.y.pop_back();
    collector.take(torn);
    BOOST_TEST(collector.found() == 2);
    BOOST_TEST(collector.release().empty());
}

BOOST_AUTO_TEST_CASE(manyLargeSeriesGoInThoughOnePacketWouldNotTakeThem) {
    std::vector<intake::NewSeries> large;
    for (int i = 0; i < 20; ++i) {
        intake::NewSeries one;
        one.message = 1;
        one.view.ordinal = i;
        one.data = std::string(7U << 20U, static_cast<char>('a' + i));
        large.push_back(std::move(one));
    }
    application().write([&](db::WriteTransaction& tx) { intake::insertSeries(tx, {{1, 20}}, large); });
    BOOST_TEST(text("SELECT CONCAT(COUNT(*), ' ', SUM(LENGTH(data)) DIV 1048576) FROM series") == "20 140");
}

BOOST_AUTO_TEST_CASE(theSpectrumOfAMessageIsKeptWhenItComesAndReadAgainWhereItIsNot) {
    sql("ALTER TABLE instrument MODIFY protocol VARCHAR(16) NOT NULL");
    sql("INSERT INTO instrument (id, code, name, protocol, enabled) VALUES (9, 'FTIR', '红外', 'jcamp', 1)");
    const std::string raw =
        "##TITLE=demo\r\n##JCAMP-DX=4.24\r\n##DATA TYPE=INFRARED SPECTRUM\r\n##ORIGIN=x\r\n##OWNER=x\r\n##XUNITS=1/CM\r\n##YUNITS=ABSORBANCE\r\n"
        "##XFACTOR=1\r\n##YFACTOR=0.5\r\n##FIRSTX=400\r\n##LASTX=406\r\n##NPOINTS=4\r\n##FIRSTY=5\r\n##XYDATA=(X++(Y..Y))\r\n400 10 20\r\n404 30 40\r\n##END=\r\n";
    const std::string ir = "00000000-0000-0000-0000-000000000002";
    intake::IntakeService intakes(application(), trail, recorder, clock);
    static_cast<void>(intakes.bring(gateway, {{ir, "FTIR", "jcamp", "complete", clock.now(), touchstone::sha256(raw), raw}}));
    BOOST_TEST(service.list(analyst, ir).found == 1);
    const auto kept = service.get(analyst, ir, 0);
    BOOST_TEST((kept.points.x == std::vector<double>{400, 402, 404, 406}));
    BOOST_TEST((kept.points.y == std::vector<double>{5, 10, 15, 20}));
    sql("DELETE FROM series");
    const auto read = service.get(analyst, ir, 0);
    BOOST_TEST((read.points.y == kept.points.y));
    BOOST_TEST(read.view.xUnit == kept.view.xUnit);
    BOOST_CHECK_THROW(static_cast<void>(service.get(analyst, ir, 1)), Error);
}

BOOST_AUTO_TEST_CASE(whatIsNotThereIsNotFoundAndNothingCanBeChanged) {
    BOOST_TEST(service.list(analyst, uid).found == 0);
    BOOST_CHECK_THROW(static_cast<void>(service.list(analyst, "nobody")), Error);
    BOOST_CHECK_THROW(static_cast<void>(service.get(analyst, uid, 0)), Error);
    BOOST_CHECK_THROW(static_cast<void>(service.list(gateway, uid)), Error);
    BOOST_CHECK_EXCEPTION(application().write([](db::WriteTransaction& tx) { tx.execute({"u", "UPDATE series SET data = ''"}); }), db::SqlError,
                          [](const db::SqlError& error) { return error.code() == 1142; });
}

BOOST_AUTO_TEST_SUITE_END()
