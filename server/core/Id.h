#pragma once
#include <compare>
#include <cstdint>

namespace touchstone {

/// A database key that cannot be mistaken for another's: Id<struct SampleTag>.
template <class Tag>
struct Id {
    std::int64_t value = 0;
    friend auto operator<=>(const Id&, const Id&) = default;
};

using PersonId = Id<struct PersonTag>;
using ProductId = Id<struct ProductTag>;
using TestItemId = Id<struct TestItemTag>;
using SampleId = Id<struct SampleTag>;
using TestId = Id<struct TestTag>;
using ResultVersionId = Id<struct ResultVersionTag>;
using InstrumentId = Id<struct InstrumentTag>;
using MessageId = Id<struct MessageTag>;
using CertificateId = Id<struct CertificateTag>;

}  // namespace touchstone
