#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/certificates/Layouts.h"
#include "server/core/Bytes.h"
#include "server/core/Clock.h"
#include "server/core/Id.h"

/// What a certificate says and all that it rests on, frozen at release: whatever changes later, the certificate does
/// not.
namespace touchstone::certificates {

/// What a certificate in English says in the place of members of a record: by the member's name. Frozen beside them as the
/// record's member `english`; empty in a certificate in Chinese.
using English = std::map<std::string, std::string>;

/// A mark that stands on the certificate, with the number of the accreditation.
struct FrozenMark {
    std::string body;  ///< CNAS, CMA
    std::string number;
};

struct FrozenLaboratory {
    std::string code, name, nameEnglish, address;
    std::string sealText;
    std::string watermark;  ///< not empty for a demonstration authority
    std::vector<FrozenMark> marks = {};
    English english = {};
};

/// Of an import; empty where nothing was said.
struct FrozenImport {
    std::string country, port, contractNo, noticeNo;
    English english = {};
};

/// Of a retest: the report that it is asked on, who asked, when, and the names of the items.
struct FrozenRetest {
    std::string laboratory, number, issuedOn, applicant, askedOn;
    std::vector<std::string> items = {};
    English english = {};
    std::vector<std::string> itemsEnglish = {};
};

struct FrozenSample {
    SampleId id;
    std::string status;  ///< when it was read; not frozen
    std::string number, product, productName, kind, edition, specification, batchNo, maker, approvalNo, client;
    std::string businessKind, voucherNo, sampledOn, sealState, quantity, quantityUnit;
    std::optional<std::string> producedOn, expiresOn;
    std::string regionCode;
    Instant receivedAt;
    std::optional<FrozenImport> import = {};
    std::optional<FrozenRetest> retest = {};
    std::string language = "zh";  ///< of the certificate: zh, en
    English english = {};
};

/// The raw bytes behind a result that an instrument measured.
struct FrozenEvidence {
    std::string instrument;  ///< code
    std::string message;     ///< uid
    std::string sha256;      ///< hex, of the raw message
    std::int64_t offset, length;
    std::string observedAt;  ///< as sent
};

struct FrozenHand {
    std::string login, name;
    Instant at;
    English english = {};
};

struct FrozenTest {
    SampleId sample;
    std::int64_t seq;
    std::string heading, item, unit, requirement, edition;
    std::string limitKind;
    std::optional<std::string> lower, upper;
    bool lowerInclusive, upperInclusive;
    std::optional<std::string> accepted, rejected;  ///< JSON lists
    std::string comparison, rounding, value, compared, verdict;
    std::int64_t version;
    std::string source;
    std::optional<std::string> reason;  ///< why this version replaced another
    FrozenHand enteredBy;
    std::string method, methodVersion, methodTitle;
    std::optional<FrozenEvidence> evidence;
    std::optional<FrozenHand> analyst, checker;  ///< there for every test that may be released
    std::vector<std::string> accredited = {};    ///< bodies in whose scope the test was on the day of release
    English english = {};
    English methodEnglish = {};
};

/// One difference between a certificate and the one it replaces.
struct FrozenChange {
    std::string what;  ///< batch_no, maker … of the head; result, verdict, requirement or method of a test
    std::string item;  ///< name of the test item; empty: the head
    std::string oldValue, newValue;
};

/// What an amended certificate says of the one whose place it takes (ISO/IEC 17025:2017 7.8.8.2, 7.8.8.3).
struct FrozenReplaces {
    std::string number;
    std::string sha256;  ///< hex, of the file
    std::string issuedOn;
    std::string reason;
    std::vector<FrozenChange> changes;
};

/// Something printed that is said in Chinese only, where the certificate is to be in English.
struct Untold {
    std::string what;       ///< sample.maker, test.requirement, person.name …
    std::string item = {};  ///< of which test, which person; empty: there is but one
};

/// What the signatory signs for one sample. JSON, the same bytes for the same content.
struct FrozenContent {
    FrozenLaboratory laboratory;
    FrozenSample sample;
    std::vector<FrozenTest> tests;
    std::string signatoryLogin, signatoryName;
    Instant releasedAt;
    std::int64_t revision = 1;
    std::optional<FrozenReplaces> replaces = {};
    English signatoryEnglish = {};
    std::vector<Untold> untold = {};  ///< not frozen: while there is any, nothing is released

    [[nodiscard]] bool isEnglish() const { return sample.language == "en"; }
    [[nodiscard]] bool conforms() const;
    [[nodiscard]] std::string json() const;
};

/// What one signature covers: SHA-256 over the JSON array of the contents, in the order of their certificates' numbers.
[[nodiscard]] Sha256 signedHash(const std::vector<std::string>& contents);

/// What is only known once the content was signed.
struct Issuance {
    std::string number;
    std::string verificationUrl;
    std::int64_t signature;
    std::string meaning, reason;
    Sha256 signedHash;
    LayoutChoice layout;  ///< what it is drawn by
};

/// The column certificate.frozen: the issuance round the signed content, whose bytes stay as they were.
[[nodiscard]] std::string frozenJson(const Issuance& issuance, const std::string& content);

}  // namespace touchstone::certificates
