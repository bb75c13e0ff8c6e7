#include <boost/test/unit_test.hpp>
#include <thread>

#include "server/certificates/LayoutPreview.h"
#include "server/certificates/LayoutService.h"
#include "tests/db/certificates/Laboratory.h"

using touchstone::Actor;
using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::PersonId;
using touchstone::Role;
using touchstone::tests::kPassword;
using touchstone::tests::Laboratory;

namespace certificates = touchstone::certificates;

namespace {

/// The smallest layout there is, with a word by which it is told from others.
std::string layoutXml(const std::string& word) {
    return R"(<layout xmlns="urn:touchstone:layout" title="检验报告书"><page/><body><p>)" + word + "</p></body></layout>";
}

/// Its own `plain`, which draws drugs in English, so that what the release ships stands aside.
struct Layouts : Laboratory {
    Layouts() {
        accounts.create(touchstone::people::systemActor("test"), {{"quality", "钱七", kPassword, {Role::quality_manager}, "LAB"},
                                                                  {"admin", "孙八", kPassword, {Role::administrator}, "LAB"}});
        layouts.ship({{"plain", "样张", "certificate", layoutXml("shipped"), {{"drug", std::nullopt, "en"}}}});
    }
    Actor person(const std::string& login, Role role) {
        return {PersonId{number("SELECT id FROM person WHERE login = '" + login + "'")}, login, login, {role}, "LAB", "15", "test"};
    }
    Actor admin() { return person("admin", Role::administrator); }
    Actor quality() { return person("quality", Role::quality_manager); }
    Actor signatory() { return person("signatory", Role::signatory); }

