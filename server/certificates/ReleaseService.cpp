#include "server/certificates/ReleaseService.h"

#include <algorithm>
#include <set>

#include "server/certificates/English.h"
#include "server/certificates/LayoutStore.h"
#include "server/certificates/ScopeStore.h"
#include "server/core/Json.h"
#include "server/core/Parallel.h"
#include "server/samples/Numbering.h"

namespace touchstone::certificates {
namespace {

constexpr std::string_view kMeaning = "release";
constexpr std::chrono::hours kKept{24};  // of what was prepared and not signed

void refuseRepeated(const std::vector<std::string>& sampleNumbers) {
    if (sampleNumbers.empty()) throw Error(ErrorCode::Invalid, {}, {{"samples", ErrorCode::NothingToDo, {}, {}}});
    std::set<std::string> seen;
    std::vector<FieldError> errors;
    for (std::size_t i = 0; i < sampleNumbers.size(); ++i) {
        if (!seen.insert(sampleNumbers[i]).second) {
            errors.push_back({"samples." + std::to_string(i), ErrorCode::Duplicate, {}, i});
        }
    }
    if (!errors.empty()) throw Error(ErrorCode::Invalid, {}, errors);
}

std::string releasedEntry(const NewCertificate& certificate, std::int64_t job, const Sha256& content) {
    json::Writer out;
    out.beginObject()
        .field("status", "released")
        .field("certificate", certificate.number)
        .field("verdict", certificate.verdict)
        .field("release", job)
        .field("signature", certificate.signature)
        .field("content_sha256", toHex(content))
        .endObject();
    return out.take();
}

/// BG, the year, six digits.
std::string certificateNumber(const std::string& series, std::int64_t running) {
    std::string digits = std::to_string(running);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    return series + digits;
}

/// The sample, everything that is missing in one line, then each of it as "what|item".
Error noEnglish(const FrozenContent& content) {
    std::vector<std::string> arguments{content.sample.number, ""};
    for (const Untold& one : content.untold) {
        arguments[1] += (arguments[1].empty() ? "" : ", ") + one.what + (one.item.empty() ? "" : " (" + one.item + ")");
        arguments.push_back(one.what + "|" + one.item);
    }
    return Error(ErrorCode::NoEnglish, std::move(arguments));
}

std::string verdictOf(const FrozenContent& content) { return content.conforms() ? "conforms" : "fails"; }

/// What the certificate is drawn by, in its language.
std::optional<LayoutChoice> layoutFor(const LayoutBook& book, const FrozenContent& content) {
    return book.choose(content.sample.kind, content.sample.businessKind, content.sample.language, Zone{}.dateOf(content.releasedAt));
}

}  // namespace

ReleaseService::ReleaseService(db::Database& database, const audit::Trail& trail, people::AccountService& accounts,
                               const testing::ReviewService& reviews, const CertificateService& certificates,
                               const Clock& clock, Random& random, CertificateSettings settings,
                               std::function<void()> afterSigning)
    : database_(database),
      trail_(trail),
      accounts_(accounts),
      reviews_(reviews),
      certificates_(certificates),
      clock_(clock),
      random_(random),
      settings_(std::move(settings)),
      afterSigning_(std::move(afterSigning)) {
}

ReleaseJob ReleaseService::prepare(const Actor& actor, const std::vector<std::string>& sampleNumbers) {
    actor.require({Role::signatory});
    refuseRepeated(sampleNumbers);
    const Instant now = clock_.now();
    std::vector<PreparedRow> rows;
    std::map<std::string, FrozenContent> contents;
    LayoutBook book;
    NearLimitRules rules;
    database_.read([&](db::ReadTransaction& tx) {
        rows.clear();
        book = store::layoutBook(tx);
        contents = contentsOf(tx, actor, sampleNumbers, now);
        std::map<std::string, Error> hindrances = reviews_.hindrances(tx, actor, sampleNumbers);
        hindrances.merge(ownAmendments(replace(tx, actor, contents)));
        for (const std::string& number : sampleNumbers) {
            const auto hindrance = hindrances.find(number);
            rows.push_back({number, hindrance == hindrances.end() ? std::nullopt : std::optional(hindrance->second), {}, {}});
        }
        rules = describe(tx, rows, contents, Zone{}.dateOf(now));
    });
    refuseUnprintable(rows, contents, book);

    std::vector<std::string> shown;
    for (PreparedRow& row : rows) {
        if (row.refusal) continue;
        shown.push_back(contents.at(row.sample).json());
        row.hash = sha256(shown.back());
    }
    const std::int64_t id = database_.write([&](db::WriteTransaction& tx) {
        store::removePreparedBefore(tx, now - kKept);
        const std::int64_t job = store::insertJob(tx, actor.id, now, signedHash(shown), rows);
        store::insertRules(tx, job, rules);
        return job;
    });
    return get(actor, id);
}

NearLimitRules ReleaseService::describe(db::ReadTransaction& tx, std::vector<PreparedRow>& rows,
                                        const std::map<std::string, FrozenContent>& contents, Date day) const {
    std::vector<SampleId> ids;
    std::set<std::string> products;
    for (const auto& [number, content] : contents) {
        ids.push_back(content.sample.id);
        products.insert(content.sample.product);
    }
    const auto previous = store::previous(tx, {products.begin(), products.end()});
    const auto own = store::certificatesOf(tx, ids);
    const auto late = store::late(tx, ids);
    NearLimitRules inForce = store::nearLimitRules(tx, day);
    NearLimitRules used;
    for (PreparedRow& row : rows) {
        const auto found = contents.find(row.sample);
        if (found == contents.end()) continue;
        const FrozenContent& content = found->second;
        const auto before = previous.find(content.sample.product);
        const auto certificate = own.find(content.sample.id);
        const auto waiting = late.find(content.sample.id);
        const auto& near = used[content.sample.kind] = inForce[content.sample.kind];
        row.verdict = verdictOf(content);
        row.differences = toJson(differencesOf(content, waiting == late.end() ? std::vector<LateValue>{} : waiting->second,
                                               before == previous.end() ? nullptr : &before->second,
                                               certificate == own.end() ? std::nullopt : std::optional(certificate->second),
                                               near));
    }
    return used;
}

void ReleaseService::refuseUnprintable(std::vector<PreparedRow>& rows,
                                       const std::map<std::string, FrozenContent>& contents,
                                       const LayoutBook& book) const {
    // With a number and an address as wide as the real ones will be.
    const people::SignatureRequest request{std::string(kMeaning), "", {}};
    inParallel(rows.size(), [&](std::size_t i) {
        if (rows[i].refusal) return;
        const FrozenContent& content = contents.at(rows[i].sample);
        if (!content.untold.empty()) {
            rows[i].refusal = noEnglish(content);
            return;
        }
        const auto layout = layoutFor(book, content);
        if (!layout) {
            rows[i].refusal = Error(ErrorCode::NoLayout, {rows[i].sample});
            return;
        }
        const NewCertificate trial{certificateNumber("BG0000", 0), content.sample.id, std::string(22, 'A'), "", 0, content.releasedAt, {}};
        const auto problem = certificates_.unprintable(frozen(trial, request, content.json(), *layout), content.releasedAt);
        if (problem) rows[i].refusal = Error(ErrorCode::Unprintable, {rows[i].sample, *problem});
    });
}

ReleaseJob ReleaseService::sign(const Actor& actor, std::int64_t job, const std::string& shown, const std::string& password,
                                const std::string& reason) {
    actor.require({Role::signatory});
    const ReleaseJob prepared = get(actor, job);
    if (prepared.person != actor.id) throw Error(ErrorCode::NotFound, {"release", std::to_string(job)});
    if (prepared.shownHash != shown) throw Error(ErrorCode::Conflict);
    accounts_.confirm(actor, password);
    if (!prepared.signedAt) {
        database_.write([&](db::WriteTransaction& tx) { signIn(tx, actor, job, reason); });
        afterSigning_();
    }
    return get(actor, job);
}

void ReleaseService::signIn(db::WriteTransaction& tx, const Actor& actor, std::int64_t job, const std::string& reason) {
    const std::optional<store::LockedJob> locked = store::lockJob(tx, job);
    if (!locked) throw Error(ErrorCode::NotFound, {"release", std::to_string(job)});
    if (locked->isSigned) return;  // by the same request, sent twice
    std::vector<Chosen> chosen = stillAsShown(tx, actor, job, locked->preparedAt);
    if (chosen.empty()) return;  // every row now says why
    const Instant now = clock_.now();
    std::vector<std::string> contents;
    std::vector<std::string> numbers;
    for (Chosen& one : chosen) {
        one.content.releasedAt = now;
        contents.push_back(one.content.json());
        numbers.push_back(one.row.sample);
    }
    const people::SignatureRequest request{std::string(kMeaning), reason, signedHash(contents)};
    const std::int64_t signature = accounts_.sign(tx, actor, request);
    reviews_.release(tx, actor, numbers, signature);
    store::sign(tx, job, signature, now);

    const std::vector<NewCertificate> certificates = number(tx, chosen, signature, request, contents);
    std::vector<audit::Entry> entries;
    std::vector<std::int64_t> places;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        places.push_back(chosen[i].row.place);
        entries.push_back({"certificate.release", "sample", numbers[i], R"({"status":"releasing"})",
                           releasedEntry(certificates[i], job, request.content), request.reason});
    }
    store::markSigned(tx, job, places, store::insert(tx, certificates));
    endAmendments(tx, actor, replacedBy(chosen), signature, now);
    trail_.append(tx, actor, entries);
}

