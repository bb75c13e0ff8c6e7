#include "server/BenchPortal.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/URI.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>

#include "reports/Signer.h"
#include "server/Application.h"
#include "server/TemporaryFolder.h"
#include "server/certificates/Bench.h"
#include "server/certificates/CertificatePaper.h"
#include "server/core/Bytes.h"
#include "server/core/Json.h"
#include "server/db/Migrator.h"
#include "server/db/PrivateDatabase.h"
#include "server/people/Accounts.h"

namespace touchstone {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr const char* kSchema = "bench";
constexpr std::int64_t kRowsAtOnce = 100'000;
constexpr std::int64_t kFilesAtOnce = 50;

double secondsSince(SteadyClock::time_point start) {
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

double residentBytes() {
    std::ifstream in("/proc/self/statm");
    double pages = 0;
    in >> pages >> pages;
    return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// What comes before any sample: a laboratory, 2,000 products, regulators of a province, a city and a county.
constexpr const char* kCatalogue[] = {
    "INSERT INTO organisation (id, code, name, kind, region_code) VALUES (1, 'LAB', '示例检验院', 'laboratory', '15'), "
    "(2, 'R15', '某省局', 'regulator', '15'), (3, 'R1507', '某市局', 'regulator', '1507'), "
    "(4, 'R150712', '某县局', 'regulator', '150712')",
    "INSERT INTO person (id, login, name, organisation_id, created_at) VALUES (1, 'lab', '某人', 1, NOW(6)), "
    "(2, 'province', '某人', 2, NOW(6)), (3, 'city', '某人', 3, NOW(6)), (4, 'county', '某人', 4, NOW(6))",
    "INSERT INTO person_role (person_id, role) VALUES (2, 'regulator'), (3, 'regulator'), (4, 'regulator')",
    "INSERT INTO standard (id, code, title) VALUES (1, 'S', '示例标准')",
    "INSERT INTO standard_edition (id, standard_id, edition, effective_from, verified, source) "
    "VALUES (1, 1, '示例标准2025年版', '2025-01-01', 0, 'invented')",
    "INSERT INTO product (id, code, name, kind, standard_id) SELECT seq, CONCAT('P', seq), CONCAT("
    "ELT(1 + seq % 7, '阿', '布', '青', '头', '维', '甲', '复方'), ELT(1 + seq % 11, '莫', '洛', '霉', '孢', '生', '硝', '丹', '参', "
    "'黄', '连', '芪'), ELT(1 + seq % 5, '西林', '芬', '素', '唑', '酮'), seq % 90, ELT(1 + seq % 6, '片', '胶囊', '注射液', '乳膏', "
    "'颗粒', '口服液')), 'drug', 1 FROM seq_1_to_2000",
    "INSERT INTO registration (id, person_id, at, answer) VALUES (1, 1, NOW(6), '{}')",
    "INSERT INTO signature (id, person_id, at, meaning, reason, content_hash) VALUES (1, 1, NOW(6), 'release', 'bench', "
    "REPEAT('x', 32))"};

/// The rows of certificates [from, to], some products and makers far more often than others, two in a hundred failing.
std::vector<std::string> rows(std::int64_t from, std::int64_t to) {
    const std::string seq = " FROM seq_" + std::to_string(from) + "_to_" + std::to_string(to);
    const std::string seed = std::to_string(from);
    return {"INSERT INTO sample (id, number, product_id, edition_id, specification, batch_no, maker, client, business_kind, "
            "voucher_no, sampled_on, seal_state, quantity, quantity_unit, region_code, received_at, status, registration_id) "
            "SELECT seq, CONCAT('JP', 20200101 + seq DIV 1000, LPAD(seq % 1000000, 6, '0')), 1 + FLOOR(2000 * POW(RAND(" +
                seed + "), 2)), 1, '0.1 g', CONCAT(20200000 + seq % 1231, LPAD(FLOOR(RAND(" + seed +
                " + 1) * 1000), 3, '0')), '', '示例单位', ELT(1 + seq % 7, 'supervision', 'supervision', 'supervision', 'registration', 'import', 'commission', "
                "'retest'), 'V', '2026-11-01', 'intact', '3', '盒', CONCAT('15', LPAD(1 + seq % 12, 2, '0'), "
                "LPAD(1 + seq DIV 12 % 14, 2, '0')), NOW(6), 'released', 1" +
                seq,
            "UPDATE sample SET maker = CONCAT('示例', ELT(1 + product_id % 9, '华', '东', '北', '康', '泰', '仁', '济', '和', '德'), "
            "ELT(1 + id % 8, '安', '源', '生', '民', '宁', '瑞', '邦', '信'), product_id, ELT(1 + id % 4, '制药', '药业', '生物制品', "
            "'医药'), '有限公司') WHERE id BETWEEN " +
                std::to_string(from) + " AND " + std::to_string(to),
            "INSERT INTO certificate (id, number, sample_id, status, token, verdict, signature_id, released_at, issued_at, frozen) "
            "SELECT seq, CONCAT('BG', 2021 + seq DIV 170000, LPAD(seq % 170000, 6, '0')), seq, 'issued', LPAD(seq, 22, 't'), "
            "IF(seq % 50 = 0, 'fails', 'conforms'), 1, '2021-01-01' + INTERVAL seq * 3 MINUTE, '2021-01-01' + INTERVAL seq * 3 "
            "MINUTE, '{}'" +
                seq,
            "INSERT INTO publication (sequence, certificate_id, kind, at, position) SELECT seq, seq, 'issued', '2021-01-01' + "
            "INTERVAL seq * 3 MINUTE, seq" +
                seq};
}

/// A database with the certificates, and a server on it.
class Portal {
public:
    explicit Portal(const PortalBenchSettings& settings) : settings_(settings), private_(folder_.path() + "/db") {
        private_.start();
        private_.makeSchema(kSchema);
        owner_ = std::make_unique<db::Database>(private_.owner(kSchema));
        db::Migrator(*owner_, settings.share + "/schema", db::PrivateDatabase::applicationAccount()).migrate();
    }

    void fill() {
        owner_->runAlone([&](const auto& run) {
            run("SET foreign_key_checks = 0, unique_checks = 0");
            for (const char* statement : kCatalogue) run(statement);
            for (std::int64_t from = 1; from <= settings_.certificates; from += kRowsAtOnce) {
                const std::int64_t to = std::min(settings_.certificates, from + kRowsAtOnce - 1);
                for (const std::string& statement : rows(from, to)) run(statement);
            }
            run("INSERT INTO certificate_file (certificate_id, sha256, pdf) SELECT id, UNHEX(SHA2(id, 256)), 'x' FROM certificate "
                "WHERE id <= " + std::to_string(settings_.certificates - settings_.bundled));
            // As in a portal that has run for years; else the server reads them all while it is measured.
            run("UPDATE outcome_cursor SET upto = " + std::to_string(settings_.certificates));
            run("INSERT INTO numbering (series, last) VALUES ('PUBLICATION', " + std::to_string(settings_.certificates) + ")");
        });
        fillFiles();
    }

    void serve() {
        const auto authority = reports::DemonstrationAuthority::make("示例市药品检验检测中心", 30);
        ApplicationSettings all;
        all.database = private_.application(kSchema);
        all.openapiFile = settings_.share + "/server/http/openapi.yaml";
        all.fontFile = settings_.fontFile;
        all.templatesFolder = settings_.share + "/templates";
        all.trailKey = SystemRandom().bytes(32);
        all.signing.keyPem = authority.keyPem;
        all.signing.chainPem = authority.chainPem;
        all.signing.rootsPem = authority.caPem;
        const audit::Trail trail(all.trailKey, clock_);
        people::AccountService accounts(*owner_, trail, clock_, random_);
        for (const char* login : {"province", "city", "county"}) {
            tokens_.emplace(login, accounts.issueToken(people::systemActor("bench"), login));
        }
        server_ = std::make_unique<Application>(std::move(all));
        server_->start();
        session_ = std::make_unique<Poco::Net::HTTPClientSession>("127.0.0.1", server_->port());
        session_->setKeepAlive(true);
        session_->setTimeout(Poco::Timespan(300, 0));
    }

    using Read = std::function<void(std::istream&)>;
    /// A request whose answer is read by the function.
    void call(const std::string& verb, const std::string& login, const std::string& path, const std::string& body, const Read& read,
              const std::string& range = "") {
        Poco::Net::HTTPRequest request(verb, "/api/v1" + path, Poco::Net::HTTPMessage::HTTP_1_1);
        request.setKeepAlive(true);
        request.set("Authorization", "Bearer " + tokens_.at(login));
        if (!range.empty()) request.set("Range", range);
        if (!body.empty()) {
            request.setContentType("application/json");
            request.setContentLength(static_cast<std::streamsize>(body.size()));
        }
        session_->sendRequest(request) << body;
        Poco::Net::HTTPResponse response;
        std::istream& in = session_->receiveResponse(response);
        if (response.getStatus() >= 300) {
            throw std::runtime_error(path + " was answered " + std::string(std::istreambuf_iterator<char>(in), {}));
        }
        read(in);
    }
    std::string text(const std::string& verb, const std::string& login, const std::string& path, const std::string& body = "") {
        std::string out;
        call(verb, login, path, body, [&](std::istream& in) { out.assign(std::istreambuf_iterator<char>(in), {}); });
        return out;
    }

    [[nodiscard]] db::Database& owner() { return *owner_; }

private:
    /// The newest have a file of two pages each, made different by a line at the end.
    void fillFiles() {
        const auto authority = reports::DemonstrationAuthority::make("示例市药品检验检测中心", 30);
        const reports::Signer signer(authority.keyPem, authority.chainPem);
        const auto layout = reports::Layout::load(settings_.share + "/templates/layouts/drug.xml");
        const json::Value frozen = json::parse(certificates::benchFrozen());
        const std::string pdf = reports::CertificatePrinter(settings_.fontFile)
                                    .print(certificates::CertificatePaper(layout, frozen).printout(), signer, clock_.now());
        constexpr db::InsertStatement insert{"bench_file_insert", "INSERT INTO certificate_file (certificate_id, sha256, pdf) VALUES", 3};
        for (std::int64_t id = settings_.certificates - settings_.bundled + 1; id <= settings_.certificates; id += kFilesAtOnce) {
            std::vector<db::Parameters> files;
            for (std::int64_t i = id; i < std::min(settings_.certificates + 1, id + kFilesAtOnce); ++i) {
                const std::string own = pdf + "%" + std::to_string(i) + "\n";
                files.push_back({i, db::Blob{asString(sha256(own))}, db::Blob{own}});
            }
            owner_->write([&](db::WriteTransaction& tx) { tx.insert(insert, files); });
        }
    }

    const PortalBenchSettings& settings_;
    TemporaryFolder folder_;
    SystemClock clock_;
    SystemRandom random_;
    db::PrivateDatabase private_;
    std::unique_ptr<db::Database> owner_;
    std::map<std::string, std::string> tokens_;
    std::unique_ptr<Application> server_;
    std::unique_ptr<Poco::Net::HTTPClientSession> session_;
};

PortalShape measured(const std::string& name, int calls, const std::function<void(int)>& call) {
    std::vector<double> times;
    for (int i = 0; i < calls; ++i) {
        const auto start = SteadyClock::now();
        call(i);
        times.push_back(secondsSince(start) * 1000);
    }
    std::sort(times.begin(), times.end());
    return {name, times[times.size() / 2], times[(times.size() * 99 + 99) / 100 - 1]};
}

std::string encoded(const std::string& text) {
    std::string out;
    Poco::URI::encode(text, "&+%#= ", out);
    return out;
}

/// Questions that regulators ask, and those that a search would rather not be asked. Each call asks another one.
struct Question {
    std::string name, login;
    std::function<std::string(int)> query;
};

std::vector<Question> questions(std::int64_t certificates) {
    const auto always = [](std::string query) { return [query = std::move(query)](int) { return query; }; };
    const auto someId = [certificates](int i) { return 1 + static_cast<std::int64_t>(i) * 7919 % certificates; };
    return {
        {"newest, province", "province", always("")},
        {"newest, county", "county", always("")},
        {"newest, county, fails", "county", always("verdict=fails")},
        {"a whole number", "province",
         [=](int i) {
             const std::int64_t id = someId(i);
             std::string running = std::to_string(id % 170000);
             running.insert(0, 6 - std::min<std::size_t>(6, running.size()), '0');
             return "q=BG" + std::to_string(2021 + id / 170000) + running;
         }},
        {"beginning of a number", "province", always("q=BG2021000")},
        {"a batch", "city", [](int i) { return "batch_no=" + std::to_string(20200000 + i * 6 % 1231); }},
        {"maker, common part", "province", always("maker=" + encoded("制药"))},
        {"maker, rare", "province", [](int i) { return "q=" + encoded(std::to_string(1990 - i % 50) + "生物制品"); }},
        {"product, one character", "county", always("product=" + encoded("霉"))},
        {"two words, fails, half a year", "city",
         [](int i) {
             return "q=" + encoded("示例 胶囊") + "&verdict=fails&from=202" + std::to_string(2 + i % 4) + "-01-01&to=202" +
                    std::to_string(2 + i % 4) + "-06-30";
         }},
        {"deep page, county", "county", [=](int i) { return "after=" + std::to_string(1000 + i * 37); }},
        {"import, withdrawn: none", "province", always("business_kind=import&status=withdrawn")},
        {"Chinese, found nowhere", "province", always("q=" + encoded("没有这样的词"))},
        {"digits, found nowhere", "province", always("q=987654321987")},
    };
}

PortalShape primaryKey(Portal& portal, const PortalBenchSettings& settings) {
    constexpr db::Statement byKey{"bench_by_key", "SELECT number, status, verdict, issued_at FROM certificate WHERE id = ?"};
    return measured("one certificate by its primary key", settings.calls, [&](int i) {
        const std::int64_t id = 1 + static_cast<std::int64_t>(i) * 7919 % settings.certificates;
        static_cast<void>(portal.owner().read([&](db::ReadTransaction& tx) { return tx.query(byKey, {id}); }));
    });
}

/// The files as they lie in the database, 64 at a time, read and dropped: MB/s.
double blobRate(Portal& portal, const PortalBenchSettings& settings) {
    constexpr db::Statement files{"bench_blobs", "SELECT certificate_id, pdf FROM certificate_file WHERE certificate_id IN (??)"};
    const auto start = SteadyClock::now();
    double bytes = 0;
    for (std::int64_t id = settings.certificates - settings.bundled + 1; id <= settings.certificates; id += 64) {
        std::vector<db::Value> ids;
        for (std::int64_t i = id; i < std::min(settings.certificates + 1, id + 64); ++i) ids.emplace_back(i);
        for (const db::Row& row : portal.owner().read([&](db::ReadTransaction& tx) { return tx.query(files, {}, ids); })) {
            bytes += static_cast<double>(row.text(1).size());
        }
    }
    return bytes / 1e6 / secondsSince(start);
}

void benchBundle(Portal& portal, const PortalBenchSettings& settings, PortalBench& out) {
    // The newest are those with files; the day of the first of them bounds the selection.
    const auto first = instantFromSql("2021-01-01 00:00:00") + std::chrono::minutes(3) * (settings.certificates - settings.bundled + 1);
    auto start = SteadyClock::now();
    const std::string made = portal.text("POST", "province", "/portal/bundles",
                                         R"({"from":")" + toText(Zone{}.dateOf(first) + std::chrono::days(1)) + "\"}");
    out.bundleSeconds = secondsSince(start);
    const json::Value bundle = json::parse(made);
    const std::string path = "/portal/bundles/" + bundle.find("id")->text() + "/file";
    start = SteadyClock::now();
    double bytes = 0;
    portal.call("GET", "province", path, "", [&](std::istream& in) {
        std::string chunk(1U << 20U, '\0');
        while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) bytes += static_cast<double>(in.gcount());
    });
    out.zipMegabytesPerSecond = bytes / 1e6 / secondsSince(start);
    if (bytes != std::stod(bundle.find("bytes")->text())) throw std::runtime_error("the archive came short");
    start = SteadyClock::now();
    portal.call("GET", "province", path, "", [](std::istream& in) { in.ignore(1); }, "bytes=-1");
    out.resumeMs = secondsSince(start) * 1000;
    out.blobMegabytesPerSecond = blobRate(portal, settings);
}

}  // namespace

PortalBench benchPortal(const PortalBenchSettings& settings) {
    PortalBench out{};
    Portal portal(settings);
    auto start = SteadyClock::now();
    portal.fill();
    out.fillSeconds = secondsSince(start);
    const double before = residentBytes();
    portal.serve();
    start = SteadyClock::now();
    static_cast<void>(portal.text("GET", "province", "/portal/certificates?limit=1"));
    out.readSeconds = secondsSince(start);
    out.bytesACertificate = (residentBytes() - before) / static_cast<double>(settings.certificates);
    for (const Question& question : questions(settings.certificates)) {
        out.searches.push_back(measured(question.name, settings.calls, [&](int i) {
            static_cast<void>(portal.text("GET", question.login, "/portal/certificates?limit=50&" + question.query(i)));
        }));
    }
    out.primaryKey = primaryKey(portal, settings);
    benchBundle(portal, settings, out);
    return out;
}

}  // namespace touchstone
