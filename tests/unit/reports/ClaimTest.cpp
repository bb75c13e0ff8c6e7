#include <boost/test/unit_test.hpp>

#include "reports/Claim.h"
#include "tests/unit/reports/Judge.h"
#include "tests/unit/reports/SampleData.h"

using namespace touchstone::reports;

namespace {

std::string today() {
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    char text[16];
    std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
    return text;
}

Claim example() {
    return {"BG2026000001", 1, today(), "conforms", std::string(32, 'd')};
}

std::string signedText() {
    return signClaim(example(), sample::signer()).value();
}

ClaimCheck checked(const std::string& text) {
    return checkClaim(text, sample::authority().chainPem, sample::authority().caPem);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Claims)

BOOST_AUTO_TEST_CASE(a_claim_is_checked_with_nothing_but_certificates) {
    const ClaimCheck said = checked(signedText());
    BOOST_TEST(said.problem == "");
    BOOST_TEST(said.genuine);
    BOOST_TEST(said.trusted);
    BOOST_TEST(said.claim.number == "BG2026000001");
    BOOST_TEST(said.claim.revision == 1);
    BOOST_TEST(said.claim.verdict == "conforms");
    BOOST_TEST(said.claim.resultsDigest == std::string(32, 'd'));
    BOOST_TEST(said.signer == sample::signer().subject());
    BOOST_TEST(said.keyId == keyId(sample::authority().chainPem));
}

BOOST_AUTO_TEST_CASE(the_whole_text_of_a_code_is_taken_as_well) {
    BOOST_TEST(checked("https://lims.example.cn/verify/0123456789012345678901#c=" + signedText()).problem == "");
}

BOOST_AUTO_TEST_CASE(openssl_agrees) {
    const judge::Folder folder;
    const std::string text = signedText();
    folder.write("record", text.substr(0, text.rfind('~')));
    folder.write("chain.pem", sample::authority().chainPem);
    // ECDSA-Sig-Value of r and s, by hand: openssl knows no bare pair.
    const judge::Answer der = folder.run(
        "printf %s '" + text.substr(text.rfind('~') + 1) +
        "' | tr -- '-_' '+/' | sed 's/$/==/' | base64 -d > raw && "
        "printf 'asn1=SEQUENCE:s\\n[s]\\nr=INTEGER:0x%s\\ns=INTEGER:0x%s\\n' "
        "$(head -c 32 raw | od -An -v -tx1 | tr -d ' \\n') $(tail -c 32 raw | od -An -v -tx1 | tr -d ' \\n') > pair && "
        "openssl asn1parse -genconf pair -out signature -noout && openssl x509 -in chain.pem -pubkey -noout > key.pem && "
        "openssl dgst -sha256 -verify key.pem -signature signature record");
    BOOST_CHECK_MESSAGE(der.says("Verified OK"), der.text);
}

BOOST_AUTO_TEST_CASE(no_character_can_be_changed) {
    const std::string text = signedText();
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string other = text;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        const ClaimCheck said = checked(other);
        BOOST_TEST(!said.genuine, "changed at " << i);
        BOOST_TEST(said.problem != "");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_claim_is_told) {
    for (const std::string& text : {std::string(), std::string("https://lims.example.cn/verify/x"), std::string("T1~~~~~~~"),
                                    std::string(100'000, '~'), signedText() + "~", signedText() + "A", std::string("T1~\xFF~1")}) {
        BOOST_TEST(!checked(text).wellFormed);
    }
}

BOOST_AUTO_TEST_CASE(a_claim_of_a_stranger_is_not_ours) {
    const auto stranger = DemonstrationAuthority::make("别家", 30);
    const auto text = signClaim(example(), Signer(stranger.keyPem, stranger.chainPem));
    BOOST_TEST(!checked(*text).genuine);
    // Whoever offers his own certificate still lacks our root.
    const ClaimCheck said = checkClaim(*text, stranger.chainPem, sample::authority().caPem);
    BOOST_TEST(said.genuine);
    BOOST_TEST(!said.trusted);
}

BOOST_AUTO_TEST_CASE(a_certificate_must_have_been_valid_on_the_day) {
    Claim old = example();
    old.issuedOn = "2020-01-01";
    const ClaimCheck said = checked(signClaim(old, sample::signer()).value());
    BOOST_TEST(said.genuine);
    BOOST_TEST(!said.trusted);
}

BOOST_AUTO_TEST_CASE(an_rsa_key_makes_no_claim) {
    const judge::Folder folder;
    const judge::Answer made = folder.run("openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out own.pem -days 2 -subj /CN=x");
    BOOST_REQUIRE_MESSAGE(made.status == 0, made.text);
    BOOST_CHECK(!signClaim(example(), Signer(folder.read("key.pem"), folder.read("own.pem"))));
}

BOOST_AUTO_TEST_CASE(a_number_that_would_break_the_record_is_refused) {
    for (const char* number : {"", "BG~1", "BG 1", "报告1", "BG#1"}) {
        Claim claim = example();
        claim.number = number;
        BOOST_CHECK_THROW(static_cast<void>(signClaim(claim, sample::signer())), std::runtime_error);
    }
}

BOOST_AUTO_TEST_CASE(the_code_with_a_claim_is_read_from_paper) {
    const judge::Folder folder;
    CertificateData data = sample::certificate(2);
    const auto readAt = [&](const std::string& address, const std::string& dots) {
        data.verificationUrl = address + "/verify/0123456789012345678901#c=" + signedText();
        folder.write("one.pdf", sample::printer().print(data, sample::signer(), sample::now()));
        BOOST_REQUIRE_EQUAL(folder.run("pdftoppm -png -singlefile -r " + dots + " one.pdf one").status, 0);
        return folder.run("zbarimg -q --raw one.png 2>/dev/null").text == data.verificationUrl + "\n";
    };
    BOOST_TEST(readAt("https://lims.example.cn", "150"));
    BOOST_TEST(readAt("https://lims.institute-of-the-autonomous-region-of-example.example.cn", "200"));
    BOOST_TEST(data.verificationUrl.size() <= 271U);
}

BOOST_AUTO_TEST_SUITE_END()
