#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/core/Clock.h"
#include "server/core/Error.h"
#include "server/core/Id.h"
#include "server/regulators/Directory.h"

namespace touchstone::regulators {

/// What one person wants to hear of by mail, at one address.
struct Subscription {
    std::int64_t id;
    PersonId person;
    std::string address;
    Language language;
    PortalSearch filter;
    std::string state;  ///< waiting (for the link of its first mail), active, ended
    std::string salt;
    Instant confirmUntil;
    std::int64_t position;  ///< in the change feed
    Instant madeAt;
    std::optional<std::string> lastMail = {};  ///< state of the newest mail
    std::optional<std::string> said = {};      ///< what the mail server said to it
};

/// The terms of a search as JSON, by the names that the API has for them, and back. Throws Error(MalformedJson) and
/// std::out_of_range for what was not written here.
[[nodiscard]] std::string filterJson(const PortalSearch& search);
[[nodiscard]] PortalSearch filterOf(std::string_view json);

enum class LinkAct : std::uint8_t { confirm, end };

/// The links in mails: whoever has one may confirm or end that subscription and do nothing else. Their 128 bits are a
/// MAC, so that nothing in the database is worth a link. Immutable; safe to use from many threads.
class Links {
public:
    /// key: a secret outside the database. publicUrl: where the pages are.
    Links(std::string key, std::string publicUrl) : key_(std::move(key)), publicUrl_(std::move(publicUrl)) {}

    struct Named {
        LinkAct act;
        std::int64_t subscription;
    };
    /// What a link says it is for; nothing when it has not the form of one.
    [[nodiscard]] static std::optional<Named> named(std::string_view link);
    [[nodiscard]] std::string link(LinkAct act, std::int64_t subscription, std::string_view salt) const;
    /// In constant time.
    [[nodiscard]] bool isOf(std::string_view link, const Subscription& subscription) const;
    [[nodiscard]] std::string page(std::string_view link) const { return publicUrl_ + "/subscription/" + std::string(link); }
    [[nodiscard]] std::string certificate(std::string_view number) const {
        return publicUrl_ + "/portal?q=" + std::string(number);
    }

private:
    std::string key_, publicUrl_;
};

}  // namespace touchstone::regulators