std::vector<store::Replacement> ReleaseService::replacedBy(const std::vector<Chosen>& chosen) {
    std::vector<store::Replacement> out;
    for (const Chosen& one : chosen) {
        if (one.replaces) out.push_back(*one.replaces);
    }
    return out;
}

std::vector<ReleaseService::Chosen> ReleaseService::stillAsShown(db::WriteTransaction& tx, const Actor& actor,
                                                                 std::int64_t job, Instant preparedAt) const {
    const std::vector<ReadyRow> ready = store::readyRows(tx, job);
    if (ready.empty()) throw Error(ErrorCode::NothingToDo);
    std::vector<std::string> numbers;
    for (const ReadyRow& row : ready) numbers.push_back(row.sample);
    store::lockTests(tx, numbers);
    std::map<std::string, FrozenContent> contents = contentsOf(tx, actor, numbers, preparedAt);
    const Replaced replaced = replace(tx, actor, contents);
    std::map<std::string, Error> hindrances = reviews_.hindrances(tx, actor, numbers);
    hindrances.merge(ownAmendments(replaced));
    std::vector<Chosen> out;
    std::map<std::int64_t, Error> refusals;
    for (const ReadyRow& row : ready) {
        const auto hindrance = hindrances.find(row.sample);
        const auto content = contents.find(row.sample);
        if (hindrance != hindrances.end()) {
            refusals.emplace(row.place, hindrance->second);
        } else if (content == contents.end() || sha256(content->second.json()) != row.hash) {
            refusals.emplace(row.place, Error(ErrorCode::Stale, {row.sample}));
        } else {
            const auto old = replaced.find(row.sample);
            out.push_back({row, std::move(content->second),
                           old == replaced.end() ? std::nullopt : std::optional(old->second)});
        }
    }
    store::markRefused(tx, job, refusals);
    return out;
}

