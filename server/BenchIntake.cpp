#include "server/BenchIntake.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "reports/Signer.h"
#include "server/Application.h"
#include "server/TemporaryFolder.h"
#include "server/catalogue/Institute.h"
#include "server/core/Bytes.h"
#include "server/core/Json.h"
#include "server/db/Migrator.h"
#include "server/db/PrivateDatabase.h"
#include "server/people/Accounts.h"
#include "server/samples/SampleService.h"

namespace touchstone {
namespace {

constexpr int kMessagesARequest = 25;
constexpr const char* kSchema = "bench";

/// The columns of a table that the intake of results writes: i for integers, b for bytes, s for the rest.
struct Table {
    db::Statement select;
    db::InsertStatement insert;
    std::string kinds;
};

const std::vector<Table>& tables() {
    static const std::vector<Table> all{
        {{"bench_messages",
          "SELECT id, uid, instrument_id, instrument, protocol, person_id, received_at, stored_at, sha256, raw, control_id, state, reason, "
          "detail, observations, imported, link_state FROM inbound_message ORDER BY id"},
         {"bench_message_insert",
          "INSERT INTO inbound_message (id, uid, instrument_id, instrument, protocol, person_id, received_at, stored_at, sha256, raw, "
          "control_id, state, reason, detail, observations, imported, link_state) VALUES",
          17},
         "isississbbssssiis"},
        {{"bench_readings",
          "SELECT message_id, version, instrument_id, mapping_version, at, person_id, reason, state, cause, detail, control_id, observations, "
          "imported FROM message_reading ORDER BY message_id"},
         {"bench_reading_insert",
          "INSERT INTO message_reading (message_id, version, instrument_id, mapping_version, at, person_id, reason, state, cause, detail, "
          "control_id, observations, imported) VALUES",
          13},
         "iiiisisssssii"},
        {{"bench_observations",
          "SELECT id, message_id, ordinal, specimen, code, value, unit, flags, observed_at, span_offset, span_length, state, reason, test_id, "
          "reading, correction_id FROM observation ORDER BY message_id, ordinal"},
         {"bench_observation_insert",
          "INSERT INTO observation (id, message_id, ordinal, specimen, code, value, unit, flags, observed_at, span_offset, span_length, "
          "state, reason, test_id, reading, correction_id) VALUES",
          16},
         "iiissssssiissiii"},
        {{"bench_results",
          "SELECT r.id, r.test_id, r.version_no, r.value, r.compared, r.verdict, r.requirement, r.edition, r.comparison, r.rounding, "
          "r.source, r.observation_id, r.person_id, r.reason, r.at FROM result_version r JOIN observation o ON o.id = r.observation_id "
          "ORDER BY o.message_id, o.ordinal"},
         {"bench_result_insert",
          "INSERT INTO result_version (id, test_id, version_no, value, compared, verdict, requirement, edition, comparison, rounding, "
          "source, observation_id, person_id, reason, at) VALUES",
          15},
         "iiissssssssiiss"},
        {{"bench_tests",
          "SELECT t.id, t.sample_id, t.item_id, t.analyte_id, t.status, t.round, t.result_id, t.verdict, t.version FROM test t "
          "JOIN observation o ON o.test_id = t.id WHERE t.status = 'resulted' ORDER BY o.message_id, o.ordinal"},
         {"bench_test_update",
          "INSERT INTO test (id, sample_id, item_id, analyte_id, status, round, result_id, verdict, version) VALUES", 9,
          "ON DUPLICATE KEY UPDATE status = VALUES(status), result_id = VALUES(result_id), verdict = VALUES(verdict), "
          "version = VALUES(version)"},
         "iiiisiisi"},
        {{"bench_trail",
          "SELECT at, actor, action, subject_kind, subject, old_value, new_value, reason, origin, nonce, mac FROM trail "
          "WHERE action IN ('message.store', 'result.import') ORDER BY id"},
         {"bench_trail_insert",
          "INSERT INTO trail (at, actor, action, subject_kind, subject, old_value, new_value, reason, origin, nonce, mac) VALUES", 11},
         "sssssssssbb"}};
    return all;
}

db::Parameters parametersOf(const db::Row& row, const std::string& kinds) {
    db::Parameters out;
    out.reserve(kinds.size());
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (row.isNull(i)) {
            out.emplace_back(nullptr);
        } else if (kinds[i] == 'i') {
            out.emplace_back(row.integer(i));
        } else if (kinds[i] == 'b') {
            out.emplace_back(db::Blob{row.text(i)});
        } else {
            out.emplace_back(row.text(i));
        }
    }
    return out;
}

/// A database, a server and accounts, all of this run.
class Laboratory {
public:
    explicit Laboratory(const IntakeBenchSettings& settings) : private_(folder_.path() + "/db") {
        private_.start();
        private_.makeSchema(kSchema);
        db::Settings ownerSettings = private_.owner(kSchema);
        ownerSettings.connections = 20;
        owner_ = std::make_unique<db::Database>(ownerSettings);
        db::Migrator(*owner_, settings.share + "/schema", db::PrivateDatabase::applicationAccount()).migrate();

        application_ = std::make_unique<db::Database>(private_.application(kSchema));
        trail_ = std::make_unique<audit::Trail>(key_, clock_);
        accounts_ = std::make_unique<people::AccountService>(*application_, *trail_, clock_, random_);
        samples_ = std::make_unique<samples::SampleService>(*application_, *trail_, clock_,
                                                            samples::LabelSettings{settings.fontFile, {}});
        const Actor system = people::systemActor("bench");
        std::ifstream in(settings.share + "/templates/institute.xml");
        const std::string xml(std::istreambuf_iterator<char>(in), {});
        (void)catalogue::importInstitute(*application_, *trail_, system, xml, settings.share + "/schema/institute.xsd");
        accounts_->create(system, {{"technician", "检验员", std::nullopt, {Role::technician}, "DEMO-LAB"},
                                   {"gateway", "网关", std::nullopt, {Role::instrument}, "DEMO-LAB"}});
        technician_ = *accounts_->authenticate(accounts_->issueToken(system, "technician"));
        token_ = accounts_->issueToken(system, "gateway");
        startServer(settings);
    }

