#include "instruments/formats/NetCdf.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace touchstone::instruments {
namespace {

constexpr std::uint32_t dimensionTag = 0x0A;
constexpr std::uint32_t variableTag = 0x0B;
constexpr std::uint32_t attributeTag = 0x0C;
constexpr std::uint32_t streaming = 0xFFFFFFFF;  // the number of records was never written
constexpr std::size_t maxRank = 1024;            // NC_MAX_VAR_DIMS

template <class Unsigned>
Unsigned bigEndian(const char* at) {
    Unsigned value = 0;
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
        value = static_cast<Unsigned>(static_cast<Unsigned>(value << 8U) | static_cast<unsigned char>(at[i]));
    }
    return value;
}

double number(NetCdf::Type type, const char* at) {
    switch (type) {
        case NetCdf::Type::Byte:
            return static_cast<std::int8_t>(*at);
        case NetCdf::Type::Char:
            return static_cast<unsigned char>(*at);
        case NetCdf::Type::Short:
            return static_cast<std::int16_t>(bigEndian<std::uint16_t>(at));
        case NetCdf::Type::Int:
            return static_cast<std::int32_t>(bigEndian<std::uint32_t>(at));
        case NetCdf::Type::Float:
            return std::bit_cast<float>(bigEndian<std::uint32_t>(at));
        case NetCdf::Type::Double:
            return std::bit_cast<double>(bigEndian<std::uint64_t>(at));
    }
    return 0;
}

std::uint64_t product(std::uint64_t a, std::uint64_t b) {
    std::uint64_t result = 0;
    return __builtin_mul_overflow(a, b, &result) ? std::numeric_limits<std::uint64_t>::max() : result;
}

std::uint64_t padded(std::uint64_t size) {
    return size > std::numeric_limits<std::uint64_t>::max() - 3 ? size : (size + 3) / 4 * 4;
}

}  // namespace

/// Walks through the header; `bad` once anything in it does not fit the bytes.
class NetCdfHeader {
public:
    explicit NetCdfHeader(std::string_view bytes, bool wideOffsets) : rest_(bytes), wideOffsets_(wideOffsets) {
        file_.bytes_ = bytes;
        rest_.remove_prefix(4);
    }

    std::variant<NetCdf, Finding> read() {
        const std::uint32_t records = count();
        dimensions();
        file_.attributes_ = attributes();
        variables();
        if (bad_) return Finding{"netcdf_header", "the header of the netCDF file is damaged or cut off", {}};
        layRecords(records);
        return std::move(file_);
    }

private:
    [[nodiscard]] std::string_view take(std::uint64_t size) {
        if (size > rest_.size()) {
            bad_ = true;
            rest_ = {};
            return {};
        }
        const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
        rest_.remove_prefix(taken.size());
        return taken;
    }
    [[nodiscard]] std::string_view takePadded(std::uint64_t size) {
        return take(padded(size)).substr(0, static_cast<std::size_t>(bad_ ? 0 : size));
    }
    [[nodiscard]] std::uint32_t count() {
        const std::string_view four = take(4);
        return bad_ ? 0 : bigEndian<std::uint32_t>(four.data());
    }
    [[nodiscard]] std::string name() {
        const std::uint32_t length = count();
        return std::string(takePadded(length));
    }
    [[nodiscard]] NetCdf::Type type() {
        const std::uint32_t value = count();
        if (value >= 1 && value <= 6) return static_cast<NetCdf::Type>(value);
        bad_ = true;
        return NetCdf::Type::Byte;
    }
    /// How many elements a list has; 0 for an absent one.
    [[nodiscard]] std::uint32_t list(std::uint32_t tag) {
        const std::uint32_t found = count();
        const std::uint32_t elements = count();
        if (found != tag && (found != 0 || elements != 0)) bad_ = true;
        return bad_ ? 0 : elements;
    }

    void dimensions() {
        for (std::uint32_t left = list(dimensionTag); left > 0 && !bad_; --left) {
            static_cast<void>(name());
            dimensions_.push_back(count());
        }
    }

    std::vector<NetCdf::Attribute> attributes() {
        std::vector<NetCdf::Attribute> found;
        for (std::uint32_t left = list(attributeTag); left > 0 && !bad_; --left) {
            NetCdf::Attribute attribute{name(), type(), {}};
            const std::uint64_t values = count();
            attribute.values = takePadded(values * NetCdf::size(attribute.type));
            found.push_back(std::move(attribute));
        }
        return found;
    }

    void variables() {
        for (std::uint32_t left = list(variableTag); left > 0 && !bad_; --left) {
            NetCdf::Variable variable;
            variable.name = name();
            shape(variable);
            variable.attributes = attributes();
            variable.type = type();
            static_cast<void>(count());  // vsize: follows from the dimensions, and overflows in large files
            variable.begin = wideOffsets_ ? std::uint64_t{count()} << 32U : 0;
            variable.begin |= count();
            file_.variables_.push_back(std::move(variable));
        }
    }

    void shape(NetCdf::Variable& variable) {
        const std::uint32_t rank = count();
        if (rank > maxRank) bad_ = true;
        variable.perRecord = 1;
        variable.rowLength = 1;
        for (std::uint32_t i = 0; i < rank && !bad_; ++i) {
            const std::uint32_t id = count();
            if (id >= dimensions_.size()) {
                bad_ = true;
                return;
            }
            const std::uint64_t length = dimensions_[id];
            if (length == 0 && i == 0) {
                variable.record = true;
                continue;
            }
            variable.perRecord = product(variable.perRecord, length);
            variable.rowLength = length;
        }
    }

