#include "instruments/gateway/SpoolRow.h"

#include <cstring>
#include <stdexcept>
#include <type_traits>

namespace touchstone::instruments {
namespace {

class Writer {
public:
    void operator()(const std::string& text) {
        (*this)(static_cast<std::uint64_t>(text.size()));
        bytes_ += text;
    }
    template <class Number>
        requires std::is_trivially_copyable_v<Number>
    void operator()(const Number& number) {
        bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    [[nodiscard]] std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    void operator()(std::string& text) {
        std::uint64_t size = 0;
        (*this)(size);
        text = next(size);
    }
    template <class Number>
        requires std::is_trivially_copyable_v<Number>
    void operator()(Number& number) {
        std::memcpy(&number, next(sizeof number).data(), sizeof number);
    }
    [[nodiscard]] bool done() const { return rest_.empty(); }

private:
    std::string_view next(std::uint64_t size) {
        if (size > rest_.size()) throw std::runtime_error("spool: an entry of the journal ends too early");
        const std::string_view bytes = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return bytes;
    }
    std::string_view rest_;
};

/// The one place that says what stands in an entry. Whether a message is unique for ever was asked when it came.
template <class Row, class Field>
void each(Row& row, Field& field) {
    auto& message = row.message;
    for (auto* text : {&message.instrument, &message.protocol, &message.bytes, &message.controlId, &message.note,
                       &message.answer, &message.transfer, &row.id, &row.sha256, &row.duplicateOf}) {
        field(*text);
    }
    field(message.state);
    field(message.part);
    field(message.command);
    field(row.receivedMs);
}

}  // namespace

std::string encode(const std::vector<SpoolRow>& rows) {
    Writer writer;
    for (const SpoolRow& row : rows) each(row, writer);
    return writer.take();
}

std::vector<SpoolRow> decodeRows(std::string_view bytes) {
    std::vector<SpoolRow> rows;
    for (Reader reader(bytes); !reader.done();) each(rows.emplace_back(), reader);
    return rows;
}

}  // namespace touchstone::instruments