    [[nodiscard]] db::Database& owner() { return *owner_; }
    [[nodiscard]] const std::string& token() const { return token_; }
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }

    /// Numbers of that many new samples of cosmetics, each with four metals to test.
    [[nodiscard]] std::vector<std::string> registerSamples(std::size_t count) {
        std::vector<std::string> numbers;
        while (numbers.size() < count) {
            samples::Registration registration;
            for (std::size_t row = 0; row < std::min<std::size_t>(500, count - numbers.size()); ++row) registration.rows.push_back(sample(row));
            for (auto& accepted : samples_->registerSamples(technician_, registration).accepted) numbers.push_back(accepted.number);
        }
        return numbers;
    }

private:
    samples::NewSample sample(std::size_t row) {
        samples::NewSample out;
        out.row = row;
        out.product = "CREAM";
        out.specification = "50 g";
        out.batchNo = "B" + std::to_string(++batch_);
        out.maker = "示例化妆品有限公司";
        out.client = "示例市市场监督管理局";
        out.businessKind = "supervision";
        out.voucherNo = "V" + std::to_string(batch_);
        out.sampledOn = Zone{}.dateOf(clock_.now());
        out.sealState = "intact";
        out.quantity = Decimal(3);
        out.quantityUnit = "盒";
        out.regionCode = "990102";
        return out;
    }

