#include "server/http/Proxy.h"

#include <boost/test/unit_test.hpp>

#include "server/core/Bytes.h"
#include "server/core/Error.h"

using touchstone::Error;
using touchstone::ErrorCode;
using touchstone::http::countedAs;
using touchstone::http::forwardedFingerprint;
using touchstone::http::TrustedProxies;

BOOST_AUTO_TEST_SUITE(proxy)

BOOST_AUTO_TEST_CASE(withoutTrustedProxiesNobodyIsBelieved) {
    const auto none = TrustedProxies::parse("");
    BOOST_TEST(!none.contains("127.0.0.1"));
    BOOST_TEST(none.origin("127.0.0.1", "192.0.2.7") == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(networksCoverTheirAddressesAndNoOthers) {
    const auto proxies = TrustedProxies::parse("127.0.0.1, 10.1.0.0/16,fd00::/8 , 192.0.2.128/25");
    for (const char* inside : {"127.0.0.1", "::ffff:127.0.0.1", "10.1.0.0", "10.1.255.255", "fd12::9", "192.0.2.128", "192.0.2.255"}) {
        BOOST_TEST(proxies.contains(inside), inside);
    }
    for (const char* outside : {"127.0.0.2", "10.2.0.0", "fc00::1", "192.0.2.127", "::1", "", "10.1", "unknown"}) {
        BOOST_TEST(!proxies.contains(outside), outside);
    }
    BOOST_TEST(TrustedProxies::parse("0.0.0.0/0").contains("203.0.113.9"));
    BOOST_TEST(!TrustedProxies::parse("0.0.0.0/0").contains("2001:db8::1"));
}

BOOST_AUTO_TEST_CASE(aListWithAnErrorIsRefusedWhole) {
    for (const char* wrong : {"proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129", "10.0.0.0/8x"}) {
        BOOST_CHECK_EXCEPTION(static_cast<void>(TrustedProxies::parse(wrong)), Error,
                              [](const Error& error) { return error.code() == ErrorCode::BadConfiguration; });
    }
}

BOOST_AUTO_TEST_CASE(forwardedForIsReadFromTheEndThroughTrustedProxiesOnly) {
    const auto proxies = TrustedProxies::parse("10.0.0.0/8");
    BOOST_TEST(proxies.origin("10.0.0.1", "") == "10.0.0.1");
    BOOST_TEST(proxies.origin("10.0.0.1", "192.0.2.7") == "192.0.2.7");
    BOOST_TEST(proxies.origin("10.0.0.1", "203.0.113.66, 192.0.2.7") == "192.0.2.7", "what a caller made up himself is to the left");
    BOOST_TEST(proxies.origin("10.0.0.1", "192.0.2.7, 10.0.0.2") == "192.0.2.7");
    BOOST_TEST(proxies.origin("192.0.2.9", "203.0.113.66") == "192.0.2.9", "said by somebody who is no trusted proxy");
    BOOST_TEST(proxies.origin("10.0.0.1", "192.0.2.7, unknown") == "10.0.0.1");
    BOOST_TEST(proxies.origin("10.0.0.1", "<script>") == "10.0.0.1");
    BOOST_TEST(proxies.origin("10.0.0.1", "192.0.2.7:4711") == "192.0.2.7");
    BOOST_TEST(proxies.origin("10.0.0.1", "[2001:DB8::0:1]:4711") == "2001:db8::1");
    BOOST_TEST(proxies.origin("10.0.0.1", ", ,") == "10.0.0.1");
}

BOOST_AUTO_TEST_CASE(aFingerprintIsHexadecimalOrTheEscapedCertificate) {
    const std::string hash = touchstone::asString(touchstone::sha256("abc"));
    BOOST_TEST((forwardedFingerprint(touchstone::toHex(hash)) == hash));
    BOOST_TEST((forwardedFingerprint("BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD") == hash));
    BOOST_TEST((forwardedFingerprint("-----BEGIN%20CERTIFICATE-----%0AYWJj%0A-----END%20CERTIFICATE-----%0A") == hash));
    for (const char* wrong : {"", "none", "ba7816", "-----BEGIN%20CERTIFICATE-----%0AYWJj", "-----BEGIN%2", "-----BEGIN CERTIFICATE----------END CERTIFICATE-----"}) {
        BOOST_TEST(!forwardedFingerprint(wrong), wrong);
    }
    BOOST_TEST(!forwardedFingerprint(std::string(64, 'x')));
}

BOOST_AUTO_TEST_CASE(aSubscriberOfIpv6IsCountedOnce) {
    BOOST_TEST(countedAs("192.0.2.7") == "192.0.2.7");
    BOOST_TEST(countedAs("2001:db8:1:2:3:4:5:6") == countedAs("2001:db8:1:2::9"));
    BOOST_TEST(countedAs("2001:db8:1:2::9") != countedAs("2001:db8:1:3::9"));
}

BOOST_AUTO_TEST_SUITE_END()
