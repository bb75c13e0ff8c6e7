#include <boost/test/unit_test.hpp>
#include <random>

#include "reports/SignedRange.h"
#include "reports/Verifier.h"
#include "tests/unit/reports/Judge.h"
#include "tests/unit/reports/SampleData.h"

using namespace touchstone::reports;

namespace {

const std::string& roots() {
    return sample::authority().caPem;
}

std::string signedCertificate() {
    return sample::printed(sample::withTests(2));
}

bool holds(const Verification& said) {
    return said.hasSignature && said.coversWholeFile && said.intact && said.trusted && said.problem.empty();
}

// What openssl needs: the signature, the signed bytes, the root.
void takeApart(const judge::Folder& folder, const std::string& pdf, const std::string& root) {
    const auto range = std::get<SignedRange>(findSignedRange(pdf));
    folder.write("signature.der", range.signature);
    folder.write("content.bin", pdf.substr(0, range.gapBegin) + pdf.substr(range.gapEnd));
    folder.write("root.pem", root);
}

constexpr const char* openSslVerify =
    "openssl cms -verify -cades -binary -inform DER -in signature.der -content content.bin -CAfile root.pem -out "
    "verified.bin";

}  // namespace

BOOST_AUTO_TEST_SUITE(Signature)

BOOST_AUTO_TEST_CASE(a_certificate_holds) {
    const Verification said = verify(signedCertificate(), roots());
    BOOST_CHECK_MESSAGE(holds(said), said.problem);
    BOOST_TEST(said.signerName == sample::signer().subject());
    BOOST_TEST(said.signerName.find("测试") != std::string::npos);
    BOOST_TEST(said.signedAt.size() == std::string("2026-01-02T03:04:05Z").size());
}

BOOST_AUTO_TEST_CASE(outside_judges_agree) {
    const judge::Folder folder;
    const std::string pdf = signedCertificate();
    folder.write("one.pdf", pdf);
    takeApart(folder, pdf, roots());
    const judge::Answer cms = folder.run(openSslVerify);
    BOOST_CHECK_MESSAGE(cms.status == 0 && cms.says("successful"), cms.text);
    const judge::Answer mutool = folder.run("mutool sign -v one.pdf");
    BOOST_CHECK_MESSAGE(mutool.says("unchanged since signing"), mutool.text);
    const judge::Answer pdfsig = folder.run("pdfsig one.pdf");
    BOOST_CHECK_MESSAGE(
        pdfsig.says("Signature is Valid") && pdfsig.says("ETSI.CAdES.detached") && pdfsig.says("Total document signed"),
        pdfsig.text);
    // PAdES baseline forbids the attribute signing-time.
    const judge::Answer printed = folder.run("openssl cms -cmsout -print -noout -inform DER -in signature.der");
    BOOST_TEST(printed.says("id-smime-aa-signingCertificateV2"));
    BOOST_TEST(!printed.says("signingTime"));
}

BOOST_AUTO_TEST_CASE(rsa_keys_sign_too) {
    const judge::Folder folder;
    BOOST_REQUIRE_EQUAL(folder
                            .run("openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out root.pem -days 2 "
                                 "-subj '/CN=TEST RSA' -addext keyUsage=digitalSignature,keyCertSign")
                            .status,
                        0);
    const Signer signer(folder.read("key.pem"), folder.read("root.pem"));
    const std::string pdf = sample::printed(sample::certificate(), signer);
    const Verification said = verify(pdf, folder.read("root.pem"));
    BOOST_CHECK_MESSAGE(holds(said), said.problem);
    folder.write("one.pdf", pdf);
    takeApart(folder, pdf, folder.read("root.pem"));
    BOOST_TEST(folder.run(openSslVerify).status == 0);
    BOOST_TEST(folder.run("pdfsig one.pdf").says("Signature is Valid"));
}

BOOST_AUTO_TEST_CASE(every_changed_byte_is_noticed) {
    const std::string pdf = signedCertificate();
    const auto range = std::get<SignedRange>(findSignedRange(pdf));
    // All of the signature dictionary, and bytes from all over the file.
    std::vector<std::size_t> offsets;
    for (std::size_t i = range.gapBegin - 600; i < range.gapEnd + 20; ++i) offsets.push_back(i);
    for (std::size_t i = 0; i < pdf.size(); i += 61) offsets.push_back(i);
    offsets.push_back(pdf.size() - 1);
    std::string changed = pdf;
    for (const std::size_t offset : offsets)
        for (const int flip : {0x01, 0x20}) {
            changed[offset] = static_cast<char>(pdf[offset] ^ flip);
            const Verification said = verify(changed, roots());
            BOOST_CHECK_MESSAGE(!holds(said) && !said.problem.empty(),
                                "byte " << offset << " (" << pdf[offset] << ") became " << changed[offset]);
            changed[offset] = pdf[offset];
        }

    const judge::Folder folder;
    changed[200] = static_cast<char>(changed[200] ^ 1);
    folder.write("changed.pdf", changed);
    BOOST_TEST(folder.run("pdfsig changed.pdf").says("Digest Mismatch"));
}

