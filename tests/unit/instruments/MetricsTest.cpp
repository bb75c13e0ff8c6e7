#include <boost/test/unit_test.hpp>

#include "instruments/gateway/Metrics.h"

namespace touchstone::instruments {

BOOST_AUTO_TEST_SUITE(Metrics)

BOOST_AUTO_TEST_CASE(a_family_is_its_help_its_type_and_its_samples) {
    MetricsText out;
    out.family("spool_pending", MetricsText::Type::Gauge, "Messages on their way");
    out.sample(std::int64_t{3});
    out.family("frames_total", MetricsText::Type::Counter, "Frames");
    out.sample(std::int64_t{-1}, {{"instrument", "ICP"}, {"protocol", "astm"}});
    out.sample(0.25, {{"instrument", "LC"}});
    BOOST_TEST(out.text() ==
               "# HELP spool_pending Messages on their way\n# TYPE spool_pending gauge\nspool_pending 3\n"
               "# HELP frames_total Frames\n# TYPE frames_total counter\n"
               "frames_total{instrument=\"ICP\",protocol=\"astm\"} -1\nframes_total{instrument=\"LC\"} 0.25\n");
}

BOOST_AUTO_TEST_CASE(line_feeds_backslashes_and_quotes_cannot_break_a_line) {
    MetricsText out;
    out.family("a", MetricsText::Type::Gauge, "C:\\drop \"x\"\nnext");
    out.sample(std::int64_t{1}, {{"folder", "C:\\drop\n\"仪器\""}});
    BOOST_TEST(out.text() == "# HELP a C:\\\\drop \"x\"\\nnext\n# TYPE a gauge\na{folder=\"C:\\\\drop\\n\\\"仪器\\\"\"} 1\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace touchstone::instruments
