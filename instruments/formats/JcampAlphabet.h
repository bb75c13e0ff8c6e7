#pragma once
#include <array>
#include <cstdint>

/// What the characters of a table of the form (X++(Y..Y)) stand for (JCAMP-DX 4.24, 5.8; table of pseudo-digits).
namespace touchstone::instruments::jcamp {

/// Those up to Difference begin a number, those from Digit to there with a digit.
enum class Sort : std::uint8_t {
    Blank,
    Plus,
    Minus,
    Digit,
    Squeezed,
    Difference,
    Repeat,
    Point,
    Missing,
    LineEnd,
    Comment,
    Other
};

/// What a character begins, and the digit that it stands for (0 where it stands for none) with its sign.
struct alignas(std::uint64_t) Meaning {
    static constexpr std::uint16_t never = 0xFFFF;

    Sort sort = Sort::Other;
    std::uint8_t digit = 0;
    std::int8_t sign = 1;
    bool extends = false;          ///< behind digits it may belong to their number: a point, the E of an exponent
    std::uint16_t fewest = never;  ///< digits that must follow for it to begin a number; never: it begins none

    [[nodiscard]] constexpr bool isSign() const { return sort == Sort::Plus || sort == Sort::Minus; }
    [[nodiscard]] constexpr bool isBetweenRows() const { return sort == Sort::Blank || sort == Sort::LineEnd; }
    [[nodiscard]] constexpr bool isPseudoDigit() const { return sort == Sort::Squeezed || sort == Sort::Difference; }
};
using Alphabet = std::array<Meaning, 256>;

constexpr void pseudoDigits(Alphabet& alphabet, char first, int digit, int last, Sort sort, int sign) {
    for (; digit <= last; ++digit, ++first) {
        Meaning& meaning = alphabet[static_cast<unsigned char>(first)];
        meaning.sort = sort;
        meaning.digit = static_cast<std::uint8_t>(digit);
        meaning.sign = static_cast<std::int8_t>(sign);
        if (sort <= Sort::Difference) meaning.fewest = 0;
    }
}

constexpr Alphabet alphabetWith(char point) {
    Alphabet alphabet;
    alphabet.fill(Meaning{});  // not by {}: then GCC 12 leaves signs at 0
    pseudoDigits(alphabet, '0', 0, 9, Sort::Digit, 1);
    pseudoDigits(alphabet, '@', 0, 9, Sort::Squeezed, 1);
    pseudoDigits(alphabet, 'a', 1, 9, Sort::Squeezed, -1);
    pseudoDigits(alphabet, '%', 0, 0, Sort::Difference, 1);
    pseudoDigits(alphabet, 'J', 1, 9, Sort::Difference, 1);
    pseudoDigits(alphabet, 'j', 1, 9, Sort::Difference, -1);
    pseudoDigits(alphabet, 'S', 1, 8, Sort::Repeat, 1);
    pseudoDigits(alphabet, 's', 9, 9, Sort::Repeat, 1);
    alphabet['+'].sort = Sort::Plus;
    alphabet['-'].sort = Sort::Minus;
    alphabet['-'].sign = -1;
    alphabet['?'].sort = Sort::Missing;
    for (const char c : {' ', '\t', ',', ';'}) alphabet[static_cast<unsigned char>(c)].sort = Sort::Blank;
    for (Meaning& meaning : alphabet) {
        if (meaning.sort <= Sort::Minus) meaning.fewest = 1;
    }
    alphabet['\r'].sort = alphabet['\n'].sort = Sort::LineEnd;
    alphabet['$'].sort = Sort::Comment;
    alphabet[static_cast<unsigned char>(point)].sort = Sort::Point;
    for (const char c : {point, 'E', 'e'}) alphabet[static_cast<unsigned char>(c)].extends = true;
    return alphabet;
}

inline constexpr Alphabet withPoint = alphabetWith('.');
inline constexpr Alphabet withComma = alphabetWith(',');

}  // namespace touchstone::instruments::jcamp
