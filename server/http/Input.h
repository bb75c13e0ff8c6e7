#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/Clock.h"
#include "server/core/Decimal.h"
#include "server/core/Error.h"
#include "server/core/Json.h"

/// Reads what was asked, field by field, and collects everything that is wrong with it, so that one answer names it all.
///
///     Fields in(request.json());
///     const std::string batch = in.text("batch_no", {.most = 64});
///     in.finish();   // throws Error(Invalid) with every FieldError, unknown fields among them
namespace touchstone::http {

struct TextRule {
    std::size_t least = 1;   ///< characters, not bytes
    std::size_t most = 200;
    bool lines = false;      ///< line ends and tabs may be in it
};

/// The members of one JSON object. Getters of what is wrong or missing note the error and give an empty value.
class Fields {
public:
    /// The body as a whole.
    explicit Fields(const json::Value& body);
    /// One row of a batch: errors carry its index and the path "rows.3.". They gather in `into`; finish() then throws nothing.
    Fields(const json::Value& row, const std::string& path, std::size_t index, std::vector<FieldError>& into);

    [[nodiscard]] std::string text(const std::string& name, TextRule rule = {});
    [[nodiscard]] std::optional<std::string> optionalText(const std::string& name, TextRule rule = {});
    [[nodiscard]] std::string oneOf(const std::string& name, const std::vector<std::string>& allowed,
                                    const std::optional<std::string>& byDefault = std::nullopt);
    [[nodiscard]] std::int64_t integer(const std::string& name, std::int64_t least, std::int64_t most);
    [[nodiscard]] std::optional<std::int64_t> optionalInteger(const std::string& name, std::int64_t least, std::int64_t most);
    [[nodiscard]] std::optional<Date> date(const std::string& name);
    [[nodiscard]] std::optional<Date> optionalDate(const std::string& name);
    [[nodiscard]] std::optional<Instant> instant(const std::string& name);
    [[nodiscard]] std::optional<Instant> optionalInstant(const std::string& name);
    [[nodiscard]] std::optional<Decimal> decimal(const std::string& name);
    /// The items of an array of 1 to `most`.
    [[nodiscard]] const std::vector<json::Value>& array(const std::string& name, std::size_t most);
    /// As array; nothing where the member is left out.
    [[nodiscard]] const std::vector<json::Value>& optionalArray(const std::string& name, std::size_t most);
    [[nodiscard]] std::vector<std::string> optionalTexts(const std::string& name, std::size_t mostItems, TextRule rule);
    [[nodiscard]] std::vector<std::string> texts(const std::string& name, std::size_t mostItems, TextRule rule);
    [[nodiscard]] std::vector<std::int64_t> integers(const std::string& name, std::size_t mostItems);

    /// Notes an error that only the caller's rules can see.
    void fail(const std::string& name, ErrorCode code, std::vector<std::string> arguments = {});
    [[nodiscard]] bool good() const { return errors().size() == before_; }
    /// Notes unknown fields; for a body, throws when anything was noted.
    void finish();
    [[nodiscard]] std::vector<FieldError>& errors() { return into_ != nullptr ? *into_ : own_; }
    [[nodiscard]] const std::vector<FieldError>& errors() const { return into_ != nullptr ? *into_ : own_; }

private:
    [[nodiscard]] const json::Value* find(const std::string& name, bool required);
    [[nodiscard]] std::optional<std::string> checked(const json::Value& value, const std::string& name, TextRule rule);
    [[nodiscard]] std::optional<std::int64_t> integerOf(const json::Value* value, const std::string& name, std::int64_t least,
                                                        std::int64_t most);
    [[nodiscard]] const std::vector<json::Value>& itemsOf(const json::Value* value, const std::string& name, std::size_t most);
    [[nodiscard]] std::vector<std::string> textsOf(const std::vector<json::Value>& items, const std::string& name, TextRule rule);
    [[nodiscard]] std::optional<Instant> instantOf(const json::Value* value, const std::string& name);
    [[nodiscard]] std::optional<Date> dateOf(const json::Value* value, const std::string& name);

    const json::Value& object_;
    std::string path_;
    std::optional<std::size_t> row_;
    std::vector<FieldError>* into_ = nullptr;
    std::vector<FieldError> own_;
    std::size_t before_ = 0;
    std::vector<std::string> known_;
};

/// The parameters behind the "?" of an address, under the same regime.
class Query {
public:
    explicit Query(std::map<std::string, std::string> parameters) : parameters_(std::move(parameters)) {}
    [[nodiscard]] std::optional<std::string> text(const std::string& name, std::size_t most);
    [[nodiscard]] std::string requiredText(const std::string& name, std::size_t most);
    [[nodiscard]] std::optional<std::string> oneOf(const std::string& name, const std::vector<std::string>& allowed);
    [[nodiscard]] std::int64_t integer(const std::string& name, std::int64_t least, std::int64_t most, std::int64_t byDefault);
    [[nodiscard]] bool flag(const std::string& name);
    /// A day like 2026-11-22.
    [[nodiscard]] std::optional<Date> date(const std::string& name);
    /// RFC 3339 with an offset.
    [[nodiscard]] std::optional<Instant> instant(const std::string& name);
    /// Notes an error that only the caller's rules can see.
    void fail(const std::string& name, ErrorCode code, std::vector<std::string> arguments = {});
    /// The keyset cursor `after`: an id, or nothing.
    [[nodiscard]] std::optional<std::int64_t> after();
    [[nodiscard]] std::int64_t limit() { return integer("limit", 1, 500, 50); }
    void finish();

private:
    [[nodiscard]] const std::string* find(const std::string& name);
    std::map<std::string, std::string> parameters_;
    std::vector<std::string> known_;
    std::vector<FieldError> errors_;
};

/// Well-formed UTF-8 without control characters, as every text field must be.
[[nodiscard]] bool isPlainText(std::string_view utf8);
/// A whole number within range, written as digits with an optional minus and no zeros before, nothing else.
[[nodiscard]] std::optional<std::int64_t> parseInteger(std::string_view digits, std::int64_t least, std::int64_t most);

}  // namespace touchstone::http