    /// Records hold one part of each variable that has the unlimited dimension. Parts are padded, save where there is
    /// but one such variable.
    void layRecords(std::uint32_t said) {
        std::uint64_t sum = 0, only = 0, first = file_.bytes_.size();
        std::size_t variables = 0;
        for (const NetCdf::Variable& variable : file_.variables_) {
            if (!variable.record) continue;
            only = product(variable.perRecord, NetCdf::size(variable.type));
            const std::uint64_t part = padded(only);
            sum = sum > std::numeric_limits<std::uint64_t>::max() - part ? std::numeric_limits<std::uint64_t>::max() : sum + part;
            first = std::min(first, variable.begin);
            ++variables;
        }
        file_.recordSize_ = variables == 1 ? only : sum;
        const std::uint64_t there = file_.recordSize_ == 0 ? 0 : (file_.bytes_.size() - first) / file_.recordSize_;
        file_.records_ = said == streaming ? there : said;
    }

    std::string_view rest_;
    bool wideOffsets_;
    bool bad_ = false;
    std::vector<std::uint64_t> dimensions_;
    NetCdf file_;
};

std::variant<NetCdf, Finding> NetCdf::open(std::string_view bytes) {
    if (bytes.starts_with("\x89HDF\r\n\x1A\n")) {
        return Finding{"netcdf4", "the file is HDF5 (netCDF-4), not netCDF classic", {0, 8}};
    }
    if (!bytes.starts_with("CDF") || bytes.size() < 4) return Finding{"not_netcdf", "the file is not netCDF", {}};
    if (bytes[3] != '\1' && bytes[3] != '\2') {
        return Finding{"netcdf_version", "the file is of a version of netCDF that is not known", {0, 4}};
    }
    return NetCdfHeader(bytes, bytes[3] == '\2').read();
}

const NetCdf::Attribute* NetCdf::Variable::find(std::string_view attribute) const {
    const auto found = std::ranges::find(attributes, attribute, &Attribute::name);
    return found == attributes.end() ? nullptr : &*found;
}

const NetCdf::Variable* NetCdf::find(std::string_view variable) const {
    const auto found = std::ranges::find(variables_, variable, &Variable::name);
    return found == variables_.end() ? nullptr : &*found;
}

std::size_t NetCdf::size(Type type) {
    switch (type) {
        case Type::Byte:
        case Type::Char:
            return 1;
        case Type::Short:
            return 2;
        case Type::Int:
        case Type::Float:
            return 4;
        case Type::Double:
            return 8;
    }
    return 1;
}

std::uint64_t NetCdf::declared(const Variable& variable) const {
    return variable.record ? product(records_, variable.perRecord) : variable.perRecord;
}

template <class Sink>
void NetCdf::eachStretch(const Variable& variable, Sink sink) const {
    const std::uint64_t width = size(variable.type);
    const std::uint64_t stretches = variable.record ? records_ : 1;
    if (variable.perRecord == 0) return;
    for (std::uint64_t i = 0; i < stretches; ++i) {
        std::uint64_t at = 0;
        if (__builtin_add_overflow(variable.begin, product(i, recordSize_), &at) || at >= bytes_.size()) return;
        const std::uint64_t there = (bytes_.size() - at) / width;
        const std::uint64_t values = std::min(variable.perRecord, there);
        sink(bytes_.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(values * width)));
        if (values < variable.perRecord) return;
    }
}

std::vector<double> NetCdf::numbers(const Variable& variable) const {
    std::vector<double> values;
    const std::size_t width = size(variable.type);
    values.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(declared(variable), bytes_.size() / width)));
    eachStretch(variable, [&](std::string_view stretch) {
        for (std::size_t i = 0; i < stretch.size(); i += width) values.push_back(number(variable.type, stretch.data() + i));
    });
    return values;
}

std::vector<std::string> NetCdf::texts(const Variable& variable) const {
    std::vector<std::string> found;
    if (variable.type != Type::Char || variable.rowLength == 0) return found;
    eachStretch(variable, [&](std::string_view stretch) {
        for (std::size_t i = 0; i < stretch.size(); i += static_cast<std::size_t>(variable.rowLength)) {
            found.push_back(text(stretch.substr(i, static_cast<std::size_t>(variable.rowLength))));
        }
    });
    return found;
}

bool NetCdf::cutOff(const Variable& variable) const {
    std::uint64_t there = 0;
    eachStretch(variable, [&](std::string_view stretch) { there += stretch.size() / size(variable.type); });
    return there < declared(variable);
}

Span NetCdf::span(const Variable& variable) const {
    if (variable.begin >= bytes_.size()) return {bytes_.size(), 0};
    const std::uint64_t width = size(variable.type);
    const std::uint64_t last = variable.record && records_ > 0 ? product(records_ - 1, recordSize_) : 0;
    std::uint64_t length = product(variable.perRecord, width);
    if (__builtin_add_overflow(length, last, &length)) length = bytes_.size();
    const auto begin = static_cast<std::size_t>(variable.begin);
    return {begin, static_cast<std::size_t>(std::min<std::uint64_t>(length, bytes_.size() - begin))};
}

std::string NetCdf::text(std::string_view values) {
    values = values.substr(0, values.find('\0'));
    const std::size_t begin = values.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return std::string(values.substr(begin, values.find_last_not_of(" \t\r\n") - begin + 1));
}

std::vector<double> NetCdf::numbers(const Attribute& attribute) {
    std::vector<double> values;
    const std::size_t width = size(attribute.type);
    for (std::size_t i = 0; i + width <= attribute.values.size(); i += width) {
        values.push_back(number(attribute.type, attribute.values.data() + i));
    }
    return values;
}

}  // namespace touchstone::instruments