    void startServer(const IntakeBenchSettings& settings) {
        const auto authority = reports::DemonstrationAuthority::make("示例市药品检验检测中心", 30);
        ApplicationSettings all;
        all.database = private_.application(kSchema);
        all.database.connections = 20;
        all.openapiFile = settings.share + "/server/http/openapi.yaml";
        all.fontFile = settings.fontFile;
        all.templatesFolder = settings.share + "/templates";
        all.trailKey = key_;
        all.signing.keyPem = authority.keyPem;
        all.signing.chainPem = authority.chainPem;
        all.signing.rootsPem = authority.caPem;
        server_ = std::make_unique<Application>(std::move(all));
        server_->start();
    }

    TemporaryFolder folder_;
    SystemClock clock_;
    SystemRandom random_;
    std::string key_ = random_.bytes(32);
    db::PrivateDatabase private_;
    std::unique_ptr<db::Database> owner_;
    std::unique_ptr<db::Database> application_;
    std::unique_ptr<audit::Trail> trail_;
    std::unique_ptr<people::AccountService> accounts_;
    std::unique_ptr<samples::SampleService> samples_;
    std::unique_ptr<Application> server_;
    Actor technician_;
    std::string token_;
    std::int64_t batch_ = 0;
};

std::string uuid(SystemRandom& random) {
    std::string hex = toHex(random.bytes(16));
    for (const std::size_t at : {8U, 13U, 18U, 23U}) hex.insert(at, "-");
    return hex;
}

std::string astmMessage(const std::string& number) {
    return "H|\\^&|||ICPMS^1.0|||||||P|LIS2-A2|20261122090000\rP|1\rO|1|" + number +
           "||^^^METALS|R\rR|1|^^^208Pb|0.42|mg/kg||N||F||||20261122085500\rR|2|^^^75As|0.11|mg/kg||N||F||||20261122085500\r"
           "R|3|^^^202Hg|0.02|mg/kg||N||F||||20261122085500\rR|4|^^^111Cd|0.05|mg/kg||N||F||||20261122085500\rL|1|N\r";
}

/// Bodies of POST /intake/messages, made before the clock starts.
std::vector<std::string> requestsFor(const std::vector<std::string>& numbers) {
    SystemRandom random;
    std::vector<std::string> out;
    for (std::size_t first = 0; first < numbers.size(); first += kMessagesARequest) {
        json::Writer body;
        body.beginObject().key("messages").beginArray();
        for (std::size_t i = first; i < std::min(numbers.size(), first + kMessagesARequest); ++i) {
            const std::string raw = astmMessage(numbers[i]);
            body.beginObject().field("id", uuid(random)).field("instrument", "ICPMS-1").field("protocol", "astm");
            body.field("received_at", "2026-11-22T01:00:00Z").field("state", "complete");
            body.field("sha256", toHex(sha256(raw))).field("content", toBase64(raw)).endObject();
        }
        out.push_back(body.endArray().endObject().take());
    }
    return out;
}

/// Runs work(index) for every index on so many threads; seconds from the first to the last.
double timed(int threads, std::size_t count, const std::function<std::function<void(std::size_t)>()>& worker) {
    std::atomic<std::size_t> next{0};
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(threads));
    std::vector<std::thread> pool;
    const auto begin = std::chrono::steady_clock::now();
    for (int t = 0; t < threads; ++t) {
        pool.emplace_back([&, t] {
            try {
                const auto work = worker();
                for (std::size_t i = next++; i < count; i = next++) work(i);
            } catch (...) {
                failures[static_cast<std::size_t>(t)] = std::current_exception();
            }
        });
    }
    for (std::thread& thread : pool) thread.join();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    for (const auto& failure : failures) {
        if (failure) std::rethrow_exception(failure);
    }
    return took.count();
}

