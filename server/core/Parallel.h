#pragma once
#include <cstddef>
#include <functional>

namespace touchstone {

/// Calls call(0) … call(count - 1), each once and in no order, on as many threads as the machine has cores, and waits for
/// all of them. An exception ends the handing out of further calls; the first is thrown again when every thread is done.
void inParallel(std::size_t count, const std::function<void(std::size_t)>& call);

}  // namespace touchstone
