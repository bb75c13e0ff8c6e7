// Time stamps and validation data: PAdES B-T and B-LT.
#include <boost/test/unit_test.hpp>

#include "reports/SignedMessage.h"
#include "reports/SignedRange.h"
#include "tests/unit/reports/Authority.h"
#include "tests/unit/reports/SampleData.h"

using namespace touchstone::reports;
using authority::Authority;
using authority::p256;
using authority::smallFile;

namespace {

const std::string& stampedFile() {
    static const std::string made = p256().stamper().withTimeStamp(smallFile(p256().signer()));
    return made;
}

const std::string& longTermFile() {
    static const std::string made = p256().validator().withValidation(stampedFile());
    return made;
}

std::string problemOfStamping(const Fetch& fetch, const std::string& roots = p256().stampRoot()) {
    const TimeStamper stamper("http://authority.test/stamp", roots, fetch, authority::now);
    try {
        (void)stamper.withTimeStamp(smallFile(p256().signer()));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

bool says(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

void changeEveryByte(const Authority& by, const std::string& pdf, std::size_t from, std::size_t to) {
    const Verifier verifier(by.root(), by.stampRoot());
    std::string changed = pdf;
    for (std::size_t offset = from; offset < to; ++offset) {
        changed[offset] = static_cast<char>(pdf[offset] ^ 1);
        const Verification said = verifier.verify(changed);
        if (said.holds() || said.problem.empty())
            BOOST_ERROR("byte " << offset << " of " << pdf.size() << " may change: " << pdf.substr(offset - 8, 16));
        changed[offset] = pdf[offset];
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(LongTerm)

BOOST_AUTO_TEST_CASE(a_signature_alone_claims_its_time) {
    const Verification said = p256().verify(smallFile(p256().signer()));
    BOOST_CHECK_MESSAGE(said.holds(), said.problem);
    BOOST_TEST(name(said.level) == "B-B");
    BOOST_TEST(name(said.timeSource) == "claimed");
    BOOST_TEST(name(said.revocation) == "unknown");
    BOOST_TEST(said.timeStampAuthority.empty());
}

BOOST_AUTO_TEST_CASE(a_time_stamp_proves_it) {
    const Verification said = p256().verify(stampedFile());
    BOOST_CHECK_MESSAGE(said.holds(), said.problem);
    BOOST_TEST(name(said.level) == "B-T");
    BOOST_TEST(name(said.timeSource) == "time_stamp");
    BOOST_TEST(said.timeStampAuthority == "TEST tsa");
    // Without roots for it the time is not believed, and the reader is told.
    const Verification unknown = verify(stampedFile(), p256().root());
    BOOST_TEST((unknown.intact && unknown.trusted && !unknown.holds()));
    BOOST_TEST(name(unknown.timeSource) == "claimed");
}

BOOST_AUTO_TEST_CASE(validation_data_prove_the_standing) {
    BOOST_TEST(longTermFile().starts_with(stampedFile()));
    const Verification said = p256().verify(longTermFile());
    BOOST_CHECK_MESSAGE(said.holds(), said.problem);
    BOOST_TEST(name(said.level) == "B-LT");
    BOOST_TEST(name(said.revocation) == "good");
    BOOST_TEST(said.coversWholeFile);
}

BOOST_AUTO_TEST_CASE(answers_are_kept_until_their_next_update) {
    const Validator validator = p256().validator();
    const int before = p256().questions;
    (void)validator.withValidation(stampedFile());
    const int first = p256().questions - before;
    BOOST_TEST(first == 3);  // signer by OCSP, issuer and time stamping authority by list
    (void)validator.withValidation(stampedFile());
    BOOST_TEST(p256().questions - before == first);
}

BOOST_AUTO_TEST_CASE(every_changed_byte_is_noticed) {
    changeEveryByte(p256(), longTermFile(), 0, longTermFile().size());
}

BOOST_AUTO_TEST_CASE(what_is_appended_is_noticed) {
    for (const std::string& pdf : {stampedFile(), longTermFile()})
        for (const std::string& more : {std::string("\n"), std::string("%"), pdf.substr(stampedFile().size() - 200),
                                        std::string("1 0 obj\n<<>>\nendobj\n")}) {
            const Verification said = p256().verify(pdf + more);
            BOOST_TEST(said.intact);
            BOOST_TEST(!said.coversWholeFile);
            BOOST_TEST(!said.holds());
        }
    const std::size_t update = longTermFile().size() - stampedFile().size();
    for (std::size_t cut = 1; cut < update; cut += 13)
        BOOST_TEST(!p256().verify(longTermFile().substr(0, longTermFile().size() - cut)).holds());
}

BOOST_AUTO_TEST_CASE(the_update_of_another_file_does_not_fit) {
    const std::string other = p256().stamper().withTimeStamp(smallFile(p256().signer()));
    const Verification said = p256().verify(other + longTermFile().substr(stampedFile().size()));
    BOOST_TEST(said.intact);
    BOOST_TEST(!said.coversWholeFile);
}

BOOST_AUTO_TEST_CASE(answers_that_are_no_time_stamp_are_refused) {
    const auto said = [](const std::string& answer) {
        return problemOfStamping([answer](const FetchRequest&) { return answer; });
    };
    std::string good;
    BOOST_TEST(problemOfStamping([&](const FetchRequest& request) { return good = p256().fetch()(request); }) == "");
    for (const std::string& bytes : {std::string(), std::string("<html>"), std::string(5000, '0'), good.substr(0, 300)})
        BOOST_TEST(!said(bytes).empty());
    // A good answer, to another question.
    BOOST_TEST(!said(good).empty());
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string changed = good;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        BOOST_TEST(!said(changed).empty());
    }
    BOOST_TEST(says(said(std::string("\x30\x05\x30\x03\x02\x01\x02", 7)), "refused, status 2"));
    BOOST_TEST(says(problemOfStamping(p256().fetch(), p256().root()), "not trusted"));
    BOOST_TEST(says(problemOfStamping([](const FetchRequest&) -> std::string { throw std::runtime_error("too slow"); }),
                    "too slow"));
}

BOOST_AUTO_TEST_CASE(another_nonce_another_imprint_another_clock_are_refused) {
    const Roots roots(p256().stampRoot());
    const std::time_t now = std::chrono::system_clock::to_time_t(authority::now());
    const auto ask = [](const std::string& stamped, std::uint64_t nonce) {
        return p256().fetch()(
            {"http://authority.test/stamp", "application/timestamp-query", timeStampRequest(stamped, nonce)});
    };
    const auto problem = [&](const std::string& stamped, std::uint64_t nonce, std::time_t at) -> std::string {
        static const std::string answer = ask("signature", 0xFEDCBA9876543210);
        try {
            (void)readTimeStampResponse(answer, stamped, nonce, roots, at);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return {};
    };
    BOOST_TEST(problem("signature", 0xFEDCBA9876543210, now) == "");
    BOOST_TEST(says(problem("signature", 0xFEDCBA9876543211, now), "another request"));
    BOOST_TEST(says(problem("signature!", 0xFEDCBA9876543210, now), "something else"));
    BOOST_TEST(says(problem("signature", 0xFEDCBA9876543210, now + 3600), "clock"));
    BOOST_TEST(says(problem("signature", 0xFEDCBA9876543210, now - 3600), "clock"));
}

BOOST_AUTO_TEST_CASE(what_a_token_does_not_need_is_left_out) {
    const auto range = std::get<SignedRange>(findSignedRange(stampedFile()));
    const SignedMessage token = SignedMessage::parse(SignedMessage::parse(range.signature).timeStamp);
    BOOST_TEST(token.certificates.size() == 2U);  // the authority sends three
}

BOOST_AUTO_TEST_CASE(a_revoked_certificate_signs_no_more) {
    const Authority own("p256");
    const std::string early = own.stamper().withTimeStamp(smallFile(own.signer()));
    const std::string good = own.validator().withValidation(early);
    BOOST_TEST(own.verify(good).holds());
    own.call("revoke");
    try {
        (void)own.validator().withValidation(own.stamper().withTimeStamp(smallFile(own.signer())));
        BOOST_ERROR("a revoked certificate was used");
    } catch (const std::runtime_error& error) {
        BOOST_TEST(says(error.what(), "is revoked"));
    }
    // What was made before stays good.
    BOOST_TEST(own.verify(good).holds());
}

BOOST_AUTO_TEST_CASE(answers_about_standing_that_are_garbage_are_refused) {
    const std::string pdf = stampedFile();
    std::map<std::string, std::string> answers;
    const auto problem = [&](const std::string& url,
                             const std::function<std::string(const std::string&)>& change) -> std::string {
        const Validator validator(
            p256().root(), p256().stampRoot(),
            [&](const FetchRequest& request) {
                std::string& kept = answers[request.url];
                if (kept.empty()) kept = p256().fetch()(request);
                return request.url.ends_with(url) ? change(kept) : kept;
            },
            authority::now);
        try {
            (void)validator.withValidation(pdf);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return {};
    };
    BOOST_TEST(problem("", [](const std::string& good) { return good; }) == "");
    for (const std::string url : {"/ocsp", "/list/root", "/list/tsa-root"}) {
        BOOST_TEST(says(problem(url, [](const std::string&) { return std::string("garbage"); }), "cannot be read"));
        BOOST_TEST(!problem(url, [](const std::string& good) { return good + "!"; }).empty());
        const std::size_t length = answers["http://authority.test" + url].size();
        for (std::size_t i = 0; i < length; ++i)
            BOOST_TEST(!problem(url, [i](std::string bytes) {
                            bytes[i] = static_cast<char>(bytes[i] ^ 1);
                            return bytes;
                        }).empty());
    }
    BOOST_TEST(
        says(problem("/list/root", [&](const std::string&) { return answers["http://authority.test/list/tsa-root"]; }),
             "another issuer"));
}

BOOST_AUTO_TEST_CASE(outside_judges_agree) {
    for (const std::string kind : {"p256", "rsa"}) {
        const Authority by(kind);
        const judge::Folder& folder = by.folder();
        const Signer signer = by.signer();
        const std::string plain = sample::printed(sample::certificate(), signer, authority::now());
        const std::string stamped = by.stamper().withTimeStamp(plain);
        const std::string full = by.validator().withValidation(stamped);
        for (const auto& [level, pdf] : {std::pair{"B-B", plain}, {"B-T", stamped}, {"B-LT", full}}) {
            const Verification said = by.verify(pdf);
            BOOST_CHECK_MESSAGE(said.holds(), said.problem);
            BOOST_TEST(name(said.level) == level);
            folder.write("one.pdf", pdf);
            const auto range = std::get<SignedRange>(findSignedRange(pdf));
            folder.write("signature.der", range.signature);
            folder.write("content.bin",
                         pdf.substr(0, range.gapBegin) + pdf.substr(range.gapEnd, range.end - range.gapEnd));
            const judge::Answer cms = folder.run(
                "openssl cms -verify -cades -binary -inform DER -in signature.der -content content.bin "
                "-CAfile root.pem -out verified.bin");
            BOOST_CHECK_MESSAGE(cms.status == 0 && cms.says("successful"), kind << " " << level << ": " << cms.text);
            const judge::Answer qpdf = folder.run("qpdf --check one.pdf");
            BOOST_CHECK_MESSAGE(qpdf.status == 0, kind << " " << level << ": " << qpdf.text);
            const judge::Answer pdfsig = folder.run("pdfsig one.pdf");
            BOOST_CHECK_MESSAGE(pdfsig.says("Signature is Valid"), kind << " " << level << ": " << pdfsig.text);
            const judge::Answer mutool = folder.run("mutool sign -v one.pdf");
            // mupdf 1.21 does not know the security store: it calls whatever is appended an edit.
            const std::string told =
                full == pdf ? "The signature is valid but there have been edits" : "unchanged since signing";
            BOOST_CHECK_MESSAGE(mutool.says(told), kind << " " << level << ": " << mutool.text);
        }
        const SignedMessage message = SignedMessage::parse(std::get<SignedRange>(findSignedRange(full)).signature);
        folder.write("token.der", message.timeStamp);
        folder.write("value.bin", message.signature);
        const judge::Answer stamp =
            folder.run("openssl ts -verify -token_in -in token.der -data value.bin -CAfile tsa-root.pem");
        BOOST_CHECK_MESSAGE(stamp.says("Verification: OK"), stamp.text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