BOOST_AUTO_TEST_CASE(what_pads_the_signature_is_zero) {
    // P-256 values differ in length: three of four certificates leave room behind theirs.
    for (;;) {
        std::string pdf = signedCertificate();
        const auto range = std::get<SignedRange>(findSignedRange(pdf));
        if (range.gapEnd - range.gapBegin == 2 * range.signature.size() + 2) continue;
        BOOST_TEST(holds(verify(pdf, roots())));
        pdf[range.gapEnd - 2] = '1';
        BOOST_TEST(!holds(verify(pdf, roots())));
        break;
    }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_apart) {
    const std::string pdf = signedCertificate();
    const Verification none = verify(sample::previewed(sample::certificate()), roots());
    BOOST_TEST(!none.hasSignature);

    const Verification appended = verify(pdf + "\n% more\n", roots());
    BOOST_TEST(appended.hasSignature);
    BOOST_TEST(!appended.coversWholeFile);
    BOOST_TEST(appended.intact);
    BOOST_TEST(!appended.problem.empty());

    std::string other = pdf;
    other[200] = static_cast<char>(other[200] ^ 1);
    const Verification changed = verify(other, roots());
    BOOST_TEST(changed.coversWholeFile);
    BOOST_TEST(!changed.intact);
    BOOST_TEST(!changed.trusted);

    const Verification stranger = verify(pdf, DemonstrationAuthority::make("别的机构", 30).caPem);
    BOOST_TEST(stranger.intact);
    BOOST_TEST(!stranger.trusted);
    BOOST_TEST(!verify(pdf, "").trusted);
    BOOST_TEST(!verify(pdf, "no certificates here").trusted);

    const Verification late = verify(
        sample::printed(sample::certificate(), sample::signer(), sample::now() + std::chrono::hours(24 * 31)),
        roots());
    BOOST_TEST(late.intact);
    BOOST_TEST(!late.trusted);
}

BOOST_AUTO_TEST_CASE(a_signature_of_another_file_does_not_fit) {
    std::string first = signedCertificate();
    const std::string second = sample::printed(sample::withTests(3));
    const auto here = std::get<SignedRange>(findSignedRange(first)),
               there = std::get<SignedRange>(findSignedRange(second));
    BOOST_REQUIRE_EQUAL(here.gapEnd - here.gapBegin, there.gapEnd - there.gapBegin);
    first.replace(here.gapBegin, here.gapEnd - here.gapBegin, second, there.gapBegin, there.gapEnd - there.gapBegin);
    const Verification said = verify(first, roots());
    BOOST_TEST(said.hasSignature);
    BOOST_TEST(!said.intact);
}

BOOST_AUTO_TEST_CASE(ranges_that_lie_are_refused) {
    const std::string pdf = signedCertificate();
    const std::size_t open = pdf.find('[', pdf.find("/ByteRange")), close = pdf.find(']', open);
    const auto range = std::get<SignedRange>(findSignedRange(pdf));
    const std::string a = std::to_string(range.gapBegin), b = std::to_string(range.gapEnd);
    for (const std::string& lie :
         {std::string("[0 0 0 0"), "[0 " + a + " " + b + " 99999999999999999999",
          "[0 " + a + " " + b + " 18446744073709551615", "[-1 " + a + " " + b + " 5", "[0 " + b + " " + a + " 5",
          "[5 " + a + " " + b + " 5", std::string("[0 1"), std::string("["),
          "[0 " + std::to_string(range.gapBegin - 40) + " " + b + " " + std::to_string(pdf.size() - range.gapEnd)}) {
        std::string forged = pdf;
        std::string room = lie;
        room.resize(std::max(room.size(), close - open), ' ');
        forged.replace(open, close - open, room.substr(0, close - open));
        const Verification said = verify(forged, roots());
        BOOST_CHECK_MESSAGE(!holds(said) && !said.intact, lie);
    }
    BOOST_TEST(!holds(verify(pdf + pdf, roots())));
}

BOOST_AUTO_TEST_CASE(hostile_bytes_do_no_harm) {
    const std::string pdf = signedCertificate();
    for (std::size_t length = 0; length < pdf.size(); length += 173)
        BOOST_TEST(!holds(verify(pdf.substr(0, length), roots())));

    std::mt19937 random(7);
    std::uniform_int_distribution<int> byte(0, 255);
    const auto range = std::get<SignedRange>(findSignedRange(pdf));
    for (int round = 0; round < 200; ++round) {
        std::string noise(500, '\0');
        for (char& c : noise) c = static_cast<char>(byte(random));
        BOOST_TEST(!holds(verify(noise, roots())));
        BOOST_TEST(!holds(verify("%PDF-1.7\n/ByteRange [0 " + noise, roots())));
        // Random DER where the signature was.
        constexpr char digits[] = "0123456789ABCDEF";
        std::string forged = pdf;
        for (int i = 0; i < 40; ++i) {
            std::uniform_int_distribution<std::size_t> place(range.gapBegin + 1, range.gapEnd - 2);
            forged[place(random)] = digits[byte(random) % 16];
        }
        BOOST_TEST(!holds(verify(forged, roots())));
    }
}

BOOST_AUTO_TEST_CASE(keys_that_do_not_fit_are_refused) {
    const DemonstrationAuthority other = DemonstrationAuthority::make("另一机构", 30);
    BOOST_CHECK_THROW(Signer(other.keyPem, sample::authority().chainPem), std::runtime_error);
    BOOST_CHECK_THROW(Signer("", sample::authority().chainPem), std::runtime_error);
    BOOST_CHECK_THROW(Signer(sample::authority().keyPem, ""), std::runtime_error);
    BOOST_CHECK_THROW((void)sample::signer().sign("short"), std::runtime_error);
    BOOST_TEST((sample::signer().notAfter() > sample::now()));
}

BOOST_AUTO_TEST_CASE(the_demonstration_chain_is_one) {
    const judge::Folder folder;
    folder.write("root.pem", sample::authority().caPem);
    folder.write("chain.pem", sample::authority().chainPem);
    const judge::Answer answer = folder.run("openssl verify -x509_strict -CAfile root.pem chain.pem");
    BOOST_CHECK_MESSAGE(answer.status == 0, answer.text);
    BOOST_TEST(folder.run("openssl x509 -in root.pem -noout -subject -nameopt utf8").says("测试"));
}

BOOST_AUTO_TEST_SUITE_END()
