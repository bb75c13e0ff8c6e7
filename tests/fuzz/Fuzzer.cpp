// What libFuzzer calls. The environment says which target: FUZZ_TARGET=format-hl7; FUZZ_TARGET=list prints them all.
#include <cstdlib>
#include <iostream>

#include "tests/fuzz/Targets.h"

namespace {

const touchstone::fuzz::Target* target = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    const char* const name = std::getenv("FUZZ_TARGET");
    const auto& all = touchstone::fuzz::targets();
    const auto found = all.find(name == nullptr ? "" : name);
    if (found != all.end()) {
        target = &found->second;
        return 0;
    }
    for (const auto& [known, _] : all) std::cout << known << '\n';
    std::cout.flush();
    std::_Exit(name != nullptr && std::string(name) == "list" ? 0 : 2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    (*target)({data, size});
    return 0;
}
