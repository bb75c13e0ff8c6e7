#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/Certificate.h"
#include "server/audit/Trail.h"
#include "server/core/Actor.h"
#include "server/core/Clock.h"
#include "server/db/Database.h"
#include "server/samples/Head.h"
#include "server/samples/Sample.h"
#include "server/samples/SampleStore.h"
#include "server/samples/TestView.h"

namespace touchstone::samples {

struct SamplePage {
    std::vector<SampleSummary> items;
    std::optional<std::int64_t> next;
    std::map<std::string, std::int64_t> counts;
};

struct SampleDetail {
    SampleRecord sample;
    std::vector<TestView> tests;
    std::vector<std::string> certificates;
};

/// What sheets of labels are drawn with: the file of a font, and the layout of the day.
struct LabelSettings {
    std::string font;
    std::function<reports::Layout(Date day)> layout;
};

/// Registration and reading of samples. Reads are for any of the staff. Safe to use from many threads.
class SampleService {
public:
    SampleService(db::Database& database, const audit::Trail& trail, const Clock& clock, const LabelSettings& labels, Zone zone = {})
        : database_(database), trail_(trail), clock_(clock), printer_(labels.font), labelSheet_(labels.layout), zone_(zone) {}

    /// Numbers the samples and makes their tests, in one transaction. Unless `each`, one wrong row refuses all:
    /// Error(Invalid) with every FieldError. A request key that this person used before gets the same answer again and
    /// registers nothing; a key under which nothing was accepted stays free. Role technician.
    [[nodiscard]] Registered registerSamples(const Actor& actor, const Registration& registration);

    /// Puts right what the head says, until a certificate of the sample is released; after that an amendment does. Role
    /// technician. Error(NotFound), Error(WrongState), Error(Invalid).
    void correct(const Actor& actor, const std::string& number, const std::vector<HeadChange>& changes, const std::string& reason);

    [[nodiscard]] SamplePage list(const Actor& actor, SampleFilter filter);
    /// Error(NotFound), as those below.
    [[nodiscard]] SampleDetail get(const Actor& actor, const std::string& number);
    /// Oldest first. Entries on tests, results and certificates stand under the number of their sample.
    [[nodiscard]] std::vector<audit::StoredEntry> timeline(const Actor& actor, const std::string& number);
    /// A PDF with a label for each number, in order.
    [[nodiscard]] std::string labels(const Actor& actor, const std::vector<std::string>& numbers);

private:
    [[nodiscard]] Date today() const { return zone_.dateOf(clock_.now()); }
    [[nodiscard]] Registered registerIn(db::WriteTransaction& tx, const Actor& actor, const Registration& registration) const;

    db::Database& database_;
    const audit::Trail& trail_;
    const Clock& clock_;
    reports::CertificatePrinter printer_;
    std::function<reports::Layout(Date day)> labelSheet_;
    Zone zone_;
};

}  // namespace touchstone::samples
