#pragma once
#include <string>
#include <vector>

#include "server/certificates/Frozen.h"
#include "server/core/Json.h"

/// A certificate in English: what is frozen in Chinese stays, since everybody who searches and compares reads that, and
/// beside it stands what the paper says. Nothing is translated here and nothing of it is guessed.
namespace touchstone::certificates {

/// Keeps of what is said in English the part that the certificate needs, nothing for one in Chinese, and gives what is
/// missing of it: each once. Of a text without East Asian characters nothing is missing.
[[nodiscard]] std::vector<Untold> speakEnglish(FrozenContent& content);

/// What is missing of the amendment: its reason, and what its changes say of the certificate that is replaced.
[[nodiscard]] std::vector<Untold> untold(const FrozenReplaces& replaces);

/// Frozen content as its paper reads: members that stand in English take the place of the others. In Chinese it stays
/// as it is.
[[nodiscard]] json::Value asPrinted(const json::Value& content);

/// The language of a frozen certificate's content; what an earlier release froze is in Chinese.
[[nodiscard]] std::string languageOf(const json::Value& content);

}  // namespace touchstone::certificates
