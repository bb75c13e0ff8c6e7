#pragma once
#include <atomic>
#include <cstddef>

#include "server/core/Error.h"

namespace touchstone {

/// So many and no more may do a thing at the same time. Safe to use from many threads.
class Places {
public:
    explicit Places(std::size_t most) : free_(static_cast<std::ptrdiff_t>(most)) {}
    Places(const Places&) = delete;
    Places& operator=(const Places&) = delete;

private:
    friend class Place;
    std::atomic<std::ptrdiff_t> free_;
};

/// One place, given back at its end. Error(Busy) when there is none.
class Place {
public:
    explicit Place(Places& places) : places_(places) {
        if (places_.free_.fetch_sub(1) > 0) return;
        places_.free_.fetch_add(1);
        throw Error(ErrorCode::Busy);
    }
    ~Place() { places_.free_.fetch_add(1); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    Places& places_;
};

}  // namespace touchstone
