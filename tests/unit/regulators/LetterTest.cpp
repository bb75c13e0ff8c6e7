#include <boost/test/unit_test.hpp>

#include "server/core/Bytes.h"
#include "server/regulators/Letter.h"
#include "server/regulators/MailText.h"
#include "server/regulators/Subscription.h"

using namespace touchstone::regulators;
using touchstone::Language;

namespace {

Letter letter() {
    return {"lims@example.cn", "duty@example.cn", "辖区检验报告",   "正文\n.\n第二行\n",
            "mail-7",          "",                touchstone::instantFromSql("2026-11-22 02:03:04.000000")};
}

std::size_t longestLine(const std::string& text) {
    std::size_t most = 0;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t to = std::min(text.find("\r\n", from), text.size());
        most = std::max(most, to - from);
        from = to + 2;
    }
    return most;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(letters)

BOOST_AUTO_TEST_CASE(anAddressIsPlainAsciiWithADomain) {
    for (const char* good : {"a@example.cn", "first.last+tag@mail.example.cn", "o'neil@xn--fiqs8s.cn"}) BOOST_TEST(isAddress(good), good);
    for (const char* bad : {"", "a", "@example.cn", "a@", "a@b", "a..b@example.cn", ".a@example.cn", "a b@example.cn", "a@example.cn\r\n",
                            "a@example.cn>\r\nRCPT TO:<b@example.cn", "a@-example.cn", "a@example..cn", "张@example.cn", "a@b@example.cn",
                            "\"a b\"@example.cn", "a@[127.0.0.1]"}) {
        BOOST_TEST(!isAddress(bad), bad);
    }
    BOOST_TEST(!isAddress(std::string("a@example.cn\0", 13)));
    BOOST_TEST(!isAddress(std::string(65, 'a') + "@example.cn"));
    BOOST_TEST(!isAddress("a@" + std::string(64, 'b') + ".cn"));
}

BOOST_AUTO_TEST_CASE(textOfAHeaderIsPlainOrInEncodedWordsThatAreShortAndCutNoCharacter) {
    BOOST_TEST(headerText("plain") == "plain");
    BOOST_TEST(headerText("报告") == "=?utf-8?B?5oql5ZGK?=");
    std::string text;
    for (int i = 0; i < 60; ++i) text += i % 2 == 0 ? "报" : "😀";
    const std::string out = headerText(text);
    BOOST_TEST(longestLine(out) <= 76U);
    std::string back;
    for (std::size_t at = out.find("?B?"); at != std::string::npos; at = out.find("?B?", at + 1)) {
        const std::string part = *touchstone::fromBase64(out.substr(at + 3, out.find("?=", at + 3) - at - 3));
        BOOST_TEST(touchstone::isUtf8(part));
        back += part;
    }
    BOOST_TEST(back == text);
}

BOOST_AUTO_TEST_CASE(lineEndsInATextCannotMakeAHeader) {
    for (const char* text : {"a\r\nBcc: x@example.cn", "a\nBcc: x@example.cn", "报\r\nBcc: x@example.cn", "a\rb", "=?utf-8?B?DQo=?="}) {
        Letter bad = letter();
        bad.subject = text;
        const std::string out = compose(bad);
        BOOST_TEST(out.find("\nBcc") == std::string::npos);
        BOOST_TEST(out.find("?B?DQo=") == std::string::npos);
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (out[i] == '\r') BOOST_TEST(out[i + 1] == '\n');
            if (out[i] == '\n') BOOST_TEST(out[i - 1] == '\r');
        }
    }
    Letter bad = letter();
    bad.to = "a@example.cn\r\nBcc: x@example.cn";
    BOOST_CHECK_THROW(static_cast<void>(compose(bad)), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(aMailIsAsciiInShortLinesOfWhichNoneIsASingleDot) {
    Letter one = letter();
    one.unsubscribe = "https://lims.example.cn/subscription/e1-x";
    one.body += std::string(5000, 'x');
    const std::string out = compose(one);
    BOOST_TEST(longestLine(out) <= 78U);
    BOOST_TEST(out.find("\r\n.") == std::string::npos);
    BOOST_TEST(out.find("Date: Sun, 22 Nov 2026 02:03:04 +0000\r\n") != std::string::npos);
    BOOST_TEST(out.find("Message-ID: <mail-7@example.cn>\r\n") != std::string::npos);
    BOOST_TEST(out.find("List-Unsubscribe: <https://lims.example.cn/subscription/e1-x>\r\n") != std::string::npos);
    std::string body = out.substr(out.find("\r\n\r\n") + 4);
    std::erase_if(body, [](char c) { return c == '\r' || c == '\n'; });
    BOOST_TEST(touchstone::fromBase64(body)->substr(0, 22) == "正文\r\n.\r\n第二行\r\n");
}

BOOST_AUTO_TEST_CASE(aLinkIsGoodForItsActAndItsSubscriptionOnly) {
    const Links links("key", "https://lims.example.cn");
    Subscription one{};
    one.id = 12;
    one.salt = std::string(16, 's');
    const std::string link = links.link(LinkAct::end, 12, one.salt);
    BOOST_TEST(link.size() == 4 + 22U);
    BOOST_TEST(links.isOf(link, one));
    BOOST_TEST(!links.isOf("c" + link.substr(1), one));
    BOOST_TEST(!links.isOf(link.substr(0, link.size() - 1), one));
    BOOST_TEST(!Links("another", "").isOf(link, one));
    Subscription other = one;
    other.id = 13;
    BOOST_TEST(!links.isOf(link, other));
    BOOST_TEST(!links.isOf("e13" + link.substr(3), other));
    other = one;
    other.salt[0] = 't';
    BOOST_TEST(!links.isOf(link, other));
    for (const char* text : {"", "-", "c-x", "x1-y", "c1", "c1x-y", "c99999999999999999999-y"}) BOOST_TEST(!Links::named(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(aFilterIsReadBackAsItWasWritten) {
    PortalSearch search;
    search.q = "a \"b\"";
    search.businessKind = "import";
    search.from = touchstone::parseDate("2026-01-31");
    const std::string written = filterJson(search);
    BOOST_TEST(written == R"({"q":"a \"b\"","business_kind":"import","from":"2026-01-31"})");
    BOOST_TEST(filterJson(filterOf(written)) == written);
    BOOST_TEST(filterJson(filterOf("{}")) == "{}");
}

BOOST_AUTO_TEST_CASE(aDigestNamesCertificatesAndTheirLinks) {
    const Links links("key", "https://lims.example.cn");
    const auto text = mailText::digest(Language::zh, links, {{"BG1", "示例片", "fails", "withdrawn"}}, true);
    BOOST_TEST(text.subject == "辖区检验报告：1 项更新");
    BOOST_TEST(text.body.find("BG1  示例片  不符合规定  已撤回\nhttps://lims.example.cn/portal?q=BG1\n") != std::string::npos);
    BOOST_TEST(text.body.find("还有更多") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
