#include "server/people/Password.h"

#include <sodium.h>

#include <array>
#include <semaphore>
#include <stdexcept>

namespace touchstone::people {
namespace {

std::counting_semaphore<2>& slots() {
    static std::counting_semaphore<2> two(2);
    return two;
}

class Slot {
public:
    Slot() { slots().acquire(); }
    ~Slot() { slots().release(); }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
};

void start() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
}

}  // namespace

std::string hashPassword(const std::string& password) {
    start();
    const Slot slot;
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw std::runtime_error("no memory to hash a password");
    }
    return out.data();
}

bool matchesPassword(const std::string& hash, const std::string& password) {
    start();
    const Slot slot;
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

const std::string& decoyHash() {
    static const std::string hash = hashPassword("a password that nobody has");
    return hash;
}

}  // namespace touchstone::people