std::vector<NewCertificate> ReleaseService::number(db::WriteTransaction& tx, const std::vector<Chosen>& chosen,
                                                   std::int64_t signature, const people::SignatureRequest& request,
                                                   const std::vector<std::string>& contents) const {
    const Instant at = chosen.front().content.releasedAt;
    const std::string series = "BG" + toText(Zone{}.dateOf(at)).substr(0, 4);
    std::int64_t running = samples::takeNumbers(tx, series, static_cast<std::int64_t>(chosen.size()));
    const LayoutBook book = store::layoutBook(tx);
    std::vector<NewCertificate> out;
    out.reserve(chosen.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        const FrozenContent& content = chosen[i].content;
        const auto layout = layoutFor(book, content);
        if (!layout) throw Error(ErrorCode::NoLayout, {content.sample.number});
        out.push_back({certificateNumber(series, running++), content.sample.id, toBase64Url(random_.bytes(16)),
                       verdictOf(content), signature, at, {}, content.revision,
                       chosen[i].replaces ? std::optional(chosen[i].replaces->certificate) : std::nullopt,
                       content.sample.language});
        out.back().frozen = certificates_.claimed(frozen(out.back(), request, contents[i], *layout));
    }
    return out;
}

std::string ReleaseService::frozen(const NewCertificate& certificate, const people::SignatureRequest& request,
                                   const std::string& content, const LayoutChoice& layout) const {
    return frozenJson({certificate.number, settings_.publicUrl + "/verify/" + certificate.token, certificate.signature,
                       request.meaning, request.reason, request.content, layout},
                      content);
}

