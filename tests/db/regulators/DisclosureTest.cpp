#include <boost/test/unit_test.hpp>

#include "tests/db/regulators/Follower.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::tests::Follower;
using touchstone::tests::refusedAs;

namespace {

struct WithCertificates : Follower {
    WithCertificates() {
        conforming = issued(1);
        failing = issued(2, "150102", "0.4");
        elsewhere = issued(3, "1502");
        outcomes.follow();
    }
    std::string conforming, failing, elsewhere;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(disclosure, WithCertificates)

BOOST_AUTO_TEST_CASE(aRegulatorDraftsFromItsRegionOnly) {
    BOOST_TEST(disclosures.candidates(first(), {}).size() == 2U);
    BOOST_TEST(disclosures.candidates(other(), {}).size() == 1U);
    BOOST_CHECK_EXCEPTION(static_cast<void>(disclosures.draft(first(), "通告", {failing, elsewhere})), Error,
                          refusedAs(ErrorCode::Invalid));
    BOOST_CHECK_EXCEPTION(static_cast<void>(disclosures.draft(actor("signatory"), "通告", {failing})), Error,
                          refusedAs(ErrorCode::NoRight));
}

BOOST_AUTO_TEST_CASE(onlyIssuedCertificatesOfSupervisionSamplingMayBeDisclosed) {
    sql("UPDATE outcome SET business_kind = 'commission' WHERE number = '" + conforming + "'");
    end(failing, "withdrawn");
    BOOST_TEST(disclosures.candidates(first(), {}).empty());
}

BOOST_AUTO_TEST_CASE(whatOneDraftedAnotherPublishesAndOnlyThenItIsPublic) {
    const auto draft = disclosures.draft(first(), "抽检结果通告", {conforming, failing});
    BOOST_TEST(draft.rows == 2);
    BOOST_TEST(disclosures.published(std::nullopt, 50).empty());
    BOOST_CHECK_EXCEPTION(static_cast<void>(disclosures.publishedIssue(draft.id, {})), Error,
                          refusedAs(ErrorCode::NotFound));
    BOOST_CHECK_EXCEPTION(static_cast<void>(publish(first(), draft.id)), Error, refusedAs(ErrorCode::OwnDraft));
    BOOST_CHECK_EXCEPTION(static_cast<void>(publish(county(), draft.id)), Error, refusedAs(ErrorCode::NotFound));
    const auto published = publish(second(), draft.id);
    BOOST_TEST(published.issueNo.value() == 1);
    BOOST_TEST(published.year.value() == 2026);
    const auto [issue, rows] = disclosures.publishedIssue(draft.id, {});
    BOOST_REQUIRE_EQUAL(rows.size(), 2U);
    BOOST_TEST(rows[1].failing.at(0).requirement == "不得过0.3%");
    BOOST_TEST(disclosures.published(std::nullopt, 50).size() == 1U);
    BOOST_CHECK_EXCEPTION(static_cast<void>(publish(second(), draft.id)), Error, refusedAs(ErrorCode::WrongState));
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE subject_kind = 'disclosure'") == 2);
}

BOOST_AUTO_TEST_CASE(publishingIsSignedAndTheSignatureIsBoundToEveryRow) {
    const auto draft = disclosures.draft(first(), "抽检结果通告", {conforming, failing});
    BOOST_CHECK_EXCEPTION(static_cast<void>(disclosures.publish(second(), draft.id, "同意公开", "wrong")), Error,
                          refusedAs(ErrorCode::SignatureRefused));
    BOOST_TEST(number("SELECT failed_attempts FROM person WHERE login = 'second'") == 1);
    BOOST_TEST(disclosures.published(std::nullopt, 50).empty());
    static_cast<void>(publish(second(), draft.id));
    const auto signature = [&] { return disclosures.get(first(), draft.id, {}).first.signature.value(); };
    BOOST_TEST(signature().person == "钱七");
    BOOST_TEST(signature().meaning == "publish_disclosure");
    BOOST_TEST(signature().reason == "同意公开");
    BOOST_TEST(signature().valid);
    end(failing, "withdrawn");  // what becomes of a certificate later is not what was signed
    BOOST_TEST(signature().valid);
    sql("UPDATE disclosure_row SET maker = '另一厂' WHERE seq = 2");
    BOOST_TEST(!signature().valid);
}

BOOST_AUTO_TEST_CASE(theSchemaRefusesAnIssueWithoutItsSignature) {
    const auto draft = disclosures.draft(first(), "通告", {failing});
    const std::string by = std::to_string(second().id.value);
    BOOST_CHECK_THROW(sql("UPDATE disclosure SET status = 'published', decided_by = " + by +
                          ", decided_at = NOW(6), year = 2026, issue_no = 1 WHERE id = " + std::to_string(draft.id)),
                      touchstone::db::SqlError);
}

BOOST_AUTO_TEST_CASE(theSchemaRefusesThatOnePersonDraftsAndPublishes) {
    const auto draft = disclosures.draft(first(), "通告", {failing});
    BOOST_CHECK_THROW(sql("UPDATE disclosure SET status = 'published', decided_by = drafted_by, decided_at = NOW(6), "
                          "year = 2026, issue_no = 1"),
                      touchstone::db::SqlError);
    BOOST_CHECK_THROW(sql("UPDATE disclosure SET status = 'published'"), touchstone::db::SqlError);
    BOOST_CHECK_THROW(application().write([](auto& tx) {
        tx.execute({"test_change", "UPDATE disclosure_row SET verdict = 'conforms'"});
    }),
                      touchstone::db::SqlError);
}

BOOST_AUTO_TEST_CASE(rowsAreThoseOfTheDayOfTheDraft) {
    const auto draft = disclosures.draft(first(), "通告", {failing});
    sql("UPDATE outcome SET maker = '改名厂'");
    sql("UPDATE product SET name = '改名片'");
    static_cast<void>(publish(second(), draft.id));
    BOOST_TEST(disclosures.publishedIssue(draft.id, {}).second.at(0).maker == "某厂");
    BOOST_TEST(disclosures.publishedIssue(draft.id, {}).second.at(0).productName == "示例片");
}

BOOST_AUTO_TEST_CASE(whatIsWithdrawnLaterIsMarkedAndStays) {
    const auto draft = disclosures.draft(first(), "通告", {conforming, failing});
    static_cast<void>(publish(second(), draft.id));
    end(failing, "withdrawn");
    end(conforming, "superseded");
    sql("INSERT INTO certificate (number, sample_id, revision, status, token, verdict, signature_id, released_at, "
        "frozen) "
        "SELECT 'BG2026000099', sample_id, 2, 'issued', 'another-token-22-chars', 'fails', signature_id, released_at, "
        "frozen "
        "FROM certificate WHERE number = '" +
        conforming + "'");
    const auto rows = disclosures.publishedIssue(draft.id, {}).second;
    BOOST_REQUIRE_EQUAL(rows.size(), 2U);
    BOOST_TEST(rows[0].mark() == "corrected");
    BOOST_TEST(rows[0].replacement.value() == "BG2026000099");
    BOOST_TEST(rows[1].mark() == "withdrawn");
}

BOOST_AUTO_TEST_CASE(whatWasWithdrawnBeforeTheApprovalIsNotPublished) {
    const auto draft = disclosures.draft(first(), "通告", {failing});
    end(failing, "withdrawn");
    BOOST_CHECK_EXCEPTION(static_cast<void>(publish(second(), draft.id)), Error, refusedAs(ErrorCode::WrongState));
    BOOST_TEST(disclosures.published(std::nullopt, 50).empty());
}

BOOST_AUTO_TEST_CASE(aCertificateStandsInOneIssueAndComesBackFromADiscardedOne) {
    const auto draft = disclosures.draft(first(), "通告", {failing});
    BOOST_TEST(disclosures.candidates(first(), {}).size() == 1U);
    BOOST_CHECK_EXCEPTION(static_cast<void>(disclosures.draft(second(), "通告二", {failing})), Error,
                          refusedAs(ErrorCode::Invalid));
    disclosures.discard(first(), draft.id, "品种有误");
    BOOST_TEST(disclosures.candidates(first(), {}).size() == 2U);
    BOOST_CHECK_EXCEPTION(static_cast<void>(publish(second(), draft.id)), Error, refusedAs(ErrorCode::WrongState));
}

BOOST_AUTO_TEST_CASE(issuesAreNumberedWithoutGapsByOrganisation) {
    const auto one = disclosures.draft(first(), "一", {conforming});
    const auto two = disclosures.draft(second(), "二", {failing});
    const auto theirs = disclosures.draft(other(), "他", {elsewhere});
    BOOST_TEST(publish(first(), two.id).issueNo.value() == 1);
    BOOST_TEST(publish(second(), one.id).issueNo.value() == 2);
    BOOST_CHECK_EXCEPTION(static_cast<void>(disclosures.get(first(), theirs.id, {})), Error,
                          refusedAs(ErrorCode::NotFound));
}

BOOST_AUTO_TEST_CASE(anIssueIsSearched) {
    const auto draft = disclosures.draft(first(), "通告", {conforming, failing});
    static_cast<void>(publish(second(), draft.id));
    const auto found = [&](const char* q) {
        touchstone::regulators::RowFilter filter;
        filter.q = q;
        return disclosures.publishedIssue(draft.id, filter).second.size();
    };
    BOOST_TEST(found(failing.c_str()) == 1U);
    BOOST_TEST(found("某厂") == 2U);
    BOOST_TEST(found("%") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
