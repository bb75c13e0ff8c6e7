#include "reports/Chain.h"

#include <openssl/err.h>

namespace touchstone::reports {
namespace {

using StorePtr = std::unique_ptr<X509_STORE, Release<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, Release<X509_STORE_CTX_free>>;

}  // namespace

StackPtr stackOf(const std::vector<X509Ptr>& certificates) {
    StackPtr stack(sk_X509_new_null());
    if (!stack) throw std::bad_alloc();
    for (const X509Ptr& each : certificates)
        if (sk_X509_push(stack.get(), each.get()) == 0) throw std::bad_alloc();
    return stack;
}

Chain chainOf(X509* certificate, const std::vector<X509Ptr>& others, const Roots& roots, std::time_t at,
              Purpose purpose) {
    const StorePtr store(X509_STORE_new());
    const StoreContextPtr context(X509_STORE_CTX_new());
    const StackPtr untrusted = stackOf(others), trusted = stackOf(roots.certificates());
    if (!store || !context) throw std::bad_alloc();
    if (X509_STORE_CTX_init(context.get(), store.get(), certificate, untrusted.get()) != 1)
        throw openSslError("cannot check the chain");
    X509_STORE_CTX_set0_trusted_stack(context.get(), trusted.get());
    X509_STORE_CTX_set_time(context.get(), 0, at);
    if (purpose == Purpose::timeStamping && X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_TIMESTAMP_SIGN) != 1)
        throw openSslError("cannot check the chain");
    Chain out;
    if (X509_verify_cert(context.get()) == 1) {
        STACK_OF(X509)* found = X509_STORE_CTX_get0_chain(context.get());
        for (int i = 0; i < sk_X509_num(found); ++i) {
            X509* each = sk_X509_value(found, i);
            X509_up_ref(each);
            out.certificates.emplace_back(each);
        }
    } else {
        out.problem = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
    }
    ERR_clear_error();
    return out;
}

bool isPartOf(const std::vector<std::string>& encodedCertificates, const Chain& chain) {
    auto next = chain.certificates.begin();
    for (const std::string& each : encodedCertificates) {
        while (next != chain.certificates.end() && encoded(next->get()) != each) ++next;
        if (next == chain.certificates.end()) return false;
        ++next;
    }
    return true;
}

}  // namespace touchstone::reports