std::map<std::string, FrozenContent> ReleaseService::contentsOf(db::ReadTransaction& tx, const Actor& actor,
                                                                const std::vector<std::string>& sampleNumbers,
                                                                Instant at) const {
    std::optional<FrozenLaboratory> laboratory = store::laboratory(tx, settings_.laboratory);
    if (!laboratory) {
        throw Error(ErrorCode::BadConfiguration,
                    {"laboratory.organisation", "no laboratory has the code " + settings_.laboratory});
    }
    laboratory->sealText = settings_.sealText;
    laboratory->watermark = settings_.watermark;
    if (!settings_.watermarkEnglish.empty()) laboratory->english.emplace("watermark", settings_.watermarkEnglish);

    std::map<std::string, FrozenContent> out;
    std::map<SampleId, FrozenContent*> byId;
    std::vector<SampleId> ids;
    for (FrozenSample& sample : store::samples(tx, sampleNumbers)) {
        const std::string number = sample.number;
        const SampleId id = sample.id;
        ids.push_back(id);
        if (sample.retest && sample.retest->laboratory.empty()) {
            sample.retest->laboratory = laboratory->name;
            if (!laboratory->nameEnglish.empty()) sample.retest->english.insert_or_assign("laboratory", laboratory->nameEnglish);
        }
        byId[id] = &out.emplace(number, FrozenContent{*laboratory, std::move(sample), {}, actor.login, actor.name, at}).first->second;
    }
    for (FrozenTest& test : store::tests(tx, ids)) {
        FrozenContent& content = *byId.at(test.sample);
        if (content.sample.retest) content.sample.retest->items.push_back(test.item);
        content.tests.push_back(std::move(test));
    }
    const English signatory = store::nameEnglish(tx, actor.id);
    for (auto& [number, content] : out) {
        content.signatoryEnglish = signatory;
        content.untold = speakEnglish(content);
    }
    const Date day = Zone{}.dateOf(at);
    applyScope(out, store::scopeHits(tx, ids, day), store::markRules(tx, day));
    return out;
}

std::vector<ReleaseJob> ReleaseService::list(const Actor& actor, std::optional<std::int64_t> after, std::int64_t limit) {
    actor.require(kStaff);
    return database_.read([&](db::ReadTransaction& tx) { return store::jobs(tx, after, limit); });
}

ReleaseJob ReleaseService::get(const Actor& actor, std::int64_t job) {
    actor.require(kStaff);
    auto found = database_.read([&](db::ReadTransaction& tx) { return store::job(tx, job); });
    if (!found) throw Error(ErrorCode::NotFound, {"release", std::to_string(job)});
    return std::move(*found);
}

std::vector<ReleaseRow> ReleaseService::rows(const Actor& actor, std::int64_t job, const RowFilter& filter) {
    static_cast<void>(get(actor, job));
    return database_.read([&](db::ReadTransaction& tx) { return store::rows(tx, job, filter); });
}

}  // namespace touchstone::certificates
