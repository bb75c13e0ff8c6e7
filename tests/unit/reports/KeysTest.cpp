// Where keys come from and of what kind they are.
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <thread>

#include "reports/SignedRange.h"
#include "tests/unit/reports/Authority.h"

using namespace touchstone::reports;
using authority::Authority;
using authority::smallFile;

namespace {

constexpr const char* softHsm = "/usr/lib/softhsm/libsofthsm2.so";

/// Its key lies in a softhsm2 token.
class Device {
public:
    explicit Device(const std::string& kind) : by(kind) {
        std::filesystem::create_directory(by.folder().path() / "tokens");
        by.folder().write("softhsm2.conf", "directories.tokendir = " + (by.folder().path() / "tokens").string() + "\n");
        ::setenv("SOFTHSM2_CONF", (by.folder().path() / "softhsm2.conf").c_str(), 1);
        by.call(std::string("token ") + softHsm);
    }
    [[nodiscard]] Signer signer(const std::string& pin = "1234", const std::string& label = "signer",
                                const std::string& token = "touchstone-test") const {
        return {TokenKey{softHsm, token, label, pin}, by.file("signer.pem")};
    }
    Authority by;
};

/// A function of the device's library, as whoever else uses it in this process calls it.
template <typename Function>
Function* ofLibrary(const char* name) {
    void* const library = ::dlopen(softHsm, RTLD_NOW);
    BOOST_REQUIRE(library != nullptr);
    auto* const found = reinterpret_cast<Function*>(::dlsym(library, name));
    BOOST_REQUIRE(found != nullptr);
    return found;
}

/// As a device does that was restarted.
void closeAllSessions() {
    std::array<unsigned long, 8> slots{};
    unsigned long count = slots.size();
    BOOST_REQUIRE(ofLibrary<unsigned long(unsigned char, unsigned long*, unsigned long*)>("C_GetSlotList")(
                      1, slots.data(), &count) == 0UL);
    for (unsigned long i = 0; i < count; ++i)
        BOOST_REQUIRE(ofLibrary<unsigned long(unsigned long)>("C_CloseAllSessions")(slots.at(i)) == 0UL);
}

/// As its library does that was restarted.
void finalizeLibrary() {
    BOOST_REQUIRE(ofLibrary<unsigned long(void*)>("C_Finalize")(nullptr) == 0UL);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(Keys)

BOOST_AUTO_TEST_CASE(a_key_in_a_device_signs_from_several_threads) {
    for (const std::string kind : {"p256", "rsa"}) {
        const Device device(kind);
        const Signer signer = device.signer();
        constexpr int each = 20;
        std::vector<std::string> made(2 * each);
        const auto work = [&](std::size_t from) {
            for (std::size_t i = from; i < from + each; ++i) made[i] = smallFile(signer);
        };
        std::thread other(work, 0);
        work(each);
        other.join();
        for (const std::string& pdf : made) {
            const Verification said = device.by.verify(pdf);
            BOOST_CHECK_MESSAGE(said.holds(), said.problem);
        }
        device.by.folder().write("one.pdf", made.front());
        BOOST_TEST(device.by.folder().run("pdfsig one.pdf").says("Signature is Valid"));
    }
}

BOOST_AUTO_TEST_CASE(a_device_that_lost_its_sessions_is_logged_in_to_again) {
    const Device device("p256");
    const Signer signer = device.signer();
    const auto signsFromSeveralThreads = [&] {
        std::vector<std::string> made(8);
        {
            std::vector<std::jthread> threads;
            for (std::string& pdf : made) threads.emplace_back([&] { pdf = smallFile(signer); });
        }
        return std::ranges::all_of(made, [&](const std::string& pdf) { return device.by.verify(pdf).holds(); });
    };
    BOOST_TEST(signsFromSeveralThreads());
    closeAllSessions();
    BOOST_TEST(signsFromSeveralThreads());
    finalizeLibrary();
    BOOST_TEST(signsFromSeveralThreads());
}

BOOST_AUTO_TEST_CASE(a_device_that_is_away_refuses_and_is_used_again_once_it_is_back) {
    const Device device("p256");
    const Signer signer = device.signer();
    const auto tokens = device.by.folder().path() / "tokens";
    const auto away = device.by.folder().path() / "away";
    std::filesystem::rename(tokens, away);
    std::filesystem::create_directory(tokens);
    finalizeLibrary();
    for (int i = 0; i < 2; ++i) BOOST_CHECK_THROW(smallFile(signer), std::runtime_error);
    BOOST_TEST(signer.largestSignature() > 0U);
    std::filesystem::remove(tokens);
    std::filesystem::rename(away, tokens);
    BOOST_TEST(device.by.verify(smallFile(signer)).holds());
}

BOOST_AUTO_TEST_CASE(a_device_that_does_not_fit_is_refused_without_its_pin) {
    const Device device("p256");
    const auto problem = [](auto make) -> std::string {
        try {
            (void)make();
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return {};
    };
    for (const std::string& text : {problem([&] { return device.signer("9876"); }),
                                    problem([&] { return device.signer("9876", "signer", "elsewhere"); }),
                                    problem([&] { return device.signer("1234", "nobody"); })}) {
        BOOST_TEST(!text.empty());
        BOOST_TEST(text.find("9876") == std::string::npos);
        BOOST_TEST(text.find("1234") == std::string::npos);
    }
    BOOST_TEST(!problem([&] {
                    return Signer(TokenKey{"/no/such/library.so", "a", "b", "c"}, device.by.file("signer.pem"));
                }).empty());
    BOOST_TEST(!problem([&] {
                    return Signer(TokenKey{softHsm, "touchstone-test", "signer", "1234"},
                                  authority::p256().file("signer.pem"));
                }).empty());
}

BOOST_AUTO_TEST_CASE(sm2_is_a_profile_of_its_own) {
    const Authority by("sm2");
    const Signer signer = by.signer();
    BOOST_TEST((signer.profile() == Profile::sm2));
    BOOST_TEST((authority::p256().signer().profile() == Profile::international));
    const std::string plain = smallFile(signer);
    BOOST_CHECK_MESSAGE(by.verify(plain).holds(), by.verify(plain).problem);
    const std::string full = by.validator().withValidation(by.stamper().withTimeStamp(plain));
    BOOST_CHECK_MESSAGE(by.verify(full).holds(), by.verify(full).problem);
    BOOST_TEST(name(by.verify(full).level) == "B-LT");
}

BOOST_AUTO_TEST_CASE(every_changed_byte_under_sm2_is_noticed) {
    const Authority by("sm2");
    const Signer signer(by.file("signer.key"), by.file("signer.pem"));
    const std::string pdf = smallFile(signer);
    const Verifier verifier(by.root());
    for (std::size_t i = 0; i < pdf.size(); ++i)
        for (const int flip : {1, 0x20}) {
            std::string changed = pdf;
            changed[i] = static_cast<char>(changed[i] ^ flip);
            BOOST_CHECK_MESSAGE(!verifier.verify(changed).holds(), "byte " << i);
        }
}

BOOST_AUTO_TEST_CASE(a_chain_out_of_order_is_refused) {
    const std::string chain = authority::p256().file("signer.pem");
    const std::size_t second = chain.find("-----BEGIN", 10);
    const std::string turned = chain.substr(0, second) + authority::p256().root() + chain.substr(second);
    BOOST_CHECK_THROW(Signer(authority::p256().file("signer.key"), turned), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
