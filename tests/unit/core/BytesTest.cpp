#include <rapidcheck.h>
#include <rapidcheck/boost_test.h>

#include <boost/test/unit_test.hpp>

#include "server/core/Bytes.h"

using std::string_literals::operator""s;
namespace ts = touchstone;

BOOST_AUTO_TEST_SUITE(BytesTest)

BOOST_AUTO_TEST_CASE(digestsAreThoseOfTheStandards) {
    BOOST_TEST(ts::toHex(ts::sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(ts::toHex(ts::sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    // RFC 4231, test cases 2 and 6.
    BOOST_TEST(ts::toHex(ts::hmacSha256("Jefe", "what do ya want for nothing?")) ==
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    BOOST_TEST(
        ts::toHex(ts::hmacSha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

BOOST_AUTO_TEST_CASE(base64IsRfc4648) {
    BOOST_TEST(ts::toBase64("") == "");
    BOOST_TEST(ts::toBase64("f") == "Zg==");
    BOOST_TEST(ts::toBase64("fo") == "Zm8=");
    BOOST_TEST(ts::toBase64("foobar") == "Zm9vYmFy");
    BOOST_TEST(ts::toBase64Url("\xfb\xff\xfe\xff") == "-__-_w");
    BOOST_TEST(ts::fromBase64("Zm8=").value() == "fo");
}

BOOST_AUTO_TEST_CASE(base64HasOneTextForEachBytes) {
    for (const char* text :
         {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "Zm8=\n", "====", "Z===", "Zm-_", "Z=g=", " Zg=="}) {
        BOOST_TEST(!ts::fromBase64(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(hexRefusesOtherCharacters) {
    BOOST_TEST(ts::fromHex("00fFA0").value() == "\0\xff\xa0"s);
    BOOST_TEST(!ts::fromHex("0").has_value());
    BOOST_TEST(!ts::fromHex("0g").has_value());
}

RC_BOOST_PROP(encodingsComeBack, (const std::string& bytes)) {
    RC_ASSERT(ts::fromBase64(ts::toBase64(bytes)).value() == bytes);
    RC_ASSERT(ts::fromHex(ts::toHex(bytes)).value() == bytes);
}

BOOST_AUTO_TEST_CASE(knowsWellFormedUtf8) {
    for (const std::string& good : {""s, "a"s, "阿司匹林"s, "\0"s, "\xf4\x8f\xbf\xbf"s, "\xed\x9f\xbf"s, "𠀀"s}) {
        BOOST_TEST(ts::isUtf8(good), ts::toHex(good));
    }
    for (const std::string& bad :
         {"\x80"s, "\xc0\x80"s, "\xc1\xbf"s, "\xe0\x9f\xbf"s, "\xed\xa0\x80"s, "\xf0\x8f\xbf\xbf"s, "\xf4\x90\x80\x80"s,
          "\xf5\x80\x80\x80"s, "\xe4\xb8"s, "\xe4"s, "a\xff"s, "\xe4\x41\x80"s}) {
        BOOST_TEST(!ts::isUtf8(bad), ts::toHex(bad));
    }
}

BOOST_AUTO_TEST_CASE(countsCharactersNotBytes) {
    BOOST_TEST(ts::characters("阿司匹林 20mg𠀀") == 10U);
}

BOOST_AUTO_TEST_CASE(seesEastAsianCharacters) {
    for (const char* text : {"片", "Aspirin 片", "95.0%～105.0%", "（1）", "、", "ア", "한", "㎎", "𠀀", "＜10"}) BOOST_TEST(ts::hasHan(text), text);
    for (const char* text : {"", "Aspirin Tablets", "10 μg/g", "95.0%–105.0%", "≤ 0.3 %", "10³ cfu/g", "é", "→", "😀"}) BOOST_TEST(!ts::hasHan(text), text);
}

BOOST_AUTO_TEST_CASE(comparesSecrets) {
    BOOST_TEST(ts::equalSecret("abc", "abc"));
    BOOST_TEST(!ts::equalSecret("abc", "abd"));
    BOOST_TEST(!ts::equalSecret("abc", "abcd"));
    BOOST_TEST(ts::equalSecret("", ""));
}

BOOST_AUTO_TEST_CASE(randomBytesDiffer) {
    ts::SystemRandom random;
    const std::string first = random.bytes(32);
    BOOST_TEST(first.size() == 32U);
    BOOST_TEST(first != random.bytes(32));
    BOOST_TEST(random.bytes(0).empty());
}

BOOST_AUTO_TEST_SUITE_END()