double sendAll(Laboratory& laboratory, int clients, const std::vector<std::string>& bodies) {
    return timed(clients, bodies.size(), [&]() -> std::function<void(std::size_t)> {
        auto session = std::make_shared<Poco::Net::HTTPClientSession>("127.0.0.1", laboratory.port());
        session->setKeepAlive(true);
        return [&laboratory, &bodies, session](std::size_t i) {
            Poco::Net::HTTPRequest request("POST", "/api/v1/intake/messages", Poco::Net::HTTPMessage::HTTP_1_1);
            request.setKeepAlive(true);
            request.set("Authorization", "Bearer " + laboratory.token());
            request.setContentType("application/json");
            request.setContentLength(static_cast<std::streamsize>(bodies[i].size()));
            session->sendRequest(request) << bodies[i];
            Poco::Net::HTTPResponse response;
            std::istream& in = session->receiveResponse(response);
            const std::string answer(std::istreambuf_iterator<char>(in), {});
            if (response.getStatus() != Poco::Net::HTTPResponse::HTTP_OK) throw std::runtime_error("intake answered " + answer);
        };
    });
}

/// One transaction's share of every table: its messages with all that hangs on them.
using Portion = std::vector<std::vector<db::Parameters>>;

std::vector<Portion> takeRows(Laboratory& laboratory, std::size_t portions) {
    std::vector<Portion> out(portions, Portion(tables().size()));
    laboratory.owner().read([&](db::ReadTransaction& tx) {
        for (std::size_t t = 0; t < tables().size(); ++t) {
            const auto rows = tx.query(tables()[t].select);
            for (std::size_t i = 0; i < rows.size(); ++i) out[i * portions / rows.size()][t].push_back(parametersOf(rows[i], tables()[t].kinds));
        }
    });
    return out;
}

void clearRows(Laboratory& laboratory) {
    laboratory.owner().runAlone([](const auto& run) {
        run("UPDATE test SET status = 'waiting', result_id = NULL, verdict = NULL WHERE status = 'resulted'");
        run("DELETE FROM result_version");
        run("DELETE FROM observation");
        run("DELETE FROM message_reading");
        run("DELETE FROM inbound_message");
        run("DELETE FROM trail");
    });
}

double insertAll(Laboratory& laboratory, int clients, const std::vector<Portion>& portions) {
    return timed(clients, portions.size(), [&]() -> std::function<void(std::size_t)> {
        return [&](std::size_t i) {
            laboratory.owner().write([&](db::WriteTransaction& tx) {
                for (std::size_t t = 0; t < tables().size(); ++t) tx.insert(tables()[t].insert, portions[i][t]);
            });
        };
    });
}

std::int64_t count(Laboratory& laboratory, std::string_view name, std::string_view sql) {
    return laboratory.owner().read([&](db::ReadTransaction& tx) { return tx.query({name, sql}).front().integer(0); });
}

}  // namespace

std::vector<IntakeRate> benchIntake(const IntakeBenchSettings& settings) {
    Laboratory laboratory(settings);
    std::vector<IntakeRate> out;
    for (const int clients : settings.clients) {
        const auto numbers = laboratory.registerSamples(static_cast<std::size_t>(settings.results / 4));
        const auto bodies = requestsFor(numbers);
        clearRows(laboratory);
        const double seconds = sendAll(laboratory, clients, bodies);
        const std::int64_t results = count(laboratory, "bench_count_results", "SELECT COUNT(*) FROM test WHERE status = 'resulted' AND verdict IS NOT NULL");
        const std::int64_t trail = count(laboratory, "bench_count_trail", "SELECT COUNT(*) FROM trail WHERE action = 'result.import'");
        if (results != static_cast<std::int64_t>(numbers.size()) * 4 || trail != results) {
            throw std::runtime_error(std::to_string(results) + " results and " + std::to_string(trail) + " lines of the trail for " +
                                     std::to_string(numbers.size() * 4) + " sent");
        }
        const auto portions = takeRows(laboratory, bodies.size());
        clearRows(laboratory);
        const double bare = insertAll(laboratory, clients, portions);
        clearRows(laboratory);
        const auto total = static_cast<double>(results);
        out.push_back({clients, results, total / seconds, total / bare, bare / seconds});
    }
    return out;
}

}  // namespace touchstone
