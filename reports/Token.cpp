#include "reports/Token.h"

#include <libp11.h>

namespace touchstone::reports {
namespace {

struct FreeContext {
    void operator()(PKCS11_CTX* context) const {
        PKCS11_CTX_unload(context);
        PKCS11_CTX_free(context);
    }
};

}  // namespace

struct Token::State {
    ~State() {
        if (slots != nullptr) PKCS11_release_all_slots(context.get(), slots, count);
    }
    std::unique_ptr<PKCS11_CTX, FreeContext> context;
    PKCS11_SLOT* slots = nullptr;
    unsigned count = 0;
    PKCS11_SLOT* slot = nullptr;
    std::string label;
};

Token::Token(const TokenKey& which) : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.label = which.label;
    // Until its library is loaded, a context must not be unloaded.
    std::unique_ptr<PKCS11_CTX, Release<PKCS11_CTX_free>> fresh(PKCS11_CTX_new());
    if (!fresh) throw std::bad_alloc();
    if (PKCS11_CTX_load(fresh.get(), which.module.c_str()) != 0)
        throw openSslError("cannot load the PKCS#11 library " + which.module);
    state.context.reset(fresh.release());
    if (PKCS11_enumerate_slots(state.context.get(), &state.slots, &state.count) != 0)
        throw openSslError("cannot list the tokens of " + which.module);
    for (unsigned i = 0; i < state.count; ++i) {
        const PKCS11_TOKEN* token = state.slots[i].token;
        if (token != nullptr && token->label != nullptr && which.token == token->label) state.slot = state.slots + i;
    }
    if (state.slot == nullptr) throw std::runtime_error("there is no PKCS#11 token \"" + which.token + "\"");
    if (PKCS11_login(state.slot, 0, which.pin.c_str()) != 0)
        throw openSslError("cannot log in to the PKCS#11 token \"" + which.token + "\"");
}

Token::~Token() = default;

KeyPtr Token::privateKey() const {
    PKCS11_KEY* keys = nullptr;
    unsigned count = 0;
    if (PKCS11_enumerate_keys(state_->slot->token, &keys, &count) != 0) throw openSslError("cannot list keys");
    PKCS11_KEY* found = nullptr;
    for (unsigned i = 0; i < count; ++i) {
        if (!state_->label.empty() && (keys[i].label == nullptr || state_->label != keys[i].label)) continue;
        if (found != nullptr)
            throw std::runtime_error("more than one key of the token is called \"" + state_->label + "\"");
        found = keys + i;
    }
    if (found == nullptr) throw std::runtime_error("no key of the token is called \"" + state_->label + "\"");
    KeyPtr key(PKCS11_get_private_key(found));
    if (!key) throw openSslError("cannot use the key of the token");
    return key;
}

}  // namespace touchstone::reports