    touchstone::Date day(int later = 0) const { return touchstone::Zone{}.dateOf(clock.now()) + std::chrono::days(later); }
    /// A draft of admin's, proposed; its number.
    std::int64_t proposed(const std::string& word, int later = 0) {
        const auto detail = layouts.get(admin(), "plain");
        const std::int64_t revision = layouts.saveDraft(admin(), "plain", detail.draft ? detail.draft->revision : 0, layoutXml(word));
        return layouts.propose(admin(), "plain", revision, day(later), "改标题");
    }
    std::int64_t approved(const std::string& word, int later = 0) {
        const std::int64_t version = proposed(word, later);
        layouts.check(quality(), "plain", version, "已核对");
        layouts.approve(signatory(), "plain", version, "同意", kPassword);
        return version;
    }
    /// The version that draws a drug's certificate on a day from today.
    std::int64_t drawing(int later = 0, const std::string& business = "supervision") {
        const auto all = layouts.list(admin());
        return all.book.choose("drug", business, "en", day(later)).value().version;
    }
    std::string state(std::int64_t version) {
        const auto detail = layouts.get(admin(), "plain");
        for (const auto& one : detail.versions) {
            if (one.version == version) return certificates::standing(detail.versions, one, detail.today);
        }
        return "none";
    }
};

template <class F>
ErrorCode refusal(F&& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.fields().empty() ? error.code() : error.fields().front().code;
    }
    return ErrorCode::Internal;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(layouts_of_a_laboratory, Layouts)

BOOST_AUTO_TEST_CASE(whatAReleaseShipsIsInForceAtOnceAndTheSameReleaseAgainChangesNothing) {
    BOOST_TEST(drawing() == 1);
    BOOST_TEST(layouts.ship({{"plain", "样张", "certificate", layoutXml("shipped"), {{"drug", std::nullopt, "en"}}}}) == 0U);
    BOOST_TEST(number("SELECT COUNT(*) FROM layout_use u JOIN layout l ON l.id = u.layout_id WHERE l.code = 'plain'") == 1);
    BOOST_TEST(number("SELECT COUNT(*) FROM trail WHERE action = 'layout.ship' AND subject = 'plain'") == 1);
    layouts.ship({{"plain", "样张", "certificate", layoutXml("next release"), {{"drug", std::nullopt, "en"}}}});
    BOOST_TEST(drawing() == 2);
    BOOST_TEST(state(1) == "past");
}

BOOST_AUTO_TEST_CASE(aVersionIsInForceOnceTwoFurtherPersonsApproved) {
    const std::int64_t version = proposed("own");
    BOOST_TEST(version == 2);
    BOOST_TEST(drawing() == 1);
    layouts.check(quality(), "plain", version, "已核对");
    BOOST_TEST(drawing() == 1);
    layouts.approve(signatory(), "plain", version, "同意", kPassword);
    BOOST_TEST(drawing() == 2);
    BOOST_TEST(layouts.xml(admin(), "plain", 2) == layoutXml("own"));
    BOOST_TEST(text("SELECT GROUP_CONCAT(action ORDER BY id) FROM trail WHERE subject = 'plain'") ==
               "layout.ship,layout.save,layout.propose,layout.check,layout.approve");
}

BOOST_AUTO_TEST_CASE(whoWroteOrCheckedDecidesNothingMore) {
    const auto draft = layouts.saveDraft(quality(), "plain", 0, layoutXml("first hand"));
    const auto revision = layouts.saveDraft(admin(), "plain", draft, layoutXml("second hand"));
    const auto version = layouts.propose(admin(), "plain", revision, day(), "改标题");
    // Both who saved have written it, whoever proposed.
    BOOST_TEST((refusal([&] { layouts.check(admin(), "plain", version, "已核对"); }) == ErrorCode::OwnWork));
    BOOST_TEST((refusal([&] { layouts.check(quality(), "plain", version, "已核对"); }) == ErrorCode::OwnWork));
    layouts.check(signatory(), "plain", version, "已核对");
    BOOST_TEST((refusal([&] { layouts.approve(signatory(), "plain", version, "同意", kPassword); }) == ErrorCode::OwnWork));
    BOOST_TEST(state(version) == "proposed");
}

BOOST_AUTO_TEST_CASE(anApprovalIsSignedAndTheSignatureIsBoundToTheText) {
    const std::int64_t version = proposed("own");
    BOOST_TEST((refusal([&] { layouts.approve(signatory(), "plain", version, "同意", kPassword); }) == ErrorCode::WrongState));
    layouts.check(quality(), "plain", version, "已核对");
    BOOST_TEST((refusal([&] { layouts.check(signatory(), "plain", version, "已核对"); }) == ErrorCode::WrongState));
    BOOST_TEST((refusal([&] { layouts.approve(signatory(), "plain", version, "同意", "wrong"); }) == ErrorCode::SignatureRefused));
    BOOST_TEST(number("SELECT failed_attempts FROM person WHERE login = 'signatory'") == 1);
    BOOST_TEST(state(version) == "proposed");
    layouts.approve(signatory(), "plain", version, "同意", kPassword);
    const auto signature = [&] { return layouts.get(admin(), "plain").hands.back().signature.value(); };
    BOOST_TEST(signature().person == "王五");
    BOOST_TEST(signature().meaning == "approve_layout");
    BOOST_TEST(signature().valid);
    sql("UPDATE layout_version SET xml = REPLACE(xml, 'own', 'other') WHERE NOT shipped");
    BOOST_TEST(!signature().valid);
}

BOOST_AUTO_TEST_CASE(theSchemaHoldsTheHandsApartToo) {
    const std::int64_t version = proposed("own");
    const std::string id = std::to_string(number("SELECT id FROM layout_version WHERE NOT shipped AND version = " + std::to_string(version)));
    const auto hand = [&](const Actor& actor, const std::string& step, const std::string& signature = "NULL") {
        sql("INSERT INTO layout_hand (version_id, person_id, step, at, reason, signature_id) VALUES (" + id + ", " +
            std::to_string(actor.id.value) + ", '" + step + "', NOW(6), 'x', " + signature + ")");
    };
    sql("INSERT INTO signature (id, person_id, at, meaning, reason, content_hash) VALUES (1, " +
        std::to_string(quality().id.value) + ", NOW(6), 'approve_layout', 'x', REPEAT('x', 32))");
    BOOST_CHECK_THROW(hand(admin(), "check"), touchstone::db::DuplicateKey);
    hand(quality(), "check");
    BOOST_CHECK_THROW(hand(quality(), "approve", "1"), touchstone::db::DuplicateKey);
    BOOST_CHECK_THROW(hand(signatory(), "check"), touchstone::db::DuplicateKey);
    BOOST_CHECK_THROW(hand(signatory(), "approve"), touchstone::db::SqlError);  // without a signature
}

BOOST_AUTO_TEST_CASE(theServerItselfCannotChangeWhatWasProposed) {
    proposed("own");
    constexpr touchstone::db::Statement change{"test_change", "UPDATE layout_version SET xml = 'x'"};
    constexpr touchstone::db::Statement removal{"test_removal", "DELETE FROM layout_version"};
    for (const auto& statement : {change, removal}) {
        BOOST_CHECK_EXCEPTION(application().write([&](touchstone::db::WriteTransaction& tx) { tx.execute(statement); }),
                              touchstone::db::SqlError, [](const auto& error) { return error.code() == 1142 || error.code() == 1143; });
    }
}

BOOST_AUTO_TEST_CASE(rolesAreKeptApart) {
    const Actor analyst = actor("analyst");
    BOOST_TEST((refusal([&] { layouts.saveDraft(analyst, "plain", 0, layoutXml("x")); }) == ErrorCode::NoRight));
    BOOST_TEST((refusal([&] { layouts.saveDraft(signatory(), "plain", 0, layoutXml("x")); }) == ErrorCode::NoRight));
    const std::int64_t version = proposed("own");
    BOOST_TEST((refusal([&] { layouts.approve(analyst, "plain", version, "同意", kPassword); }) == ErrorCode::NoRight));
    BOOST_TEST((refusal([&] { layouts.retire(signatory(), "plain", version, "停用"); }) == ErrorCode::NoRight));
    BOOST_TEST((refusal([&] { static_cast<void>(layouts.list(actor("regulator"))); }) == ErrorCode::NoRight));
    BOOST_TEST(!layouts.list(analyst).book.layouts.empty());
}

BOOST_AUTO_TEST_CASE(ofTwoWhoSaveOverTheSameTheSecondIsRefusedAndNothingOfTheFirstIsLost) {
    layouts.saveDraft(admin(), "plain", 0, layoutXml("mine"));
    BOOST_TEST((refusal([&] { layouts.saveDraft(quality(), "plain", 0, layoutXml("theirs")); }) == ErrorCode::Conflict));
    BOOST_TEST(layouts.get(quality(), "plain").xml == layoutXml("mine"));
    BOOST_TEST((refusal([&] { layouts.propose(admin(), "plain", 7, day(), "改"); }) == ErrorCode::Conflict));

    std::atomic<int> saved = 0, refused = 0;
    const auto save = [&](Actor who, std::string word) {
        try {
            layouts.saveDraft(who, "plain", 1, layoutXml(word));
            ++saved;
        } catch (const Error& error) {
            refused += error.code() == ErrorCode::Conflict ? 1 : 0;
        }
    };
    std::thread one(save, admin(), "a"), other(save, quality(), "b");
    one.join();
    other.join();
    BOOST_TEST(saved == 1);
    BOOST_TEST(refused == 1);
}

BOOST_AUTO_TEST_CASE(stepsOutOfTurnAreRefused) {
    const std::int64_t version = proposed("own");
    const auto revision = layouts.saveDraft(admin(), "plain", 1, layoutXml("again"));
    BOOST_TEST((refusal([&] { layouts.propose(admin(), "plain", revision, day(), "再改"); }) == ErrorCode::WrongState));
    BOOST_TEST((refusal([&] { layouts.retire(admin(), "plain", version, "停用"); }) == ErrorCode::WrongState));
    layouts.refuse(quality(), "plain", version, "标题有误");
    BOOST_TEST((refusal([&] { layouts.approve(signatory(), "plain", version, "同意", kPassword); }) == ErrorCode::WrongState));
    BOOST_TEST((refusal([&] { layouts.approve(signatory(), "plain", 99, "同意", kPassword); }) == ErrorCode::NotFound));
    BOOST_TEST((refusal([&] { layouts.approve(signatory(), "none", 1, "同意", kPassword); }) == ErrorCode::NotFound));
    BOOST_TEST(layouts.propose(admin(), "plain", revision, day(), "再改") == 3);
    BOOST_TEST((refusal([&] { layouts.propose(admin(), "plain", revision, day(), "再改"); }) == ErrorCode::NothingToDo));
    BOOST_TEST((refusal([&] { layouts.propose(admin(), "plain", revision, day(-1), "再改"); }) == ErrorCode::OutOfRange));
}

BOOST_AUTO_TEST_CASE(aLaterDayComesWhenItComes) {
    approved("tomorrow", 1);
    BOOST_TEST(state(2) == "coming");
    BOOST_TEST(drawing() == 1);
    BOOST_TEST(drawing(1) == 2);
}

BOOST_AUTO_TEST_CASE(aReleaseIsOfferedAndDoesNotPutAsideWhatTheLaboratoryWrote) {
    approved("own");
    layouts.ship({{"plain", "样张", "certificate", layoutXml("next release"), {{"drug", std::nullopt, "en"}}}});
    BOOST_TEST(drawing() == 2);
    BOOST_TEST(state(3) == "offered");
    layouts.retire(admin(), "plain", 2, "改用发布版");
    BOOST_TEST(drawing() == 3);
    BOOST_TEST(state(2) == "retired");
    BOOST_TEST((refusal([&] { layouts.retire(admin(), "plain", 3, "停用"); }) == ErrorCode::WrongState));
}

BOOST_AUTO_TEST_CASE(aBusinessKindHasItsLayoutFromItsDay) {
    layouts.create(admin(), {{}, "import", "进口药品检验报告书", "certificate"}, layoutXml("import"));
    const certificates::LayoutService::Use use{"drug", "import", "en", "import", day(1)};
    BOOST_TEST((refusal([&] { layouts.setUse(admin(), use, "进口"); }) == ErrorCode::NoLayout));
    const auto version = layouts.propose(admin(), "import", 1, day(), "新建");
    layouts.check(quality(), "import", version, "已核对");
    layouts.approve(signatory(), "import", version, "同意", kPassword);
    layouts.setUse(admin(), use, "进口");
    const auto chosen = [&](const std::string& business, int later) {
        return layouts.list(admin()).book.choose("drug", business, "en", day(later)).value().code;
    };
    BOOST_TEST(chosen("import", 0) == "plain");
    BOOST_TEST(chosen("import", 1) == "import");
    BOOST_TEST(chosen("supervision", 1) == "plain");
    BOOST_TEST((refusal([&] { layouts.retire(admin(), "import", version, "停用"); }) == ErrorCode::NoLayout));
    layouts.setUse(admin(), {"drug", "import", "en", std::nullopt, day(2)}, "不再单列");
    BOOST_TEST(chosen("import", 2) == "plain");
    BOOST_TEST((refusal([&] { layouts.setUse(admin(), {"drug", {}, "zh", {}, day()}, "无"); }) == ErrorCode::Required));
    BOOST_TEST((refusal([&] { layouts.setUse(admin(), {"drug", {}, "zh", "none", day()}, "无"); }) == ErrorCode::NotKnown));
    BOOST_TEST((refusal([&] { layouts.create(admin(), {{}, "plain", "重复", "certificate"}, layoutXml("x")); }) == ErrorCode::Duplicate));
}

BOOST_AUTO_TEST_CASE(whatTheEngineDoesNotTakeIsNotKeptAndItsPlaceIsSaid) {
    const std::string bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
                             "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>\n<layout>&c;</layout>";
    const std::string outside = "<!DOCTYPE l [<!ENTITY f SYSTEM \"file:///etc/hostname\">]><layout>&f;</layout>";
    std::string deep;
    for (int i = 0; i < 5000; ++i) deep += "<box>";
    for (const std::string& xml : {bomb, outside, deep, std::string("no XML"), std::string("<layout"), layoutXml("{no.such:format}"),
                                   layoutXml("<nothing/>"), std::string()}) {
        try {
            layouts.saveDraft(admin(), "plain", 0, xml);
            BOOST_ERROR("was taken: " + xml.substr(0, 60));
        } catch (const Error& error) {
            BOOST_REQUIRE_EQUAL(error.fields().size(), 1U);
            BOOST_TEST((error.fields()[0].code == ErrorCode::BadLayout));
            BOOST_TEST(error.fields()[0].field.starts_with("xml."));
        }
    }
    BOOST_TEST(number("SELECT COUNT(*) FROM layout_draft") == 0);
}

BOOST_AUTO_TEST_CASE(aCertificateKeepsTheVersionThatItWasReleasedWith) {
    const auto released = [&](std::int64_t sample) { return release({checkedSample(sample)}).at(0).number; };
    const auto frozen = [&](const std::string& certificate, const std::string& member) {
        const auto value = touchstone::json::parse(service.get(actor("analyst"), certificate).frozen);
        return value.find("layout")->find(member)->text();
    };
    const std::string before = released(1);
    const std::string xml = R"(<layout xmlns="urn:touchstone:layout" title="检验报告书"><page/><body><p>{number} 新样式</p></body></layout>)";
    const auto revision = layouts.saveDraft(admin(), "drug", 0, xml);
    const auto version = layouts.propose(admin(), "drug", revision, day(), "改样式");
    layouts.check(quality(), "drug", version, "已核对");
    layouts.approve(signatory(), "drug", version, "同意", kPassword);
    const std::string after = released(2);

    BOOST_TEST(frozen(before, "version") == "1");
    BOOST_TEST(frozen(after, "version") == "2");
    BOOST_TEST(frozen(after, "code") == "drug");
    BOOST_TEST(frozen(after, "sha256") == touchstone::toHex(touchstone::sha256(xml)));
    // The new one has one page with one line: its file is much the smaller.
    BOOST_TEST(service.file(actor("analyst"), after).pdf.size() < service.file(actor("analyst"), before).pdf.size() / 2);

    // A redraw of the earlier one uses its own version, whatever is in force.
    sql("UPDATE certificate SET status = 'drawing', issued_at = NULL WHERE number = '" + before + "'");
    sql("DELETE FROM certificate_file WHERE certificate_id = (SELECT id FROM certificate WHERE number = '" + before + "')");
    BOOST_TEST(service.resume() == 1U);
    BOOST_TEST(service.file(actor("analyst"), before).pdf.size() > 2 * service.file(actor("analyst"), after).pdf.size());
}

BOOST_AUTO_TEST_CASE(labelsAreDrawnByTheirVersionInForce) {
    BOOST_TEST(shelf.named("label", day())->title() != "本院标签");
    const std::string xml = R"(<layout xmlns="urn:touchstone:layout" title="本院标签"><page/><body><p>标签</p></body></layout>)";
    const auto revision = layouts.saveDraft(admin(), "label", 0, xml);
    const auto version = layouts.propose(admin(), "label", revision, day(), "改样式");
    layouts.check(quality(), "label", version, "已核对");
    BOOST_TEST(shelf.named("label", day())->title() != "本院标签");
    layouts.approve(signatory(), "label", version, "同意", kPassword);
    BOOST_TEST(shelf.named("label", day())->title() == "本院标签");
    BOOST_TEST((refusal([&] { static_cast<void>(shelf.named("none", day())); }) == ErrorCode::NoLayout));
}

BOOST_AUTO_TEST_CASE(withoutALayoutInForceNothingIsReleased) {
    sql("DELETE FROM layout_use");
    const std::string sample = checkedSample(1);
    const auto prepared = releases.prepare(actor("signatory"), {sample});
    const auto rows = releases.rows(actor("signatory"), prepared.id, {});
    BOOST_REQUIRE_EQUAL(rows.size(), 1U);
    BOOST_TEST((rows[0].refusal && rows[0].refusal->code() == ErrorCode::NoLayout));
    BOOST_TEST(text("SELECT status FROM sample") == "releasing");
}

BOOST_AUTO_TEST_CASE(aPreviewDrawsAnyDataByWhatNobodyKeptYet) {
    certificates::LayoutPreview preview(application(), touchstone::tests::Press::instance().printer, clock,
                                        certificates::readShipment(TOUCHSTONE_SOURCE "/templates").samples);
    const auto number = release({checkedSample(1)}).at(0).number;
    for (const std::string& certificate : {std::string("drug"), number}) {
        BOOST_TEST(preview.draw(quality(), layoutXml("{number}"), certificate).starts_with("%PDF-"));
        BOOST_TEST(touchstone::json::parse(preview.data(quality(), certificate)).find("derived") != nullptr);
    }
    BOOST_TEST((refusal([&] { static_cast<void>(preview.draw(quality(), layoutXml("{number}"), "BG0")); }) == ErrorCode::NotFound));
    BOOST_TEST((refusal([&] { static_cast<void>(preview.draw(quality(), layoutXml("{nothing.there}"), "drug")); }) == ErrorCode::BadLayout));
    BOOST_TEST((refusal([&] { static_cast<void>(preview.draw(actor("analyst"), layoutXml("x"), "drug")); }) == ErrorCode::NoRight));
    BOOST_TEST(this->number("SELECT COUNT(*) FROM layout_draft") == 0);
}

BOOST_AUTO_TEST_CASE(everyShippedLayoutDrawsTheSamplesThatItIsFor) {
    const auto shipment = certificates::readShipment(TOUCHSTONE_SOURCE "/templates");
    certificates::LayoutPreview preview(application(), touchstone::tests::Press::instance().printer, clock, shipment.samples);
    for (const auto& sample : shipment.samples) {
        const bool certificate = touchstone::json::parse(sample.frozen).find("content") != nullptr;
        for (const auto& layout : shipment.layouts) {
            if (certificate ? layout.kind == "certificate" : layout.code == sample.code) BOOST_TEST(preview.draw(quality(), layout.xml, sample.code).starts_with("%PDF-"));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
